"""Requests of the commands that change objects one field at a time: label, patch, scale, set, edit, rollout undo."""

from __future__ import annotations

from collections.abc import Iterator

from kx.explain.explanation import Request
from kx.explain.requests.base import Rule, builtin, path, pretends, request
from kx.explain.requests.items import all_then_each, ask, fetch, items, take
from kx.explain.requests.reading import history_of
from kx.explain.subject import Subject

_IF_CHANGED = "unless that is how it is already"
_IF_SAVED = "only if you save a change"


def _patch(subject: Subject) -> Iterator[Request]:
    part = subject.value("subresource")
    for item in items(subject):
        yield from take(item, part)
        if not pretends(subject):
            yield ask("patch", item, part)


def _metadata(subject: Subject) -> Iterator[Request]:
    """`label` and `annotate`: without anything to set they only read."""
    changes = subject.operands.with_role("pair", "removal") and not pretends(subject)
    for item in items(subject):
        yield from fetch(item)
        if changes:
            yield ask("patch", item)


def _in_turn(subject: Subject) -> Iterator[Request]:
    """Fetch all objects, then send a patch for each that it changes."""
    return all_then_each(subject, *(() if pretends(subject) else ("patch",)))


def _set(subject: Subject) -> Iterator[Request]:
    return all_then_each(subject, *(() if pretends(subject) else ("patch",)), why=_IF_CHANGED)


def _set_env(subject: Subject) -> Iterator[Request]:
    typed, _, name = subject.value("from").partition("/")
    kind = subject.types.find(typed)
    if kind and name:
        yield request("get", path(subject, kind, name))
    if not subject.on("list"):
        yield from _set(subject)
        return
    yield from all_then_each(subject)
    if subject.on("resolve"):
        for plural in ("configmaps", "secrets"):
            why = "one for each of them that a variable comes from"
            yield request("get", path(subject, builtin(plural), "{name}"), why)


def _scale(subject: Subject) -> Iterator[Request]:
    guarded = subject.given("current-replicas") or subject.given("resource-version")
    found = items(subject)
    for item in found:
        yield from take(item)
    if pretends(subject):
        return
    for item in found:
        for verb in ("get", "update") if guarded else ("patch",):
            yield ask(verb, item, "scale")
    if subject.given("timeout"):
        for item in found:
            yield ask("get", item, "scale", "one for each look at whether the number is reached")


def _edit(subject: Subject) -> Iterator[Request]:
    part = subject.value("subresource")
    for item in items(subject):
        yield from fetch(item, part)
    for item in items(subject):
        yield ask("patch", item, part, _IF_SAVED)


def _undo(subject: Subject) -> Iterator[Request]:
    chosen = subject.value("to-revision") not in ("", "0")
    for item in items(subject):
        yield from history_of(item)
        if not pretends(subject):
            yield ask("patch", item, why="unless it is that revision already" if chosen else "")


RULES: dict[tuple[str, ...], Rule] = {
    ("annotate",): _metadata,
    ("apply", "edit-last-applied"): _edit,
    ("edit",): _edit,
    ("label",): _metadata,
    ("patch",): _patch,
    ("rollout", "pause"): _in_turn,
    ("rollout", "restart"): _in_turn,
    ("rollout", "resume"): _in_turn,
    ("rollout", "undo"): _undo,
    ("scale",): _scale,
    ("set",): _in_turn,
    ("set", "env"): _set_env,
    ("set", "image"): _set,
    ("set", "resources"): _set,
    ("set", "subject"): _set,
}
