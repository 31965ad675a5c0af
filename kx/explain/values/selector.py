"""Label and field selectors: each requirement is a piece. The words for one are those of ``explain.selectors``."""

from __future__ import annotations

from kx.explain.selectors import describe, requirements
from kx.explain.values.piece import Meaning, Piece


def labels(text: str) -> Meaning:
    """What -l takes."""
    return _read(text, "label")


def fields(text: str) -> Meaning:
    """What --field-selector takes."""
    return _read(text, "field")


def chosen(text: str) -> Meaning:
    """A selector that a new object gets: no object is chosen now."""
    return Meaning(describe(text))


def pods(text: str) -> Meaning:
    """What `set selector` gives a service: the pods it leads to from now on."""
    return Meaning(f"the pods whose {describe(text)}")


def _read(text: str, thing: str) -> Meaning:
    pieces = tuple(Piece(start, end, describe(text[start:end], thing)) for start, end in requirements(text))
    return Meaning(f"only objects whose {describe(text, thing)}" if pieces else "", pieces, whole=True)
