"""The values a line becomes: words, then an invocation. Plain frozen data; nothing here reads or decides anything.

``words.split`` makes a ``Line``; ``parse.parse`` makes one ``Invocation`` per simple command of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from kx.kubectl.catalog.model import Command, Flag
from kx.records import dataclass, field

WordKind = Literal["word", "operator", "redirect", "comment", "heredoc"]
Role = Literal[
    "program",
    "command",
    "flag",
    "flag-value",
    "operand",
    "separator",
    "container-command",
    "shell",
    "unknown",
]


@dataclass(frozen=True)
class Word:
    """A shell word or operator with its span: ``line.text[start:end]``."""

    start: int
    end: int
    text: str  # as typed, quotes and all
    value: str  # after quotes and escapes; expansions are left as typed
    kind: WordKind = "word"
    quoted: bool = False  # any part of it was quoted or escaped
    expands: bool = False  # the shell would replace a part: $VAR, $(…), backticks, a glob, ~
    unfinished: bool = False  # a quote, substitution or heredoc that does not end


@dataclass(frozen=True)
class Segment:
    """One simple command: indices into ``Line.words``; the operator that ends it ("" at the end of the line)."""

    words: tuple[int, ...]
    ended_by: str = ""


@dataclass(frozen=True)
class Line:
    """What was typed, cut into words; every non-blank character is in exactly one word."""

    text: str
    words: tuple[Word, ...]
    segments: tuple[Segment, ...]
    unfinished: bool = False

    @property
    def needs_shell(self) -> bool:
        """Whether only a shell can run this line as typed: pipes, redirects, lists, expansions, heredocs."""
        return any(word.expands or word.kind in ("operator", "redirect", "heredoc") for word in self.words)


@dataclass(frozen=True)
class FlagUse:
    """One flag as used. ``-it`` is one word and two uses."""

    name: str  # the long name ("stdin"), or what was typed if the flag is unknown
    typed: str  # "-i", "--stdin"
    word: int  # index into Line.words of the word that holds it
    value: str | None  # what the flag is set to: given, or its value-less default; None: a value is missing
    value_word: int | None = None  # index of the separate word that is its value
    value_span: tuple[int, int] | None = None  # offsets of the value in the line, quotes included
    given: bool = True  # False: the value is the flag's no-option default (`--dry-run` alone)
    flag: Flag | None = None  # None: kubectl would refuse it


@dataclass(frozen=True)
class Problem:
    """A reason for which kubectl would refuse the line, or the line is not complete yet.

    ``kind`` is one of: unknown-command, unknown-flag, missing-value, bad-value, flag-before-plugin, unfinished,
    missing-command, missing-flag (a required one), missing-dash (``exec POD CMD``). ``message`` is worded as kubectl
    words it where kubectl would say it.
    """

    kind: str
    message: str
    word: int | None = None


@dataclass(frozen=True)
class Plugin:
    """A kubectl plugin at hand, and what it says of itself where it was asked."""

    file: str  # "" where it is not known
    about: str = ""
    flags: Mapping[str, str] = field(default_factory=dict)  # long name -> its own words


@dataclass(frozen=True)
class Invocation:
    """A simple command understood as kubectl would understand it. Half-typed text has problems, never exceptions."""

    line: Line
    segment: Segment
    program: str  # "kubectl", another program's name, or "" for an empty line
    command: Command | None = None  # the deepest command known
    path: tuple[str, ...] = ()  # ("rollout", "undo")
    flags: tuple[FlagUse, ...] = ()
    operands: tuple[int, ...] = ()  # indices into line.words, in order
    dash: int | None = None  # index of the `--` word
    after_dash: tuple[int, ...] = ()  # words after it
    roles: tuple[tuple[int, Role], ...] = ()  # role of every word of the segment, in order
    problems: tuple[Problem, ...] = ()
    implied: bool = False  # `get pods` typed in the shell, without the word kubectl

    def values(self, name: str) -> tuple[str, ...]:
        """Every value given to the flag called ``name``, in order."""
        return tuple(use.value for use in self.flags if use.name == name and use.value is not None)

    def value(self, name: str, default: str | None = None) -> str | None:
        """The last value given to the flag called ``name``, else ``default``."""
        found = self.values(name)
        return found[-1] if found else default

    def operand_values(self) -> tuple[str, ...]:
        """The operands' values, in order."""
        return tuple(self.line.words[index].value for index in self.operands)

    def after_dash_values(self) -> tuple[str, ...]:
        """The values of the words after ``--``."""
        return tuple(self.line.words[index].value for index in self.after_dash)
