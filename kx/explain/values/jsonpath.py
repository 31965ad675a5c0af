"""A JSONPath template, piece by piece: text as it stands, and in braces paths, quoted text, range and end.

What kubectl refuses (tried with 1.27 to 1.33): a brace or a bracket that is not closed, and a word in braces that is no
path.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from kx.explain.values import fieldpath
from kx.explain.values.piece import Meaning, Piece, cut, refused, shifted

_ACTION = re.compile(r"\{((?:\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|[^{}\"'])*)\}")
_INNER = re.compile(
    r"\s*(?:(?P<quoted>\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*')|(?P<range>range)\s+|(?P<end>end)(?=\s|$)"
    r"|(?P<number>-?\d[\d.]*)(?=\s|$)|(?P<path>(?:\[(?:\?\(.*?\)|'(?:\\.|[^'\\])*'|[^\]])*\]|\\.|[^\s\[\]\"'])+))"
)
_CHARACTERS = {
    "\\n": "a line break",
    "\\t": "a tab",
    "\\r": "a return",
    " ": "a space",
    ",": "a comma",
    ":": "a colon",
    "": "nothing",
}


def read(text: str) -> Meaning:
    """A template as ``-o jsonpath=`` takes it."""
    if not text:
        return Meaning()
    if "{" not in text:
        return Meaning("no { } around any of it, so kubectl prints this text as it stands", whole=True)
    pieces: list[Piece] = []
    ranges: list[tuple[str, ...]] = [()]
    place = 0
    for action in _ACTION.finditer(text):
        pieces += _literal(text, place, action.start())
        inside = _action(action[1], ranges)
        if inside is None:
            return refused(f"{action[0]} is not a path: one begins with a dot")
        pieces += shifted(inside, action.start(1))
        place = action.end()
    if "{" in text[place:]:
        return refused("a { that is not closed, or a bracket or quote inside it")
    pieces += _literal(text, place, len(text))
    return Meaning(_gist(pieces), tuple(pieces))


def path(text: str) -> Meaning:
    """A single path, its braces and its first dot left out if one likes, as --sort-by and wait take it."""
    inner = text[1:-1] if text.startswith("{") and text.endswith("}") else text
    found = fieldpath.read(inner)
    return Meaning(found.gist, shifted(found.pieces, text.index(inner) if inner else 0))


def sort(text: str) -> Meaning:
    """What --sort-by names."""
    found = path(text)
    return Meaning(f"sorted by this field of each object: {found.gist}" if found.gist else "", found.pieces, whole=True)


def asks_items(text: str) -> bool | None:
    """Whether a template looks into a list of objects: the first path tells. None: it does not tell."""
    for action in _ACTION.finditer(text):
        inner = action[1].strip().removeprefix("range ").strip()
        if inner.startswith((".", "[", "$", "@")) and not inner.startswith((".kind", ".apiVersion")):
            return fieldpath.asks_items(inner)
    return None


def _gist(pieces: list[Piece]) -> str:
    paths = [piece.note for piece in pieces if not piece.note.endswith(_PRINTED)]
    return ", ".join(paths) if len(paths) <= 2 else ""


_PRINTED = (", printed as it stands", "printed as it stands")


def _literal(text: str, start: int, end: int) -> list[Piece]:
    return [Piece(start, end, printed(text[start:end]))] if end > start else []


def printed(text: str) -> str:
    """Text of a template that is printed as it stands."""
    return f"{_CHARACTERS.get(text, 'text')}, printed as it stands"


def _action(inside: str, ranges: list[tuple[str, ...]]) -> list[Piece] | None:
    """The pieces between two braces; None for something that kubectl does not know there.

    ``ranges``: for each range that is open, the names that lead to its objects; kept up to date.
    """
    pieces: list[Piece] = []
    place = 0
    repeats = False
    while inside[place:].strip():
        match = _INNER.match(inside, place)
        if match is None:
            return None
        kind = str(match.lastgroup)
        start, end = match.span(kind)
        found = _path(match[kind], ranges[-1]) if kind == "path" else _KINDS[kind](match[kind])
        if found is None:
            return None
        if kind == "end" and len(ranges) > 1:
            ranges.pop()
        if repeats:
            ranges.append(fieldpath.names(match[kind], ranges[-1]))
            found = [Piece(0, found[-1].end, f"for {', '.join(piece.note for piece in found)}:")] if found else []
            start, repeats = pieces.pop().start, False
            found = [Piece(0, end - start, found[0].note)] if found else []
        repeats = kind == "range"
        pieces += shifted(found, start)
        place = match.end()
    return pieces


def _path(text: str, base: tuple[str, ...]) -> list[Piece] | None:
    return list(fieldpath.read(text, base).pieces) if text[0] in ".[$@" else None


_KINDS: dict[str, Callable[[str], list[Piece]]] = {
    "quoted": lambda text: [Piece(0, len(text), printed(text[1:-1]))],
    "range": lambda text: [Piece(0, len(text), "for each of")],
    "end": lambda text: [Piece(0, len(text), "the end of what is repeated")],
    "number": lambda text: [Piece(0, len(text), "a number, printed as it stands")],
}


def columns(text: str) -> Meaning:
    """What ``-o custom-columns=`` takes: HEADER:PATH, separated by commas."""
    pieces = []
    for start, column in cut(text):
        header, colon, where = column.partition(":")
        if not colon:
            return refused(f"{column} is no column; one is written HEADER:PATH")
        told = path(where).gist if where else ""
        name = f"column {header}" if header else "a column without a header"
        pieces.append(Piece(start, start + len(column), f"{name}: {told or 'nothing, as it names no field'}"))
    count = len(pieces)
    gist = pieces[0].note if count == 1 else f"a table with these {count} columns, one row for each object"
    return Meaning(gist, tuple(pieces), whole=True) if pieces else Meaning()
