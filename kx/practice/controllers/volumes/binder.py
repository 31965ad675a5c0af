"""Claims get volumes, and volumes learn what became of their claims. Rules: pkg/controller/volume/persistentvolume.

A key with a namespace is a claim, one without is a volume. Who makes volumes, attaches them or fills them is not known
here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

from kx.practice.claims import (
    BIND_COMPLETED,
    BOUND_BY_CONTROLLER,
    CLAIMS,
    CLASSES,
    NO_PROVISIONER,
    OLD_PROVISIONER,
    PROVISIONER,
    SELECTED_NODE,
    VOLUMES,
    class_of,
    default_class,
    is_for,
    notes_of,
    reference,
    uses,
    waits_for_consumer,
    wants_default_class,
)
from kx.practice.controllers.objects import is_deleting, key_of, own_key
from kx.practice.controllers.volumes.matching import best, mismatch
from kx.practice.controllers.volumes.reclaiming import Reclaimer
from kx.practice.controllers.volumes.writing import annotated, claim_status, patched, volume_phase
from kx.practice.controllers.world import Key, KeysOf, World
from kx.practice.history import Event
from kx.practice.status import Obj

SOURCE = "persistentvolume-controller"
_LOST = "Data on the volume is lost!"
_CLASS_SECONDS = 0.2  # before a new claim gets the default class
_RESYNC = 15.0  # seconds after which an unbound claim is looked at again


class PersistentVolumeController:
    """The binder."""

    name = "persistentvolume-binder-controller"

    def __init__(self, world: World) -> None:
        self._world = world
        self._reclaimer = Reclaimer(world, SOURCE)
        self._new: dict[str, float] = {}  # claim's uid -> until when its class is its maker's to name
        self._said: dict[str, tuple[str, float]] = {}  # claim's uid -> what was said last, and when
        self.watches: Mapping[str, KeysOf] = {
            CLAIMS: self._of_claim,
            VOLUMES: self._of_volume,
            CLASSES: lambda event: self._unbound(),
            "pods": self._of_pod,
        }

    def reconcile(self, world: World, key: Key) -> float | None:
        """One claim or one volume."""
        if not key[0]:
            volume = world.store.find(VOLUMES, *key)
            return self._volume(volume) if volume is not None else None
        claim = world.store.find(CLAIMS, *key)
        if claim is None:
            return None
        if BIND_COMPLETED in notes_of(claim):
            self._said.pop(claim["metadata"]["uid"], None)
            self._bound(claim)
            return None
        return self._unbound_claim(claim)

    # Who has to be looked at

    def _of_claim(self, event: Event) -> Iterator[Key]:
        yield from own_key(event)
        name = (event.object.get("spec") or {}).get("volumeName")
        if name:
            yield "", name
        for volume in self._world.store.list(VOLUMES) if event.type == "DELETED" else ():
            if is_for(volume, event.object):
                yield "", volume["metadata"]["name"]

    def _of_volume(self, event: Event) -> Iterator[Key]:
        yield from own_key(event)
        known = event.object["spec"].get("claimRef")
        if known:
            yield known.get("namespace", ""), known.get("name", "")
        else:
            yield from self._unbound()

    def _of_pod(self, event: Event) -> Iterator[Key]:
        """A pod that came or found its node moves the claims that waited for it."""
        namespace = event.object["metadata"]["namespace"]
        for use in uses(event.object):
            claim = self._world.store.find(CLAIMS, namespace, use.claim)
            if claim is not None and BIND_COMPLETED not in notes_of(claim):
                yield namespace, use.claim

    def _unbound(self) -> Iterator[Key]:
        for claim in self._world.store.list(CLAIMS):
            if BIND_COMPLETED not in notes_of(claim):
                yield key_of(claim)

    # Claims

    def _unbound_claim(self, claim: Obj) -> float | None:
        if is_deleting(claim):
            return None
        if claim["spec"].get("volumeName"):
            self._named_volume(claim)
            return None
        if wants_default_class(claim):
            chosen = default_class(self._world.store.list(CLASSES))
            if chosen is not None:
                return self._give_class(claim, chosen)
        storage_class = self._world.store.find(CLASSES, "", class_of(claim))
        delayed = waits_for_consumer(storage_class)
        volume = best(self._world.store.list(VOLUMES), claim, delayed=delayed)
        if volume is not None:
            self._bind(volume, claim)
            return None
        claim = claim_status(self._world, claim, "Pending")
        if delayed and SELECTED_NODE not in notes_of(claim):
            self._wait_for_pod(claim)
        elif class_of(claim):
            self._ask_for_volume(claim, storage_class)
        else:
            why = "no persistent volumes available for this claim and no storage class is set"
            self._tell(claim, "Normal", "FailedBinding", why)
        return _RESYNC

    def _give_class(self, claim: Obj, chosen: Obj) -> float | None:
        """The default class, given after the fact: so claims get it too that were there before it was."""
        uid, now = claim["metadata"]["uid"], self._world.now().timestamp()
        due = self._new.setdefault(uid, now + _CLASS_SECONDS)
        if now < due:
            return due - now
        del self._new[uid]
        patched(self._world, CLAIMS, claim, {"spec": {"storageClassName": chosen["metadata"]["name"]}})
        return None

    def _wait_for_pod(self, claim: Obj) -> None:
        pods = self._world.store.list("pods", claim["metadata"]["namespace"])
        users = [
            pod["metadata"]["name"]
            for pod in pods
            if not pod["spec"].get("nodeName") and any(use.claim == claim["metadata"]["name"] for use in uses(pod))
        ]
        if users:
            many = "pods" if len(users) > 1 else "pod"
            self._tell(claim, "Normal", "WaitForPodScheduled", f"waiting for {many} {','.join(users)} to be scheduled")
        else:
            why = "waiting for first consumer to be created before binding"
            self._tell(claim, "Normal", "WaitForFirstConsumer", why)

    def _ask_for_volume(self, claim: Obj, storage_class: Obj | None) -> None:
        """Say who is to make a volume; whoever does follows the annotation."""
        if storage_class is None:
            why = f'storageclass.storage.k8s.io "{class_of(claim)}" not found'
            self._tell(claim, "Warning", "ProvisioningFailed", why)
            return
        provisioner = storage_class["provisioner"]
        if provisioner == NO_PROVISIONER:
            self._tell(claim, "Warning", "ProvisioningFailed", f"no volume plugin matched name: {provisioner}")
            return
        claim = annotated(self._world, CLAIMS, claim, {PROVISIONER: provisioner, OLD_PROVISIONER: provisioner})
        who = f"Waiting for a volume to be created either by the external provisioner '{provisioner}' or manually by "
        how = "the system administrator. If volume creation is delayed, please verify that the provisioner is running "
        self._tell(claim, "Normal", "ExternalProvisioning", f"{who}{how}and correctly registered.")

    def _named_volume(self, claim: Obj) -> None:
        """The claim names its volume."""
        name = claim["spec"]["volumeName"]
        volume = self._world.store.find(VOLUMES, "", name)
        if volume is None:
            claim_status(self._world, claim, "Pending")
        elif not volume["spec"].get("claimRef"):
            why = mismatch(volume, claim)
            if not why:
                self._bind(volume, claim)
                return
            self._tell(claim, "Warning", "VolumeMismatch", f'Cannot bind to requested volume "{name}": {why}')
            claim_status(self._world, claim, "Pending")
        elif is_for(volume, claim):
            self._bind(volume, claim)
        elif BOUND_BY_CONTROLLER not in notes_of(claim):
            why = f'volume "{name}" already bound to a different claim.'
            self._tell(claim, "Warning", "FailedBinding", why)
            claim_status(self._world, claim, "Pending")

    def _bound(self, claim: Obj) -> None:
        """A claim that had a volume once: it has it still, or has lost it for ever."""
        name = claim["spec"].get("volumeName")
        volume = self._world.store.find(VOLUMES, "", name) if name else None
        if not name:
            self._lose(claim, "ClaimLost", f"Bound claim has lost reference to PersistentVolume. {_LOST}")
        elif volume is None:
            self._lose(claim, "ClaimLost", f"Bound claim has lost its PersistentVolume. {_LOST}")
        elif volume["spec"].get("claimRef") and volume["spec"]["claimRef"].get("uid") != claim["metadata"]["uid"]:
            why = "Two claims are bound to the same volume, this one is bound incorrectly"
            self._lose(claim, "ClaimMisbound", why)
        else:
            self._bind(volume, claim)

    def _lose(self, claim: Obj, reason: str, message: str) -> None:
        if (claim.get("status") or {}).get("phase") != "Lost":
            claim_status(self._world, claim, "Lost")
            self._tell(claim, "Warning", reason, message)

    def _bind(self, volume: Obj, claim: Obj) -> None:
        """Volume first, then claim: whatever is interrupted is completed by the next look."""
        volume = volume_phase(self._world, _promised(self._world, volume, claim), "Bound")
        name = volume["metadata"]["name"]
        if not claim["spec"].get("volumeName"):
            claim = annotated(self._world, CLAIMS, claim, {BOUND_BY_CONTROLLER: "yes"})
            claim = patched(self._world, CLAIMS, claim, {"spec": {"volumeName": name}})
        claim = annotated(self._world, CLAIMS, claim, {BIND_COMPLETED: "yes"})
        claim_status(self._world, claim, "Bound", volume)

    # Volumes

    def _volume(self, volume: Obj) -> float | None:
        known = volume["spec"].get("claimRef")
        if not known or not known.get("uid"):
            if not is_deleting(volume):
                volume_phase(self._world, volume, "Available")
            return None
        claim = self._world.store.find(CLAIMS, known.get("namespace", ""), known.get("name", ""))
        if claim is None or claim["metadata"]["uid"] != known["uid"]:
            phase = (volume.get("status") or {}).get("phase")
            if phase not in ("Released", "Failed"):
                volume = volume_phase(self._world, volume, "Released")
            return self._reclaimer.reclaim(volume)
        if claim["spec"].get("volumeName") == volume["metadata"]["name"]:
            volume_phase(self._world, volume, "Bound")
        elif claim["spec"].get("volumeName") and BOUND_BY_CONTROLLER in notes_of(volume):
            self._reclaimer.unbind(volume)  # the claim has another volume by now: this one was promised in vain
        return None

    def _tell(self, obj: Obj, kind: Literal["Normal", "Warning"], reason: str, message: str) -> None:
        """Say it; the same again only after a while, however often the claim is looked at."""
        uid, now = obj["metadata"]["uid"], self._world.now().timestamp()
        said, before = self._said.get(uid, ("", 0.0))
        if said != message or now - before >= _RESYNC:
            self._said[uid] = message, now
            self._world.events.record(obj, kind, reason, message, SOURCE)


def _promised(world: World, volume: Obj, claim: Obj) -> Obj:
    """The volume with a reference to the claim; one that an administrator wrote is completed."""
    known = volume["spec"].get("claimRef")
    if known and known.get("uid") == claim["metadata"]["uid"]:
        return volume
    patch: Obj = {"spec": {"claimRef": reference(claim)}}
    if not known:
        patch["metadata"] = {"annotations": {BOUND_BY_CONTROLLER: "yes"}}
    return patched(world, VOLUMES, volume, patch)
