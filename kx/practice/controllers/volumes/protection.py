"""What is in use is not deleted under its users: claims of pods, and volumes of claims.

Rules: pkg/controller/volume/pvcprotection and pvprotection.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kx.practice.claims import CLAIM_FINALIZER, CLAIMS, VOLUME_FINALIZER, VOLUMES, uses
from kx.practice.controllers.objects import is_deleting, own_key
from kx.practice.controllers.volumes.writing import patched
from kx.practice.controllers.world import Key, KeysOf, World
from kx.practice.history import Event
from kx.practice.status import Obj


class ClaimProtectionController:
    """Lets claims go once no pod on any node uses them."""

    name = "persistentvolumeclaim-protection-controller"

    def __init__(self, world: World) -> None:
        self.watches: Mapping[str, KeysOf] = {CLAIMS: own_key, "pods": _claims_of}

    def reconcile(self, world: World, key: Key) -> float | None:
        """One claim."""
        claim = world.store.find(CLAIMS, *key)
        if claim is not None and not is_deleting(claim):
            _protect(world, CLAIMS, claim, CLAIM_FINALIZER)
        elif claim is not None and not _is_used(world, claim):
            _let_go(world, CLAIMS, claim, CLAIM_FINALIZER)
        return None


class VolumeProtectionController:
    """Lets volumes go once no claim has them, and what was on them."""

    name = "persistentvolume-protection-controller"

    def __init__(self, world: World) -> None:
        self.watches: Mapping[str, KeysOf] = {VOLUMES: own_key}

    def reconcile(self, world: World, key: Key) -> float | None:
        """One volume."""
        volume = world.store.find(VOLUMES, *key)
        if volume is None:
            world.disks.sweep()
        elif not is_deleting(volume):
            _protect(world, VOLUMES, volume, VOLUME_FINALIZER)
        elif (volume.get("status") or {}).get("phase") != "Bound":
            _let_go(world, VOLUMES, volume, VOLUME_FINALIZER)
        return None


def _claims_of(event: Event) -> Iterator[Key]:
    for use in uses(event.object):
        yield event.object["metadata"]["namespace"], use.claim


def _is_used(world: World, claim: Obj) -> bool:
    """A pod that has no node yet does not count: no kubelet would start it with a claim that goes."""
    name, pods = claim["metadata"]["name"], world.store.list("pods", claim["metadata"]["namespace"])
    return any(pod["spec"].get("nodeName") and any(use.claim == name for use in uses(pod)) for pod in pods)


def _protect(world: World, resource: str, obj: Obj, finalizer: str) -> None:
    finalizers = obj["metadata"].get("finalizers") or []
    if finalizer not in finalizers:
        patched(world, resource, obj, {"metadata": {"finalizers": [*finalizers, finalizer]}})


def _let_go(world: World, resource: str, obj: Obj, finalizer: str) -> None:
    finalizers = obj["metadata"].get("finalizers") or []
    if finalizer in finalizers:
        left = [each for each in finalizers if each != finalizer]
        patched(world, resource, obj, {"metadata": {"finalizers": left or None}})
