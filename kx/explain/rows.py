"""Words of an explanation put together as people read them: ``kubectl scale``, ``-c net-utils``, ``sleep infinite``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from kx.explain import hidden
from kx.explain.explanation import Explanation, Note, Part
from kx.records import dataclass

# Notes that only say which piece of a word it is.
_BARE = frozenset(
    {
        *("its name", "its value", "its namespace", "the key", "the name of the key", "the name of the variable"),
        *("the pod", "the namespace", "the path in the container", "the port of this machine", "the port it leads to"),
        *("the key of the entry", "the file with its value", "the key, which tolerations name", "the file"),
        "the prefix: who the key belongs to, as a domain name",
        *("which context", "which cluster", "which user", "what its status must be", "the value that is waited for"),
    }
)
_MOST_PARTS = 24  # of one word; more than that is not read
# A word with the second role joins the row of a word with the first.
_JOINS = {("program", "command"), ("command", "command"), ("flag", "flag-value")}


@dataclass(frozen=True)
class Row:
    """What was typed and what it means; a row of depth 1 is a piece of the word above it."""

    typed: str
    note: str
    depth: int = 0
    in_pieces: bool = False  # its pieces follow, so that what was typed need not be seen whole


def rows(explanation: Explanation) -> Iterator[Row]:
    """The words of a line in order, with their pieces; line breaks inside a word become spaces."""
    shown: set[str] = set()  # the notes on pieces so far: what was said of one word need not be said of the next
    for group in _groups(hidden.words(explanation)):
        typed, note = _row(group)
        pieces = _pieces(group, note)
        below = [Row(_shown(each), each.note, 1) for each in group[1:] if each.title == "script"]
        below += [] if shown.issuperset(row.note for row in pieces) else pieces
        yield Row(typed, note, in_pieces=bool(below))
        yield from below
        shown.update(row.note for row in below)


def _groups(words: Sequence[Note]) -> Iterator[list[Note]]:
    group: list[Note] = []
    for note in words:
        if group and not _belongs(group[-1], note):
            yield group
            group = []
        group.append(note)
    if group:
        yield group


def _pieces(group: list[Note], note: str) -> list[Row]:
    """Rows for the pieces of a word, where there are several and its note does not tell all there is to tell."""
    parts = [part for each in group for part in each.parts]
    if len(parts) < 2 or all(part.note in note or _is_told(part, note) for part in parts):
        return []
    left = [part for part in parts if not _is_told(part, note)]
    found = [Row(_piece(part), part.note, 1) for part in left[:_MOST_PARTS]]
    return found + ([Row("…", f"and {len(left) - _MOST_PARTS} more", 1)] if len(left) > _MOST_PARTS else [])


def _is_told(part: Part, note: str) -> bool:
    """Whether the note of the whole word names this piece, of which there is no more to say than what it is."""
    if part.note not in _BARE:
        return False
    before, after = (r"(?<!\w)" if part.text[0].isalnum() else "", r"(?!\w)" if part.text[-1].isalnum() else "")
    return re.search(f"{before}{re.escape(part.text)}{after}", note) is not None


def _piece(part: Part) -> str:
    text = " ".join(part.text.split())
    return text or f'"{part.text}"'


def _belongs(last: Note, note: Note) -> bool:
    if (last.role, note.role) in _JOINS:
        return True
    if last.role == note.role == "container-command":
        return True
    # `> file` is one thing to a reader.
    return last.role == note.role == "shell" and note.title == "file"


def _typed(group: list[Note]) -> str:
    """The words as typed, one space between those that stand apart; what is secret stays hidden."""
    pieces = [_shown(group[0])]
    for last, note in zip(group, group[1:], strict=False):
        pieces.append((" " if note.start > last.end else "") + _shown(note))
    return "".join(pieces)


def _shown(note: Note) -> str:
    return " ".join(note.text.split()) if note.title == "text" else note.text


def _row(group: list[Note]) -> tuple[str, str]:
    typed = _typed(group)
    lead = group[0]
    if lead.role == "command" and lead.title.startswith("kubectl "):
        typed = f"kubectl {typed}"  # left out in the kx shell
    if lead.role in ("program", "command"):
        return typed, group[-1].note
    if lead.role == "flag" and len(group) > 1:
        return typed, group[-1].note
    return typed, lead.note
