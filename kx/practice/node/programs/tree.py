"""A shell script as a tree: words, simple commands, pipelines, lists, if/while/for/case, groups and functions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Redirect:
    """``descriptor`` 0, 1 or 2; ``kind`` is the operator without it; ``target`` is a word as written."""

    descriptor: int
    kind: str
    target: str


@dataclass(frozen=True)
class Simple:
    """``NAME=value … word word … <file``; all words as written."""

    assignments: tuple[tuple[str, str], ...] = ()
    words: tuple[str, ...] = ()
    redirects: tuple[Redirect, ...] = ()


@dataclass(frozen=True)
class Pipeline:
    """Commands joined by ``|``; ``negated`` by ``!``."""

    commands: tuple[Command, ...]
    negated: bool = False


@dataclass(frozen=True)
class Link:
    """A pipeline and how it follows the one before: ``;`` always, ``&&``, ``||``; ``background`` with ``&``."""

    pipeline: Pipeline
    when: Literal[";", "&&", "||"] = ";"
    background: bool = False


Body = tuple[Link, ...]


@dataclass(frozen=True)
class Group:
    """``{ …; }`` or ``( … )``."""

    body: Body
    subshell: bool
    redirects: tuple[Redirect, ...] = ()


@dataclass(frozen=True)
class If:
    """Conditions with their bodies, then what else."""

    branches: tuple[tuple[Body, Body], ...]
    otherwise: Body = ()
    redirects: tuple[Redirect, ...] = ()


@dataclass(frozen=True)
class While:
    """``until`` when ``negated``."""

    condition: Body
    body: Body
    negated: bool
    redirects: tuple[Redirect, ...] = ()


@dataclass(frozen=True)
class For:
    """``words`` None stands for "$@"."""

    name: str
    words: tuple[str, ...] | None
    body: Body
    redirects: tuple[Redirect, ...] = ()


@dataclass(frozen=True)
class Case:
    """Patterns with what is done for the first that fits; all as written."""

    word: str
    branches: tuple[tuple[tuple[str, ...], Body], ...]
    redirects: tuple[Redirect, ...] = ()


@dataclass(frozen=True)
class Function:
    """``name() { …; }``: running this makes the name known."""

    name: str
    body: Command
    redirects: tuple[Redirect, ...] = ()


Command = Simple | Group | If | While | For | Case | Function
