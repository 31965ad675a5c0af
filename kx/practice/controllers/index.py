"""Which objects carry which labels, so that a selector never walks through all objects of a namespace."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Set as AbstractSet

from kx.practice.history import Event
from kx.practice.selectors import from_object
from kx.practice.status import Obj
from kx.practice.store import Store


class LabelIndex:
    """Names by (resource, namespace, label, value), kept fresh by the store's own events."""

    def __init__(self, store: Store, resources: tuple[str, ...]) -> None:
        self._store = store
        self._resources = frozenset(resources)
        self._names: dict[tuple[str, str, str, str], set[str]] = {}
        for resource in resources:
            for obj in store.list(resource):
                self._add(resource, obj)
        self._unsubscribe = store.subscribe(self._follow)

    def close(self) -> None:
        """Stop following the store."""
        self._unsubscribe()

    def select(
        self, resource: str, namespace: str, selector: Obj | None, skip: AbstractSet[str] = frozenset()
    ) -> list[Obj]:
        """The objects in ``namespace`` that a LabelSelector matches, by name. No selector matches nothing.

        Those whose names are in ``skip`` are not even looked at.
        """
        parsed = from_object(selector)
        if parsed is None or selector is None:
            return []
        chosen = self._candidates(resource, namespace, selector.get("matchLabels") or {}, skip)
        return [obj for obj in chosen if parsed.matches(_labels(obj))]

    def _candidates(
        self, resource: str, namespace: str, labels: dict[str, str], skip: AbstractSet[str]
    ) -> Iterator[Obj]:
        if not labels:
            for obj in self._store.list(resource, namespace):
                if obj["metadata"]["name"] not in skip:
                    yield obj
            return
        sets: list[set[str]] = [self._names.get((resource, namespace, *label), set()) for label in labels.items()]
        smallest: set[str] = min(sets, key=len)
        for name in sorted(smallest - skip):
            found = self._store.find(resource, namespace, name)
            if found is not None:
                yield found

    def _follow(self, event: Event) -> None:
        if event.resource not in self._resources:
            return
        if event.old is not None:
            if event.type == "MODIFIED" and _labels(event.old) == _labels(event.object):
                return
            self._remove(event.resource, event.old)
        if event.type != "DELETED":
            self._add(event.resource, event.object)

    def _add(self, resource: str, obj: Obj) -> None:
        for key in _keys(resource, obj):
            self._names.setdefault(key, set()).add(obj["metadata"]["name"])

    def _remove(self, resource: str, obj: Obj) -> None:
        for key in _keys(resource, obj):
            names = self._names.get(key, set())
            names.discard(obj["metadata"]["name"])
            if not names:
                self._names.pop(key, None)


def _labels(obj: Obj) -> dict[str, str]:
    return obj["metadata"].get("labels") or {}


def _keys(resource: str, obj: Obj) -> Iterator[tuple[str, str, str, str]]:
    namespace = obj["metadata"].get("namespace", "")
    for label, value in _labels(obj).items():
        yield resource, namespace, label, value
