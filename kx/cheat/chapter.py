"""Chapters: lines to play, as data. Read and checked here; played in ``play``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).with_name("chapters")


@dataclass(frozen=True)
class Keys:
    """What is typed into a terminal once its output ends with ``after`` (a pattern)."""

    after: str
    type: str


@dataclass(frozen=True)
class Step:
    """One line of a chapter. See ``chapters/1-pods.yaml`` for what the fields mean."""

    line: str
    say: str = ""
    until: str = ""
    keys: tuple[Keys, ...] = ()
    fails: bool = False
    ready: str = ""  # a command that is asked until it shows ``ready_shows``, before the line runs
    ready_shows: str = ""


@dataclass(frozen=True)
class Chapter:
    """A title and its steps."""

    title: str
    steps: tuple[Step, ...]


def chapters() -> tuple[Chapter, ...]:
    """All chapters, in the order of their files' names."""
    import yaml  # late: only who plays or tests chapters pays for it

    return tuple(_chapter(yaml.safe_load(path.read_text(encoding="utf-8"))) for path in sorted(_FOLDER.glob("*.yaml")))


def _chapter(data: dict[str, Any]) -> Chapter:
    return Chapter(title=data["title"], steps=tuple(_step(step) for step in data["steps"]))


def _step(data: dict[str, Any]) -> Step:
    keys = tuple(Keys(**each) for each in data.get("keys", ()))
    return Step(**{**data, "keys": keys})
