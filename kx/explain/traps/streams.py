"""Traps of what flows into and out of a container: terminals that are none, input that is not handed on.

Each tried with kubectl 1.27 to 1.33: without -i the input of `exec` and `run` goes nowhere, without a word.
"""

from __future__ import annotations

from collections.abc import Iterator

from kx.explain.explanation import Trap
from kx.explain.subject import Subject
from kx.explain.traps.fixes import flag_words, marked, spliced
from kx.kubectl.invocation import Word

_SHELL_WORDS = frozenset({"cd", "export", "source", "alias", "unset", "."})


def traps(subject: Subject) -> Iterator[Trap]:
    """Traps of input and output."""
    yield from _input(subject)
    if subject.path == ("exec",):
        yield from _output(subject)
        yield from _words(subject)


def _incoming(subject: Subject) -> bool:
    """Whether something else than a terminal is the input: a pipe in front of the command, or a ``<``."""
    line = subject.invocation.line
    if subject.invocation.segment not in line.segments:
        return False
    place = line.segments.index(subject.invocation.segment)
    piped = place > 0 and line.segments[place - 1].ended_by in ("|", "|&")
    return piped or any(word.text.lstrip("0") in ("<", "<<", "<<-", "<<<") for word in _redirects(subject))


def _redirects(subject: Subject) -> Iterator[Word]:
    """The redirects of this command: those before the next command begins."""
    line = subject.invocation.line
    words = subject.invocation.segment.words
    after = (index for segment in line.segments for index in segment.words[:1] if index > words[-1])
    end = min(after, default=len(line.words))
    start = max((segment.words[-1] for segment in line.segments if segment.words[-1] < words[0]), default=-1)
    return (line.words[index] for index in range(start + 1, end) if line.words[index].kind == "redirect")


def _input(subject: Subject) -> Iterator[Trap]:
    if not _incoming(subject) or not subject.invocation.operands:
        return
    tty = subject.use("tty")
    path = next(index for index, role in subject.invocation.roles if role == "command")
    end = subject.word(path).end
    text = subject.invocation.line.text
    if not subject.on("stdin"):
        if subject.path == ("run",) and not subject.on("attach"):
            return
        message = "Without -i the input is not handed on: the program in the container sees none of it."
        fix = spliced(text, [(end, end, " -i")])
        yield marked(subject, [path], "input-not-handed-on", "warn", message, fix)
    elif tty is not None and subject.on("tty"):
        word = subject.word(tty.word)
        fix = spliced(text, [(word.start, word.end, "-i")]) if word.text in ("-it", "-ti") else ""
        message = "The input is no terminal here, so kubectl leaves -t out and says so; -i alone is meant."
        yield marked(subject, flag_words(tty), "no-terminal", "hint", message, fix)


def _output(subject: Subject) -> Iterator[Trap]:
    tty = subject.use("tty")
    if tty is None or not subject.on("tty") or _incoming(subject):
        return
    into_file = any(word.text in (">", ">>", "1>") for word in _redirects(subject))
    if into_file or subject.invocation.segment.ended_by in ("|", "|&"):
        message = "With -t a terminal stands in between: lines end with one more character, and binary data is changed."
        yield marked(subject, flag_words(tty), "terminal-changes-output", "hint", message)


def _words(subject: Subject) -> Iterator[Trap]:
    """What a shell would do, where there is none: the first word must be a program."""
    after = subject.invocation.after_dash
    if not after:
        return
    first = subject.word(after[0])
    if " " in first.value.strip() and len(after) == 1 and not first.expands:
        bare = spliced(subject.invocation.line.text, [(first.start, first.end, first.value)])
        through = spliced(subject.invocation.line.text, [(first.start, first.start, "sh -c ")])
        shellish = any(sign in first.value for sign in "|&;<>$`*\"'\\(){}")
        message = "No shell takes this apart: kubectl looks for one program of exactly this name, spaces and all."
        yield marked(subject, after[:1], "program-with-spaces", "warn", message, through if shellish else bare)
    elif first.value in _SHELL_WORDS:
        message = f'"{first.value}" is a word of the shell, not a program; with sh -c a shell in the container does it.'
        yield marked(subject, after[:1], "shell-word", "hint", message)
    elif any(subject.word(index).expands for index in after):
        expanded = [index for index in after if subject.word(index).expands]
        typed = subject.word(expanded[0]).text
        message = (
            f"{typed} is replaced here, before kubectl runs; a shell in the container gets it as it is by sh -c '…'."
        )
        yield marked(subject, expanded[:1], "expands-here", "hint", message)
