"""What a line will ask of the API server: verb, method and path, as far as the line itself tells.

Rules are recorded facts about kubectl 1.27 to 1.33 (see kubectl-grammar and the golden requests). Discovery, schema
downloads and health checks are left out. Nothing is sent, no file is read.
"""

from __future__ import annotations

from collections.abc import Iterable

from kx.explain.explanation import Request
from kx.explain.requests import applying, changing, creating, deleting, nodes, reading, streaming, waiting
from kx.explain.requests.base import Rule, request
from kx.explain.subject import Subject

RULES: dict[tuple[str, ...], Rule] = {
    path: rule
    for group in (reading, creating, changing, applying, deleting, nodes, streaming, waiting)
    for path, rule in group.RULES.items()
}


def requests(subject: Subject) -> tuple[Request, ...]:
    """The requests of one kubectl invocation, in order; () when it sends none or kubectl would refuse it."""
    if subject.refused or subject.helps or subject.on("local"):
        return ()
    for length in range(len(subject.path), 0, -1):
        rule = RULES.get(subject.path[:length])
        if rule is not None:
            return _fed(rule(subject)) if subject.fed else tuple(rule(subject))
    return ()


def _fed(found: Iterable[Request]) -> tuple[Request, ...]:
    """What is asked about depends on the words that xargs adds."""
    verbs = {one.method: one.verb for one in reversed(tuple(found))}
    return tuple(request(verb, "", "xargs adds the words that tell which") for verb in reversed(verbs.values()))
