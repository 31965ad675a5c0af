"""A patch or an override written as JSON: which fields it sets. YAML is told as a whole, as reading it costs too much.

Values under data and stringData may be secrets and are not repeated.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from kx.explain.values.piece import Meaning, Piece, refused

_SPACE = re.compile(r"\s*")
_MOST = 60  # pieces
_DEEPEST = 30
_SHOWN = 40  # characters of a value
_HIDDEN = ("data", "stringData")
_STEPS = {
    "add": "add {value} at {path}",
    "remove": "take {path} away",
    "replace": "put {value} in place of what is at {path}",
    "test": "go on only if {path} is {value}",
    "copy": "copy {origin} to {path}",
    "move": "move {origin} to {path}",
}


def read(text: str) -> Meaning:
    """A JSON object (a merge patch, a strategic one, an override) or a list of steps (a JSON patch)."""
    begin = _after_blanks(text, 0)
    if text[begin : begin + 1] not in ("{", "["):
        return Meaning()
    try:
        json.loads(text)
        found = list(_list(text, begin) if text[begin] == "[" else _object(text, begin, ()))[:_MOST]
    except (ValueError, RecursionError):
        return Meaning()  # maybe YAML in its flow style, which kubectl takes
    if text[begin] == "[":
        gist = f"{len(found)} steps, one after the other" if len(found) > 1 else found[0].note if found else ""
        return Meaning(gist, tuple(found))
    return Meaning("sets " + _fields(found) if found else "", tuple(found))


def given(text: str) -> Meaning:
    """-p: as ``read``; what begins like JSON must be JSON."""
    if text.lstrip().startswith("{"):
        try:
            json.loads(text)
        except (ValueError, RecursionError):
            return refused("it begins like JSON and is none")
    return read(text)


def _fields(found: list[Piece]) -> str:
    return f"{len(found)} fields" if len(found) > 1 else found[0].note


def _list(text: str, begin: int) -> Iterator[Piece]:
    """A JSON patch: each step as a piece."""
    for start, end, step in _entries(text, begin):
        if isinstance(step, dict):
            yield Piece(start, end, _step(step))


def _step(step: dict[str, Any]) -> str:
    words = _STEPS.get(str(step.get("op")))
    if words is None:
        return "a step without a known op: add, remove, replace, test, copy or move"
    path = str(step.get("path", "nowhere"))
    hidden = path.lstrip("/").split("/")[0] in _HIDDEN
    value = "the value" if hidden else _value(step.get("value"))
    return words.format(value=value, path=path, origin=step.get("from", "nothing"))


def _object(text: str, begin: int, path: tuple[str, ...]) -> Iterator[Piece]:
    """The leaves of an object, each with its key."""
    for start, end, inside, key, value in _members(text, begin):
        here = (*path, key)
        if isinstance(value, dict) and value and len(here) < _DEEPEST:
            yield from _object(text, inside, here)
        else:
            yield Piece(start, end, _leaf(here, value))


def _leaf(path: tuple[str, ...], value: object) -> str:
    name = ".".join(path)
    if path[-1].startswith("$"):
        return f"an instruction for the merge: {path[-1]}"
    if value is None:
        return f"take {name} away"
    if path[0] in _HIDDEN:
        return name
    if isinstance(value, list):
        names = [str(entry["name"]) for entry in value if isinstance(entry, dict) and "name" in entry]
        return f"{name}, a list" + (f" with {', '.join(names)}" if names else "")
    return f"{name} to {_value(value)}"


def _value(value: object) -> str:
    told = json.dumps(value, ensure_ascii=False)
    return told if len(told) <= _SHOWN else "the value that stands there"


_scan = json.JSONDecoder().raw_decode


def _members(text: str, begin: int) -> Iterator[tuple[int, int, int, str, Any]]:
    """Start, end, start of the value, key and value of each member of the object at ``begin``; it is good JSON."""
    place = _after_blanks(text, begin + 1)
    while text[place] != "}":
        start = place
        key, place = _scan(text, place)
        inside = _after_blanks(text, _after_blanks(text, place) + 1)
        value, end = _scan(text, inside)
        yield start, end, inside, key, value
        place = _after_blanks(text, end)
        place = _after_blanks(text, place + 1) if text[place] == "," else place


def _entries(text: str, begin: int) -> Iterator[tuple[int, int, Any]]:
    place = _after_blanks(text, begin + 1)
    while text[place] != "]":
        value, end = _scan(text, place)
        yield place, end, value
        place = _after_blanks(text, end)
        place = _after_blanks(text, place + 1) if text[place] == "," else place


def _after_blanks(text: str, place: int) -> int:
    found = _SPACE.match(text, place)
    return found.end() if found else place
