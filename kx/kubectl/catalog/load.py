"""Read the facts of one kubectl version from the committed document.

On the path of every answer that must come at once: imports nothing heavy and makes only the objects of the version
asked for. Never runs kubectl.
"""

from __future__ import annotations

import json
import os
from functools import cache
from typing import Any

from kx.kubectl.catalog.model import Catalog, Command, Flag

# No pathlib here: it costs a third of all that an answer needs.
_FACTS = os.path.join(os.path.dirname(__file__), "facts", "kubectl.json")


def load(version: str | None = None) -> Catalog:
    """The catalog of the known version nearest to ``version`` (``1.31``, ``v1.31.2``, …); by default the newest."""
    return _catalog(_nearest(known_versions(), version))


def known_versions() -> tuple[str, ...]:
    """The kubectl versions there are facts for, oldest first."""
    return tuple(_document()["versions"])


@cache
def _document() -> dict[str, Any]:
    with open(_FACTS, "rb") as file:
        document: dict[str, Any] = json.load(file)
    return document


@cache
def _catalog(index: int) -> Catalog:
    return expand(_document(), index)


def expand(document: dict[str, Any], index: int) -> Catalog:
    """The catalog of the version at ``index`` of a document made by ``merge.merge``."""
    flags = _Flags(document["flags"], index)
    whole = (0, len(document["versions"]) - 1)
    commands: dict[tuple[str, ...], Command] = {}
    children: dict[tuple[str, ...], list[str]] = {}
    present = [
        (tuple(name.split()), entry)
        for name, entry in document["commands"].items()
        if _holds(entry.get("range", whole), index)
    ]
    for path, _ in present:
        if path:
            children.setdefault(path[:-1], []).append(path[-1])
    for path, entry in present:
        commands[path] = Command(
            path=path,
            usage=_value(entry.get("usage", ""), index),
            flags=flags.at(entry.get("flags", [])),
            subcommands=tuple(children.get(path, ())),
            aliases=tuple(_value(entry.get("aliases", ()), index)),
            runnable=not _value(entry.get("group", False), index),
            deprecated=_value(entry.get("deprecated", False), index),
        )
    return Catalog(version=document["versions"][index], commands=commands, globals=flags.at(document["globals"]))


class _Flags:
    """The flags of a document at one version, each made once and only when used."""

    def __init__(self, rows: list[list[Any]], index: int) -> None:
        self._rows = rows
        self._index = index
        self._made: dict[int, Flag] = {}

    def at(self, references: list[Any]) -> tuple[Flag, ...]:
        numbers = (
            reference if isinstance(reference, int) else reference[0]
            for reference in references
            if isinstance(reference, int) or reference[1] <= self._index <= reference[2]
        )
        return tuple(self._made.get(number) or self._make(number) for number in numbers)

    def _make(self, number: int) -> Flag:
        row = self._rows[number]
        values = tuple(row[8]) if len(row) > 8 else ()
        flag = Flag(*[*row[:5], *map(bool, row[5:8]), values, *map(bool, row[9:])][: len(row)])
        self._made[number] = flag
        return flag


def _holds(span: Any, index: int) -> bool:
    return bool(span[0] <= index <= span[1])


def _value(varying: Any, index: int) -> Any:
    """The value that holds at ``index`` of what ``merge`` wrote."""
    if not isinstance(varying, dict):
        return varying
    return next(value for value, since, until in varying["varies"] if since <= index <= until)


def _nearest(versions: tuple[str, ...], wanted: str | None) -> int:
    numbers = [_minor(version) for version in versions]
    asked = _minor(wanted) if wanted else None
    if asked is None:
        return len(versions) - 1
    return min(range(len(numbers)), key=lambda index: abs((numbers[index] or 0) - asked))


def _minor(version: str) -> int | None:
    parts = version.lstrip("v").split(".")
    digits = "".join(char for char in parts[1] if char.isdecimal()) if len(parts) > 1 else ""
    return int(digits) if digits else None
