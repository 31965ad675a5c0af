"""Making and removing pods: those of a ReplicaSet or ReplicationController, a burst at a time, with their events."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from kx.practice.controllers.objects import controlled_by, key_of
from kx.practice.controllers.world import World
from kx.practice.status import ApiError, Obj

# Kind of the owner -> who tells of its pods.
COMPONENTS: Mapping[str, str] = {
    "ReplicaSet": "replicaset-controller",
    "ReplicationController": "replication-controller",
}
_MADE = 20  # pods made in one look, so that others get their turn
_REMOVED = 500


@dataclass(frozen=True)
class Outcome:
    """What managing the number of pods led to."""

    pods: tuple[Obj, ...]  # those that count now
    missing: int = 0  # left to make
    surplus: int = 0  # left to remove
    failure: ApiError | None = None
    reason: str = ""  # FailedCreate, FailedDelete

    @property
    def more(self) -> bool:
        """Whether the burst was not enough."""
        return bool(self.missing or self.surplus)


def create(world: World, replica_set: Obj, pods: list[Obj], missing: int) -> Outcome:
    """Make up to ``missing`` pods besides ``pods``."""
    made = list(pods)
    for _ in range(min(missing, _MADE)):
        try:
            pod = world.api.create("pods", _new_pod(replica_set))
        except ApiError as error:
            if _namespace_ends(error):
                return Outcome(tuple(made))
            _tell(world, replica_set, "Warning", "FailedCreate", f"Error creating: {error.message}")
            return Outcome(tuple(made), failure=error, reason="FailedCreate")
        made.append(pod)
        _tell(world, replica_set, "Normal", "SuccessfulCreate", f"Created pod: {pod['metadata']['name']}")
    return Outcome(tuple(made), missing=max(0, missing - _MADE))


def remove(world: World, replica_set: Obj, pods: list[Obj], chosen: list[Obj]) -> Outcome:
    """Delete the ``chosen`` of ``pods``."""
    gone: set[str] = set()
    for pod in chosen[:_REMOVED]:
        namespace, name = key_of(pod)
        try:
            world.api.delete("pods", namespace, name, uid=pod["metadata"]["uid"])
        except ApiError as error:
            if error.reason not in ("NotFound", "Conflict"):
                _tell(world, replica_set, "Warning", "FailedDelete", f"Error deleting: {error.message}")
                return Outcome(_left(pods, gone), failure=error, reason="FailedDelete")
        else:
            _tell(world, replica_set, "Normal", "SuccessfulDelete", f"Deleted pod: {name}")
        gone.add(name)
    return Outcome(_left(pods, gone), surplus=max(0, len(chosen) - _REMOVED))


def remove_one(world: World, owner: Obj, pod: Obj, component: str, message: str) -> bool:
    """Tell one pod to go, with the event that says so; False when it was gone already."""
    namespace, name = key_of(pod)
    try:
        world.api.delete("pods", namespace, name, uid=pod["metadata"]["uid"])
    except ApiError as error:
        if error.reason not in ("NotFound", "Conflict"):
            raise
        return False
    world.events.record(owner, "Normal", "SuccessfulDelete", message, component)
    return True


def _left(pods: list[Obj], gone: set[str]) -> tuple[Obj, ...]:
    return tuple(pod for pod in pods if pod["metadata"]["name"] not in gone)


def _new_pod(replica_set: Obj) -> Obj:
    """The pod of the template; the API chooses the five letters that end its name."""
    template = copy.deepcopy(replica_set["spec"]["template"])
    meta = template.get("metadata") or {}
    metadata = {
        "generateName": replica_set["metadata"]["name"] + "-",
        "namespace": replica_set["metadata"].get("namespace", ""),
        **{part: meta[part] for part in ("labels", "annotations", "finalizers") if meta.get(part)},
        "ownerReferences": [controlled_by(replica_set)],
    }
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": template["spec"]}


def _namespace_ends(error: ApiError) -> bool:
    """The namespace is being deleted: nothing can be made there, and nothing needs to be."""
    causes = (error.details or {}).get("causes") or ()
    return any(cause.get("reason") == "NamespaceTerminating" for cause in causes)


def _tell(world: World, replica_set: Obj, type: Literal["Normal", "Warning"], reason: str, message: str) -> None:
    world.events.record(replica_set, type, reason, message, COMPONENTS[replica_set["kind"]])
