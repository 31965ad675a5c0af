"""Namespaces that were deleted: everything in them goes, then they do. Rules: pkg/controller/namespace/deletion."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from kx.practice.controllers.objects import condition_of, is_deleting, own_key, stamp
from kx.practice.controllers.world import Key, KeysOf, World
from kx.practice.history import Event
from kx.practice.status import ApiError, Obj

RESOURCE = "namespaces"
_FINALIZER = "kubernetes"
_BURST = 500  # objects deleted in one look, so that others get their turn

# type -> (reason, message) while nothing is wrong.
_FINE = {
    "NamespaceDeletionDiscoveryFailure": ("ResourcesDiscovered", "All resources successfully discovered"),
    "NamespaceDeletionGroupVersionParsingFailure": (
        "ParsedGroupVersions",
        "All legacy kube types successfully parsed",
    ),
    "NamespaceDeletionContentFailure": (
        "ContentDeleted",
        "All content successfully deleted, may be waiting on finalization",
    ),
    "NamespaceContentRemaining": ("ContentRemoved", "All content successfully removed"),
    "NamespaceFinalizersRemaining": ("ContentHasNoFinalizers", "All content-preserving finalizers finished"),
}


class NamespaceController:
    """Empties namespaces that are on their way out."""

    name = "namespace-controller"

    def __init__(self, world: World, resources: tuple[str, ...]) -> None:
        self._world = world
        contents = [resource for resource in resources if resource != RESOURCE]
        self.watches: Mapping[str, KeysOf] = {RESOURCE: own_key, **dict.fromkeys(contents, self._of_content)}

    def _of_content(self, event: Event) -> Iterator[Key]:
        """The namespace an object was in, when it is the namespace that goes."""
        name = event.object["metadata"].get("namespace", "")
        namespace = self._world.store.find(RESOURCE, "", name) if name else None
        if namespace is not None and is_deleting(namespace):
            yield "", name

    def reconcile(self, world: World, key: Key) -> float | None:
        """One namespace: tell its contents to go, and let it go when there are none."""
        namespace = world.store.find(RESOURCE, *key)
        if namespace is None or not is_deleting(namespace):
            return None
        name = key[1]
        staying = _contents(world, name)
        waiting = [(resource, obj) for resource, obj in staying if not is_deleting(obj)]
        for resource, obj in waiting[:_BURST]:
            _delete(world, resource, obj)
        if len(waiting) > _BURST:
            return 0.0
        left = _contents(world, name)
        if left:
            _tell(world, namespace, left)
            return None
        _finalize(world, namespace)
        return None


def _contents(world: World, namespace: str) -> list[tuple[str, Obj]]:
    return [(resource, obj) for resource in world.store.resources() for obj in world.store.list(resource, namespace)]


def _delete(world: World, resource: str, obj: Obj) -> None:
    metadata = obj["metadata"]
    try:
        world.api.delete(resource, metadata["namespace"], metadata["name"], uid=metadata["uid"])
    except ApiError as error:
        if error.reason not in ("NotFound", "Conflict"):
            raise


def _finalize(world: World, namespace: Obj) -> None:
    """Take off our finalizer. Only the server itself may: there is no client's request for it here."""
    spec = dict(namespace.get("spec") or {})
    spec["finalizers"] = [each for each in spec.get("finalizers") or () if each != _FINALIZER]
    world.store.update(RESOURCE, {**namespace, "spec": spec})


def _tell(world: World, namespace: Obj, left: list[tuple[str, Obj]]) -> None:
    """Say in the status what the namespace waits for."""
    counts = Counter(_written(resource) for resource, _ in left)
    finalizers = Counter(each for _, obj in left for each in obj["metadata"].get("finalizers") or ())
    wrong: dict[str, tuple[str, str]] = {}
    remaining = ", ".join(f"{name} has {count} resource instances" for name, count in sorted(counts.items()))
    wrong["NamespaceContentRemaining"] = ("SomeResourcesRemain", f"Some resources are remaining: {remaining}")
    if finalizers:
        holding = ", ".join(f"{name} in {count} resource instances" for name, count in sorted(finalizers.items()))
        text = f"Some content in the namespace has finalizers remaining: {holding}"
        wrong["NamespaceFinalizersRemaining"] = ("SomeFinalizersRemain", text)
    conditions = [_condition(world, namespace, type, wrong.get(type)) for type in _FINE]
    status = {**(namespace.get("status") or {}), "phase": "Terminating", "conditions": conditions}
    if status != namespace.get("status"):
        world.api.update_status(RESOURCE, {**namespace, "status": status})


def _written(resource: str) -> str:
    """As Kubernetes writes a resource here: the core group leaves its dot behind."""
    return resource if "." in resource else resource + "."


def _condition(world: World, namespace: Obj, type: str, wrong: tuple[str, str] | None) -> Obj:
    reason, message = wrong or _FINE[type]
    status = "True" if wrong else "False"
    known = condition_of(namespace, type)
    if known is not None and (known["status"], known["reason"], known["message"]) == (status, reason, message):
        return known
    since = known["lastTransitionTime"] if known and known["status"] == status else stamp(world.now())
    return {"type": type, "status": status, "lastTransitionTime": since, "reason": reason, "message": message}
