"""Requests of the commands that open a connection into a pod: attach, exec, cp, port-forward, debug; and of logs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kx.explain.explanation import Request
from kx.explain.requests.base import OF_OBJECT, WHICH_POD, Rule, builtin, path, pretends, request
from kx.explain.requests.items import Item, ask, fetch, items
from kx.explain.subject import Subject

# The kubectl (1.x) from which on a connection is a GET with WebSockets first, and an older POST only as a fallback.
_WEBSOCKETS_SINCE = {"exec": 30, "attach": 30, "portforward": 31}
_FALLBACK = "only if the server refuses a WebSocket connection"
_NO_POD = "only if there is no pod yet"
_EACH_CONTAINER = "one for each container of the pod"


def connect(subject: Subject, pod: str, subresource: str, why: str = "") -> Iterator[Request]:
    """Open a stream to a pod's subresource, as this version of kubectl does it."""
    yield from _stream(subject, path(subject, builtin("pods"), pod, subresource), subresource, why)


def attached(subject: Subject) -> bool:
    """Whether `run` and `debug` attach to what they have started."""
    return subject.on("attach") or (subject.on("stdin") and not subject.given("attach"))


def _stream(subject: Subject, target: str, subresource: str, why: str = "") -> Iterator[Request]:
    if subject.minor >= _WEBSOCKETS_SINCE[subresource]:
        yield request("get", target, why)
        yield request("create", target, _FALLBACK)
    else:
        yield request("create", target, why)


def _is_pod(item: Item) -> bool:
    return item.kind is not None and item.kind.key == "pods"


def _pods_of(item: Item) -> Iterator[Request]:
    """Find a pod of an object: by a list, and a watch until there is one."""
    pods = builtin("pods")
    yield request("list", pods.path(item.namespace or "{namespace}"), OF_OBJECT)
    yield request("watch", pods.path(item.namespace or "{namespace}"), _NO_POD)


def _into_pod(subresource: str, reads_pod_again: bool = False) -> Rule:
    def rule(subject: Subject) -> Iterator[Request]:
        pods = builtin("pods")
        for item in items(subject):
            yield from fetch(item)
            chosen, why = (item.name, "") if _is_pod(item) else ("{name}", WHICH_POD)
            if why:
                yield from _pods_of(item)
            if reads_pod_again:
                yield request("get", pods.path(item.namespace, chosen), why)
            yield from _stream(subject, pods.path(item.namespace, chosen, subresource), subresource, why)

    return rule


_via_operands = _into_pod("exec")


def _exec(subject: Subject) -> Iterable[Request]:
    return _of_file(subject) if subject.files else _via_operands(subject)


def _of_file(subject: Subject) -> Iterator[Request]:
    """What a file holds is not read from the cluster first."""
    for item in items(subject):
        if _is_pod(item):
            yield from _stream(subject, item.path("exec"), "exec")
            continue
        if not item.unread:
            yield from _pods_of(item)
        yield from connect(subject, "{name}", "exec", "which pod, the file tells" if item.unread else WHICH_POD)


def _logs(subject: Subject) -> Iterator[Request]:
    pods = builtin("pods")
    if not subject.targets:
        yield request("list", path(subject, pods))
        yield request("get", path(subject, pods, "{name}", "log"), "one for each pod the list returns")
        return
    for item in items(subject):
        yield from fetch(item)
        if not _is_pod(item):
            yield from _pods_of(item)
            yield from _logs_of_chosen(subject, item)
        else:
            yield ask("get", item, "log", _EACH_CONTAINER if subject.on("all-containers") else "")


def _logs_of_chosen(subject: Subject, item: Item) -> Iterator[Request]:
    pods = builtin("pods")
    one = pods.path(item.namespace or "{namespace}", "{name}", "log")
    if subject.on("all-pods"):
        yield request("list", pods.path(item.namespace or "{namespace}"), "only if there are several pods")
        yield request("get", one, "one for each pod the list returns")
    elif subject.on("all-containers"):
        yield request("get", one, _EACH_CONTAINER)
    else:
        yield request("get", one, WHICH_POD)


def _copy(subject: Subject) -> Iterator[Request]:
    words = [subject.word(index).value for index in subject.invocation.operands[:2]]
    remote = next((word for word in words if ":" in word), "")
    if len(words) < 2 or not remote:
        return
    place, _, _ = remote.partition(":")
    namespace, _, pod = place.rpartition("/")
    target = builtin("pods").path(namespace or subject.namespace, pod)
    if remote == words[1]:
        yield request("get", target)
        yield from _stream(subject, f"{target}/exec", "exec", "looks whether the destination is a folder, if it can")
    yield request("get", target)
    yield from _stream(subject, f"{target}/exec", "exec")


def _debug(subject: Subject) -> Iterator[Request]:
    for item in items(subject):
        yield from fetch(item)
        if item.kind is not None and not pretends(subject):
            yield from _debugged(subject, item)


def _debugged(subject: Subject, item: Item) -> Iterator[Request]:
    """A copy of the pod, a pod on the node, or one more container in the pod; then perhaps a session."""
    copied = subject.value("copy-to") if _is_pod(item) else "{name}"
    if copied:
        yield request("create", path(subject, builtin("pods")))
    else:
        yield ask("patch", item, "ephemeralcontainers")
    if subject.on("replace"):
        yield ask("delete", item)
    if attached(subject):
        yield from _session(subject, copied or item.name)


def _session(subject: Subject, name: str) -> Iterator[Request]:
    pods, why = builtin("pods"), "until the debugging container runs"
    yield request("list", path(subject, pods), why)
    yield request("watch", path(subject, pods), why)
    yield from connect(subject, name, "attach", "only once it runs")
    yield request("get", path(subject, pods, name, "log"), "only if the session cannot be opened")


RULES: dict[tuple[str, ...], Rule] = {
    ("attach",): _into_pod("attach"),
    ("cp",): _copy,
    ("debug",): _debug,
    ("exec",): _exec,
    ("logs",): _logs,
    ("port-forward",): _into_pod("portforward", reads_pod_again=True),
}
