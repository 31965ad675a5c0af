"""Requests of the commands that make something new: run, create, expose, autoscale."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kx.explain.explanation import Request
from kx.explain.requests.base import Rule, builtin, from_files, path, read_targets, request, unknown_type
from kx.explain.requests.streaming import connect
from kx.explain.subject import Subject

# The kubectl (1.x) that makes autoscalers of version 2.
_SECOND_AUTOSCALING_SINCE = 33


def _run(subject: Subject) -> Iterator[Request]:
    if subject.dry_run == "client" or not subject.targets:
        return
    pods, name = builtin("pods"), subject.targets[0].names[0]
    yield request("create", path(subject, pods))
    if subject.on("expose"):
        yield request("create", path(subject, builtin("services")))
    attached = subject.on("attach") or (subject.on("stdin") and not subject.given("attach"))
    if attached and subject.dry_run == "none":
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
    if subject.dry_run == "client":
        return
    if raw := subject.value("raw"):
        yield request("create", raw)
    else:
        yield from from_files(subject, "create")


def _create(subject: Subject) -> Iterator[Request]:
    if len(subject.path) == 1:
        yield from _create_from_files(subject)
        return
    if origin := subject.value("from") if subject.path == ("create", "job") else "":
        typed, _, name = origin.rpartition("/")
        kind = subject.types.find(typed or "cronjobs")
        if kind:
            yield request("get", path(subject, kind, name))
    if subject.dry_run == "client":
        return
    for target in subject.targets:
        if target.type:
            yield request("create", path(subject, target.type))


def _create_token(subject: Subject) -> Iterator[Request]:
    for target in subject.targets:
        yield request("create", path(subject, builtin("serviceaccounts"), target.names[0], "token"))


def _beside(plural: str) -> Rule:
    """Read the targets, then make one new object of the type ``plural`` for each."""

    def rule(subject: Subject) -> Iterator[Request]:
        yield from from_files(subject, "get") if subject.files else read_targets(subject)
        if subject.dry_run == "client":
            return
        for target in subject.targets:
            if target.type is None:
                yield unknown_type(target, "create")
                continue
            for _ in target.names or ("",):
                why = "" if target.names else "one for each object the list returns"
                yield request("create", path(subject, builtin(plural)), why)
        if subject.files:
            yield request("create", path(subject, builtin(plural)), "one for each object in the files")

    return rule


def _autoscale(subject: Subject) -> Iterable[Request]:
    old = subject.minor < _SECOND_AUTOSCALING_SINCE
    return _beside("horizontalpodautoscalers.v1.autoscaling" if old else "horizontalpodautoscalers")(subject)


RULES: dict[tuple[str, ...], Rule] = {
    ("autoscale",): _autoscale,
    ("create",): _create,
    ("create", "token"): _create_token,
    ("expose",): _beside("services"),
    ("run",): _run,
}
