"""ReplicaSets: as many pods as asked for, no more, no fewer.

Knows nothing of Deployments but that ReplicaSets of one owner share nodes. Rules: pkg/controller/replicaset.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from kx.practice.controllers.objects import (
    condition_of,
    controlled_by,
    controller_of,
    is_active,
    is_deleting,
    is_terminating,
    key_of,
    labels_of,
    own_key,
    ready_since,
    stamp,
    without_empty,
)
from kx.practice.controllers.ownership import claim, owner_keys
from kx.practice.controllers.ranking import to_delete
from kx.practice.controllers.world import Key, KeysOf, World
from kx.practice.history import Event
from kx.practice.status import ApiError, Obj

RESOURCE = "replicasets.apps"
_COMPONENT = "replicaset-controller"
_BURST = 50  # pods made or removed in one look, so that others get their turn


@dataclass(frozen=True)
class _Outcome:
    """What managing the number of pods led to."""

    pods: tuple[Obj, ...]  # those that count now
    more: bool = False  # the burst was not enough
    failure: ApiError | None = None
    reason: str = ""  # FailedCreate, FailedDelete


class ReplicaSetController:
    """Makes and removes pods, and counts them in the status."""

    name = _COMPONENT

    def __init__(self, world: World) -> None:
        self._world = world
        self.watches: Mapping[str, KeysOf] = {RESOURCE: own_key, "pods": self._of_pod}

    def _of_pod(self, event: Event) -> Iterable[Key]:
        keys = set(owner_keys(self._world, RESOURCE, "ReplicaSet", event.object))
        if event.old is not None and controller_of(event.old) != controller_of(event.object):
            keys |= set(owner_keys(self._world, RESOURCE, "ReplicaSet", event.old))
        return sorted(keys)

    def reconcile(self, world: World, key: Key) -> float | None:
        """One ReplicaSet. Looks again when a ready pod will have been ready for long enough."""
        replica_set = world.store.find(RESOURCE, *key)
        if replica_set is None:
            return None
        outcome = _Outcome(tuple(claim(world, replica_set, "pods", is_active)))
        if not is_deleting(replica_set):
            outcome = _manage(world, replica_set, list(outcome.pods))
        # Adoption and creation have not touched the ReplicaSet itself; its version is still the one read.
        status = _status(world, replica_set, outcome)
        if status != (replica_set.get("status") or {}):
            replica_set = world.api.update_status(RESOURCE, {**replica_set, "status": status})
        if outcome.failure is not None:
            raise outcome.failure
        return 0.0 if outcome.more else _next_availability(world, replica_set, outcome.pods)


def _manage(world: World, replica_set: Obj, pods: list[Obj]) -> _Outcome:
    surplus = len(pods) - replica_set["spec"].get("replicas", 1)
    if surplus < 0:
        return _create(world, replica_set, pods, -surplus)
    if surplus > 0:
        return _remove(world, replica_set, pods, surplus)
    return _Outcome(tuple(pods))


def _create(world: World, replica_set: Obj, pods: list[Obj], missing: int) -> _Outcome:
    for _ in range(min(missing, _BURST)):
        try:
            pod = world.api.create("pods", _new_pod(replica_set))
        except ApiError as error:
            if _namespace_ends(error):
                return _Outcome(tuple(pods))
            _tell(world, replica_set, "Warning", "FailedCreate", f"Error creating: {error.message}")
            return _Outcome(tuple(pods), failure=error, reason="FailedCreate")
        pods.append(pod)
        _tell(world, replica_set, "Normal", "SuccessfulCreate", f"Created pod: {pod['metadata']['name']}")
    return _Outcome(tuple(pods), more=missing > _BURST)


def _remove(world: World, replica_set: Obj, pods: list[Obj], surplus: int) -> _Outcome:
    chosen = to_delete(pods, _neighbours(world, replica_set), surplus, world.now())[:_BURST]
    gone: set[str] = set()
    for pod in chosen:
        namespace, name = key_of(pod)
        try:
            world.api.delete("pods", namespace, name, uid=pod["metadata"]["uid"])
        except ApiError as error:
            if error.reason not in ("NotFound", "Conflict"):
                _tell(world, replica_set, "Warning", "FailedDelete", f"Error deleting: {error.message}")
                return _Outcome(_left(pods, gone), failure=error, reason="FailedDelete")
        else:
            _tell(world, replica_set, "Normal", "SuccessfulDelete", f"Deleted pod: {name}")
        gone.add(name)
    return _Outcome(_left(pods, gone), more=surplus > _BURST)


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


def _neighbours(world: World, replica_set: Obj) -> Iterator[Obj]:
    """The pods of all ReplicaSets that have the same controller as this one (its own included)."""
    owner = controller_of(replica_set)
    uids = {replica_set["metadata"]["uid"]}
    if owner:
        siblings = world.store.dependents(owner["uid"])
        uids |= {obj["metadata"]["uid"] for resource, obj in siblings if resource == RESOURCE}
    for uid in sorted(uids):
        yield from (obj for resource, obj in world.store.dependents(uid) if resource == "pods")


def _namespace_ends(error: ApiError) -> bool:
    """The namespace is being deleted: nothing can be made there, and nothing needs to be."""
    causes = (error.details or {}).get("causes") or ()
    return any(cause.get("reason") == "NamespaceTerminating" for cause in causes)


def _tell(world: World, replica_set: Obj, type: str, reason: str, message: str) -> None:
    world.events.record(replica_set, "Warning" if type == "Warning" else "Normal", reason, message, _COMPONENT)


def _status(world: World, replica_set: Obj, outcome: _Outcome) -> Obj:
    template = ((replica_set["spec"].get("template") or {}).get("metadata") or {}).get("labels") or {}
    labelled = [pod for pod in outcome.pods if template.items() <= labels_of(pod).items()]
    ready = [pod for pod in outcome.pods if ready_since(pod) is not None]
    available = [pod for pod in ready if _wait(world, replica_set, pod) <= 0]
    dependents = world.store.dependents(replica_set["metadata"]["uid"])
    ending = [obj for resource, obj in dependents if resource == "pods" and is_terminating(obj)]
    counted = {
        "replicas": len(outcome.pods),
        "terminatingReplicas": len(ending),
        "fullyLabeledReplicas": len(labelled),
        "readyReplicas": len(ready),
        "availableReplicas": len(available),
        "observedGeneration": replica_set["metadata"].get("generation", 0),
        "conditions": _conditions(world, replica_set, outcome),
    }
    return without_empty(counted, "replicas", "terminatingReplicas")


def _conditions(world: World, replica_set: Obj, outcome: _Outcome) -> list[Obj]:
    conditions = (replica_set.get("status") or {}).get("conditions") or ()
    others = [dict(condition) for condition in conditions if condition["type"] != "ReplicaFailure"]
    if outcome.failure is None:
        return others
    known = condition_of(replica_set, "ReplicaFailure")
    if known is not None and known["reason"] == outcome.reason:
        return [*others, known]
    failure = {
        "type": "ReplicaFailure",
        "status": "True",
        "lastTransitionTime": stamp(world.now()),
        "reason": outcome.reason,
        "message": outcome.failure.message,
    }
    return [*others, failure]


def _wait(world: World, replica_set: Obj, pod: Obj) -> float:
    """Seconds until a ready pod counts as available; 0 or less when it does."""
    since = ready_since(pod)
    if since is None:
        return 0.0
    due = since + timedelta(seconds=replica_set["spec"].get("minReadySeconds", 0))
    return (due - world.now()).total_seconds()


def _next_availability(world: World, replica_set: Obj, pods: tuple[Obj, ...]) -> float | None:
    waits = [_wait(world, replica_set, pod) for pod in pods if ready_since(pod) is not None]
    return min((wait for wait in waits if wait > 0), default=None)
