"""What both finders of places in a kubeconfig speak of: a change that is wanted, and the pieces of text it replaces."""

from __future__ import annotations

from kx.records import dataclass


@dataclass(frozen=True)
class Change:
    """One change to one file."""

    kind: str  # current, namespace, rename, delete, insert
    names: tuple[str, ...] = ()  # the entries it is about
    value: str = ""  # the new context, namespace or name; of insert: the entry, as one line in brackets
    section: str = "contexts"
    lines: str = ""  # of insert: the entry as lines of a list, if there are any

    @property
    def name(self) -> str:
        """The one entry that all changes but ``delete`` are about."""
        return self.names[0]


@dataclass(frozen=True)
class Splice:
    """Characters ``start`` to ``end`` give way to ``text``."""

    start: int
    end: int
    text: str = ""


class CannotEditError(Exception):
    """The text cannot be changed in one place with certainty; the message says why."""


def splice(text: str, *pieces: Splice) -> str:
    """``text`` with all pieces replaced; they must not overlap."""
    for piece in sorted(pieces, key=lambda piece: piece.start, reverse=True):
        text = text[: piece.start] + piece.text + text[piece.end :]
    return text


def inverse(text: str, pieces: tuple[Splice, ...]) -> tuple[Splice, ...]:
    """What takes back ``pieces`` in the text that they have made of ``text``."""
    found = []
    moved = 0
    for piece in sorted(pieces, key=lambda piece: piece.start):
        start = piece.start + moved
        found.append(Splice(start, start + len(piece.text), text[piece.start : piece.end]))
        moved += len(piece.text) - (piece.end - piece.start)
    return tuple(found)
