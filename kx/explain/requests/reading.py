"""Requests of the commands that only look: get, events, top, cluster-info, auth, rollout history and the like."""

from __future__ import annotations

from collections.abc import Iterator

from kx.explain.explanation import Request
from kx.explain.requests.base import EACH_LISTED, FROM_OBJECT, Rule, builtin, path, request
from kx.explain.requests.describing import describe
from kx.explain.requests.items import Item, ask, fetch, fetch_all, items
from kx.explain.subject import Subject

# The kubectl (1.x) that asks who you are by version 1 of that API.
_WHOAMI_SINCE = 28
_DUMPED = ("events", "replicationcontrollers", "services", "daemonsets", "deployments", "replicasets", "pods")
_HISTORY = {"deployments.apps": "replicasets"}
_PAGE = "one for each further page of the list"


def _get(subject: Subject) -> Iterator[Request]:
    if raw := subject.value("raw"):
        yield request(_raw_verb(raw), raw.partition("?")[0])
        return
    found = items(subject)
    for item in found:
        yield from fetch(item, subject.value("subresource"))
        if item.listed and _pages(subject):
            yield request("list", item.collection(), _PAGE)
    if subject.on("watch") or subject.on("watch-only"):
        for item in found[:1]:
            yield request("watch", item.collection(), "" if item.kind else f'what "{item.typed}" is, the cluster tells')


def _pages(subject: Subject) -> bool:
    """Whether the line itself asks for pages of a certain size; 500 objects are one page otherwise."""
    return subject.given("chunk-size") and subject.value("chunk-size") != "0"


def _raw_verb(raw: str) -> str:
    """What a GET of this path is to the API server: it names a collection, an object, or no resource at all."""
    place, _, query = raw.partition("?")
    parts = [part for part in place.split("/") if part]
    rest = parts[2:] if parts[:1] == ["api"] else parts[3:] if parts[:1] == ["apis"] else []
    if rest[:1] == ["namespaces"] and len(rest) > 2:
        rest = rest[2:]
    if len(rest) != 1:
        return "get"
    return "watch" if "watch=true" in query or "watch=1" in query else "list"


def _none(_: Subject) -> Iterator[Request]:
    return iter(())


def _events(subject: Subject) -> Iterator[Request]:
    yield request("watch" if subject.on("watch") else "list", path(subject, builtin("events")))


def _top(subject: Subject) -> Iterator[Request]:
    plural = "nodes" if subject.path == ("top", "node") else "pods"
    names = subject.targets[0].names if subject.targets else ()
    scope = f"/namespaces/{subject.namespace}" if plural == "pods" and subject.namespace else ""
    base = f"/apis/metrics.k8s.io/v1beta1{scope}/{plural}"
    why = "only if the cluster has a metrics API"
    if names:
        yield request("get", f"{base}/{names[0]}", why)
    else:
        yield request("list", base, why)
    if plural == "nodes":
        nodes = builtin("nodes")
        yield request("get" if names else "list", nodes.path(name=names[0] if names else ""), why)


def _cluster_info(subject: Subject) -> Iterator[Request]:
    # The namespace of the context does not count here, only one on the line.
    yield request("list", builtin("services").path(subject.invocation.value("namespace") or "kube-system"))


def _dump(subject: Subject) -> Iterator[Request]:
    yield request("list", builtin("nodes").path())
    chosen = [name for value in subject.invocation.values("namespaces") for name in value.split(",")]
    names = chosen or ["kube-system", subject.namespace]
    if not subject.namespace:
        yield request("list", builtin("namespaces").path())
        names = ["{namespace}"]
    for name in names:
        why = "one for each namespace the list returns" if name == "{namespace}" else ""
        for plural in _DUMPED:
            yield request("list", builtin(plural).path(name), why)
        yield request("get", builtin("pods").path(name, "{name}", "log"), "one for each container of the pods listed")


def _can_i(subject: Subject) -> Iterator[Request]:
    review = "selfsubjectrulesreviews" if subject.on("list") else "selfsubjectaccessreviews"
    yield request("create", builtin(review).path())


def _whoami(subject: Subject) -> Iterator[Request]:
    if subject.minor >= _WHOAMI_SINCE:
        yield request("create", builtin("selfsubjectreviews").path())
        return
    yield request("create", "/apis/authentication.k8s.io/v1beta1/selfsubjectreviews")
    why = "only if the cluster does not know v1beta1"
    yield request("create", "/apis/authentication.k8s.io/v1alpha1/selfsubjectreviews", why)


def history_of(item: Item) -> Iterator[Request]:
    """What `rollout history` and `rollout undo` read of an object: itself twice, then its revisions."""
    yield from fetch(item)
    yield ask("get", item)
    if item.kind is None:
        yield ask("list", item, why=FROM_OBJECT)
        return
    revisions = builtin(_HISTORY.get(item.kind.key, "controllerrevisions"))
    yield request("list", revisions.path(item.namespace or "{namespace}"), FROM_OBJECT if item.name else EACH_LISTED)


def _rollout_history(subject: Subject) -> Iterator[Request]:
    for item in items(subject):
        yield from history_of(item)


RULES: dict[tuple[str, ...], Rule] = {
    ("api-resources",): _none,
    ("apply", "view-last-applied"): fetch_all,
    ("auth", "can-i"): _can_i,
    ("auth", "whoami"): _whoami,
    ("cluster-info",): _cluster_info,
    ("cluster-info", "dump"): _dump,
    ("describe",): describe,
    ("events",): _events,
    ("explain",): _none,
    ("get",): _get,
    ("rollout", "history"): _rollout_history,
    ("top", "node"): _top,
    ("top", "pod"): _top,
}
