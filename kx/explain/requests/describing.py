"""Requests of `describe`: the object, then all it is described with. Source: kubectl's describers, type by type."""

from __future__ import annotations

from collections.abc import Iterator

from kx.explain.explanation import Request
from kx.explain.requests.base import EACH_LISTED, FROM_OBJECT, builtin, request
from kx.explain.requests.items import Item, ask, items, take
from kx.explain.subject import Subject
from kx.records import replace

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

_IF_THERE = "only if the object is there"
_NOT_FOUND = "only if there is no object of that name"
_BEGINS = "one for each object whose name begins so, if there is none of that name"
_BACKEND = "one for each service it leads to"


def describe(subject: Subject) -> Iterator[Request]:
    """Every request of `describe`; what follows a list comes once for each object in it."""
    found = items(subject)
    for item in found:
        yield from take(item)
    alone = _tries_prefix(subject)
    for item in found:
        described = _described(subject, item)
        yield from (_if_there(each) for each in described) if alone else described
    if alone:
        yield request("list", found[0].home(), _NOT_FOUND)
        yield from (_if_prefix(each) for each in _described(subject, replace(found[0], name="")))


def _tries_prefix(subject: Subject) -> bool:
    """TYPE NAME: where no object has the name, those are described whose names begin with it."""
    slash = any("/" in subject.word(index).value for index in subject.invocation.operands)
    return len(subject.invocation.operands) == 2 and not slash and bool(subject.targets and subject.targets[0].type)


def _if_prefix(each: Request) -> Request:
    return request(each.verb, each.path, _BEGINS)


def _if_there(each: Request) -> Request:
    return each if each.why else request(each.verb, each.path, _IF_THERE)


def _described(subject: Subject, item: Item) -> Iterator[Request]:
    yield ask("get", item)
    if item.unread or item.kind is None:
        yield ask("list", item, why=FROM_OBJECT)
        return
    events = subject.on("show-events")
    if item.kind.key == "nodes":
        yield from _described_node(item, events)
        return
    when, besides = _DESCRIBED_WITH.get(item.kind.key, ("after", ()))
    extra = [_beside(subject, item, other) for other in besides]
    if when == "before":
        yield from extra
    if events and item.kind.key not in _WITHOUT_EVENTS:
        yield request("list", builtin("events").path(_scope(item) if item.kind.namespaced else ""), _why(item))
    if when == "after":
        yield from extra
    if item.kind.plural == "ingresses":
        yield request("get", builtin("services").path(_scope(item), "{name}"), _BACKEND)


def _scope(item: Item) -> str:
    return item.namespace or "{namespace}"


def _why(item: Item) -> str:
    return FROM_OBJECT if item.name else EACH_LISTED


def _beside(subject: Subject, item: Item, other: str) -> Request:
    ingress = item.kind is not None and item.kind.plural == "ingresses"
    why = _BACKEND if ingress else _why(item)
    if other == "endpointslices" and subject.minor < _SLICES_SINCE:
        return request(
            "get", builtin("endpoints").path(_scope(item), "{name}" if ingress else item.name or "{name}"), why
        )
    home = item.kind is not None and item.kind.plural == "namespaces"
    return request("list", builtin(other).path((item.name or "{namespace}") if home else _scope(item)), why)


def _described_node(item: Item, events: bool) -> Iterator[Request]:
    yield request("list", builtin("pods").path(), _why(item))
    if events:
        yield request("list", builtin("events").path(), _why(item))
        yield request("list", builtin("events").path(), _why(item))
    yield request("get", builtin("leases").path("kube-node-lease", item.name or "{name}"), _why(item))
