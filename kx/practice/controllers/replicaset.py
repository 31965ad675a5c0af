"""ReplicaSets and ReplicationControllers: as many pods as asked for, no more, no fewer.

The older kind is led by the same code, as in Kubernetes (pkg/controller/replication); it differs in how its selector
is written and in what its status tells. Knows nothing of Deployments but that ReplicaSets of one owner share nodes.
Rules: pkg/controller/replicaset.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from kx.practice.controllers.objects import (
    condition_of,
    controller_of,
    is_active,
    is_deleting,
    is_terminating,
    labels_of,
    own_key,
    ready_since,
    stamp,
    without_empty,
)
from kx.practice.controllers.ownership import claim, owner_keys
from kx.practice.controllers.podcontrol import COMPONENTS, Outcome, create, remove
from kx.practice.controllers.ranking import to_delete
from kx.practice.controllers.world import Key, KeysOf, World
from kx.practice.history import Event
from kx.practice.status import Obj

RESOURCE = "replicasets.apps"


@dataclass(frozen=True)
class Led:
    """A kind that is led here."""

    kind: str
    resource: str
    tells_of_the_ending: bool  # whether its status counts pods that are told to go


REPLICA_SETS = Led("ReplicaSet", RESOURCE, True)
REPLICATION_CONTROLLERS = Led("ReplicationController", "replicationcontrollers", False)


@dataclass
class _Backlog:
    """Pods still to be made of those found missing, while the ReplicaSet asks for the same."""

    uid: str
    generation: int
    missing: int


class ReplicaSetController:
    """Makes and removes the pods of one kind, and counts them in the status."""

    def __init__(self, world: World, led: Led = REPLICA_SETS) -> None:
        self.name = COMPONENTS[led.kind]
        self._world = world
        self._led = led
        self._backlogs: dict[Key, _Backlog] = {}
        self.watches: Mapping[str, KeysOf] = {led.resource: own_key, "pods": self._of_pod}

    def _of_pod(self, event: Event) -> Iterable[Key]:
        keys = set(owner_keys(self._world, self._led.resource, self._led.kind, event.object))
        if event.old is not None and controller_of(event.old) != controller_of(event.object):
            keys |= set(owner_keys(self._world, self._led.resource, self._led.kind, event.old))
        return sorted(keys)

    def reconcile(self, world: World, key: Key) -> float | None:
        """One ReplicaSet. Looks again when a ready pod will have been ready for long enough."""
        replica_set = world.store.find(self._led.resource, *key)
        if replica_set is None:
            self._backlogs.pop(key, None)
            return None
        if self._work_off(world, key, replica_set):
            return 0.0
        outcome = Outcome(tuple(claim(world, replica_set, "pods", is_active)))
        if not is_deleting(replica_set):
            outcome = _manage(world, replica_set, list(outcome.pods))
        # Adoption and creation have not touched the ReplicaSet itself; its version is still the one read.
        status = _status(world, replica_set, outcome)
        if not self._led.tells_of_the_ending:
            status.pop("terminatingReplicas", None)
        if status != (replica_set.get("status") or {}):
            replica_set = world.api.update_status(self._led.resource, {**replica_set, "status": status})
        if outcome.failure is not None:
            raise outcome.failure
        if outcome.missing:
            self._backlogs[key] = _backlog(replica_set, outcome)
        return 0.0 if outcome.more else _next_availability(world, replica_set, outcome.pods)

    def _work_off(self, world: World, key: Key, replica_set: Obj) -> bool:
        """Make more of the pods that were missing, without counting all there are. False: count again."""
        backlog = self._backlogs.pop(key, None)
        metadata = replica_set["metadata"]
        if backlog is None or is_deleting(replica_set):
            return False
        if (backlog.uid, backlog.generation) != (metadata["uid"], metadata.get("generation", 0)):
            return False
        outcome = create(world, replica_set, [], backlog.missing)
        if outcome.missing and outcome.failure is None:
            self._backlogs[key] = replace(backlog, missing=outcome.missing)
        return True


def _backlog(replica_set: Obj, outcome: Outcome) -> _Backlog:
    """As many as there are now, at most: so counting them again costs no more than making them did."""
    metadata = replica_set["metadata"]
    missing = min(outcome.missing, len(outcome.pods))
    return _Backlog(metadata["uid"], metadata.get("generation", 0), missing)


def _manage(world: World, replica_set: Obj, pods: list[Obj]) -> Outcome:
    surplus = len(pods) - replica_set["spec"].get("replicas", 1)
    if surplus < 0:
        return create(world, replica_set, pods, -surplus)
    if surplus > 0:
        chosen = to_delete(pods, _neighbours(world, replica_set), surplus, world.now())
        return remove(world, replica_set, pods, chosen)
    return Outcome(tuple(pods))


def _neighbours(world: World, replica_set: Obj) -> Iterator[Obj]:
    """The pods of all ReplicaSets that have the same controller as this one (its own included)."""
    owner = controller_of(replica_set)
    uids = {replica_set["metadata"]["uid"]}
    if owner:
        siblings = world.store.dependents(owner["uid"])
        uids |= {obj["metadata"]["uid"] for resource, obj in siblings if resource == RESOURCE}
    for uid in sorted(uids):
        yield from (obj for resource, obj in world.store.dependents(uid) if resource == "pods")


def _status(world: World, replica_set: Obj, outcome: Outcome) -> Obj:
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


def _conditions(world: World, replica_set: Obj, outcome: Outcome) -> list[Obj]:
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
