"""Requests of the commands that only look: get, describe, logs, events, top, wait, rollout status and the like."""

from __future__ import annotations

from collections.abc import Iterator

from kx.explain.explanation import Request
from kx.explain.requests.base import (
    EACH_LISTED,
    FROM_OBJECT,
    WHILE_THERE,
    Rule,
    about,
    builtin,
    from_files,
    objects,
    path,
    read_one,
    read_targets,
    request,
)
from kx.explain.requests.describing import describe
from kx.explain.subject import Subject
from kx.kubectl.catalog.resources import ResourceType

# The kubectl (1.x) that asks who you are by version 1 of that API.
_WHOAMI_SINCE = 28
_DUMPED = ("events", "replicationcontrollers", "services", "daemonsets", "deployments", "replicasets", "pods")
_HISTORY = {"deployments.apps": "replicasets"}


def _get(subject: Subject) -> Iterator[Request]:
    if raw := subject.value("raw"):
        yield request(_raw_verb(raw), raw.partition("?")[0])
        return
    if subject.files:
        yield from from_files(subject, "get")
        return
    yield from read_targets(subject, subject.value("subresource"))
    if subject.on("watch") or subject.on("watch-only"):
        for target in subject.targets:
            if target.type:
                yield request("watch", path(subject, target.type))


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


def _logs(subject: Subject) -> Iterator[Request]:
    pods = builtin("pods")
    if not subject.targets:
        yield request("list", path(subject, pods))
        yield request("get", path(subject, pods, "{name}", "log"), "one for each pod the list returns")
        return
    yield from read_targets(subject)
    target = subject.targets[0]
    if target.type == pods:
        yield request("get", path(subject, pods, target.names[0], "log"))
    else:
        yield request("list", path(subject, pods), "asks for the pods of the object just read")
        yield request("get", path(subject, pods, "{name}", "log"), "which pod, the list before tells")


def _explain(_: Subject) -> Iterator[Request]:
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


def _wait(subject: Subject) -> Iterator[Request]:
    if subject.files:
        yield from from_files(subject, "get")
        return
    state = subject.value("for").lower()
    for target, name in objects(subject):
        yield read_one(subject, target, name)
        if target.type is not None:
            yield from _awaited(subject, target.type, name, state)


def _awaited(subject: Subject, kind: ResourceType, name: str, state: str) -> Iterator[Request]:
    why = EACH_LISTED
    if name:
        why = WHILE_THERE if state == "delete" else "until the condition is met or the time is over"
    if state == "delete" and name and subject.namespace and kind.namespaced:
        yield request("get", builtin("namespaces").path(name=subject.namespace), "only if the object is not there")
    if state == "create" and name:
        yield request("get", path(subject, kind, name))
    yield request("list", path(subject, kind), why)
    yield request("watch", path(subject, kind), why)


def _rollout_status(subject: Subject) -> Iterator[Request]:
    if subject.files:
        yield from from_files(subject, "get")
        return
    yield from read_targets(subject)
    for target in subject.targets:
        if target.type:
            yield request("list", path(subject, target.type))
            yield request("watch", path(subject, target.type), "only until the change is rolled out")


def history_of(subject: Subject, *verbs: str) -> Iterator[Request]:
    """What `rollout history` and `rollout undo` read of each object: it twice, then its revisions; then ``verbs``."""
    for target, name in objects(subject):
        yield read_one(subject, target, name)
        if target.type is None:
            continue
        yield about(subject, target, name, "get")
        revisions = builtin(_HISTORY.get(target.type.key, "controllerrevisions"))
        yield request("list", path(subject, revisions), FROM_OBJECT if name else EACH_LISTED)
        for verb in verbs:
            yield about(subject, target, name, verb)


def _rollout_history(subject: Subject) -> Iterator[Request]:
    return from_files(subject, "get", "list") if subject.files else history_of(subject)


def _view_last_applied(subject: Subject) -> Iterator[Request]:
    return from_files(subject, "get") if subject.files else read_targets(subject)


def _diff(subject: Subject) -> Iterator[Request]:
    return from_files(subject, "get", "patch")


RULES: dict[tuple[str, ...], Rule] = {
    ("api-resources",): _explain,
    ("apply", "view-last-applied"): _view_last_applied,
    ("auth", "can-i"): _can_i,
    ("auth", "whoami"): _whoami,
    ("cluster-info",): _cluster_info,
    ("cluster-info", "dump"): _dump,
    ("describe",): describe,
    ("diff",): _diff,
    ("events",): _events,
    ("explain",): _explain,
    ("get",): _get,
    ("logs",): _logs,
    ("rollout", "history"): _rollout_history,
    ("rollout", "status"): _rollout_status,
    ("top", "node"): _top,
    ("top", "pod"): _top,
    ("wait",): _wait,
}
