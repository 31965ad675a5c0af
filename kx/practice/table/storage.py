"""Rows of volumes, claims and classes of storage.

Formats from Kubernetes' ``pkg/printers/internalversion/printers.go``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from kx.practice.quantity import canonical
from kx.practice.status import Obj
from kx.practice.table.values import NONE, UNSET, Cells, Printer, age, meta, name, spec, status

_MODES = {
    "ReadWriteOnce": "RWO",
    "ReadOnlyMany": "ROX",
    "ReadWriteMany": "RWX",
    "ReadWriteOncePod": "RWOP",
}
_CLASS_ANNOTATION = "volume.beta.kubernetes.io/storage-class"


def access_modes(modes: Iterable[str] | None) -> str:
    """``RWO,ROX``, always in the same order."""
    given = set(modes or ())
    return ",".join(short for mode, short in _MODES.items() if mode in given)


def _class(obj: Obj) -> str:
    annotations = meta(obj).get("annotations") or {}
    return str(annotations.get(_CLASS_ANNOTATION) or spec(obj).get("storageClassName") or "")


def _phase(obj: Obj) -> str:
    return "Terminating" if meta(obj).get("deletionTimestamp") else str(status(obj).get("phase") or "")


def _or_unset(value: str | None) -> str:
    return UNSET if value is None else value


def volume(obj: Obj, now: datetime) -> Cells:
    """A persistent volume and the claim it serves."""
    claim = spec(obj).get("claimRef")
    return [
        name(obj),
        canonical((spec(obj).get("capacity") or {}).get("storage") or 0),
        access_modes(spec(obj).get("accessModes")),
        spec(obj).get("persistentVolumeReclaimPolicy") or "",
        _phase(obj),
        f"{claim.get('namespace') or ''}/{claim.get('name') or ''}" if claim else "",
        _class(obj),
        _or_unset(spec(obj).get("volumeAttributesClassName")),
        status(obj).get("reason") or "",
        age(obj, now),
        _or_unset(spec(obj).get("volumeMode")),
    ]


def claim(obj: Obj, now: datetime) -> Cells:
    """A claim; capacity and modes show once it is bound."""
    bound = spec(obj).get("volumeName") or ""
    return [
        name(obj),
        _phase(obj),
        bound,
        canonical((status(obj).get("capacity") or {}).get("storage") or 0) if bound else "",
        access_modes(status(obj).get("accessModes")) if bound else "",
        _class(obj),
        _or_unset(spec(obj).get("volumeAttributesClassName")),
        age(obj, now),
        _or_unset(spec(obj).get("volumeMode")),
    ]


def _marked_default(obj: Obj, *annotations: str) -> str:
    notes = meta(obj).get("annotations") or {}
    return name(obj) + (" (default)" if any(notes.get(each) == "true" for each in annotations) else "")


def storage_class(obj: Obj, now: datetime) -> Cells:
    """A storage class; the default one is marked."""
    shown = _marked_default(
        obj, "storageclass.kubernetes.io/is-default-class", "storageclass.beta.kubernetes.io/is-default-class"
    )
    return [
        shown,
        obj.get("provisioner") or "",
        obj.get("reclaimPolicy") or "Delete",
        obj.get("volumeBindingMode") or "Immediate",
        bool(obj.get("allowVolumeExpansion")),
        age(obj, now),
    ]


def attributes_class(obj: Obj, now: datetime) -> Cells:
    """A volume attributes class; the default one is marked."""
    shown = _marked_default(obj, "volumeattributesclass.alpha.kubernetes.io/is-default-class")
    return [shown, obj.get("driverName") or "", age(obj, now)]


def attachment(obj: Obj, now: datetime) -> Cells:
    """Which volume is attached to which node."""
    source = (spec(obj).get("source") or {}).get("persistentVolumeName") or ""
    attached = bool(status(obj).get("attached"))
    return [
        name(obj),
        spec(obj).get("attacher") or "",
        source,
        spec(obj).get("nodeName") or "",
        attached,
        age(obj, now),
    ]


def csi_node(obj: Obj, now: datetime) -> Cells:
    """How many drivers a node has."""
    return [name(obj), len(spec(obj).get("drivers") or ()), age(obj, now)]


def csi_driver(obj: Obj, now: datetime) -> Cells:
    """What a driver wants."""
    given = spec(obj)
    tokens = given.get("tokenRequests")
    required = given.get("attachRequired")
    return [
        name(obj),
        True if required is None else bool(required),
        bool(given.get("podInfoOnMount")),
        bool(given.get("storageCapacity")),
        UNSET if tokens is None else ",".join(each.get("audience") or "" for each in tokens),
        bool(given.get("requiresRepublish")),
        ",".join(given.get("volumeLifecycleModes") or ()) or NONE,
        age(obj, now),
    ]


PRINTERS: Mapping[str, Printer] = {
    "persistentvolumes": volume,
    "persistentvolumeclaims": claim,
    "storageclasses.storage.k8s.io": storage_class,
    "volumeattributesclasses.storage.k8s.io": attributes_class,
    "volumeattachments.storage.k8s.io": attachment,
    "csinodes.storage.k8s.io": csi_node,
    "csidrivers.storage.k8s.io": csi_driver,
}
