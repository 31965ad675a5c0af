"""The line at the bottom while typing: what the word under the cursor means, and what the command will do. Pure."""

from __future__ import annotations

from kx.explain.explanation import Explanation, Note

# How the explainer begins to say that a word is no good as it stands.
_REFUSAL = "kubectl would refuse this"
# What it says of a flag whose value is not typed yet.
_WAITS = "needs an argument"
HINT = "Type a kubectl command · Tab completes · help · Ctrl-D leaves"


def toolbar(explanation: Explanation, cursor: int, width: int) -> str:
    """One line of at most ``width`` columns."""
    note = note_at(explanation, cursor)
    left = f"─ {explanation.summary}" if note is None or _half_typed(note, explanation, cursor) else f"─ {_about(note)}"
    return fitted(left, explanation.effect.upper(), width)


def note_at(explanation: Explanation, cursor: int) -> Note | None:
    """The word the cursor is in or right behind; else the one before it."""
    before = [note for note in explanation.words if note.start < cursor or (note.start == cursor == 0)]
    return before[-1] if before else None


def _half_typed(note: Note, explanation: Explanation, cursor: int) -> bool:
    """Whether this word may still become one that kubectl takes: a refusal would come too early."""
    if cursor != len(explanation.line) or _REFUSAL not in note.note:
        return False
    return cursor == note.end or _WAITS in note.note and not explanation.line[note.end :].strip()


def _about(note: Note) -> str:
    said = note.note or note.title
    return f"{' '.join(note.text.split())}: {said}" if said else " ".join(note.text.split())


def fitted(left: str, right: str, width: int) -> str:
    """``left`` cut to the room that ``right``, at the right edge, leaves in ``width`` columns."""
    room = max(0, width - len(right) - 2)
    if len(left) > room:
        left = f"{left[: max(0, room - 1)]}…"
    return f"{left:<{room}}  {right}" if right else left
