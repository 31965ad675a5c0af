"""What admission does to claims and volumes: a default class, protection from deletion in use, and refusals to resize.

Rules: plugin/pkg/admission/storage (storageclass/setdefault, persistentvolume/resize, storageobjectinuseprotection).
"""

from __future__ import annotations

from kx.practice.claims import (
    CLAIM_FINALIZER,
    CLAIMS,
    CLASSES,
    VOLUME_FINALIZER,
    class_of,
    default_class,
    request,
    wants_default_class,
)
from kx.practice.status import Obj, forbidden
from kx.practice.store import Store


def admit_claim(store: Store, claim: Obj) -> Obj:
    """A new claim: protected, and with the default class if it leaves the class open."""
    claim = _protected(claim, CLAIM_FINALIZER)
    if wants_default_class(claim):
        chosen = default_class(store.list(CLASSES))
        if chosen is not None:
            claim = {**claim, "spec": {**(claim.get("spec") or {}), "storageClassName": chosen["metadata"]["name"]}}
    return claim


def admit_volume(volume: Obj) -> Obj:
    """A new volume: protected."""
    return _protected(volume, VOLUME_FINALIZER)


def admit_resize(store: Store, claim: Obj, old: Obj) -> Obj:
    """A changed claim; Forbidden where it asks for more and its class does not allow that."""
    if request(claim) > request(old) and (old.get("status") or {}).get("phase") == "Bound":
        storage_class = store.find(CLASSES, "", class_of(old))
        if storage_class is None or not storage_class.get("allowVolumeExpansion"):
            why = "only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must "
            raise forbidden(CLAIMS, claim["metadata"]["name"], f"{why}support resize")
    return claim


def _protected(obj: Obj, finalizer: str) -> Obj:
    metadata = obj["metadata"]
    finalizers = metadata.get("finalizers") or []
    if finalizer in finalizers:
        return obj
    return {**obj, "metadata": {**metadata, "finalizers": [*finalizers, finalizer]}}
