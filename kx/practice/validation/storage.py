"""Persistent volumes and claims to them.

Rules: Kubernetes' ``pkg/apis/core/validation``. Classes and drivers are ``drivers``'.
"""

from __future__ import annotations

import copy

from kx.practice.quantity import compare
from kx.practice.status import Obj
from kx.practice.validation import meta, names, quantities, scheduling
from kx.practice.validation.difference import difference
from kx.practice.validation.errors import (
    Errors,
    each_invalid,
    forbidden,
    immutable,
    invalid,
    required,
    unsupported,
)

ACCESS_MODES = ("ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod")
_VOLUME_MODES = ("Block", "Filesystem")
_RECLAIM = ("Delete", "Recycle", "Retain")
# What is not a source of storage in the spec of a persistent volume.
_NOT_SOURCES = frozenset(
    {
        "capacity",
        "accessModes",
        "claimRef",
        "persistentVolumeReclaimPolicy",
        "storageClassName",
        "mountOptions",
        "volumeMode",
        "nodeAffinity",
        "volumeAttributesClassName",
    }
)


def _access_modes(path: str, given: list[str], missing: str) -> Errors:
    if not given:
        yield required(path, missing)
    for mode in given:
        if mode not in ACCESS_MODES:
            yield unsupported(path, mode, ACCESS_MODES)
    if "ReadWriteOncePod" in given and any(mode in ACCESS_MODES and mode != "ReadWriteOncePod" for mode in given):
        yield forbidden(path, "may not use ReadWriteOncePod with other access modes")


def claim_spec(path: str, spec: Obj) -> Errors:
    """What a claim asks for."""
    modes = spec.get("accessModes") or []
    if not modes:
        yield required(f"{path}.accessModes", "at least 1 access mode is required")
    yield from meta.selector(f"{path}.selector", spec.get("selector"))
    if modes:
        yield from _access_modes(f"{path}.accessModes", modes, "")
    size = ((spec.get("resources") or {}).get("requests") or {}).get("storage")
    here = f"{path}.resources[storage]"
    if size is None:
        yield required(here)
    else:
        yield from quantities.positive(here, size)
    if spec.get("storageClassName"):
        name = spec["storageClassName"]
        yield from each_invalid(f"{path}.storageClassName", name, names.dns_subdomain(name))
    if spec.get("volumeMode") not in (None, *_VOLUME_MODES):
        yield unsupported(f"{path}.volumeMode", spec["volumeMode"], _VOLUME_MODES)
    for field in ("dataSource", "dataSourceRef"):
        yield from _data_source(f"{path}.{field}", spec.get(field))


def _data_source(path: str, given: Obj | None) -> Errors:
    if given is None:
        return
    for field in ("name", "kind"):
        if not given.get(field):
            yield required(f"{path}.{field}")
    if not given.get("apiGroup") and given.get("kind") != "PersistentVolumeClaim":
        detail = "must be 'PersistentVolumeClaim' when referencing the default apiGroup"
        yield invalid(path, given.get("kind") or "", detail)


def claim(obj: Obj, old: Obj | None) -> Errors:
    """A PersistentVolumeClaim; once bound it may only grow."""
    spec = obj.get("spec") or {}
    yield from claim_spec("spec", spec)
    if old is None:
        return
    before = old.get("spec") or {}
    if _settled_claim(spec, before, obj) != before:
        words = (
            "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims"
        )
        yield forbidden("spec", f"{words}\n{difference(before, _settled_claim(spec, before, obj))}")
    new_size, old_size = (
        ((each.get("resources") or {}).get("requests") or {}).get("storage") for each in (spec, before)
    )
    capacity = ((old.get("status") or {}).get("capacity") or {}).get("storage") or 0
    if new_size and old_size and compare(new_size, old_size) < 0 and compare(new_size, capacity) <= 0:
        yield forbidden("spec.resources.requests.storage", "field can not be less than status.capacity")
    yield from immutable("volumeMode", spec.get("volumeMode"), before.get("volumeMode"))


def _settled_claim(spec: Obj, before: Obj, obj: Obj) -> Obj:
    """The spec with what may change put back."""
    settled = copy.deepcopy(spec)
    kept = [] if before.get("volumeName") else ["volumeName"]
    is_bound = (obj.get("status") or {}).get("phase") == "Bound"
    kept += ["volumeAttributesClassName"] if is_bound else []
    kept += ["storageClassName"] if before.get("storageClassName") is None else []
    for field in kept:
        settled.pop(field, None)
        if field in before:
            settled[field] = before[field]
    if is_bound and settled.get("resources", {}).get("requests"):
        settled["resources"] = before.get("resources") or {}
    return settled


def volume(obj: Obj, old: Obj | None) -> Errors:
    """A PersistentVolume: modes, one amount of storage, exactly one source, which never changes."""
    spec = obj.get("spec") or {}
    yield from _access_modes("spec.accessModes", spec.get("accessModes") or [], "")
    capacity = spec.get("capacity") or {}
    if not capacity:
        yield required("spec.capacity")
    if set(capacity) != {"storage"}:
        yield unsupported("spec.capacity", capacity or None, ("storage",))
    for name, amount in capacity.items():
        yield from quantities.positive(f"spec.capacity[{name}]", amount)
    if spec.get("persistentVolumeReclaimPolicy") not in (None, *_RECLAIM):
        policy = spec["persistentVolumeReclaimPolicy"]
        yield unsupported("spec.persistentVolumeReclaimPolicy", policy, _RECLAIM)
    affinity = spec.get("nodeAffinity")
    if affinity is not None:
        if affinity.get("required") is None:
            yield required("spec.nodeAffinity.required", "must specify required node constraints")
        else:
            yield from scheduling.node_selector("spec.nodeAffinity.required", affinity["required"])
    yield from _volume_source(spec, affinity is not None)
    if spec.get("storageClassName"):
        name = spec["storageClassName"]
        yield from each_invalid("spec.storageClassName", name, names.dns_subdomain(name))
    if spec.get("volumeMode") not in (None, *_VOLUME_MODES):
        yield unsupported("spec.volumeMode", spec["volumeMode"], _VOLUME_MODES)
    if old is not None:
        before = old.get("spec") or {}
        if _source(spec) != _source(before):
            detail = "spec.persistentvolumesource is immutable after creation"
            yield forbidden("spec.persistentvolumesource", detail)
        yield from immutable("volumeMode", spec.get("volumeMode"), before.get("volumeMode"))


def _source(spec: Obj) -> Obj:
    return {name: value for name, value in spec.items() if name not in _NOT_SOURCES}


def _volume_source(spec: Obj, has_affinity: bool) -> Errors:
    found = [name for name in spec if name not in _NOT_SOURCES and spec[name] is not None]
    if not found:
        yield required("spec", "must specify a volume type")
    for name in found[1:]:
        yield forbidden(f"spec.{name}", "may not specify more than 1 volume type")
    host = spec.get("hostPath")
    if host is not None:
        path = host.get("path") or ""
        if not path:
            yield required("spec.hostPath.path")
        if ".." in path.split("/"):
            yield invalid("spec.hostPath.path", path, "must not contain '..'")
    nfs = spec.get("nfs")
    if nfs is not None:
        for field in ("server", "path"):
            if not nfs.get(field):
                yield required(f"spec.nfs.{field}")
        if not (nfs.get("path") or "").startswith("/"):
            yield invalid("spec.nfs.path", nfs.get("path") or "", "must be an absolute path")
    local = spec.get("local")
    if local is not None:
        if not local.get("path"):
            yield required("spec.local.path")
        if not has_affinity:
            yield required("spec.nodeAffinity", "Local volume requires node affinity")
    csi = spec.get("csi")
    if csi is not None:
        for field in ("driver", "volumeHandle"):
            if not csi.get(field):
                yield required(f"spec.csi.{field}")
