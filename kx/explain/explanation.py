"""The values an explanation is made of: exactly the contract of ``kx explain -o json``, version 1."""

from __future__ import annotations

from typing import Literal

from kx.kubeconfig.where import Where
from kx.kubectl.invocation import Role
from kx.records import dataclass

Effect = Literal["read", "create", "change", "delete", "run-code", "local"]
Source = Literal["kubectl", "cluster", "kx"]
Severity = Literal["stop", "warn", "hint"]
Grade = Literal["exact", "partial", "impossible", "none-needed"]


@dataclass(frozen=True)
class Part:
    """What a piece of a word means; ``start`` and ``end`` are offsets into the line."""

    start: int
    end: int
    text: str
    note: str


@dataclass(frozen=True)
class Note:
    """What one word means."""

    start: int
    end: int
    text: str
    role: Role
    title: str
    note: str
    source: Source
    parts: tuple[Part, ...] = ()  # of a word whose inside has pieces of its own: in order, not overlapping


@dataclass(frozen=True)
class Trap:
    """A way in which the line probably does not do what its writer means."""

    id: str
    severity: Severity
    start: int
    end: int
    message: str
    fix: str | None = None


@dataclass(frozen=True)
class Request:
    """A request about the objects of the command: not discovery, not schema downloads."""

    verb: str  # get, list, watch, create, update, patch, delete, connect
    method: str
    path: str
    certainty: Literal["exact", "depends"] = "exact"
    why: str = ""


@dataclass(frozen=True)
class Undo:
    """How to get back."""

    grade: Grade
    command: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Explanation:
    """Everything kx says about a line before it runs."""

    line: str
    program: str
    path: tuple[str, ...]
    summary: str
    effect: Effect
    where: Where
    words: tuple[Note, ...]
    traps: tuple[Trap, ...] = ()
    requests: tuple[Request, ...] = ()
    undo: Undo = Undo("none-needed")
    # Not part of the JSON contract:
    brief: str = ""  # the summary with the line's own names in it: "keep 3 pods running"
    problems: tuple[str, ...] = ()  # why kubectl would refuse the line, in its words; empty for a good line
    clusterwide: bool = False  # about objects that belong to no namespace only, so that the namespace does not count
    unfinished: tuple[str, ...] = ()  # what is still missing from the line, in our words
