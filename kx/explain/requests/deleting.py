"""Requests of `delete`."""

from __future__ import annotations

from collections.abc import Iterator

from kx.explain.explanation import Request
from kx.explain.requests.base import Rule, pretends, request
from kx.explain.requests.items import Item, ask, fetch, items
from kx.explain.requests.waiting import until_gone
from kx.explain.subject import Subject

_ANSWERED = "only if you answer yes"


def _delete(subject: Subject) -> Iterator[Request]:
    if raw := subject.value("raw"):
        yield request("delete", raw.partition("?")[0])
        return
    found = items(subject)
    asks = subject.on("interactive")
    if asks:
        for item in found:
            yield from _listed(item, "")
    why = _ANSWERED if asks else ""
    for item in found:
        yield from _listed(item, why)
        if not pretends(subject):
            yield ask("delete", item, why=why)
    if subject.on("wait") and subject.dry_run == "none":
        yield from _wait(subject, found, why)


def _listed(item: Item, why: str) -> Iterator[Request]:
    """Only a list is read first; an object with a name is deleted unseen."""
    if item.listed:
        yield from fetch(item, why=why)


def _wait(subject: Subject, found: tuple[Item, ...], why: str) -> Iterator[Request]:
    unsure = why or ("only if it was there" if subject.on("ignore-not-found") else "")
    for item in found:
        for each in until_gone(item):
            yield each if each.why or not unsure else request(each.verb, each.path, unsure)


RULES: dict[tuple[str, ...], Rule] = {("delete",): _delete}
