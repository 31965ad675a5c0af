"""Our words about programs that are not kubectl: docker, helm, grep and so on, from ``texts/shared/programs``.

A program has a file of its own, or stands in one with others of its kind; only what is asked for is read. Knows no
shell: it is given the words after the program's name and tells which of them name a command (``compose up``).
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from kx.kubectl.catalog.plainyaml import read
from kx.records import dataclass, field

_FOLDER = os.path.join(os.path.dirname(__file__), "texts", "shared", "programs")
_MIXED = ("text", "machine", "clusters")  # the files that hold several programs
_LONGEST_NAME = 32
_BAR = " | "


@dataclass(frozen=True)
class ProgramText:
    """What we say of a program, or of one of its commands."""

    summary: str
    effect: str
    note: str = ""  # what the command's words mean
    operands: tuple[str, ...] = ()
    flags: Mapping[str, str] = field(default_factory=dict)  # each spelling -> note
    valued: tuple[str, ...] = ()  # the options that take the next word
    changing: tuple[str, ...] = ()  # the options with which it may change something, whatever its effect is without
    at: tuple[int, ...] = ()  # which of the words after the program's name belong to the command
    before: Mapping[int, str] = field(default_factory=dict)  # notes on the words in front of the last of these


def program(name: str, words: Sequence[str] = ()) -> ProgramText | None:
    """What we say of a program, seen with the words after its name; None if we know nothing of it."""
    data = _data(name.rpartition("/")[2])
    if data is None:
        return None
    told = _text(data, None, (), {})
    passed: dict[int, str] = {}
    for place, word in enumerate(words):
        inner = _commands(data).get(word)
        if place - 1 in passed and words[place - 1] in told.valued:
            passed[place] = f"the value of {words[place - 1]}"
        elif inner is not None:
            data = inner
            told = _text(data, told, (*told.at, place), dict(passed))
        elif word.startswith("-"):
            passed[place] = told.flags.get(word.partition("=")[0], "an option of this program")
        else:
            break
    return told


def names() -> tuple[str, ...]:
    """Every program there is a text for."""
    files = sorted(name[: -len(".yaml")] for name in os.listdir(_FOLDER) if name.endswith(".yaml"))
    return tuple(name for file in files for name in _file(file))


def _text(
    data: Mapping[str, Any], outer: ProgramText | None, at: tuple[int, ...], before: Mapping[int, str]
) -> ProgramText:
    """``outer``: the program around a command; its options count for the command too."""
    flags = dict(outer.flags) if outer else {}
    valued = set(outer.valued) if outer else set()
    for key, note in _like(data).get("flags", {}).items():
        spellings = [word for word in key.split() if word.startswith("-")]
        flags.update(dict.fromkeys(spellings, note))
        valued -= set(spellings)
        if len(spellings) < len(key.split()):
            valued |= set(spellings)
    return ProgramText(
        summary=data["summary"],
        effect=data["effect"],
        note=data.get("note", ""),
        operands=tuple(data["operands"].split(_BAR)) if "operands" in data else (),
        flags=flags,
        valued=tuple(sorted(valued)),
        changing=tuple(data.get("changing", "").split()),
        at=at,
        before=before,
    )


def _commands(data: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Mapping[str, Any] = _like(data).get("commands", {})
    return found


def _like(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """A command that is also a program (``docker compose``) has its options and commands there."""
    return (_data(data["like"]) or data) if "like" in data else data


@lru_cache(maxsize=64)
def _data(name: str) -> dict[str, Any] | None:
    if not name or len(name) > _LONGEST_NAME or not name.replace("-", "").isalnum():
        return None
    own = () if name in _MIXED else (name,)
    return next((found for file in (*own, *_MIXED) if (found := _file(file).get(name)) is not None), None)


@lru_cache(maxsize=16)
def _file(name: str) -> dict[str, Any]:
    path = os.path.join(_FOLDER, f"{name}.yaml")
    return read(path) if os.path.isfile(path) else {}
