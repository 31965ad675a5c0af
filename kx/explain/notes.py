"""One note for every word of a kubectl command. Together with the shell's words they cover the whole line."""

from __future__ import annotations

from kx.explain import flagnotes, operandnotes
from kx.explain.explanation import Note, Source
from kx.explain.subject import Subject
from kx.kubectl.catalog import texts
from kx.kubectl.invocation import Role

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
        role, title, text, source = "unknown", "unknown", f"{_REFUSED}{problem.message}", _KUBECTL
        if problem.kind == "unknown-command" and not subject.path:
            text += " (unless there is a plugin of that name)"
    else:
        title, text, source = _ROLES[role](subject, index)
        if problem and problem.kind == "unfinished":
            text, source = f"{text} ({problem.message})", "kx"
        elif problem:
            text, source = f"{_REFUSED}{problem.message}", _KUBECTL
    return Note(word.start, word.end, word.text, role, title, text, source)


_KUBECTL: Source = "kubectl"
_REFUSED = "kubectl would refuse this: "
_Told = tuple[str, str, Source]


def _program(subject: Subject, index: int) -> _Told:
    own = texts.command(())
    return "kubectl", own.word if own else "", "kx"


def _command(subject: Subject, index: int) -> _Told:
    places = [place for place, role in subject.invocation.roles if role == "command"]
    path = subject.path[: places.index(index) + 1]
    text = texts.command(path)
    if subject.invocation.command is None:
        return "plugin", "a plugin: a program of its own that kubectl starts", "kx"
    return " ".join(("kubectl", *path)), text.word if text else "a command of kubectl", "kx" if text else "kubectl"


def _flag(subject: Subject, index: int) -> _Told:
    uses = subject.uses.get(index, ())
    if not uses:
        return "flag", "a flag for the program", "kx"
    title = " ".join(f"--{use.name}" if use.flag else use.typed for use in uses)
    told = [
        flagnotes.about(subject, use) if use.value_word is not None else flagnotes.full(subject, use) for use in uses
    ]
    return title, "; ".join(text for text, _ in told), told[-1][1]


def _flag_value(subject: Subject, index: int) -> _Told:
    use = next(use for use in subject.invocation.flags if use.value_word == index)
    text, source = flagnotes.full(subject, use)
    return f"value of --{use.name}", text, source


def _operand(subject: Subject, index: int) -> _Told:
    role = subject.operands.roles.get(index, "argument")
    return operandnotes.title(role), operandnotes.note(subject, index, role), "kx"


def _separator(subject: Subject, index: int) -> _Told:
    if subject.path == ("run",) and subject.on("command"):
        return "end of flags", _DASH[("create",)], "kx"
    return "end of flags", _DASH.get(subject.path[:1], _DASH_ELSEWHERE), "kx"


def _container_command(subject: Subject, index: int) -> _Told:
    first = next(place for place, role in subject.invocation.roles if role == "container-command")
    if index != first:
        return "command in the container", "a word for that program", "kx"
    known = texts.container_program(subject.word(index).value)
    return "command in the container", known or "the program to run", "kx"


def _unknown(subject: Subject, index: int) -> _Told:
    return "unknown", "kubectl does not know this word here", "kubectl"


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
