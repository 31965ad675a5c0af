"""Where the characters of a word's value stand in its typed text, quotes and escapes and all.

Follows plain text, '…', "…" and backslashes. Where a word is written otherwise ($'…', a substitution with quotes
inside), the pieces are left out rather than put in the wrong place.
"""

from __future__ import annotations

from kx.explain.explanation import Part
from kx.explain.values.piece import Piece
from kx.kubectl.invocation import Word

_ESCAPED_IN_DOUBLE = frozenset('$`"\\\n')


def parts(word: Word, before: int, pieces: tuple[Piece, ...]) -> tuple[Part, ...]:
    """The pieces of a value as parts of the line; ``before``: how much of the word's value stands before it."""
    if word.text == word.value:
        return tuple(_part(word, before + piece.start, before + piece.end, piece.note) for piece in pieces)
    places = _places(word.text)
    if "".join(word.text[end - 1] for _, end in places) != word.value:
        return ()
    return tuple(
        _part(word, places[before + piece.start][0], places[before + piece.end - 1][1], piece.note) for piece in pieces
    )


def _part(word: Word, start: int, end: int, note: str) -> Part:
    return Part(word.start + start, word.start + end, word.text[start:end], note)


def _places(text: str) -> list[tuple[int, int]]:
    """Start and end, in the typed text, of each character of the value; an escape is two characters for one."""
    found = []
    quote = ""
    place = 0
    while place < len(text):
        char, following = text[place], text[place + 1 : place + 2]
        escapes = char == "\\" and (following in _ESCAPED_IN_DOUBLE if quote else bool(following))
        if escapes and quote != "'":
            found += [(place, place + 2)] if following != "\n" else []
            place += 2
            continue
        if char == quote or (not quote and char in "'\""):
            quote = "" if quote else char
        elif char != "\\" or quote or following:
            found.append((place, place + 1))
        place += 1
    return found
