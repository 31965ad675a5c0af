"""A Deployment and its ReplicaSets during one look: which is the newest, and how each is created and scaled."""

from __future__ import annotations

import copy
from dataclasses import dataclass

from kx.practice.controllers.deployment import limits, revisions
from kx.practice.controllers.deployment.conditions import Conditions
from kx.practice.controllers.deployment.template import HASH_LABEL, hashed, same
from kx.practice.controllers.objects import controlled_by, controller_of
from kx.practice.controllers.ownership import claim
from kx.practice.controllers.world import World
from kx.practice.status import ApiError, Obj

RESOURCE, REPLICA_SETS = "deployments.apps", "replicasets.apps"
COMPONENT = "deployment-controller"


@dataclass
class Family:
    """``newest`` has the Deployment's present template (None: not made yet); ``older`` are sorted by age."""

    world: World
    deployment: Obj
    conditions: Conditions
    older: list[Obj]
    newest: Obj | None = None
    collisions: int = 0
    revision: str = ""

    @property
    def everyone(self) -> list[Obj]:
        """All ReplicaSets, the newest last."""
        return [*self.older, *([self.newest] if self.newest else [])]

    @property
    def namespace(self) -> str:
        return str(self.deployment["metadata"].get("namespace", ""))

    @property
    def name(self) -> str:
        return str(self.deployment["metadata"]["name"])

    def scale(self, replica_set: Obj, replicas: int, always: bool = False) -> bool:
        """Let a ReplicaSet ask for ``replicas``; ``always`` refreshes its annotations even at the same size."""
        before = limits.replicas_of(replica_set)
        if before == replicas and not always:
            return False
        metadata = {**replica_set["metadata"], "annotations": self._scale_notes(replica_set)}
        spec = {**replica_set["spec"], "replicas": replicas}
        updated = {**replica_set, "metadata": metadata, "spec": spec}
        if updated != replica_set:
            self._replace(self.world.api.update(REPLICA_SETS, updated))
        if before != replicas:
            direction = "up" if replicas > before else "down"
            name = replica_set["metadata"]["name"]
            self.tell(f"Scaled {direction} replica set {name} from {before} to {replicas}")
        return before != replicas

    def tell(self, message: str) -> None:
        """An event about scaling."""
        self.world.events.record(self.deployment, "Normal", "ScalingReplicaSet", message, COMPONENT)

    def delete(self, replica_set: Obj) -> None:
        """Remove an old ReplicaSet nobody will roll back to."""
        metadata = replica_set["metadata"]
        try:
            self.world.api.delete(REPLICA_SETS, self.namespace, metadata["name"], uid=metadata["uid"])
        except ApiError as error:
            if error.reason != "NotFound":
                raise
        self.older = [known for known in self.older if known["metadata"]["uid"] != metadata["uid"]]

    def renew(self) -> None:
        """Keep the newest ReplicaSet's revision, annotations and minReadySeconds in step with the Deployment."""
        if self.newest is None:
            return
        revision = revisions.highest(self.older) + 1
        metadata = self.newest["metadata"]
        notes = revisions.notes(self.deployment, self.newest, revision)
        spec = {**self.newest["spec"], **_min_ready(self.deployment)}
        if not _min_ready(self.deployment):
            spec.pop("minReadySeconds", None)
        if notes != (metadata.get("annotations") or {}) or spec != self.newest["spec"]:
            updated = {**self.newest, "metadata": {**metadata, "annotations": notes}, "spec": spec}
            self._replace(self.world.api.update(REPLICA_SETS, updated))
        self.revision = revisions.text(self.newest)
        self.conditions.found(self.newest["metadata"]["name"])

    def create(self) -> None:
        """Make the ReplicaSet of the present template, with as many replicas as may be."""
        wanted = self._new_replica_set()
        name = wanted["metadata"]["name"]
        try:
            created = self.world.api.create(REPLICA_SETS, wanted)
        except ApiError as error:
            if error.reason == "AlreadyExists":
                created = self._met(wanted, error)
            else:
                self.conditions.creation_failed(name, error.message)
                raise
        self.newest = created
        replicas = limits.replicas_of(created)
        if replicas > 0:
            self.tell(f"Scaled up replica set {name} from 0 to {replicas}")
        self.revision = revisions.text(created)
        self.conditions.created(name)

    def _met(self, wanted: Obj, error: ApiError) -> Obj:
        """The name is taken: by our own ReplicaSet of this template, or by chance, and then a new hash is needed."""
        name = wanted["metadata"]["name"]
        present = self.world.store.get(REPLICA_SETS, self.namespace, name)
        owner = controller_of(present)
        ours = owner is not None and owner["uid"] == self.deployment["metadata"]["uid"]
        if ours and same(present["spec"]["template"], self.deployment["spec"]["template"]):
            return present
        self.collisions += 1
        raise error

    def _new_replica_set(self) -> Obj:
        spec = self.deployment["spec"]
        template = copy.deepcopy(spec["template"])
        value = hashed(template, self.collisions)
        meta = template.setdefault("metadata", {})
        meta["labels"] = {**(meta.get("labels") or {}), HASH_LABEL: value}
        selector = spec["selector"]
        labelled = {**(selector.get("matchLabels") or {}), HASH_LABEL: value}
        replica_set: Obj = {
            "apiVersion": "apps/v1",
            "kind": "ReplicaSet",
            "metadata": {
                "name": f"{self.name}-{value}",
                "namespace": self.namespace,
                "labels": dict(meta["labels"]),
                "ownerReferences": [controlled_by(self.deployment)],
            },
            "spec": {
                "replicas": 0,
                **_min_ready(self.deployment),
                "selector": {**selector, "matchLabels": labelled},
                "template": template,
            },
        }
        replica_set["spec"]["replicas"] = limits.new_replicas(self.deployment, self.everyone, replica_set)
        notes = revisions.notes(self.deployment, replica_set, revisions.highest(self.older) + 1)
        replica_set["metadata"]["annotations"] = {**notes, **self._scale_notes(replica_set)}
        return replica_set

    def _scale_notes(self, replica_set: Obj) -> dict[str, str]:
        wanted = limits.replicas_of(self.deployment)
        notes = {limits.DESIRED: str(wanted), limits.MAXIMUM: str(wanted + limits.surge(self.deployment))}
        return {**(replica_set["metadata"].get("annotations") or {}), **notes}

    def _replace(self, updated: Obj) -> None:
        uid = updated["metadata"]["uid"]
        if self.newest and self.newest["metadata"]["uid"] == uid:
            self.newest = updated
        self.older = [updated if known["metadata"]["uid"] == uid else known for known in self.older]


def gather(world: World, deployment: Obj, conditions: Conditions) -> Family:
    """The Deployment with the ReplicaSets it controls, after adopting and releasing."""
    claimed = sorted(claim(world, deployment, REPLICA_SETS), key=_age)
    template = deployment["spec"]["template"]
    newest = next((obj for obj in claimed if same(obj["spec"]["template"], template)), None)
    older = [obj for obj in claimed if obj is not newest]
    collisions = int((deployment.get("status") or {}).get("collisionCount", 0))
    return Family(world, deployment, conditions, older, newest, collisions)


def _age(replica_set: Obj) -> tuple[str, str]:
    return replica_set["metadata"].get("creationTimestamp", ""), replica_set["metadata"]["name"]


def _min_ready(deployment: Obj) -> Obj:
    seconds = deployment["spec"].get("minReadySeconds", 0)
    return {"minReadySeconds": seconds} if seconds else {}
