"""Whether the requests that kx tells of are those that were sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kx.explain.explanation import Request

_REPEATED = ("one for each", "for each")


def matches(told: Request, sent: Mapping[str, Any]) -> bool:
    """Same verb, method and path; a path that only the cluster or a file tells matches any."""
    if told.verb != sent["verb"] or told.method != sent.get("method", told.method):
        return False
    if not told.path:
        return told.certainty == "depends"
    parts, real = told.path.split("/"), sent["path"].split("/")
    same = all(part == other or part.startswith("{") for part, other in zip(parts, real, strict=False))
    return len(parts) == len(real) and same


def unexplained(told: Sequence[Request], sent: Sequence[Mapping[str, Any]], failed: bool) -> str:
    """Why the two do not fit, or "".

    Requests that depend may be missing, and those that are "one for each …" may come again and again, with those
    beside them that are; after a failure the rest may be missing.
    """
    places = {-1}
    for number, request in enumerate(sent):
        places = {after for place in places for after in _next(told, place) if matches(told[after], request)}
        if not places:
            return f"not told there: {number + 1}. of {_lines(sent)}\n    told: {_told(told)}"
    if failed or any(all(_may_miss(rest) for rest in told[place + 1 :]) for place in places):
        return ""
    return f"told, not sent: {_told([rest for rest in told[max(places) + 1 :] if not _may_miss(rest)])}"


def _lines(sent: Sequence[Mapping[str, Any]]) -> str:
    return ", ".join(f"{each['verb']} {each['path']}" for each in sent)


def _told(told: Sequence[Request]) -> str:
    return ", ".join(f"{each.verb} {each.path or '?'}{' (' + each.why + ')' if each.why else ''}" for each in told)


def _next(told: Sequence[Request], place: int) -> list[int]:
    """Which requests may follow the one at ``place``."""
    found = []
    for after in range(place + 1, len(told)):
        found.append(after)
        if not _may_miss(told[after]):
            break
    back = place
    while back >= 0 and told[back].why.startswith(_REPEATED):
        found.append(back)
        back -= 1
    return found


def _may_miss(request: Request) -> bool:
    return request.certainty == "depends"
