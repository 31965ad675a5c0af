"""Rows of nodes, namespaces, settings, events, access control and the objects that extend the API server.

Formats from Kubernetes' ``pkg/printers/internalversion/printers.go``.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from kx.practice.status import Obj
from kx.practice.table.values import (
    NONE,
    UNKNOWN,
    UNSET,
    Cells,
    Printer,
    age,
    condition,
    human_duration,
    meta,
    name,
    plain_selector,
    since,
    spec,
    status,
)

_ROLE_PREFIX = "node-role.kubernetes.io/"


def node(obj: Obj, now: datetime) -> Cells:
    """Ready or not, roles, versions and addresses."""
    info = status(obj).get("nodeInfo") or {}
    return [
        name(obj),
        _node_status(obj),
        ",".join(_roles(meta(obj).get("labels") or {})) or NONE,
        age(obj, now),
        info.get("kubeletVersion") or "",
        _address(obj, "InternalIP"),
        _address(obj, "ExternalIP"),
        info.get("osImage") or UNKNOWN,
        info.get("kernelVersion") or UNKNOWN,
        info.get("containerRuntimeVersion") or UNKNOWN,
    ]


def _node_status(obj: Obj) -> str:
    ready = condition(status(obj).get("conditions"), "Ready")
    shown = "Unknown" if ready is None else "Ready" if ready.get("status") == "True" else "NotReady"
    return shown + (",SchedulingDisabled" if spec(obj).get("unschedulable") else "")


def _roles(labels: Mapping[str, str]) -> list[str]:
    found = {key[len(_ROLE_PREFIX) :] for key in labels if key.startswith(_ROLE_PREFIX)}
    return sorted((found | {labels.get("kubernetes.io/role", "")}) - {""})


def _address(obj: Obj, kind: str) -> str:
    addresses = status(obj).get("addresses") or ()
    return next((str(each.get("address")) for each in addresses if each.get("type") == kind), NONE)


def namespace(obj: Obj, now: datetime) -> Cells:
    """Its phase."""
    return [name(obj), status(obj).get("phase") or "", age(obj, now)]


def config_map(obj: Obj, now: datetime) -> Cells:
    """How many keys."""
    return [name(obj), len(obj.get("data") or ()) + len(obj.get("binaryData") or ()), age(obj, now)]


def secret(obj: Obj, now: datetime) -> Cells:
    """Type and how many keys."""
    return [name(obj), obj.get("type") or "", len(obj.get("data") or ()), age(obj, now)]


def event(obj: Obj, now: datetime) -> Cells:
    """When, what, about what, from whom."""
    first = since(obj.get("firstTimestamp") or obj.get("eventTime"), now)
    last = since(obj["lastTimestamp"], now) if obj.get("lastTimestamp") else first
    count = int(obj.get("count") or 1)
    series = obj.get("series")
    if series is not None:
        last, count = since(series.get("lastObservedTime"), now), int(series.get("count") or 0)
    about, source = obj.get("involvedObject") or {}, obj.get("source") or {}
    target = (about.get("kind") or "").lower()
    who = source.get("component") or obj.get("reportingComponent") or ""
    where = source.get("host") or obj.get("reportingInstance") or ""
    return [
        last,
        obj.get("type") or "",
        obj.get("reason") or "",
        f"{target}/{about['name']}" if about.get("name") else target,
        about.get("fieldPath") or "",
        f"{who}, {where}" if where else who,
        (obj.get("message") or "").strip(),
        first,
        count,
        name(obj),
    ]


# events.k8s.io/v1 names the same fields differently.
_NEW_EVENT_FIELDS = {
    "firstTimestamp": "deprecatedFirstTimestamp",
    "lastTimestamp": "deprecatedLastTimestamp",
    "count": "deprecatedCount",
    "source": "deprecatedSource",
    "involvedObject": "regarding",
    "message": "note",
    "reportingComponent": "reportingController",
}


def new_event(obj: Obj, now: datetime) -> Cells:
    """An event of events.k8s.io/v1, shown as the same event of v1."""
    return event({**obj, **{old: obj[new] for old, new in _NEW_EVENT_FIELDS.items() if new in obj}}, now)


def binding(obj: Obj, now: datetime) -> Cells:
    """The role, then users, groups and service accounts."""
    role = obj.get("roleRef") or {}
    people: dict[str, list[str]] = {"User": [], "Group": [], "ServiceAccount": []}
    for subject in obj.get("subjects") or ():
        kind = subject.get("kind") or ""
        shown = f"{subject.get('namespace') or ''}/{subject['name']}" if kind == "ServiceAccount" else subject["name"]
        people.setdefault(kind, []).append(shown)
    known = (", ".join(people[kind]) for kind in ("User", "Group", "ServiceAccount"))
    return [name(obj), f"{role.get('kind')}/{role.get('name')}", age(obj, now), *known]


def signing_request(obj: Obj, now: datetime) -> Cells:
    """Who asked which signer for what, and how it stands."""
    kinds = {each.get("type") for each in status(obj).get("conditions") or ()}
    shown = "Denied" if "Denied" in kinds else "Approved" if "Approved" in kinds else "Pending"
    shown += ",Failed" if "Failed" in kinds else ""
    shown += ",Issued" if status(obj).get("certificate") else ""
    seconds = spec(obj).get("expirationSeconds")
    wanted = NONE if seconds is None else human_duration(timedelta(seconds=seconds))
    requestor = spec(obj).get("username") or ""
    return [name(obj), age(obj, now), spec(obj).get("signerName") or NONE, requestor, wanted, shown]


def component_status(obj: Obj, now: datetime) -> Cells:
    """Healthy or not."""
    healthy = condition(obj.get("conditions"), "Healthy")
    if healthy is None:
        return [name(obj), "Unknown", "", ""]
    shown = "Healthy" if healthy.get("status") == "True" else "Unhealthy"
    return [name(obj), shown, healthy.get("message") or "", healthy.get("error") or ""]


def api_service(obj: Obj, now: datetime) -> Cells:
    """Served by this server or by another, and whether it answers."""
    service = spec(obj).get("service")
    place = f"{service.get('namespace')}/{service.get('name')}" if service else "Local"
    available = condition(status(obj).get("conditions"), "Available")
    shown = "Unknown" if available is None else str(available.get("status"))
    if available is not None and shown != "True" and available.get("reason"):
        shown = f"{shown} ({available['reason']})"
    return [name(obj), place, shown, age(obj, now)]


def priority_class(obj: Obj, now: datetime) -> Cells:
    """Its value and whether it is the default."""
    value, default = int(obj.get("value") or 0), bool(obj.get("globalDefault"))
    return [name(obj), value, default, age(obj, now), obj.get("preemptionPolicy") or ""]


def runtime_class(obj: Obj, now: datetime) -> Cells:
    """Its handler."""
    return [name(obj), obj.get("handler") or "", age(obj, now)]


def lease(obj: Obj, now: datetime) -> Cells:
    """Who holds it."""
    return [name(obj), spec(obj).get("holderIdentity") or "", age(obj, now)]


def webhooks(obj: Obj, now: datetime) -> Cells:
    """How many webhooks a configuration has."""
    return [name(obj), len(obj.get("webhooks") or ()), age(obj, now)]


def policy(field: str) -> Printer:
    """An admission policy, whose rules are in ``field``."""

    def cells(obj: Obj, now: datetime) -> Cells:
        kind = spec(obj).get("paramKind")
        shown = f"{kind.get('apiVersion')}/{kind.get('kind')}" if kind else UNSET
        return [name(obj), len(spec(obj).get(field) or ()), shown, age(obj, now)]

    return cells


def policy_binding(obj: Obj, now: datetime) -> Cells:
    """Which policy is bound, with which parameters."""
    parameters = spec(obj).get("paramRef") or {}
    shown = UNSET
    if parameters.get("name"):
        shown = f"{parameters.get('namespace') or '*'}/{parameters['name']}"
    elif parameters.get("selector") is not None:
        shown = plain_selector(parameters["selector"])
    return [name(obj), spec(obj).get("policyName") or "", shown, age(obj, now)]


def flow_schema(obj: Obj, now: datetime) -> Cells:
    """Its level and precedence."""
    level = (spec(obj).get("priorityLevelConfiguration") or {}).get("name") or ""
    method = (spec(obj).get("distinguisherMethod") or {}).get("type") or NONE
    dangling = (condition(status(obj).get("conditions"), "Dangling") or {}).get("status") or "?"
    return [name(obj), level, int(spec(obj).get("matchingPrecedence") or 0), method, age(obj, now), dangling]


def priority_level(obj: Obj, now: datetime) -> Cells:
    """Its shares and queues."""
    limited = spec(obj).get("limited")
    queuing = ((limited or {}).get("limitResponse") or {}).get("queuing") or {}
    shares = NONE if limited is None else limited.get("nominalConcurrencyShares")
    queues = [queuing.get(field, NONE) for field in ("queues", "handSize", "queueLengthLimit")]
    return [name(obj), spec(obj).get("type") or "", shares, *queues, age(obj, now)]


def resource_claim(obj: Obj, now: datetime) -> Cells:
    """Pending, allocated, reserved."""
    deleted = bool(meta(obj).get("deletionTimestamp"))
    states = ["deleted"] if deleted else []
    if status(obj).get("allocation") is None:
        states += [] if deleted else ["pending"]
    else:
        states += ["allocated", "reserved"] if status(obj).get("reservedFor") else ["allocated"]
    return [name(obj), ",".join(states), age(obj, now)]


def resource_slice(obj: Obj, now: datetime) -> Cells:
    """Node, driver and pool."""
    pool = (spec(obj).get("pool") or {}).get("name") or ""
    return [name(obj), spec(obj).get("nodeName") or "", spec(obj).get("driver") or "", pool, age(obj, now)]


PRINTERS: Mapping[str, Printer] = {
    "nodes": node,
    "namespaces": namespace,
    "configmaps": config_map,
    "secrets": secret,
    "events": event,
    "events.events.k8s.io": new_event,
    "rolebindings.rbac.authorization.k8s.io": binding,
    "clusterrolebindings.rbac.authorization.k8s.io": binding,
    "certificatesigningrequests.certificates.k8s.io": signing_request,
    "componentstatuses": component_status,
    "apiservices.apiregistration.k8s.io": api_service,
    "priorityclasses.scheduling.k8s.io": priority_class,
    "runtimeclasses.node.k8s.io": runtime_class,
    "leases.coordination.k8s.io": lease,
    "validatingwebhookconfigurations.admissionregistration.k8s.io": webhooks,
    "mutatingwebhookconfigurations.admissionregistration.k8s.io": webhooks,
    "validatingadmissionpolicies.admissionregistration.k8s.io": policy("validations"),
    "mutatingadmissionpolicies.admissionregistration.k8s.io": policy("mutations"),
    "validatingadmissionpolicybindings.admissionregistration.k8s.io": policy_binding,
    "mutatingadmissionpolicybindings.admissionregistration.k8s.io": policy_binding,
    "flowschemas.flowcontrol.apiserver.k8s.io": flow_schema,
    "prioritylevelconfigurations.flowcontrol.apiserver.k8s.io": priority_level,
    "resourceclaims.resource.k8s.io": resource_claim,
    "resourceslices.resource.k8s.io": resource_slice,
}
