"""Which volume suits a claim. Pure: the rules of component-helpers/storage/volume and of the binder's index."""

from __future__ import annotations

from collections.abc import Iterable

from kx.practice.claims import capacity, class_of, is_for, request
from kx.practice.controllers.objects import is_deleting
from kx.practice.node.fit import reaches
from kx.practice.selectors import match_labels
from kx.practice.status import Obj


def mismatch(volume: Obj, claim: Obj) -> str:
    """Why a claim cannot have the volume it names, "" if it can. The words are the binder's."""
    if is_deleting(volume):
        return f'the volume is marked for deletion "{volume["metadata"]["name"]}"'
    if capacity(volume) < request(claim):
        return "requested PV is too small"
    if class_of(volume) != class_of(claim):
        return "storageClassName does not match"
    if _mode(volume) != _mode(claim):
        return "incompatible volumeMode"
    return "" if _has_modes(volume, claim) else "incompatible accessMode"


def best(volumes: Iterable[Obj], claim: Obj, *, delayed: bool = False, node: Obj | None = None) -> Obj | None:
    """The smallest volume that suits, one that is promised to the claim before all others; None if there is none.

    ``delayed``: without a ``node`` only a promised one counts, because a pod has to come first.
    """
    found: Obj | None = None
    for volume in volumes:
        if capacity(volume) < request(claim) or _mode(volume) != _mode(claim) or is_deleting(volume):
            continue
        if node is not None and not reaches(volume, node):
            continue
        if is_for(volume, claim):
            return volume
        if (node is None and delayed) or (volume.get("spec") or {}).get("claimRef"):
            continue
        if _is_free(volume, claim) and (found is None or _order(volume) < _order(found)):
            found = volume
    return found


def _is_free(volume: Obj, claim: Obj) -> bool:
    selector = (claim.get("spec") or {}).get("selector")
    return (
        (volume.get("status") or {}).get("phase") == "Available"
        and class_of(volume) == class_of(claim)
        and (selector is None or match_labels(selector, volume["metadata"].get("labels") or {}))
        and _has_modes(volume, claim)
    )


def _order(volume: Obj) -> tuple[object, str]:
    return capacity(volume), volume["metadata"]["name"]


def _mode(obj: Obj) -> str:
    return str((obj.get("spec") or {}).get("volumeMode") or "Filesystem")


def _has_modes(volume: Obj, claim: Obj) -> bool:
    wanted = (claim.get("spec") or {}).get("accessModes") or ()
    return set(wanted) <= set((volume.get("spec") or {}).get("accessModes") or ())
