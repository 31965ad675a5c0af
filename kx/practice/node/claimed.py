"""The claims of a pod as its kubelet sees them: what they are bound to, and whether that has reached the node."""

from __future__ import annotations

from kx.practice.claims import ATTACHMENTS, CLAIMS, VOLUMES, is_attached, is_bound, uses
from kx.practice.status import Obj
from kx.practice.store import Store


def volume_of(pod: Obj, name: str, store: Store) -> Obj | None:
    """The PersistentVolume behind a volume of a pod; None if it is no claim, or the claim has none."""
    use = next((one for one in uses(pod) if one.volume == name), None)
    return _volume(pod, use.claim, store) if use else None


def awaited(pod: Obj, store: Store) -> list[str]:
    """The names of a pod's volumes that are not yet bound, or not yet attached to its node."""
    return [use.volume for use in uses(pod) if not _is_here(pod, use.claim, store)]


def _volume(pod: Obj, claimed: str, store: Store) -> Obj | None:
    claim = store.find(CLAIMS, pod["metadata"]["namespace"], claimed)
    return store.find(VOLUMES, "", claim["spec"]["volumeName"]) if claim is not None and is_bound(claim) else None


def _is_here(pod: Obj, claimed: str, store: Store) -> bool:
    volume = _volume(pod, claimed, store)
    if volume is None:
        return False
    if not is_attached(volume):
        return True
    wanted = {"persistentVolumeName": volume["metadata"]["name"]}
    return any(
        one["spec"]["source"] == wanted and one["spec"]["nodeName"] == pod["spec"]["nodeName"]
        for one in store.list(ATTACHMENTS)
        if (one.get("status") or {}).get("attached")
    )
