"""Adoption and release: which objects a controller may count as its own.

As in pkg/controller/controller_ref_manager.go: what already names the owner stays while it matches the selector and is
let go when it does not; what has no controller and matches is taken in, unless somebody is on the way out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from kx.practice.controllers.objects import controlled_by, controller_of, is_deleting, labels_of
from kx.practice.controllers.world import World
from kx.practice.selectors import from_object, match_labels
from kx.practice.status import ApiError, Obj


def claim(world: World, owner: Obj, resource: str, wanted: Callable[[Obj], bool] = lambda obj: True) -> list[Obj]:
    """The objects of ``resource`` that ``owner`` controls now, after adopting and releasing."""
    selector = from_object(selector_of(owner))
    claimed = []
    owned = [obj for kind, obj in world.store.dependents(owner["metadata"]["uid"]) if kind == resource]
    for obj in owned:
        reference = controller_of(obj)
        if reference is None or reference["uid"] != owner["metadata"]["uid"] or not wanted(obj):
            continue
        if selector is not None and selector.matches(labels_of(obj)):
            claimed.append(obj)
        elif not is_deleting(owner):
            _release(world, owner, resource, obj)
    known = {obj["metadata"]["name"] for obj in owned}
    claimed.extend(_adopted(world, owner, resource, wanted, known))
    return claimed


def selector_of(owner: Obj) -> Obj | None:
    """The LabelSelector of what makes pods; that of a ReplicationController is written as plain labels."""
    selector: Obj | None = owner["spec"].get("selector")
    return {"matchLabels": selector} if selector and owner["kind"] == "ReplicationController" else selector


def owner_keys(world: World, resource: str, kind: str, obj: Obj) -> Iterator[tuple[str, str]]:
    """Whose business ``obj`` is: its controller's if that is a ``kind``, else everyone's whose selector matches it."""
    namespace = obj["metadata"].get("namespace", "")
    reference = controller_of(obj)
    if reference is not None:
        if reference["kind"] == kind:
            yield namespace, reference["name"]
        return
    for owner in world.store.list(resource, namespace):
        if match_labels(selector_of(owner), labels_of(obj)):
            yield namespace, owner["metadata"]["name"]


def _adopted(world: World, owner: Obj, resource: str, wanted: Callable[[Obj], bool], known: set[str]) -> Iterator[Obj]:
    if is_deleting(owner):
        return
    namespace = owner["metadata"].get("namespace", "")
    for obj in world.index.select(resource, namespace, selector_of(owner), skip=known):
        if controller_of(obj) or is_deleting(obj) or not wanted(obj):
            continue
        references = [*(obj["metadata"].get("ownerReferences") or ()), controlled_by(owner)]
        adopted = _set_owners(world, resource, obj, references)
        if adopted is not None:
            yield adopted


def _release(world: World, owner: Obj, resource: str, obj: Obj) -> None:
    references = obj["metadata"].get("ownerReferences") or ()
    left = [reference for reference in references if reference["uid"] != owner["metadata"]["uid"]]
    _set_owners(world, resource, obj, left)


def _set_owners(world: World, resource: str, obj: Obj, references: list[Obj]) -> Obj | None:
    """The object with its new owners; None when it has gone meanwhile."""
    metadata = obj["metadata"]
    patch = {"metadata": {"uid": metadata["uid"], "ownerReferences": references or None}}
    try:
        return world.api.patch(resource, metadata.get("namespace", ""), metadata["name"], patch)
    except ApiError as error:
        if error.reason == "NotFound":
            return None
        raise
