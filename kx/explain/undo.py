"""How to get back: the command's own text, filled in; sharper where the line or the cluster tells the former state.

Never claims more than is sure: what is not known is "partial" and says how to see it.
"""

from __future__ import annotations

from kx.explain.explanation import Effect, Grade, Undo
from kx.explain.phrases import fill, placed
from kx.explain.subject import Subject
from kx.explain.ways import sharper
from kx.kubectl.catalog import texts

_NOTHING = Undo("none-needed", "", "nothing is changed")


def undo(subject: Subject, effect: Effect) -> Undo:
    """The way back for one kubectl invocation with this effect."""
    if effect == "read" or subject.refused or subject.helps:
        return _NOTHING
    if subject.fed:
        own = texts.command(subject.path)
        hopeless = own is None or (own.undo is not None and own.undo.grade == "impossible")
        return Undo("impossible" if hopeless else "partial", "", "xargs adds words that the line does not tell")
    if effect == "local" and subject.path[:1] != ("config",):
        return _NOTHING
    found = sharper(subject) or _from_text(subject, effect)
    return _unsure(found) if _expands(subject) else found


def _expands(subject: Subject) -> bool:
    """Whether the shell puts something else in the place of a word before kubectl runs."""
    own = set(subject.invocation.operands) | {use.value_word or use.word for use in subject.invocation.flags}
    return any(subject.word(index).expands for index in own)


def _unsure(found: Undo) -> Undo:
    """A way back cannot be written down where the shell decides what the words are."""
    if not found.command:
        return found
    grade: Grade = "impossible" if found.grade == "impossible" else "partial"
    return Undo(grade, "", "the shell fills in words when the line runs, so kx cannot name a way back")


def _from_text(subject: Subject, effect: Effect) -> Undo:
    own = texts.command(subject.path)
    if own is None or own.undo is None:
        if effect == "local":
            return _NOTHING
        return Undo("impossible", "", "kx does not know a way back from this")
    command, reason = fill(own.undo.command, subject), fill(own.undo.reason, subject)
    # A template with a hole left in it would not be a command.
    if command is None or reason is None:
        grade: Grade = "impossible" if own.undo.grade == "impossible" else "partial"
        return Undo(grade, "", "the line does not name the objects, so kx cannot name a way back")
    return Undo(own.undo.grade, placed(subject, command), reason)
