"""What `wait --for` takes: create, delete, condition=NAME[=VALUE], jsonpath=PATH[=VALUE]. Each form tried."""

from __future__ import annotations

from kx.explain.values import jsonpath
from kx.explain.values.piece import Meaning, Piece, refused, shifted


def read(text: str) -> Meaning:
    """--for."""
    word, equals, rest = text.partition("=")
    if word.lower() in ("delete", "create") and not equals:
        return Meaning()  # the texts know these values
    if word == "condition" and rest:
        return _condition(rest)
    if word == "jsonpath" and rest:
        return _field(rest)
    return refused("it is one of create, delete, condition=NAME and jsonpath={.field}=value")


def _condition(rest: str) -> Meaning:
    name, equals, value = rest.partition("=")
    start = len("condition=")
    pieces = [Piece(start, start + len(name), "the condition, as the object's status.conditions name it")]
    if value:
        pieces.append(Piece(start + len(name) + 1, start + len(rest), "what its status must be"))
    status = value if equals else "True"
    return Meaning(f"until the condition {name} of the object is {status}", tuple(pieces), whole=True)


def _field(rest: str) -> Meaning:
    close = rest.find("}") if rest.startswith("{") else -1
    end = close + 1 if close >= 0 else len(rest.partition("=")[0])
    path, value = rest[:end], rest[end:].removeprefix("=").strip("'\"")
    found = jsonpath.path(path)
    start = len("jsonpath=")
    pieces = shifted(found.pieces, start)
    if value:
        pieces += (Piece(start + len(rest) - len(rest[end:]) + 1, start + len(rest), "the value that is waited for"),)
    told = f"is {value}" if value else "is there"
    return Meaning(f"until this field {told}: {found.gist}" if found.gist else "", pieces, whole=True)
