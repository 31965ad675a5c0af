"""The built-in resource types of Kubernetes and the names kubectl takes for them: a table, read once.

Custom resources and what a certain cluster leaves out are not known here: discovery tells those.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

_DATA = Path(__file__).with_name("resources.json")


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
    rows: list[dict[str, Any]] = json.loads(_DATA.read_text(encoding="utf-8"))
    return tuple(ResourceType(**{key: _frozen(value) for key, value in row.items()}) for row in rows)


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


@lru_cache(maxsize=1)
def _names() -> dict[str, tuple[ResourceType, ...]]:
    found: dict[str, tuple[ResourceType, ...]] = {}
    for entry in resource_types():
        for name in dict.fromkeys((entry.plural, entry.singular, entry.kind.lower(), *entry.short_names)):
            found[name] = (*found.get(name, ()), entry)
    return found


def find(word: str) -> ResourceType | None:
    """The type a word means to kubectl: ``po``, ``Pod``, ``deploy.apps``, ``deployments.v1.apps``; else None.

    Where two groups have the name (events), the one discovery lists first wins, as in kubectl.
    """
    name, _, rest = word.lower().partition(".")
    candidates = _names().get(name, ())
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
    chosen: dict[str, ResourceType] = {}
    for entry in resource_types():
        if word.lower() in entry.categories:
            chosen.setdefault(entry.key, entry)
    return tuple(chosen.values())
