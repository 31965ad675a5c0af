"""Makes the volumes of the practice cluster's own class, as the sidecar of a CSI driver does, and lets them grow.

Follows the annotation with which the binder says who is to make a claim's volume.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from kx.practice.claims import (
    CLAIMS,
    CLASSES,
    DRIVER,
    PROVISIONED_BY,
    PROVISIONER,
    SELECTED_NODE,
    VOLUMES,
    capacity,
    class_of,
    is_bound,
    notes_of,
    reference,
    request,
    waits_for_consumer,
)
from kx.practice.controllers.objects import is_deleting, own_key
from kx.practice.controllers.volumes.writing import patched
from kx.practice.controllers.world import Key, KeysOf, World
from kx.practice.status import Obj

SOURCE = f"{DRIVER}_practice"
_RESIZER = f"external-resizer {DRIVER}"
_SECONDS = 0.5  # to make a disk


class ProvisioningController:
    """Provisions and resizes."""

    name = "disk-provisioner"

    def __init__(self, world: World) -> None:
        self.watches: Mapping[str, KeysOf] = {CLAIMS: own_key}
        self._due: dict[str, float] = {}  # claim's uid -> when its volume is ready, as a timestamp

    def reconcile(self, world: World, key: Key) -> float | None:
        """One claim."""
        claim = world.store.find(CLAIMS, *key)
        if claim is None or is_deleting(claim):
            return None
        if is_bound(claim):
            self._due.pop(claim["metadata"]["uid"], None)
            _grow(world, claim)
            return None
        return self._provision(world, claim)

    def _provision(self, world: World, claim: Obj) -> float | None:
        storage_class = world.store.find(CLASSES, "", class_of(claim))
        if notes_of(claim).get(PROVISIONER) != DRIVER or storage_class is None or claim["spec"].get("volumeName"):
            return None
        if waits_for_consumer(storage_class) and SELECTED_NODE not in notes_of(claim):
            return None
        uid, metadata = claim["metadata"]["uid"], claim["metadata"]
        name = f"pvc-{uid}"
        if world.store.find(VOLUMES, "", name) is not None:
            return None
        problem = _impossible(claim)
        if problem:
            why = f'failed to provision volume with StorageClass "{class_of(claim)}": {problem}'
            _tell(world, claim, "Warning", "ProvisioningFailed", why)
            return 15.0
        now = world.now().timestamp()
        if uid not in self._due:
            what = f'External provisioner is provisioning volume for claim "{metadata["namespace"]}/{metadata["name"]}"'
            _tell(world, claim, "Normal", "Provisioning", what)
            self._due[uid] = now + world.options.paced(_SECONDS)
        if now < self._due[uid]:
            return self._due[uid] - now
        del self._due[uid]
        world.api.create(VOLUMES, _volume(name, claim, storage_class))
        _tell(world, claim, "Normal", "ProvisioningSucceeded", f"Successfully provisioned volume {name}")
        return None


def _impossible(claim: Obj) -> str:
    if claim["spec"].get("volumeMode") == "Block":
        return "the practice cluster has no block devices"
    if claim["spec"].get("selector") is not None:
        return "claim Selector is not supported"
    return ""


def _volume(name: str, claim: Obj, storage_class: Obj) -> Obj:
    spec: Obj = {
        "capacity": {"storage": claim["spec"]["resources"]["requests"]["storage"]},
        "accessModes": claim["spec"]["accessModes"],
        "persistentVolumeReclaimPolicy": storage_class.get("reclaimPolicy", "Delete"),
        "storageClassName": storage_class["metadata"]["name"],
        "volumeMode": claim["spec"].get("volumeMode", "Filesystem"),
        "csi": {"driver": DRIVER, "volumeHandle": name, "fsType": "ext4"},
        "claimRef": reference(claim),
    }
    if storage_class.get("mountOptions"):
        spec["mountOptions"] = storage_class["mountOptions"]
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolume",
        "metadata": {"name": name, "annotations": {PROVISIONED_BY: DRIVER}},
        "spec": spec,
    }


def _grow(world: World, claim: Obj) -> None:
    """Give a bound claim the room it asks for by now, where its class allows that."""
    volume = world.store.find(VOLUMES, "", claim["spec"]["volumeName"])
    if volume is None or notes_of(volume).get(PROVISIONED_BY) != DRIVER:
        return
    wanted = {"storage": claim["spec"]["resources"]["requests"]["storage"]}
    if request(claim) > capacity(volume):
        name = volume["metadata"]["name"]
        world.events.record(claim, "Normal", "Resizing", f"External resizer is resizing volume {name}", _RESIZER)
        volume = patched(world, VOLUMES, volume, {"spec": {"capacity": wanted}})
        done = "Resize volume succeeded"
        world.events.record(claim, "Normal", "VolumeResizeSuccessful", done, _RESIZER)
    status = claim.get("status") or {}
    if status.get("phase") == "Bound" and status.get("capacity") != volume["spec"]["capacity"]:
        world.api.update_status(CLAIMS, {**claim, "status": {**status, "capacity": volume["spec"]["capacity"]}})


def _tell(world: World, claim: Obj, kind: Literal["Normal", "Warning"], reason: str, message: str) -> None:
    world.events.record(claim, kind, reason, message, SOURCE)
