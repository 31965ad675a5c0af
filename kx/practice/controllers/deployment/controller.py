"""Deployments: ReplicaSets that replace each other, one revision after another, within the limits of the strategy.

The story of one look; its sentences are in the modules beside this one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from kx.practice.controllers.deployment import progress, revisions, rollout
from kx.practice.controllers.deployment.conditions import Conditions
from kx.practice.controllers.deployment.family import COMPONENT, REPLICA_SETS, RESOURCE, Family, gather
from kx.practice.controllers.deployment.limits import is_rolling
from kx.practice.controllers.objects import annotations_of, controller_of, is_deleting, own_key
from kx.practice.controllers.ownership import owner_keys
from kx.practice.controllers.world import Key, KeysOf, World
from kx.practice.history import Event
from kx.practice.status import ApiError, Obj


class DeploymentController:
    """Brings Deployments to their template, step by step."""

    name = COMPONENT

    def __init__(self, world: World) -> None:
        self._world = world
        self.watches: Mapping[str, KeysOf] = {
            RESOURCE: own_key,
            REPLICA_SETS: self._of_replica_set,
            "pods": self._of_pod,
        }

    def _of_replica_set(self, event: Event) -> Iterable[Key]:
        keys = set(owner_keys(self._world, RESOURCE, "Deployment", event.object))
        if event.old is not None and controller_of(event.old) != controller_of(event.object):
            keys |= set(owner_keys(self._world, RESOURCE, "Deployment", event.old))
        return sorted(keys)

    def _of_pod(self, event: Event) -> Iterable[Key]:
        """Only a pod that went matters: Recreate waits for the last one. The rest comes by way of the ReplicaSets."""
        owner = controller_of(event.object)
        if event.type != "DELETED" or owner is None or owner["kind"] != "ReplicaSet":
            return ()
        namespace = event.object["metadata"].get("namespace", "")
        replica_set = self._world.store.find(REPLICA_SETS, namespace, owner["name"])
        return tuple(owner_keys(self._world, RESOURCE, "Deployment", replica_set)) if replica_set else ()

    def reconcile(self, world: World, key: Key) -> float | None:
        """One Deployment. Looks again when its progress deadline may have passed."""
        deployment = world.store.find(RESOURCE, *key)
        if deployment is None or not deployment["spec"].get("selector"):
            return None
        conditions = Conditions(deployment, world.now())
        family = gather(world, deployment, conditions)
        failure = None
        try:
            estimated = _step(family)
        except ApiError as error:
            failure, estimated = error, False
        status = _write_status(family, estimated)
        if failure is not None:
            raise failure
        return progress.next_check(deployment, status, conditions, world.now())


def _step(family: Family) -> bool:
    """Move one step. Returns whether this was part of a rollout, so that progress is to be judged."""
    spec = family.deployment["spec"]
    if is_deleting(family.deployment):
        return False
    family.conditions.paused(bool(spec.get("paused")))
    family.renew()
    if spec.get("paused"):
        rollout.rescale(family)
        rollout.clean_up(family)
        return False
    if rollout.is_scaling(family):
        rollout.rescale(family)
        return False
    if is_rolling(family.deployment):
        rollout.roll(family)
    else:
        rollout.recreate(family)
    return True


def _write_status(family: Family, estimated: bool) -> Obj:
    """Store the counts, the conditions and the revision, in one write and only if anything changed."""
    deployment = family.deployment
    numbers = progress.counts(family)
    if estimated:
        progress.estimate(family, numbers, family.world.now())
        progress.failures(family)
    status = {**numbers, "conditions": family.conditions.list()}
    notes = dict(annotations_of(deployment))
    if family.revision:
        notes[revisions.REVISION] = family.revision
    if status == (deployment.get("status") or {}) and notes == annotations_of(deployment):
        return status
    metadata = {**deployment["metadata"], "annotations": notes}
    if not notes:
        metadata.pop("annotations")
    family.world.api.update_status(RESOURCE, {**deployment, "metadata": metadata, "status": status})
    return status
