"""Nodes, leases, events, classes of priority and runtime.

Rules: the ``validation.go`` of Kubernetes' core, coordination, scheduling and node groups.
"""

from __future__ import annotations

from kx.practice.status import Obj
from kx.practice.validation import meta, names, quantities, scheduling
from kx.practice.validation.errors import (
    Errors,
    duplicate,
    each_invalid,
    forbidden,
    go_json,
    immutable,
    invalid,
    nonnegative,
    one_of,
    required,
)

HIGHEST_USER_PRIORITY = 1_000_000_000
# The classes a cluster brings along.
_SYSTEM_PRIORITIES = {"system-node-critical": 2_000_001_000, "system-cluster-critical": 2_000_000_000}


def node(obj: Obj, old: Obj | None) -> Errors:
    """A Node. Its taints are reported under ``metadata``, as Kubernetes does."""
    spec, status = obj.get("spec") or {}, obj.get("status") or {}
    for kind in ("capacity", "allocatable"):
        for name, value in sorted((status.get(kind) or {}).items()):
            yield from quantities.amount(f"status.{kind}.{name}", name, value)
    if old is None:
        yield from scheduling.taints("metadata.taints", spec.get("taints") or [])
        for at, text in enumerate(spec.get("podCIDRs") or ()):
            yield from each_invalid(f"spec.podCIDRs[{at}]", text, names.cidr(text))
        return
    seen: list[Obj] = []
    for at, address in enumerate(status.get("addresses") or ()):
        if address in seen:
            yield duplicate(f"status.addresses[{at}]", go_json("core.NodeAddress", address))
        seen.append(address)
    before = old.get("spec") or {}
    if before.get("podCIDRs") and before["podCIDRs"] != spec.get("podCIDRs"):
        yield forbidden("spec.podCIDRs", 'node updates may not change podCIDR except from "" to valid')
    if before.get("providerID") and before["providerID"] != spec.get("providerID"):
        yield forbidden("spec.providerID", 'node updates may not change providerID except from "" to valid')
    yield from scheduling.taints("metadata.taints", spec.get("taints") or [])


def lease(obj: Obj, old: Obj | None) -> Errors:
    """A Lease."""
    spec = obj.get("spec") or {}
    seconds = spec.get("leaseDurationSeconds")
    if seconds is not None and seconds <= 0:
        yield invalid("spec.leaseDurationSeconds", seconds, "must be greater than 0")
    yield from nonnegative("spec.leaseTransitions", spec.get("leaseTransitions"))
    if spec.get("preferredHolder") and not spec.get("strategy"):
        yield forbidden("spec.preferredHolder", "may only be specified if `strategy` is defined")


def event(obj: Obj, old: Obj | None) -> Errors:
    """An Event of v1: it is about something in its own namespace."""
    namespace = (obj.get("metadata") or {}).get("namespace") or ""
    about = (obj.get("involvedObject") or {}).get("namespace") or ""
    is_new = bool(obj.get("eventTime"))
    free = ("", "default", "kube-system") if is_new else ("", "default")
    if (about and about != namespace) or (not about and namespace not in free):
        yield invalid("involvedObject.namespace", about, "does not match event.namespace")
    if is_new:
        for field in ("reportingComponent", "reportingInstance", "action", "reason"):
            if not obj.get(field):
                yield required(field)


_NEW_EVENT_FIELDS = {"regarding": "involvedObject", "reportingController": "reportingComponent", "note": "message"}


def new_event(obj: Obj, old: Obj | None) -> Errors:
    """An Event of events.k8s.io/v1."""
    yield from event({**obj, **{core: obj[name] for name, core in _NEW_EVENT_FIELDS.items() if name in obj}}, old)
    if old is None:
        if not obj.get("eventTime"):
            yield required("eventTime")
        if obj.get("type") not in ("Normal", "Warning"):
            yield invalid("type", "", f"has invalid value: {obj.get('type') or ''}")


def priority_class(obj: Obj, old: Obj | None) -> Errors:
    """A PriorityClass; its value never changes."""
    name, value = (obj.get("metadata") or {}).get("name") or "", obj.get("value") or 0
    if old is not None:
        if value != (old.get("value") or 0):
            yield forbidden("value", "may not be changed in an update.")
        yield from immutable("preemptionPolicy", obj.get("preemptionPolicy"), old.get("preemptionPolicy"))
        return
    if name.startswith("system-"):
        if _SYSTEM_PRIORITIES.get(name) != value or obj.get("globalDefault"):
            detail = "priority class names with 'system-' prefix are reserved for system use only. error:"
            yield forbidden("metadata.name", f"{detail} {_system_problem(name, value)}")
    elif value > HIGHEST_USER_PRIORITY:
        detail = f"maximum allowed value of a user defined priority is {HIGHEST_USER_PRIORITY}"
        yield forbidden("value", detail)
    if obj.get("preemptionPolicy") is not None:
        yield from one_of("preemptionPolicy", obj["preemptionPolicy"], ("PreemptLowerPriority", "Never"))


def _system_problem(name: str, value: int) -> str:
    if name not in _SYSTEM_PRIORITIES:
        return f"{name} is not a known system priority class"
    wanted = _SYSTEM_PRIORITIES[name]
    if value != wanted:
        return f"value of {name} PriorityClass must be {wanted}"
    return f"globalDefault of {name} PriorityClass must be false"


def runtime_class(obj: Obj, old: Obj | None) -> Errors:
    """A RuntimeClass; its handler never changes."""
    handler = obj.get("handler") or ""
    if old is not None:
        yield from immutable("handler", handler, old.get("handler"))
    elif not handler:
        yield required("handler")
    else:
        yield from each_invalid("handler", handler, names.dns_label(handler))
    overhead = (obj.get("overhead") or {}).get("podFixed")
    if overhead:
        yield from quantities.requirements("overhead", {"limits": overhead})
    where = obj.get("scheduling") or {}
    yield from meta.labels("scheduling.nodeSelector", where.get("nodeSelector"))
    yield from scheduling.tolerations("scheduling.tolerations", where.get("tolerations") or [])
