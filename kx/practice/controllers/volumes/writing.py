"""The writes that the controllers of volumes share. Each leaves alone what is so already."""

from __future__ import annotations

from kx.practice.claims import CLAIMS, VOLUMES
from kx.practice.controllers.objects import stamp
from kx.practice.controllers.world import World
from kx.practice.status import Obj


def patched(world: World, resource: str, obj: Obj, patch: Obj) -> Obj:
    """The object after a merge patch of all but its status."""
    metadata = obj["metadata"]
    return world.api.patch(resource, metadata.get("namespace", ""), metadata["name"], patch)


def annotated(world: World, resource: str, obj: Obj, notes: dict[str, str]) -> Obj:
    """The object with these annotations."""
    known = obj["metadata"].get("annotations") or {}
    if notes.items() <= known.items():
        return obj
    return patched(world, resource, obj, {"metadata": {"annotations": notes}})


def volume_phase(world: World, volume: Obj, phase: str, reason: str = "", message: str = "") -> Obj:
    """The volume in a phase; true if it was in another one before is told by the result being another object."""
    status = volume.get("status") or {}
    wanted: Obj = {"phase": phase, "lastPhaseTransitionTime": status.get("lastPhaseTransitionTime")}
    wanted |= {name: value for name, value in (("reason", reason), ("message", message)) if value}
    if status.get("phase") == phase and (status.get("reason", ""), status.get("message", "")) == (reason, message):
        return volume
    if status.get("phase") != phase or not wanted["lastPhaseTransitionTime"]:
        wanted["lastPhaseTransitionTime"] = stamp(world.now())
    return world.api.update_status(VOLUMES, {**volume, "status": wanted})


def claim_status(world: World, claim: Obj, phase: str, volume: Obj | None = None) -> Obj:
    """The claim in a phase, with what the volume gives it."""
    status = dict(claim.get("status") or {})
    before = dict(status)
    status["phase"] = phase
    if volume is None:
        status.pop("accessModes", None)
        status.pop("capacity", None)
    else:
        status["accessModes"] = volume["spec"].get("accessModes") or []
        if before.get("phase") != phase or not before.get("capacity"):
            status["capacity"] = volume["spec"].get("capacity") or {}
    if status == before:
        return claim
    return world.api.update_status(CLAIMS, {**claim, "status": status})
