"""The resources the practice cluster serves, and how to find one by path, kind or key.

Knows names, kinds and verbs; knows nothing of fields (``schema.py``), of HTTP, or of what is stored.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from kx.practice.served import ROWS, Row, SubresourceRow


def api_version(group: str, version: str) -> str:
    """``apps/v1``; the core group has no name: ``v1``."""
    return f"{group}/{version}" if group else version


def split_api_version(text: str) -> tuple[str, str]:
    """``apps/v1`` -> ("apps", "v1"); ``v1`` -> ("", "v1")."""
    group, _, version = text.rpartition("/")
    return group, version


@dataclass(frozen=True)
class Subresource:
    """One path below an object, such as ``pods/log``; group and version are those of its body's kind."""

    name: str
    kind: str
    group: str
    version: str
    verbs: tuple[str, ...]

    @property
    def api_version(self) -> str:
        """The apiVersion a body sent here carries."""
        return api_version(self.group, self.version)


@dataclass(frozen=True)
class Resource:
    """One served resource of one group version."""

    group: str  # "" for the core group
    version: str
    plural: str  # "deployments", as in the path
    kind: str
    namespaced: bool
    singular: str
    short_names: tuple[str, ...]
    categories: tuple[str, ...]
    verbs: tuple[str, ...]
    subresources: tuple[Subresource, ...]

    @cached_property
    def key(self) -> str:
        """The group and resource as refusals write it: ``deployments.apps``, ``pods``."""
        return f"{self.plural}.{self.group}" if self.group else self.plural

    @cached_property
    def api_version(self) -> str:
        """The apiVersion of its objects: ``apps/v1``."""
        return api_version(self.group, self.version)

    @cached_property
    def list_kind(self) -> str:
        """The kind of its lists: ``DeploymentList``."""
        return f"{self.kind}List"

    def subresource(self, name: str) -> Subresource | None:
        """The subresource called ``name``, if it has one."""
        return next((each for each in self.subresources if each.name == name), None)


def _subresource(row: SubresourceRow, kind: str, group: str, version: str) -> Subresource:
    name, own_kind, own_group, own_version, verbs = row
    if own_version:
        group, version = own_group, own_version
    return Subresource(name, own_kind or kind, group, version, verbs)


def _resource(row: Row) -> Resource:
    group, version, plural, kind, namespaced, singular, short_names, categories, verbs, subresources = row
    return Resource(
        group=group,
        version=version,
        plural=plural,
        kind=kind,
        namespaced=namespaced,
        singular=singular,
        short_names=short_names,
        categories=categories,
        verbs=verbs,
        subresources=tuple(_subresource(each, kind, group, version) for each in subresources),
    )


# In discovery's order: groups by priority, the preferred version of a group first.
SERVED: tuple[Resource, ...] = tuple(_resource(row) for row in ROWS)

_BY_PATH = {(each.group, each.version, each.plural): each for each in SERVED}
_BY_KIND = {(each.group, each.version, each.kind): each for each in SERVED}
# Reversed, so that the preferred version (listed first) is the one that stays.
_BY_KEY = {each.key: each for each in reversed(SERVED)}


def by_path(group: str, version: str, plural: str) -> Resource | None:
    """What ``/apis/GROUP/VERSION/PLURAL`` serves (``/api/v1/PLURAL`` for the core group)."""
    return _BY_PATH.get((group, version, plural))


def by_kind(group: str, version: str, kind: str) -> Resource | None:
    """The resource whose objects say this apiVersion and kind."""
    return _BY_KIND.get((group, version, kind))


def by_key(key: str) -> Resource | None:
    """The resource stored under ``key`` (``deployments.apps``), in its preferred version."""
    return _BY_KEY.get(key)
