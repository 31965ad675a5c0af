"""Natural order: prod-9 before prod-10. The order of facette.io/natsort, which kubectx sorts by."""

from __future__ import annotations

import re
from collections.abc import Iterable

_CHUNK = re.compile(r"[0-9]+|[^0-9]+")
_LARGEST = 2**63 - 1  # beyond it natsort compares digits as text

_Key = tuple[tuple[int, int, str], ...]


def key(name: str) -> _Key:
    """A sort key: runs of digits compare by their number, everything else by its characters."""
    return tuple(_chunk(text) for text in _CHUNK.findall(name))


def in_order(names: Iterable[str]) -> list[str]:
    """``names`` in natural order; names that differ only in leading zeros keep the order they came in."""
    return sorted(names, key=key)


def _chunk(text: str) -> tuple[int, int, str]:
    if "0" <= text[0] <= "9":
        number = int(text) if len(text) < 20 else _LARGEST + 1
        return (1, number, "") if number <= _LARGEST else (1, _LARGEST + 1, text)
    # No text begins with a digit, so its first character alone says whether it comes before or after all numbers.
    return (0 if text[0] < "0" else 2, 0, text)
