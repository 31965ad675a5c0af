"""Requests of the commands that make something new: run, create, expose, autoscale."""

from __future__ import annotations

from collections.abc import Iterator

from kx.explain.explanation import Request
from kx.explain.requests.base import EACH_LISTED, Rule, builtin, path, pretends, request
from kx.explain.requests.items import Item, all_from_files, ask, fetch, items, take
from kx.explain.requests.streaming import attached, connect
from kx.explain.subject import Subject

# The kubectl (1.x) that makes autoscalers of version 2.
_SECOND_AUTOSCALING_SINCE = 33


def _run(subject: Subject) -> Iterator[Request]:
    if pretends(subject) or not subject.targets:
        return
    pods, name = builtin("pods"), subject.targets[0].names[0]
    yield request("create", path(subject, pods))
    if subject.on("expose"):
        yield request("create", path(subject, builtin("services")))
    if attached(subject) and subject.dry_run == "none":
        why = "until the pod runs or has ended"
        yield request("list", path(subject, pods), why)
        yield request("watch", path(subject, pods), why)
        yield from connect(subject, name, "attach", "only once the pod runs")
        yield request("get", path(subject, pods, name, "log"), "only if the session cannot be opened")
        yield from _after_session(subject, name)


def _after_session(subject: Subject, name: str) -> Iterator[Request]:
    pods, why = builtin("pods"), "when the session ends"
    if subject.value("restart") in ("Never", "OnFailure") and not subject.on("leave-stdin-open"):
        yield request("list", path(subject, pods), why)
        yield request("watch", path(subject, pods), why)
    if subject.on("rm"):
        yield request("get", path(subject, pods, name), why)
        yield request("delete", path(subject, pods, name), why)


def _create_from_files(subject: Subject) -> Iterator[Request]:
    if pretends(subject):
        return
    if raw := subject.value("raw"):
        yield request("create", raw.partition("?")[0])
        return
    why = "only if you save it" if subject.on("edit") else ""
    for item in all_from_files(subject):
        yield ask("create", item, why=why) if item.kind is None else request("create", item.home(), why)


def _create(subject: Subject) -> Iterator[Request]:
    if len(subject.path) == 1:
        yield from _create_from_files(subject)
        return
    if origin := subject.value("from") if subject.path == ("create", "job") else "":
        typed, _, name = origin.rpartition("/")
        yield from fetch(Item(typed, subject.types.find(typed or "cronjobs"), subject.namespace, name))
    if pretends(subject):
        return
    for target in subject.targets:
        if target.type:
            yield request("create", path(subject, target.type))


def _create_token(subject: Subject) -> Iterator[Request]:
    for target in subject.targets:
        yield request("create", path(subject, builtin("serviceaccounts"), target.names[0], "token"))


def _beside(subject: Subject, plural: str) -> Iterator[Request]:
    """Read the targets, then make one new object of the type ``plural`` for each."""
    found, kind = items(subject), builtin(plural)
    for item in found:
        yield from take(item)
    if pretends(subject):
        return
    for item in found:
        if item.unread:
            yield request("create", path(subject, kind), f"one for each object in {item.unread}")
        else:
            yield request("create", kind.path(item.namespace or subject.namespace), "" if item.name else EACH_LISTED)


def _expose(subject: Subject) -> Iterator[Request]:
    return _beside(subject, "services")


def _autoscale(subject: Subject) -> Iterator[Request]:
    old = subject.minor < _SECOND_AUTOSCALING_SINCE
    return _beside(subject, "horizontalpodautoscalers.v1.autoscaling" if old else "horizontalpodautoscalers")


RULES: dict[tuple[str, ...], Rule] = {
    ("autoscale",): _autoscale,
    ("create",): _create,
    ("create", "token"): _create_token,
    ("expose",): _expose,
    ("run",): _run,
}
