"""Requests of the commands that open a connection into a pod: attach, exec, cp, port-forward, debug."""

from __future__ import annotations

from collections.abc import Iterator

from kx.explain.explanation import Request
from kx.explain.requests.base import Rule, builtin, path, read_targets, request
from kx.explain.subject import Subject

# The kubectl (1.x) from which on a connection is a GET with WebSockets first, and an older POST only as a fallback.
_WEBSOCKETS_SINCE = {"exec": 30, "attach": 30, "portforward": 31}
_FALLBACK = "only if the server refuses a WebSocket connection"


def connect(subject: Subject, pod: str, subresource: str, why: str = "") -> Iterator[Request]:
    """Open a stream to a pod's subresource, as this version of kubectl does it."""
    target = path(subject, builtin("pods"), pod, subresource)
    if subject.minor >= _WEBSOCKETS_SINCE[subresource]:
        yield request("get", target, why)
        yield request("create", target, _FALLBACK)
    else:
        yield request("create", target, why)


def _into_pod(subresource: str, reads_pod_again: bool = False) -> Rule:
    def rule(subject: Subject) -> Iterator[Request]:
        pods = builtin("pods")
        yield from read_targets(subject)
        for target in subject.targets:
            if target.type == pods:
                if reads_pod_again:
                    yield request("get", path(subject, pods, target.names[0]))
                yield from connect(subject, target.names[0], subresource)
            else:
                why = "which pod, the list before tells"
                yield request("list", path(subject, pods), "asks for the pods of the object just read")
                if reads_pod_again:
                    yield request("get", path(subject, pods, "{name}"), why)
                yield from connect(subject, "{name}", subresource, why)

    return rule


def _copy(subject: Subject) -> Iterator[Request]:
    words = [subject.word(index).value for index in subject.invocation.operands[:2]]
    remote = next((word for word in words if ":" in word), "")
    if len(words) < 2 or not remote:
        return
    place, _, _ = remote.partition(":")
    namespace, _, pod = place.rpartition("/")
    pods = builtin("pods")
    target = pods.path(namespace or subject.namespace, pod)
    yield request("get", target)
    for stream in connect(subject, pod, "exec"):
        yield Request(stream.verb, stream.method, f"{target}/exec", stream.certainty, stream.why)
    if remote == words[1]:
        # Into a container: the first run of a program there only tests whether the destination is a folder.
        yield request("get", target)
        for stream in connect(subject, pod, "exec"):
            yield Request(stream.verb, stream.method, f"{target}/exec", stream.certainty, stream.why)


def _debug(subject: Subject) -> Iterator[Request]:
    yield from read_targets(subject)
    pods = builtin("pods")
    for target in subject.targets:
        if target.type is None or subject.dry_run == "client":
            continue
        name = target.names[0]
        if target.type == pods and not subject.given("copy-to"):
            yield request("patch", path(subject, pods, name, "ephemeralcontainers"))
        else:
            yield request("create", path(subject, pods))
        if subject.on("replace"):
            yield request("delete", path(subject, pods, name))
        if subject.on("attach") or (subject.on("stdin") and not subject.given("attach")):
            yield from _attached(subject, name if target.type == pods and not subject.given("copy-to") else "{name}")


def _attached(subject: Subject, name: str) -> Iterator[Request]:
    pods, why = builtin("pods"), "until the debugging container runs"
    yield request("list", path(subject, pods), why)
    yield request("watch", path(subject, pods), why)
    yield from connect(subject, name, "attach", "only once it runs")


RULES: dict[tuple[str, ...], Rule] = {
    ("attach",): _into_pod("attach"),
    ("cp",): _copy,
    ("debug",): _debug,
    ("exec",): _into_pod("exec"),
    ("port-forward",): _into_pod("portforward", reads_pod_again=True),
}
