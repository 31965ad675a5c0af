"""One note for every word of a kubectl command. Together with the shell's words they cover the whole line."""

from __future__ import annotations

from kx.explain import expansions, flagnotes, operandnotes
from kx.explain.explanation import Note, Part, Source
from kx.explain.subject import Subject
from kx.explain.values.piece import Meaning
from kx.kubectl.catalog import texts
from kx.kubectl.invocation import FlagUse, Role, Word
from kx.records import dataclass

_UNKNOWN_PROBLEMS = frozenset({"unknown-command", "unknown-flag", "flag-before-plugin"})
_DASH: dict[tuple[str, ...], str] = {
    ("run",): "end of kubectl's flags; what follows replaces the arguments of the image's own program",
    ("exec",): "end of kubectl's flags; what follows runs in the container",
    ("debug",): "end of kubectl's flags; what follows runs in the debugging container",
    ("create",): "end of kubectl's flags; what follows runs in the container instead of the image's command",
}
_DASH_ELSEWHERE = "end of the flags; what follows is taken as it stands"


def notes(subject: Subject) -> dict[int, Note]:
    """Notes by index into ``line.words``, for the words of this command that are not the shell's."""
    found: dict[int, Note] = {}
    for index, role in subject.invocation.roles:
        if role != "shell":
            found[index] = _note(subject, index, role)
    return found


def _note(subject: Subject, index: int, role: Role) -> Note:
    word = subject.word(index)
    problem = next((entry for entry in subject.invocation.problems if entry.word == index), None)
    if problem and problem.kind in _UNKNOWN_PROBLEMS:
        text = f"{_REFUSED}{problem.message}"
        if problem.kind == "unknown-command" and not subject.path:
            text += " (unless there is a plugin of that name)"
        return Note(word.start, word.end, word.text, "unknown", "unknown", text, _KUBECTL)
    told = _ROLES[role](subject, index)
    text, source = told.note, told.source
    if expanded := expansions.told(word):
        text = f"{text}; {expanded}"
    if problem and problem.kind == "unfinished":
        text, source = f"{text} ({problem.message})", "kx"
    elif problem:
        text, source = f"{_REFUSED}{problem.message}", _KUBECTL
    return Note(word.start, word.end, word.text, role, told.title, text, source, told.parts)


_KUBECTL: Source = "kubectl"
_REFUSED = "kubectl would refuse this: "


@dataclass(frozen=True)
class _Told:
    title: str
    note: str
    source: Source = "kx"
    parts: tuple[Part, ...] = ()


def _parts(word: Word, value: str, meaning: Meaning) -> tuple[Part, ...]:
    """The pieces of a value, which ends where its word ends, as parts of the line."""
    if not meaning.pieces or not word.value.endswith(value):
        return ()
    from kx.explain.values.spans import parts  # most words have no pieces

    return parts(word, len(word.value) - len(value), meaning.pieces)


def _program(subject: Subject, index: int) -> _Told:
    own = texts.command(())
    return _Told("kubectl", own.word if own else "")


def _command(subject: Subject, index: int) -> _Told:
    places = [place for place, role in subject.invocation.roles if role == "command"]
    path = subject.path[: places.index(index) + 1]
    text = texts.command(path)
    if subject.invocation.command is None:
        return _Told("plugin", _plugin(subject))
    title = " ".join(("kubectl", *path))
    if text:
        return _Told(title, text.word)
    said = subject.catalog.commands[path].told if path in subject.catalog.commands else ""
    return _Told(title, f'kubectl says: "{said}"' if said else "a command of kubectl", "kubectl")


def _plugin(subject: Subject) -> str:
    found = subject.plugin
    which = f", {found.file}," if found and found.file else ""
    said = f'; it says: "{found.about}"' if found and found.about else ""
    rest = "it gets all words behind its name as they stand"
    return f"a plugin: a program of its own{which} that kubectl starts; {rest}{said}"


def _flag(subject: Subject, index: int) -> _Told:
    uses = subject.uses.get(index, ())
    if not uses:
        name = subject.word(index).value.partition("=")[0].removeprefix("--")
        said = subject.plugin.flags.get(name, "") if subject.plugin else ""
        return _Told("flag", f'the plugin says: "{said}"' if said else "a flag for the program")
    title = " ".join(f"--{use.name}" if use.flag else use.typed for use in uses)
    if uses[-1].value_word is not None:
        told = [flagnotes.about(subject, use) for use in uses]
        return _Told(title, "; ".join(text for text, _ in told), told[-1][1])
    found = [_with_value(subject, use, index) for use in uses]
    return _Told(title, "; ".join(each.note for each in found), found[-1].source, found[-1].parts)


def _with_value(subject: Subject, use: FlagUse, index: int) -> _Told:
    """A flag's value, which stands in the word number ``index``."""
    text, source, meaning = flagnotes.explained(subject, use)
    return _Told(f"value of --{use.name}", text, source, _parts(subject.word(index), use.value or "", meaning))


def _flag_value(subject: Subject, index: int) -> _Told:
    use = next(use for use in subject.invocation.flags if use.value_word == index)
    return _with_value(subject, use, index)


def _operand(subject: Subject, index: int) -> _Told:
    role = subject.operands.roles.get(index, "argument")
    text, meaning = operandnotes.note(subject, index, role)
    word = subject.word(index)
    source: Source = "cluster" if operandnotes.comes_from_cluster(subject, index, role) else "kx"
    return _Told(operandnotes.title(role), text, source, _parts(word, word.value, meaning))


def _separator(subject: Subject, index: int) -> _Told:
    if subject.path == ("run",) and subject.on("command"):
        return _Told("end of flags", _DASH[("create",)])
    return _Told("end of flags", _DASH.get(subject.path[:1], _DASH_ELSEWHERE))


def _container_command(subject: Subject, index: int) -> _Told:
    first = next(place for place, role in subject.invocation.roles if role == "container-command")
    if index != first:
        kept = expansions.kept_for_pod(subject.word(index))
        if _is_script(subject, index, first):
            return _Told("script", f"a script for the shell in the pod{f'; {kept}' if kept else ''}")
        return _Told("command in the container", f"a word for that program{f'; {kept}' if kept else ''}")
    known = texts.container_program(subject.word(index).value)
    return _Told("command in the container", known or "the program to run")


def _is_script(subject: Subject, index: int, first: int) -> bool:
    """Whether a word is what ``sh -c`` runs."""
    shell = subject.word(first).value.rpartition("/")[2] in ("sh", "bash", "ash", "dash", "zsh")
    before = subject.word(index - 1).value
    return shell and before.startswith("-") and not before.startswith("--") and before.endswith("c")


def _unknown(subject: Subject, index: int) -> _Told:
    return _Told("unknown", "kubectl does not know this word here", "kubectl")


_ROLES = {
    "program": _program,
    "command": _command,
    "flag": _flag,
    "flag-value": _flag_value,
    "operand": _operand,
    "separator": _separator,
    "container-command": _container_command,
    "unknown": _unknown,
}
