"""Small questions that controllers ask of objects. Nothing here reads a store or a clock."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timezone
from typing import Any

from kx.practice.controllers.world import Key
from kx.practice.history import Event
from kx.practice.status import Obj


def key_of(obj: Obj) -> Key:
    """(namespace, name)."""
    return obj["metadata"].get("namespace", ""), obj["metadata"]["name"]


def own_key(event: Event) -> Iterator[Key]:
    """The key of the object an event is about: what a controller asks of its own kind."""
    yield key_of(event.object)


def labels_of(obj: Obj) -> dict[str, str]:
    return obj["metadata"].get("labels") or {}


def annotations_of(obj: Obj) -> dict[str, str]:
    return obj["metadata"].get("annotations") or {}


def is_deleting(obj: Obj) -> bool:
    return bool(obj["metadata"].get("deletionTimestamp"))


def controller_of(obj: Obj) -> Obj | None:
    """The ownerReference that is marked as controller, if any."""
    for reference in obj["metadata"].get("ownerReferences") or ():
        if reference.get("controller"):
            return dict(reference)
    return None


def controller_uid(obj: Obj) -> str:
    """The uid of the controller, "" if there is none."""
    return str((controller_of(obj) or {}).get("uid", ""))


def controlled_by(owner: Obj) -> Obj:
    """The ownerReference an object gets from its controller."""
    return {
        "apiVersion": owner["apiVersion"],
        "kind": owner["kind"],
        "name": owner["metadata"]["name"],
        "uid": owner["metadata"]["uid"],
        "controller": True,
        "blockOwnerDeletion": True,
    }


def condition_of(obj: Obj, type: str) -> Obj | None:
    """The condition of that type in the object's status."""
    for condition in (obj.get("status") or {}).get("conditions") or ():
        if condition.get("type") == type:
            return dict(condition)
    return None


def stamp(moment: datetime) -> str:
    """A moment as Kubernetes writes it."""
    return moment.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def moment(text: str | None) -> datetime | None:
    """A time as Kubernetes writes it, with or without a fraction of a second."""
    if not text:
        return None
    whole, _, fraction = text.rstrip("Z").partition(".")
    parsed = datetime.strptime(whole, "%Y-%m-%dT%H:%M:%S").replace(tzinfo=timezone.utc)
    return parsed.replace(microsecond=int(fraction[:6].ljust(6, "0"))) if fraction else parsed


def is_active(pod: Obj) -> bool:
    """Whether a pod counts for its controller: neither finished nor on its way out."""
    return phase_of(pod) not in ("Succeeded", "Failed") and not is_deleting(pod)


def is_terminating(pod: Obj) -> bool:
    """Whether a pod was told to stop and still runs."""
    return is_deleting(pod) and phase_of(pod) not in ("Succeeded", "Failed")


def phase_of(pod: Obj) -> str:
    return str((pod.get("status") or {}).get("phase", "Pending"))


def ready_since(pod: Obj) -> datetime | None:
    """When a pod became ready; None if it is not."""
    condition = condition_of(pod, "Ready")
    if condition is None or condition.get("status") != "True":
        return None
    return moment(condition.get("lastTransitionTime")) or moment(pod["metadata"].get("creationTimestamp"))


def without_empty(values: dict[str, Any], *kept: str) -> Obj:
    """``values`` without what Go would omit as empty, save the fields that are always written."""
    return {name: value for name, value in values.items() if value or name in kept}
