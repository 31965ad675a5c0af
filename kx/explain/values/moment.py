"""A point in time as RFC 3339 writes it. kubectl logs refuses any other (tried)."""

from __future__ import annotations

import re

from kx.explain.values.piece import Meaning, refused

_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)[T](\d\d:\d\d:\d\d)(?:[.,]\d+)?(Z|[+-]\d\d:\d\d)$", re.ASCII)


def read(text: str) -> Meaning:
    """--since-time."""
    found = _MOMENT.match(text)
    if found is None:
        return refused("a time is written as 2006-01-02T15:04:05Z")
    zone = "UTC" if found[3] == "Z" else f"{found[3]} from UTC"
    return Meaning(f"only what was written after {found[1]} at {found[2]}, {zone}", whole=True)
