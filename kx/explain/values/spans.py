"""Where the characters of a word's value stand in its typed text, quotes and escapes and all.

Follows plain text, '…', "…" and backslashes. Where a word is written otherwise ($'…', a substitution with quotes
inside), it says so by None, and pieces are left out rather than put in the wrong place.
"""

from __future__ import annotations

import re

from kx.explain.explanation import Part
from kx.explain.values.piece import Piece
from kx.kubectl.invocation import Word

_QUOTED = re.compile(r"'([^']*)(?:'|$)|\"((?:[^\"\\]|\\.|\\$)*)(?:\"|$)|\\(\n|.|$)|([^'\"\\]+)", re.DOTALL)
_IN_DOUBLE = re.compile(r"\\([$`\"\\\n])|.", re.DOTALL)


def parts(word: Word, before: int, pieces: tuple[Piece, ...]) -> tuple[Part, ...]:
    """The pieces of a value as parts of the line; ``before``: how much of the word's value stands before it."""
    places = _places(word)
    if places is None:
        return ()
    found = []
    for piece in pieces:
        first, last = before + piece.start, before + piece.end
        if first < last <= len(places):
            start, end = places[first][0], places[last - 1][1]
            text = word.text[start:end]
            found.append(Part(word.start + start, word.start + end, text, piece.note))
    return tuple(found)


def _places(word: Word) -> list[tuple[int, int]] | None:
    """Start and end, in the typed text, of each character of the value."""
    if word.text == word.value:
        return [(place, place + 1) for place in range(len(word.text))]
    places = [place for match in _QUOTED.finditer(word.text) for place in _of(match)]
    said = "".join(_character(word.text, start, end) for start, end in places)
    return places if said == word.value else None


def _character(text: str, start: int, end: int) -> str:
    return text[end - 1] if end - start == 2 else text[start:end]


def _of(match: re.Match[str]) -> list[tuple[int, int]]:
    if match.group(2) is not None:
        inner = _IN_DOUBLE.finditer(match.string, match.start(2), match.end(2))
        return [found.span() for found in inner if found.group(1) != "\n"]
    if match.group(3) is not None:
        return [] if match.group(3) in ("", "\n") else [match.span()]
    start, end = match.span(1 if match.group(1) is not None else 4)
    return [(place, place + 1) for place in range(start, end)]
