"""Classes of storage, the drivers behind them, and what drivers tell of nodes and room.

Rules: Kubernetes' ``pkg/apis/storage/validation``.
"""

from __future__ import annotations

from kx.practice.quantity import canonical, parse
from kx.practice.status import Obj
from kx.practice.validation import meta, names
from kx.practice.validation.errors import (
    NEGATIVE,
    Errors,
    duplicate,
    each_invalid,
    forbidden,
    go_json,
    immutable,
    invalid,
    nonnegative,
    required,
    too_long,
    unsupported,
)

_RECLAIM = ("Delete", "Retain")
_BINDING = ("Immediate", "WaitForFirstConsumer")
_LIFECYCLE = ("Persistent", "Ephemeral")
_GROUP_POLICIES = ("File", "None", "ReadWriteOnceWithFSType")
_MOST_PARAMETERS, _PARAMETERS_SIZE = 512, 256 * 1024
_NODE_ID_LENGTH = 256
_SHORTEST_TOKEN, _LONGEST_TOKEN = 600, 1 << 32
_SHORTEST_PERIOD = 10


def storage_class(obj: Obj, old: Obj | None) -> Errors:
    """A StorageClass; what it makes of a claim never changes."""
    if old is not None:
        for field in ("parameters", "provisioner", "reclaimPolicy", "volumeBindingMode"):
            yield from immutable(field, obj.get(field), old.get(field))
        return
    yield from _provisioner("provisioner", obj.get("provisioner") or "")
    yield from _parameters(obj.get("parameters") or {})
    if obj.get("reclaimPolicy") not in (None, "", *_RECLAIM):
        yield unsupported("reclaimPolicy", obj["reclaimPolicy"], _RECLAIM)
    mode = obj.get("volumeBindingMode")
    if mode is None:
        yield required("volumeBindingMode")
    elif mode not in _BINDING:
        yield unsupported("volumeBindingMode", mode, _BINDING)
    yield from _topologies(obj.get("allowedTopologies") or [])


def attributes_class(obj: Obj, old: Obj | None) -> Errors:
    """A VolumeAttributesClass: a driver and what it is told, neither of which changes."""
    if old is not None:
        for field in ("driverName", "parameters"):
            if (obj.get(field) or None) != (old.get(field) or None):
                yield forbidden(field, f"updates to {field} are forbidden.")
    yield from _provisioner("driverName", obj.get("driverName") or "")
    yield from _parameters(obj.get("parameters") or {})
    if not obj.get("parameters"):
        yield required("parameters", "must contain at least one key/value pair")


def _provisioner(path: str, name: str) -> Errors:
    lower = name.lower()
    if not name:
        yield required(path)
    else:
        yield from each_invalid(path, lower, names.qualified_name(lower))


def _parameters(given: dict[str, str]) -> Errors:
    if len(given) > _MOST_PARAMETERS:
        yield too_long("parameters", _MOST_PARAMETERS)
        return
    if "" in given:
        yield invalid("parameters", "", "field can not be empty.")
    if sum(len(key.encode()) + len(value.encode()) for key, value in given.items()) > _PARAMETERS_SIZE:
        yield too_long("parameters", _PARAMETERS_SIZE)


def _topologies(given: list[Obj]) -> Errors:
    for at, term in enumerate(given):
        seen: set[str] = set()
        for position, part in enumerate(term.get("matchLabelExpressions") or ()):
            here, key = f"allowedTopologies[{at}].matchLabelExpressions[{position}]", part.get("key") or ""
            if not part.get("values"):
                yield required(f"{here}.values")
            yield from each_invalid(f"{here}.key", key, names.qualified_name(key))
            if key in seen:
                yield duplicate(f"{here}.key", key)
            seen.add(key)


def driver(obj: Obj, old: Obj | None) -> Errors:
    """A CSIDriver: known policies and modes, tokens that last long enough."""
    spec = obj.get("spec") or {}
    if spec.get("fsGroupPolicy") not in (None, *_GROUP_POLICIES):
        yield unsupported("spec.fsGroupPolicy", spec["fsGroupPolicy"], _GROUP_POLICIES)
    yield from _token_requests("spec.tokenRequests", spec.get("tokenRequests") or [])
    for mode in spec.get("volumeLifecycleModes") or ():
        if mode not in _LIFECYCLE:
            yield unsupported("spec.volumeLifecycleModes", mode, _LIFECYCLE)
    period = spec.get("nodeAllocatableUpdatePeriodSeconds")
    if period is not None and period < _SHORTEST_PERIOD:
        path = "spec.nodeAllocatableUpdatePeriodSeconds"
        yield invalid(path, period, f"must be greater than or equal to {_SHORTEST_PERIOD} seconds")
    if old is not None:
        before = old.get("spec") or {}
        yield from immutable("spec.attachedRequired", spec.get("attachRequired"), before.get("attachRequired"))
        now, then = spec.get("volumeLifecycleModes"), before.get("volumeLifecycleModes")
        yield from immutable("spec.volumeLifecycleModes", now, then)


def _token_requests(path: str, given: list[Obj]) -> Errors:
    seen: set[str] = set()
    for at, request in enumerate(given):
        audience, seconds = request.get("audience") or "", request.get("expirationSeconds")
        if audience in seen:
            yield duplicate(f"{path}[{at}].audience", audience)
            continue
        seen.add(audience)
        if seconds is not None and seconds < _SHORTEST_TOKEN:
            words = "may not specify a duration less than 10 minutes"
            yield invalid(f"{path}[{at}].expirationSeconds", seconds, words)
        if seconds is not None and seconds > _LONGEST_TOKEN:
            words = "may not specify a duration larger than 2^32 seconds"
            yield invalid(f"{path}[{at}].expirationSeconds", seconds, words)


def node_drivers(obj: Obj, old: Obj | None) -> Errors:
    """A CSINode: the drivers on a node, each once."""
    seen: set[str] = set()
    for at, each in enumerate((obj.get("spec") or {}).get("drivers") or ()):
        here, name, known_as = f"spec.drivers[{at}]", each.get("name") or "", each.get("nodeID") or ""
        yield from _driver_name(f"{here}.name", name)
        if not known_as:
            yield required(f"{here}.nodeID")
        if len(known_as) > _NODE_ID_LENGTH:
            yield invalid(f"{here}.nodeID", known_as, f"must be {_NODE_ID_LENGTH} characters or less")
        yield from nonnegative(f"{here}.allocatable.count", (each.get("allocatable") or {}).get("count"))
        if name in seen:
            yield duplicate(f"{here}.name", name)
        seen.add(name)
        yield from _topology_keys(here, each.get("topologyKeys") or [])
    for each in (obj.get("spec") or {}).get("drivers") or () if old is not None else ():
        yield from _same_driver(each, ((old or {}).get("spec") or {}).get("drivers") or [])


def _driver_name(path: str, name: str) -> Errors:
    if not name:
        yield required(path)
    if len(name) > 63:
        yield too_long(path, 63)
    lower = name.lower()
    yield from each_invalid(path, name, names.dns_subdomain(lower))


def _topology_keys(path: str, keys: list[str]) -> Errors:
    for at, key in enumerate(keys):
        if not key:
            yield required(path)
        if key in keys[:at]:
            yield duplicate(path, key)
        yield from each_invalid(path, key, names.qualified_name(key))


def _same_driver(new: Obj, drivers: list[Obj]) -> Errors:
    """What a driver says of itself does not change, but for how much it can hold."""
    for old in drivers:
        if old.get("name") == new.get("name"):
            shown = [go_json("storage.CSINodeDriver", {**each, "allocatable": None}) for each in (new, old)]
            yield from immutable("spec.drivers", *shown)


def capacity(obj: Obj, old: Obj | None) -> Errors:
    """A CSIStorageCapacity: how much room there is for a class, seen from some nodes."""
    topology, name = obj.get("nodeTopology"), obj.get("storageClassName") or ""
    if old is not None:
        yield from immutable("nodeTopology", topology, old.get("nodeTopology"))
        yield from immutable("storageClassName", name, old.get("storageClassName"))
        return
    yield from meta.selector("nodeTopology", topology)
    yield from each_invalid("storageClassName", name, names.dns_subdomain(name))
    room = obj.get("capacity")
    if room is not None and parse(room).value < 0:
        yield invalid("capacity", canonical(room), NEGATIVE)


def attachment(obj: Obj, old: Obj | None) -> Errors:
    """A VolumeAttachment names attacher, volume and node, and keeps to them."""
    spec = obj.get("spec") or {}
    if old is not None:
        before: Obj = go_json("storage.VolumeAttachmentSpec", old.get("spec") or {})
        yield from immutable("spec", go_json("storage.VolumeAttachmentSpec", spec), before)
        return
    attacher, node, source = spec.get("attacher") or "", spec.get("nodeName") or "", spec.get("source") or {}
    if not attacher:
        yield required("spec.attacher")
    yield from _attached(source)
    yield from each_invalid("spec.nodeName", node, names.dns_subdomain(node))
    yield from _driver_name("spec.attacher", attacher)
    name = source.get("persistentVolumeName")
    if name is not None:
        yield from each_invalid("spec.source.persistentVolumeName", name, names.dns_subdomain(name))


def _attached(source: Obj) -> Errors:
    words = "must specify exactly one of inlineVolumeSpec and persistentVolumeName"
    inline, name = source.get("inlineVolumeSpec"), source.get("persistentVolumeName")
    if inline is None and name is None:
        yield required("spec.source", words)
    elif inline is not None and name is not None:
        yield forbidden("spec.source", words)
    elif name == "":
        yield required("spec.source.persistentVolumeName", "must specify non empty persistentVolumeName")
