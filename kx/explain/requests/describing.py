"""Requests of `describe`: the object, then all it is described with. Source: kubectl's describers, type by type."""

from __future__ import annotations

from collections.abc import Iterator

from kx.explain.explanation import Request
from kx.explain.requests.base import EACH_LISTED, FROM_OBJECT, builtin, from_files, path, read_targets, request
from kx.explain.subject import Subject
from kx.kubectl.catalog.resources import ResourceType

# What `describe` reads besides the object itself and its events: "before" or "after" the events.
# Source: the describers of kubectl; a type that is not here has nothing besides.
_DESCRIBED_WITH: dict[str, tuple[str, tuple[str, ...]]] = {
    "daemonsets.apps": ("before", ("pods",)),
    "deployments.apps": ("after", ("replicasets",)),
    "ingresses.networking.k8s.io": ("after", ("endpointslices",)),
    "namespaces": ("before", ("resourcequotas", "limitranges")),
    "persistentvolumeclaims": ("before", ("pods",)),
    "replicasets.apps": ("before", ("pods",)),
    "replicationcontrollers": ("before", ("pods",)),
    "serviceaccounts": ("before", ("secrets",)),
    "services": ("before", ("endpointslices",)),
    "statefulsets.apps": ("before", ("pods",)),
}
# Types whose description has no events.
_WITHOUT_EVENTS = frozenset(
    {
        "secrets",
        "namespaces",
        "networkpolicies.networking.k8s.io",
        "roles.rbac.authorization.k8s.io",
        "rolebindings.rbac.authorization.k8s.io",
        "clusterroles.rbac.authorization.k8s.io",
        "clusterrolebindings.rbac.authorization.k8s.io",
        "resourcequotas",
        "limitranges",
    }
)
# The kubectl (1.x) that describes services by their EndpointSlices; those before it by their Endpoints.
_SLICES_SINCE = 31


def describe(subject: Subject) -> Iterator[Request]:
    """Every request of `describe`; what follows a list comes once for each object in it."""
    if subject.files:
        yield from from_files(subject, "get")
        return
    yield from read_targets(subject)
    for target in subject.targets:
        if target.type is None:
            continue
        for name in target.names or ("",):
            yield from _described(subject, target.type, name)


def _described(subject: Subject, kind: ResourceType, name: str) -> Iterator[Request]:
    why = "" if name else EACH_LISTED
    if name or subject.namespace or not kind.namespaced:
        yield request("get", path(subject, kind, name or "{name}"), why)
    if kind.plural == "nodes":
        yield from _described_node(subject, name)
        return
    when, besides = _DESCRIBED_WITH.get(kind.key, ("after", ()))
    extra = [_beside(subject, kind, name, other, why or FROM_OBJECT) for other in besides]
    if when == "before":
        yield from extra
    if subject.on("show-events") and kind.key not in _WITHOUT_EVENTS:
        namespace = subject.namespace if kind.namespaced else ""
        yield request("list", builtin("events").path(namespace), why or FROM_OBJECT)
    if when == "after":
        yield from extra
    if kind.plural == "ingresses":
        yield request("get", path(subject, builtin("services"), "{name}"), why or "one for each service it leads to")


def _beside(subject: Subject, kind: ResourceType, name: str, other: str, why: str) -> Request:
    if other == "endpointslices" and subject.minor < _SLICES_SINCE:
        service = name if kind.plural == "services" and name else "{name}"
        return request("get", path(subject, builtin("endpoints"), service), why)
    namespace = name if kind.plural == "namespaces" else subject.namespace
    return request("list", builtin(other).path(namespace or "{namespace}"), why)


def _described_node(subject: Subject, name: str) -> Iterator[Request]:
    why = FROM_OBJECT if name else EACH_LISTED
    yield request("list", builtin("pods").path(), why)
    if subject.on("show-events"):
        yield request("list", builtin("events").path(), why)
        yield request("list", builtin("events").path(), why)
    yield request("get", builtin("leases").path("kube-node-lease", name or "{name}"), why)
