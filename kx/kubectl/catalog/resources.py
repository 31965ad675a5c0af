"""The built-in resource types of Kubernetes and the names kubectl takes for them: a table, read once.

What a certain cluster has beside them is not known here: whoever knows it makes a ``Types`` of it. What a cluster
leaves out of the built-in ones is not looked at.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property, lru_cache
from typing import Any

from kx.records import dataclass

_DATA = os.path.join(os.path.dirname(__file__), "resources.json")


@dataclass(frozen=True)
class ResourceType:
    """One resource type in one version, as discovery lists it."""

    group: str  # "" for the core group
    version: str
    plural: str
    kind: str
    namespaced: bool
    singular: str
    short_names: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    listable: bool = True
    built_in: bool = True  # False: a cluster told of it

    @property
    def key(self) -> str:
        """``pods``, ``deployments.apps``: as kubectl prints it in front of a name."""
        return f"{self.plural}.{self.group}" if self.group else self.plural

    @property
    def prefix(self) -> str:
        """Where its API lives: ``/api/v1``, ``/apis/apps/v1``."""
        return f"/apis/{self.group}/{self.version}" if self.group else f"/api/{self.version}"

    def path(self, namespace: str = "", name: str = "", subresource: str = "") -> str:
        """The path of one object, or of the collection without ``name``; no namespace: across all of them."""
        scope = f"/namespaces/{namespace}" if namespace and self.namespaced else ""
        tail = f"/{name}" if name else ""
        return f"{self.prefix}{scope}/{self.plural}{tail}" + (f"/{subresource}" if subresource else "")


@lru_cache(maxsize=1)
def resource_types() -> tuple[ResourceType, ...]:
    """All built-in types, in the order discovery lists them."""
    with open(_DATA, "rb") as file:
        rows: list[dict[str, Any]] = json.load(file)
    return tuple(ResourceType(**{key: _frozen(value) for key, value in row.items()}) for row in rows)


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


@lru_cache(maxsize=1)
def _names() -> dict[str, tuple[ResourceType, ...]]:
    return _index(resource_types())


def _index(types: Iterable[ResourceType]) -> dict[str, tuple[ResourceType, ...]]:
    found: dict[str, tuple[ResourceType, ...]] = {}
    for entry in types:
        names = (entry.plural, entry.singular, entry.kind.lower(), *entry.short_names)
        for name in dict.fromkeys(filter(None, names)):  # some servers leave the singular empty
            found[name] = (*found.get(name, ()), entry)
    return found


def find(word: str) -> ResourceType | None:
    """The type a word means to kubectl: ``po``, ``Pod``, ``deploy.apps``, ``deployments.v1.apps``; else None.

    Where two groups have the name (events), the one discovery lists first wins, as in kubectl.
    """
    return _choose(_names(), word)


def _choose(names: Mapping[str, tuple[ResourceType, ...]], word: str) -> ResourceType | None:
    name, _, rest = word.lower().partition(".")
    candidates = names.get(name, ())
    if not rest:
        return candidates[0] if candidates else None
    version, _, group = rest.partition(".")
    # kubectl reads `a.b.c` as resource.version.group first, then as resource.group.
    exact = (entry for entry in candidates if (entry.version, entry.group) == (version, group))
    by_group = (entry for entry in candidates if entry.group == rest)
    return next(exact, None) or next(by_group, None)


@lru_cache(maxsize=16)
def category(word: str) -> tuple[ResourceType, ...]:
    """The types of a category such as ``all``, one version each, in discovery's order; () when there is none."""
    return _members(resource_types(), word)


def _members(types: Iterable[ResourceType], word: str) -> tuple[ResourceType, ...]:
    chosen: dict[str, ResourceType] = {}
    for entry in types:
        if word.lower() in entry.categories:
            chosen.setdefault(entry.key, entry)
    return tuple(chosen.values())


def _no_more() -> tuple[ResourceType, ...]:
    return ()


@dataclass(frozen=True)
class Types:
    """The types that words of one line may mean: the built-in ones, then those of the cluster it goes to.

    ``more`` gives the cluster's, in discovery's order; it is called once, and only for a word that the built-in types
    do not answer alone. Discovery lists built-in groups before those of custom resources, so they win here, too.
    """

    more: Callable[[], tuple[ResourceType, ...]] = _no_more

    def find(self, word: str) -> ResourceType | None:
        """As the function ``find``, for the cluster's types as well."""
        return find(word) or (_choose(self._more_names, word) if word else None)

    def category(self, word: str) -> tuple[ResourceType, ...]:
        """As the function ``category``, for the cluster's types as well: it may add to a built-in category."""
        return _members((*resource_types(), *self._more), word)

    @cached_property
    def _more(self) -> tuple[ResourceType, ...]:
        return self.more()

    @cached_property
    def _more_names(self) -> dict[str, tuple[ResourceType, ...]]:
        return _index(self._more)


BUILT_IN = Types()
