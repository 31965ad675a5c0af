"""The value every kind of value is understood as: a gist, and pieces with offsets into the text that was read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kx.records import dataclass, replace


@dataclass(frozen=True)
class Piece:
    """What ``text[start:end]`` means."""

    start: int
    end: int
    note: str


@dataclass(frozen=True)
class Meaning:
    """What a value means. An empty gist: there is nothing to say."""

    gist: str = ""
    pieces: tuple[Piece, ...] = ()  # in order, not overlapping
    whole: bool = False  # the gist says all there is, so that the flag's own text need not be repeated
    refused: bool = False  # kubectl would not take it: the gist says why


def shifted(pieces: Iterable[Piece], by: int) -> tuple[Piece, ...]:
    """The pieces of a text that stands ``by`` characters further on in a longer one."""
    return tuple(replace(piece, start=piece.start + by, end=piece.end + by) for piece in pieces)


def cut(text: str, separator: str = ",") -> Iterator[tuple[int, str]]:
    """The parts of a list with the offset of each, empty ones left out."""
    start = 0
    for part in text.split(separator):
        if part:
            yield start, part
        start += len(part) + len(separator)


def listed(words: Iterable[str], last: str = "and") -> str:
    """``a, b and c``."""
    *head, tail = words
    return f"{', '.join(head)} {last} {tail}" if head else tail


def refused(why: str, who: str = "kubectl") -> Meaning:
    """A value that kubectl, or the cluster it sends it to, does not take."""
    return Meaning(f"{who} refuses this: {why}", whole=True, refused=True)
