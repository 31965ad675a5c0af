"""Garbage collection: what becomes of objects when their owners go, by way of ownerReferences.

Background: dependents go after the owner. Foreground: those that block go first. Orphan: they stay, without the
reference. An owner is looked up by its name and must still have the uid; a namespaced owner is sought only in the
dependent's own namespace. Rules: pkg/controller/garbagecollector. Owners of kinds that are not served are left alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from kx.practice.controllers.objects import is_deleting
from kx.practice.controllers.world import Key, KeysOf, World
from kx.practice.history import Event
from kx.practice.resources import by_kind
from kx.practice.status import ApiError, Obj

FOREGROUND, ORPHAN = "foregroundDeletion", "orphan"
_COMPONENT = "garbage-collector-controller"
_BURST = 500  # dependents handled in one look, so that others get their turn


class GarbageCollector:
    """Looks at any object; a key's name is ``resource/name``."""

    name = _COMPONENT

    def __init__(self, world: World, resources: tuple[str, ...]) -> None:
        self._world = world
        self.watches: Mapping[str, KeysOf] = dict.fromkeys(resources, self._keys)

    def _keys(self, event: Event) -> Iterator[Key]:
        obj, old = event.object, event.old
        if event.type == "DELETED":
            for resource, dependent in self._world.store.dependents(obj["metadata"]["uid"]):
                yield _key(resource, dependent)
            yield from self._waiting_owners(obj)
            return
        if old is None or _ties(old) != _ties(obj):
            if _references(obj) or _finalizers(obj):
                yield _key(event.resource, obj)
            if old is not None and _references(old) != _references(obj):
                yield from self._waiting_owners(old)

    def _waiting_owners(self, obj: Obj) -> Iterator[Key]:
        for reference in _references(obj):
            found = _owner(self._world, obj, reference)
            if found is not None and FOREGROUND in _finalizers(found[1]):
                yield _key(*found)

    def reconcile(self, world: World, key: Key) -> float | None:
        """One object: as an owner that is going, or as a dependent whose owners may have gone."""
        resource, _, name = key[1].partition("/")
        obj = world.store.find(resource, key[0], name)
        if obj is None:
            return None
        if not is_deleting(obj):
            _judge(world, resource, obj)
            return None
        for finalizer, release in _RELEASES.items():
            if finalizer in _finalizers(obj):
                return release(world, resource, obj)
        return None


def _orphan_dependents(world: World, resource: str, obj: Obj) -> float | None:
    """Take the owner's reference off its dependents, then let the owner go."""
    uid = obj["metadata"]["uid"]
    dependents = world.store.dependents(uid)
    for kind, dependent in dependents[:_BURST]:
        kept = [reference for reference in _references(dependent) if reference["uid"] != uid]
        _patch(world, kind, dependent, {"ownerReferences": kept or None})
    if len(dependents) > _BURST:
        return 0.0
    _drop_finalizer(world, resource, obj, ORPHAN)
    return None


def _await_dependents(world: World, resource: str, obj: Obj) -> float | None:
    """Delete the dependents that block the owner, and let the owner go when none is left."""
    uid = obj["metadata"]["uid"]
    blocking = [
        (kind, dependent)
        for kind, dependent in world.store.dependents(uid)
        if any(reference["uid"] == uid and reference.get("blockOwnerDeletion") for reference in _references(dependent))
    ]
    if not blocking:
        _drop_finalizer(world, resource, obj, FOREGROUND)
        return None
    staying = [(kind, dependent) for kind, dependent in blocking if not is_deleting(dependent)]
    for kind, dependent in staying[:_BURST]:
        _judge(world, kind, dependent)
    return 0.0 if len(staying) > _BURST else None


_RELEASES: Mapping[str, Callable[[World, str, Obj], float | None]] = {
    ORPHAN: _orphan_dependents,
    FOREGROUND: _await_dependents,
}


def _judge(world: World, resource: str, obj: Obj) -> None:
    """Delete an object none of whose owners is left; forget owners that are gone while another is there."""
    references = _references(obj)
    solid, waiting = [], []
    for reference in references:
        state = _state(world, obj, reference)
        if state == "solid":
            solid.append(reference)
        elif state == "waiting":
            waiting.append(reference)
    if not references or len(solid) == len(references):
        return
    if solid:
        _patch(world, resource, obj, {"ownerReferences": solid})
        return
    has_dependents = bool(world.store.dependents(obj["metadata"]["uid"]))
    _delete(world, resource, obj, "Foreground" if waiting and has_dependents else _policy(obj))


def _state(world: World, obj: Obj, reference: Obj) -> str:
    """How an owner stands: "solid", "waiting" for its dependents to go, or "gone"."""
    group, _, version = reference["apiVersion"].rpartition("/")
    served = by_kind(group, version, reference["kind"])
    if served is None:
        return "solid"
    namespace = obj["metadata"].get("namespace", "")
    if served.namespaced and not namespace:
        _warn(world, obj, reference)
        return "solid"
    found = _owner(world, obj, reference)
    if found is None:
        return "gone"
    return "waiting" if is_deleting(found[1]) and FOREGROUND in _finalizers(found[1]) else "solid"


def _owner(world: World, obj: Obj, reference: Obj) -> tuple[str, Obj] | None:
    """(resource, object) of an owner that is still the one referred to."""
    group, _, version = reference["apiVersion"].rpartition("/")
    served = by_kind(group, version, reference["kind"])
    if served is None:
        return None
    namespace = obj["metadata"].get("namespace", "") if served.namespaced else ""
    found = world.store.find(served.key, namespace, reference["name"])
    return (served.key, found) if found is not None and found["metadata"]["uid"] == reference["uid"] else None


def _warn(world: World, obj: Obj, reference: Obj) -> None:
    shown = ", ".join(f"{part}: {reference[part]}" for part in ("apiVersion", "kind", "name", "uid"))
    namespace = obj["metadata"].get("namespace", "")
    text = f'ownerRef [{shown}] does not exist in namespace "{namespace}"'
    world.events.record(obj, "Warning", "OwnerRefInvalidNamespace", text, _COMPONENT)


def _policy(obj: Obj) -> str:
    """What an object says about its own dependents."""
    finalizers = _finalizers(obj)
    if ORPHAN in finalizers:
        return "Orphan"
    return "Foreground" if FOREGROUND in finalizers else "Background"


def _delete(world: World, resource: str, obj: Obj, propagation: str) -> None:
    metadata = obj["metadata"]
    namespace, name = metadata.get("namespace", ""), metadata["name"]
    try:
        world.api.delete(resource, namespace, name, propagation=propagation, uid=metadata["uid"])
    except ApiError as error:
        if error.reason not in ("NotFound", "Conflict"):
            raise


def _patch(world: World, resource: str, obj: Obj, metadata: Obj) -> None:
    known = obj["metadata"]
    guard = {"uid": known["uid"], "resourceVersion": known["resourceVersion"]}
    try:
        world.api.patch(resource, known.get("namespace", ""), known["name"], {"metadata": {**metadata, **guard}})
    except ApiError as error:
        if error.reason != "NotFound":
            raise


def _drop_finalizer(world: World, resource: str, obj: Obj, finalizer: str) -> None:
    _patch(world, resource, obj, {"finalizers": [each for each in _finalizers(obj) if each != finalizer]})


def _references(obj: Obj) -> list[Obj]:
    return obj["metadata"].get("ownerReferences") or []


def _finalizers(obj: Obj) -> list[str]:
    return obj["metadata"].get("finalizers") or []


def _ties(obj: Obj) -> tuple[object, ...]:
    """All of an object that matters here."""
    return _references(obj), _finalizers(obj), is_deleting(obj)


def _key(resource: str, obj: Obj) -> Key:
    return obj["metadata"].get("namespace", ""), f"{resource}/{obj['metadata']['name']}"
