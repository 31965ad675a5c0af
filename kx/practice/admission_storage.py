"""What admission refuses of claims. Rule: plugin/pkg/admission/storage/persistentvolume/resize."""

from __future__ import annotations

from kx.practice.claims import CLAIMS, CLASSES, class_of, request
from kx.practice.status import Obj, forbidden
from kx.practice.store import Store


def admit_resize(store: Store, claim: Obj, old: Obj) -> Obj:
    """A changed claim; Forbidden where it asks for more and its class does not allow that."""
    if request(claim) > request(old) and (old.get("status") or {}).get("phase") == "Bound":
        storage_class = store.find(CLASSES, "", class_of(old))
        if storage_class is None or not storage_class.get("allowVolumeExpansion"):
            why = "only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must "
            raise forbidden(CLAIMS, claim["metadata"]["name"], f"{why}support resize")
    return claim
