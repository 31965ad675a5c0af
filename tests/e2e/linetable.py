"""Tables of command lines, one file per group in ``lines/``: what is typed, in order, in a namespace of its own.

A row is one line as typed. ``+`` before it: it only prepares what follows. ``!``: it is meant to end with an error.
``1.31+`` or ``1.27-`` before that: kubectl means something by it from, or up to, that version; commands and flags need
no such mark. A row that begins with two spaces goes on with the line before it (heredocs). ``#`` begins a comment.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).with_name("lines")
FILES = FOLDER / "files"  # what the lines name with -f; each group works in a copy
_ROW = re.compile(r"(?:1\.(?P<minor>\d+)(?P<way>[+-]) )?(?:(?P<mark>[+!]) )?(?P<line>.*)")


@dataclass(frozen=True)
class Row:
    """One line of a table."""

    group: str
    number: int  # of the row in its file, from 1
    line: str
    setup: bool = False
    fails: bool = False
    since: int = 0  # the first and the last minor version of kubectl that it is for
    until: int = 99

    def __str__(self) -> str:
        return f"{self.group}.txt:{self.number}: {self.line}"


@cache
def groups() -> tuple[str, ...]:
    """The names of the tables; each is the namespace its lines work in."""
    return tuple(sorted(each.stem for each in FOLDER.glob("*.txt")))


@cache
def rows(group: str) -> tuple[Row, ...]:
    """The rows of one table, in order."""
    text = (FOLDER / f"{group}.txt").read_text(encoding="utf-8")
    return tuple(_rows(group, text.splitlines()))


def _rows(group: str, lines: list[str]) -> Iterator[Row]:
    last: Row | None = None
    for number, typed in enumerate(lines, 1):
        if last is not None and typed.startswith("  "):
            last = replace(last, line=f"{last.line}\n{typed[2:]}")
            continue
        if last is not None:
            yield last
        last = _row(group, number, typed) if typed.strip() and not typed.startswith("#") else None
    if last is not None:
        yield last


def _row(group: str, number: int, typed: str) -> Row:
    read = _ROW.fullmatch(typed)
    assert read is not None
    minor, way, mark, line = read.group("minor", "way", "mark", "line")
    bounds = {"+": {"since": int(minor)}, "-": {"until": int(minor)}}[way] if way else {}
    return Row(group, number, line, setup=mark == "+", fails=mark == "!", **bounds)
