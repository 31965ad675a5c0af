"""Programs other than kubectl: docker, helm, and what people put behind a pipe. Says little, and only what is sure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from kx.explain import expansions
from kx.explain.explanation import Effect, Note
from kx.kubectl.catalog import programs
from kx.kubectl.catalog.programs import ProgramText
from kx.kubectl.invocation import Invocation, Word
from kx.records import dataclass, replace

_UNKNOWN = "another program; kx does not know what it does"


@dataclass(frozen=True)
class Told:
    """What kx says of one command of another program."""

    notes: dict[int, Note]
    path: tuple[str, ...]
    summary: str
    effect: Effect


def tell(invocation: Invocation) -> Told:
    """Explain one simple command whose program is not kubectl."""
    words = invocation.line.words
    after = [index for index, role in invocation.roles if role in ("flag", "operand")]
    known = programs.program(invocation.program, [words[index].value for index in after])
    roles = dict(invocation.roles)
    named = [after[place] for place in (known.at if known else ())]
    before = {after[place]: note for place, note in (known.before if known else {}).items()}
    path = tuple(words[index].value for index in named if roles[index] == "operand")
    notes: dict[int, Note] = {}
    rest = [index for index in after if index not in named and index not in before]
    values = _values(known, [(index, words[index].value) for index in rest])
    operands = [index for index in rest if roles[index] == "operand" and index not in values]
    inner = _inner(known, rest, operands)
    values = {index: option for index, option in values.items() if index not in inner}
    operands = [index for index in rest if index in operands or index in inner]
    for index, role in invocation.roles:
        word = words[index]
        if role == "program":
            text = _phrase(programs.program(word.value) or known) if known else _UNKNOWN
            notes[index] = Note(word.start, word.end, word.text, "program", invocation.program or "program", text, "kx")
        elif index in named and known:
            title = " ".join(path) or word.value
            notes[index] = Note(word.start, word.end, word.text, "command", title, known.note, "kx")
        elif index in before:
            notes[index] = Note(word.start, word.end, word.text, role, word.value or "word", before[index], "kx")
        elif role == "flag" and index not in inner:
            text = _flag(known, word.value)
            notes[index] = Note(word.start, word.end, word.text, "flag", word.value or "flag", text, "kx")
        elif index in values:
            text = f"the value of {values[index]}"
            notes[index] = Note(word.start, word.end, word.text, "operand", "value", text, "kx")
        elif role in ("flag", "operand"):
            text = _operand(known, operands.index(index))
            notes[index] = Note(word.start, word.end, word.text, "operand", "word", text, "kx")
    notes = {index: _expanded(note, words[index]) for index, note in notes.items()}
    if not any(role == "program" for _, role in invocation.roles):
        return Told(notes, (), "Set variables of the shell.", "local")
    if known is None:
        return Told(notes, (), f"Run {invocation.program or 'a program'}; kx does not know what it does.", "run-code")
    changes = any(_option(words[index].value) in known.changing for index in after if index not in inner)
    return Told(notes, path, known.summary, "change" if changes else cast("Effect", known.effect))


def _expanded(note: Note, word: Word) -> Note:
    told = expansions.told(word, "the command")
    return replace(note, note=f"{note.note}; {told}") if told else note


def _option(typed: str) -> str:
    """The option alone: ``--data`` of ``--data=x``, ``-X`` of ``-XDELETE``."""
    return typed.partition("=")[0] if typed.startswith("--") else typed[:2]


def _values(known: ProgramText | None, after: Sequence[tuple[int, str]]) -> dict[int, str]:
    """The words that belong to the option before them, with that option."""
    pairs = zip(after, after[1:], strict=False)
    return {index: typed for (_, typed), (index, value) in pairs if known and typed in known.valued}


def _inner(known: ProgramText | None, after: Sequence[int], operands: Sequence[int]) -> frozenset[int]:
    """The words that are for the program this one runs (``docker exec CONTAINER sh -c x``): all after the first."""
    if known is None or known.effect != "run-code" or len(known.operands) < 2 or not operands:
        return frozenset()
    return frozenset(index for index in after if index > operands[0])


def _phrase(known: ProgramText | None) -> str:
    summary = known.summary if known else _UNKNOWN
    return summary[:1].lower() + summary[1:].rstrip(".")


def _flag(known: ProgramText | None, typed: str) -> str:
    name = typed.partition("=")[0]
    if known and name in known.flags:
        return known.flags[name]
    if known and len(name) > 2 and not name.startswith("--"):
        if name[:2] in known.valued:  # -p80:80
            return known.flags[name[:2]]
        letters = [known.flags.get(f"-{letter}", "") for letter in name[1:]]
        if all(letters):  # -rn
            return "; ".join(letters)
    return "an option of this program"


def _operand(known: ProgramText | None, place: int) -> str:
    if known and known.operands:
        return known.operands[min(place, len(known.operands) - 1)]
    return "a word for this program"
