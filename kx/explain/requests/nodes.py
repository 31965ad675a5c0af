"""Requests of the commands that administrators use: cordon, drain, taint, certificate."""

from __future__ import annotations

from collections.abc import Iterator

from kx.explain.explanation import Request
from kx.explain.requests.base import Rule, builtin, pretends, request
from kx.explain.requests.items import Item, ask, fetch, items
from kx.explain.subject import Subject

_EACH_POD = "one for each pod on the node that has to go"
_EACH_OWNER = "one for each pod on the node that a DaemonSet made"
_EACH_LOOK = "one for each look at whether such a pod is gone"
_UNLESS_SO = "unless it is marked so already"


def _cordon(subject: Subject) -> Iterator[Request]:
    found = _nodes(subject)
    for node in found:
        yield from fetch(node)
    if not pretends(subject):
        for node in found:
            yield ask("patch", node, why=_UNLESS_SO)


def _nodes(subject: Subject) -> tuple[Item, ...]:
    """The nodes that are named; without names, those a selector picks."""
    return items(subject) or (Item("nodes", builtin("nodes")),)


def _drain(subject: Subject) -> Iterator[Request]:
    yield from _cordon(subject)
    pods = builtin("pods")
    verb, part = ("delete", "") if subject.on("disable-eviction") else ("create", "eviction")
    for node in _nodes(subject):
        yield request("list", pods.path(), "" if node.name else "one for each node the list returns")
        yield request("get", builtin("daemonsets").path("{namespace}", "{name}"), _EACH_OWNER)
        if not pretends(subject):
            yield request(verb, pods.path("{namespace}", "{name}", part), _EACH_POD)
            yield request("get", pods.path("{namespace}", "{name}"), _EACH_LOOK)


def _taint(subject: Subject) -> Iterator[Request]:
    removes = subject.operands.with_role("removal")
    for node in items(subject):
        yield from fetch(node)
        if not pretends(subject):
            yield ask(
                "patch", node, why="only if the node has that taint" if removes else "unless the node has it already"
            )


def _certificate(subject: Subject) -> Iterator[Request]:
    for item in items(subject):
        yield from fetch(item)
        yield ask("get", item)
        yield ask("update", item, "approval", "" if subject.on("force") else _UNLESS_SO)


RULES: dict[tuple[str, ...], Rule] = {
    ("certificate",): _certificate,
    ("cordon",): _cordon,
    ("drain",): _drain,
    ("taint",): _taint,
    ("uncordon",): _cordon,
}
