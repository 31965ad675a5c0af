"""The line at the bottom while typing: what the word under the cursor means, and what the command will do. Pure."""

from __future__ import annotations

from kx.explain.explanation import Explanation, Note

HINT = "Type a kubectl command · Tab completes · help · Ctrl-D leaves"


def toolbar(explanation: Explanation | None, cursor: int, width: int) -> str:
    """One line of at most ``width`` columns; ``explanation`` is None for an empty line."""
    if explanation is None:
        return _fitted(f"─ {HINT}", "", width)
    note = note_at(explanation, cursor)
    left = f"─ {_about(note)}" if note else f"─ {explanation.summary}"
    return _fitted(left, explanation.effect.upper(), width)


def note_at(explanation: Explanation, cursor: int) -> Note | None:
    """The word the cursor is in or right behind; else the one before it."""
    before = [note for note in explanation.words if note.start < cursor or (note.start == cursor == 0)]
    return before[-1] if before else None


def _about(note: Note) -> str:
    said = note.note or note.title
    return f"{' '.join(note.text.split())}: {said}" if said else " ".join(note.text.split())


def _fitted(left: str, right: str, width: int) -> str:
    room = max(0, width - len(right) - 2)
    if len(left) > room:
        left = f"{left[: max(0, room - 1)]}…"
    return f"{left:<{room}}  {right}" if right else left
