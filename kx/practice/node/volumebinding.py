"""What a pod's claims mean for where it can run: kube-scheduler's VolumeBinding and VolumeRestrictions. Reads only."""

from __future__ import annotations

from dataclasses import dataclass

from kx.practice.claims import (
    CLAIMS,
    CLASSES,
    NO_PROVISIONER,
    SELECTED_NODE,
    VOLUMES,
    class_of,
    is_bound,
    notes_of,
    uses,
    waits_for_consumer,
)
from kx.practice.controllers.volumes.matching import best
from kx.practice.node.fit import reaches
from kx.practice.status import Obj
from kx.practice.store import Store

AFFINITY = "node(s) had volume node affinity conflict"
NO_VOLUME = "node(s) didn't find available persistent volumes to bind"
IN_USE = (
    "node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod"
)


@dataclass(frozen=True)
class Binding:
    """The claims of one pod, as scheduling sees them."""

    problem: str = ""  # keeps the pod from every node
    volumes: tuple[Obj, ...] = ()  # of claims that are bound
    delayed: tuple[Obj, ...] = ()  # claims that are bound once a node is chosen
    in_use: bool = False  # a claim for one pod alone has its pod

    @property
    def selected(self) -> str:
        """The node that was chosen for claims that are still being provisioned; "" if none was."""
        return next((notes_of(claim)[SELECTED_NODE] for claim in self.delayed if _is_selected(claim)), "")


def binding(pod: Obj, store: Store) -> Binding:
    """What there is to know before any node is looked at."""
    volumes, delayed, in_use = [], [], False
    for use in uses(pod):
        claim = store.find(CLAIMS, pod["metadata"]["namespace"], use.claim)
        if claim is None:
            ephemeral = f'waiting for ephemeral volume controller to create the persistentvolumeclaim "{use.claim}"'
            made = any(one["name"] == use.volume and "ephemeral" in one for one in pod["spec"]["volumes"])
            return Binding(ephemeral if made else f'persistentvolumeclaim "{use.claim}" not found')
        if claim["metadata"].get("deletionTimestamp"):
            return Binding(f'persistentvolumeclaim "{use.claim}" is being deleted')
        in_use = in_use or _has_its_pod(pod, claim, store)
        if is_bound(claim):
            volume = store.find(VOLUMES, "", claim["spec"]["volumeName"])
            if volume is None:
                name = claim["spec"]["volumeName"]
                return Binding(f'persistentvolumeclaim "{use.claim}" bound to non-existent persistentvolume "{name}"')
            volumes.append(volume)
        elif waits_for_consumer(store.find(CLASSES, "", class_of(claim))):
            delayed.append(claim)
        else:
            return Binding("pod has unbound immediate PersistentVolumeClaims")
    return Binding("", tuple(volumes), tuple(delayed), in_use)


def refusal(found: Binding, node: Obj, store: Store) -> str:
    """Why a node will not do, "" if it will."""
    if found.in_use:
        return IN_USE
    if not all(reaches(volume, node) for volume in found.volumes):
        return AFFINITY
    for claim in found.delayed:
        storage_class = store.find(CLASSES, "", class_of(claim))
        made = storage_class is not None and storage_class["provisioner"] != NO_PROVISIONER
        if not made and chosen(claim, node, store) is None:
            return NO_VOLUME
    return ""


def chosen(claim: Obj, node: Obj, store: Store) -> Obj | None:
    """The volume that a claim gets once its pod goes to ``node``; None if one has to be made."""
    return best(store.list(VOLUMES), claim, delayed=True, node=node)


def _is_selected(claim: Obj) -> bool:
    return SELECTED_NODE in notes_of(claim)


def _has_its_pod(pod: Obj, claim: Obj, store: Store) -> bool:
    """Whether another pod uses a claim that only one pod may use."""
    if "ReadWriteOncePod" not in (claim["spec"].get("accessModes") or ()):
        return False
    name = claim["metadata"]["name"]
    for other in store.list("pods", pod["metadata"]["namespace"]):
        over = (other.get("status") or {}).get("phase") in ("Succeeded", "Failed")
        runs = other["spec"].get("nodeName") and not over and other["metadata"]["uid"] != pod["metadata"]["uid"]
        if runs and any(use.claim == name for use in uses(other)):
            return True
    return False
