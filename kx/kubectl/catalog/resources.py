"""The resource types a word may mean: the built-in ones of Kubernetes, a table read once, and those of a cluster.

What a certain cluster has beside the built-in ones is not known here: whoever knows it makes a ``Types`` of it. What
a cluster leaves out of them is not looked at.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from functools import cached_property, lru_cache
from typing import Any

from kx.kubectl.catalog.typenames import ResourceType, TypeNames, members
from kx.records import dataclass

__all__ = ["BUILT_IN", "ResourceType", "Types", "category", "find", "resource_types"]

_DATA = os.path.join(os.path.dirname(__file__), "resources.json")


@lru_cache(maxsize=1)
def resource_types() -> tuple[ResourceType, ...]:
    """All built-in types, in the order discovery lists them."""
    with open(_DATA, "rb") as file:
        rows: list[dict[str, Any]] = json.load(file)
    return tuple(ResourceType(**{key: _frozen(value) for key, value in row.items()}) for row in rows)


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


@lru_cache(maxsize=1)
def _names() -> TypeNames:
    return TypeNames(resource_types())


@lru_cache(maxsize=256)
def find(word: str) -> ResourceType | None:
    """The built-in type a word means to kubectl: ``po``, ``Pod``, ``deploy.apps``, ``deployments.v1.apps``; else None.

    Where two groups have the name (events), the one discovery lists first wins, as in kubectl.
    """
    return _names().find(word)


@lru_cache(maxsize=16)
def category(word: str) -> tuple[ResourceType, ...]:
    """The built-in types of a category such as ``all``; () when there is none."""
    return members(resource_types(), word)


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
        return find(word) or (self._names.find(word) if word and self._more else None)

    def category(self, word: str) -> tuple[ResourceType, ...]:
        """As the function ``category``, for the cluster's types as well: it may add to a built-in category."""
        return members((*resource_types(), *self._more), word) if self._more else category(word)

    @cached_property
    def _more(self) -> tuple[ResourceType, ...]:
        return self.more()

    @cached_property
    def _names(self) -> TypeNames:
        return TypeNames((*resource_types(), *self._more))


BUILT_IN = Types()
