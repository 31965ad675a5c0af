"""How each Kubernetes type is written as JSON, and the round trip an object makes through an API server.

``shapes.json`` holds facts of the published API types, one type a line: field -> type, where ``~`` says the field is
left out when empty, ``~~`` also when it is a zero time, ``*`` that it is a pointer (so that 0, "" and false
are kept), ``[]`` a list, ``{}`` a map. A server decodes a request into these types and encodes them again: empty
fields go, fields without ``~`` come back with their zero value. Nothing here knows a default or a rule.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from kx.practice.quantity import canonical
from kx.practice.status import Obj

_ZERO: dict[str, Any] = {"string": "", "int": 0, "float": 0, "bool": False, "IntOrString": 0, "Quantity": "0"}
_OMITTED = frozenset({"string", "int", "float", "bool"})
# Types whose zero value is null.
_NO_ZERO = frozenset({"bytes", "raw", "Time"})
# Types that stand for themselves in JSON: no fields of their own.
_PLAIN = frozenset({*_ZERO, "byte", "bytes", "Time", "raw"})

Visit = Callable[[Obj], None]


@cache
def _table() -> Mapping[str, Any]:
    table: Mapping[str, Any] = json.loads(Path(__file__).with_name("shapes.json").read_text())
    return table


@dataclass(frozen=True)
class Field:
    """One field of a struct type."""

    name: str  # as in JSON
    type: str  # "*int", "[]core.Container"
    drops_empty: bool  # left out when empty
    drops_none: bool  # left out when it was not given
    is_struct: bool  # a struct that is no pointer: it is always there
    has_structs: bool  # structs may be inside, with rules of their own


@cache
def fields(type_name: str) -> tuple[Field, ...]:
    """The fields of a struct type, in the order they are written."""
    return tuple(_field(name, text) for name, text in _table()["types"][type_name].items())


def _field(name: str, text: str) -> Field:
    inner = text.lstrip("~")
    innermost = re.sub(r"^(\*|\[\]|\{\})+", "", inner)
    is_wrapped = innermost != inner
    is_struct = not is_wrapped and inner not in _PLAIN
    # A time without a pointer is written as null, unless the field asks to be left out altogether.
    drops_empty = text.startswith("~~") or (text.startswith("~") and inner != "Time")
    drops_none = drops_empty and (is_wrapped or inner in _OMITTED or inner in _NO_ZERO)
    return Field(name, inner, drops_empty, drops_none, is_struct, innermost not in _PLAIN)


def type_of(group: str, version: str, kind: str) -> str | None:
    """The struct type of a served kind: ``apps/v1/Deployment`` is ``apps.Deployment``."""
    found: str | None = _table()["kinds"].get(f"{group}/{version}/{kind}")
    return found


def visit(type_name: str, value: Any, rules: Mapping[str, Visit]) -> None:
    """Call ``rules[type]`` on every struct of that type inside ``value``, parents before children, in place."""
    if type_name.startswith("*"):
        visit(type_name[1:], value, rules)
    elif type_name.startswith("[]"):
        for item in value if isinstance(value, list) else ():
            visit(type_name[2:], item, rules)
    elif type_name.startswith("{}"):
        for item in value.values() if isinstance(value, dict) else ():
            visit(type_name[2:], item, rules)
    elif type_name not in _PLAIN and isinstance(value, dict):
        if rule := rules.get(type_name):
            rule(value)
        for field in fields(type_name):
            if not field.has_structs:
                continue
            if field.is_struct:
                # So that the defaults inside apply.
                value[field.name] = value.get(field.name) or {}
            if value.get(field.name) is not None:
                visit(field.type, value[field.name], rules)


def encode(type_name: str, value: Any, keeps_empty_lists: bool = False) -> Any:
    """``value`` as a server writes it after reading it into ``type_name``.

    Built-in kinds are stored as protobuf, which cannot tell an empty list from none; ``keeps_empty_lists`` is for
    those stored as JSON.
    """
    if type_name.startswith("*"):
        return None if value is None else encode(type_name[1:], value, keeps_empty_lists)
    if type_name.startswith("[]"):
        if not value and not (keeps_empty_lists and value == []):
            return None
        return [encode(type_name[2:], item, keeps_empty_lists) for item in value]
    if type_name.startswith("{}"):
        return {key: encode(type_name[2:], item, keeps_empty_lists) for key, item in value.items()} if value else None
    if type_name in _PLAIN:
        return _plain(type_name, value)
    return _struct(type_name, value, keeps_empty_lists)


def _plain(type_name: str, value: Any) -> Any:
    if type_name == "Quantity" and value is not None:
        return canonical(value)
    return _ZERO.get(type_name) if value is None else value


def _is_empty(type_name: str, shown: Any) -> bool:
    """Empty in the eyes of Go's encoder: structs never are, Quantity and IntOrString among them."""
    return shown is None or shown == [] or (type_name in _OMITTED and shown == _ZERO[type_name])


@cache
def _places(type_name: str) -> tuple[Mapping[str, int], tuple[int, ...]]:
    """Where each field of a struct type stands, and the places of those that are there even when not given."""
    found = fields(type_name)
    return {field.name: place for place, field in enumerate(found)}, tuple(
        place for place, field in enumerate(found) if not field.drops_none
    )


def _struct(type_name: str, value: Any, keeps_empty_lists: bool) -> Obj:
    given: Obj = value if isinstance(value, dict) else {}
    written: Obj = {name: given[name] for name in ("kind", "apiVersion") if name in given}
    known = fields(type_name)
    places, always = _places(type_name)
    # Most fields of most objects are not given: only those are looked at that have something to say.
    for place in sorted({*always, *(places[name] for name in given if name in places)}):
        field = known[place]
        item = given.get(field.name)
        if item is None and field.drops_none:
            continue
        shown = encode(field.type, item, keeps_empty_lists)
        if not (field.drops_empty and _is_empty(field.type, shown)):
            written[field.name] = shown
    # A newer field than this table knows is passed on as it came.
    written |= {
        name: item for name, item in given.items() if name not in places and name not in written and item is not None
    }
    return written
