"""Requests of whatever waits: `wait`, `rollout status`, and `delete` until the objects are gone."""

from __future__ import annotations

from collections.abc import Iterator

from kx.explain.explanation import Request
from kx.explain.requests.base import WHILE_THERE, Rule, request
from kx.explain.requests.items import Item, ask, beside, fetch, items
from kx.explain.subject import Subject

_MET = "until the condition is met or the time is over"
_AGAIN = "one for each look at whether it is there"


def _wait(subject: Subject) -> Iterator[Request]:
    found, states = items(subject), _states(subject)
    if "create" in states:
        yield from _until_there(found)
    for item in found:
        yield from fetch(item)
        for state in states:
            yield from _AWAITED.get(state, _until_met)(subject, item)


def _states(subject: Subject) -> tuple[str, ...]:
    """What is waited for, up to the first "=": "delete", "condition". Newer kubectls take several."""
    given = subject.invocation.values("for")
    use = subject.use("for")
    several = use is not None and use.flag is not None and use.flag.repeats
    return tuple(value.partition("=")[0].lower() for value in (given if several else given[-1:]))


def _until_there(found: tuple[Item, ...]) -> Iterator[Request]:
    """A first look at all, then one look after the other until they are there."""
    first = [request for item in found for request in fetch(item)]
    yield from first
    for each in first:
        yield request(each.verb, each.path, _AGAIN)


def _there(_: Subject, __: Item) -> Iterator[Request]:
    return iter(())


def _until_met(subject: Subject, item: Item) -> Iterator[Request]:
    if looks_once(subject):
        yield ask("get", item)
        return
    yield beside("list", item, _MET)
    yield beside("watch", item, _MET)


def _until_deleted(subject: Subject, item: Item) -> Iterator[Request]:
    yield ask("get", item, why=WHILE_THERE)
    if not looks_once(subject):
        yield beside("list", item, WHILE_THERE)
        yield beside("watch", item, WHILE_THERE)


_AWAITED = {"delete": _until_deleted, "create": _there}


def looks_once(subject: Subject) -> bool:
    """Whether --timeout is zero: one look, no waiting."""
    return subject.value("timeout") in ("0", "0s", "0m", "0h")


def until_gone(item: Item) -> Iterator[Request]:
    """How `delete` waits for an object to be gone: it looks, and where it is still there it watches."""
    yield ask("get", item)
    yield beside("list", item, WHILE_THERE)
    yield beside("watch", item, WHILE_THERE)


def _rollout_status(subject: Subject) -> Iterator[Request]:
    for item in items(subject):
        yield from fetch(item)
        yield beside("list", item, "newer kubectls learn it from the watch")
        yield beside("watch", item, "only until the change is rolled out")


RULES: dict[tuple[str, ...], Rule] = {
    ("rollout", "status"): _rollout_status,
    ("wait",): _wait,
}
