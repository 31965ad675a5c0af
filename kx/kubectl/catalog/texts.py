"""Our own words about kubectl: one YAML file per command in ``texts/``, and shared ones for what many commands share.

Files are read when they are asked for and remembered. What a text says is never checked here; tests do that.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Literal

from kx.kubectl.catalog.plainyaml import read
from kx.records import dataclass, field

_ROOT = os.path.join(os.path.dirname(__file__), "texts")
_SUMMARY = "summary: "

UndoGrade = Literal["exact", "partial", "impossible", "none-needed"]


@dataclass(frozen=True)
class UndoText:
    """How to take a command back; ``command`` and ``reason`` may hold {name}, {names}, {target}, {filename}…"""

    grade: UndoGrade
    command: str = ""
    reason: str = ""


@dataclass(frozen=True)
class CommandText:
    """What we say of one command."""

    path: tuple[str, ...]
    summary: str  # one sentence, imperative, at most 65 characters
    word: str = ""  # what the command's words mean
    brief: str = ""  # the one-line form, with {placeholders}; "": made from the summary
    operands: Mapping[str, str] = field(default_factory=dict)  # role -> note
    flags: Mapping[str, str] = field(default_factory=dict)  # long name -> note
    undo: UndoText | None = None


def file_name(path: tuple[str, ...]) -> str:
    """The file of a command: ``rollout-undo.yaml``; kubectl itself is ``kubectl.yaml``."""
    return "-".join(path or ("kubectl",)) + ".yaml"


def summary(path: tuple[str, ...]) -> str:
    """The one-line summary of a command, "" if there is none. Cheap: reads one line, no YAML parser."""
    return _summary(file_name(path))


@lru_cache(maxsize=256)
def _summary(name: str) -> str:
    try:
        with open(os.path.join(_ROOT, name), encoding="utf-8") as file:
            first = file.readline()
    except OSError:
        return ""
    return first[len(_SUMMARY) :].strip().strip('"') if first.startswith(_SUMMARY) else ""


@lru_cache(maxsize=256)
def command(path: tuple[str, ...]) -> CommandText | None:
    """The texts of one command, or None where we have none (a plugin, a newer command)."""
    file = os.path.join(_ROOT, file_name(path))
    if not os.path.isfile(file):
        return None
    data = read(file)
    undo = data.pop("undo", None)
    return CommandText(path=path, undo=UndoText(**undo) if undo else None, **data)


def flag(path: tuple[str, ...], name: str, is_global: bool = False) -> str:
    """What a flag of a command means: the command's own text, else the shared one; "" if there is neither."""
    own = command(path)
    if own and name in own.flags:
        return own.flags[name]
    shared = _shared("globals") if is_global else _shared("flags")
    return str(shared.get(name, ""))


def flag_value(name: str, value: str) -> str:
    """What a certain value of a flag means (``--cascade=orphan``, ``-o jsonpath=…``), or ""."""
    known = _shared("values").get(name, {})
    return str(known.get(value) or known.get(value.partition("=")[0], ""))


def operand(path: tuple[str, ...], role: str) -> str:
    """What an operand with this role means for a command; falls back to what the role means everywhere."""
    own = command(path)
    if own and role in own.operands:
        return own.operands[role]
    return str(_shared("operands").get(role, ""))


def resource(key: str) -> str:
    """What a built-in resource type is, by its key (``deployments.apps``), or ""."""
    return str(_shared("types").get(key, ""))


def known_field(path: str) -> str:
    """What the field at a path (``spec.containers.image``) is, or ""; may hold {name} if the path ends in *."""
    return str(_shared("fields")["fields"].get(path, ""))


def list_entry(path: str) -> str:
    """What one entry of the list at a path is called (``spec.containers``: container), or ""."""
    return str(_shared("fields")["lists"].get(path, ""))


def container_program(name: str) -> str:
    """What a program people start in containers is, or ""."""
    return str(_shared("containers").get(name.rpartition("/")[2], ""))


@lru_cache(maxsize=16)
def _shared(name: str) -> dict[str, Any]:
    return read(os.path.join(_ROOT, "shared", f"{name}.yaml"))
