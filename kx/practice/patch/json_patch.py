"""JSON patch (RFC 6902) on plain objects: the old one is never changed.

Refusals are ``PatchError``; the caller decides which status they become.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any


class PatchError(Exception):
    """An operation that cannot be done; the message says which and why."""


def apply_json_patch(document: Any, operations: Any) -> Any:
    """The document after all operations, in order; raises ``PatchError`` and changes nothing when one fails."""
    if not isinstance(operations, list):
        raise PatchError("a JSON patch is a list of operations")
    result = copy.deepcopy(document)
    for operation in operations:
        if not isinstance(operation, dict) or operation.get("op") not in _OPERATIONS:
            raise PatchError(f"Unexpected kind: {operation.get('op') if isinstance(operation, dict) else operation}")
        result = _OPERATIONS[operation["op"]](result, operation)
    return result


def _parts(operation: dict[str, Any], name: str = "path") -> list[str]:
    pointer = operation.get(name)
    if not isinstance(pointer, str) or (pointer and not pointer.startswith("/")):
        raise PatchError(f"{operation['op']} operation has no usable {name}")
    return [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]


def _get(document: Any, parts: list[str], what: str) -> Any:
    for part in parts:
        document = _child(document, part, what, "/" + "/".join(parts))
    return document


def _child(holder: Any, part: str, what: str, pointer: str) -> Any:
    if isinstance(holder, dict) and part in holder:
        return holder[part]
    if isinstance(holder, list) and (index := _index(part, len(holder) - 1)) is not None:
        return holder[index]
    raise PatchError(f"{what} operation does not apply: doc is missing path: {pointer}: missing value")


def _index(part: str, last: int) -> int | None:
    if part.isascii() and part.isdecimal() and int(part) <= last:
        return int(part)
    return None


def _add(document: Any, operation: dict[str, Any]) -> Any:
    return _put(document, operation, copy.deepcopy(operation.get("value")))


def _put(document: Any, operation: dict[str, Any], value: Any) -> Any:
    parts = _parts(operation)
    if not parts:
        return value
    holder, last = _get(document, parts[:-1], operation["op"]), parts[-1]
    if isinstance(holder, dict):
        holder[last] = value
    elif isinstance(holder, list):
        index = len(holder) if last == "-" else _index(last, len(holder))
        if index is None:
            raise PatchError(f"{operation['op']} operation does not apply: index out of bounds: {last}")
        holder.insert(index, value)
    else:
        raise PatchError(f"{operation['op']} operation does not apply: doc is missing path: {operation['path']}")
    return document


def _remove(document: Any, operation: dict[str, Any]) -> Any:
    parts = _parts(operation)
    if not parts:
        raise PatchError("remove operation does not apply: the whole document cannot be removed")
    holder = _get(document, parts[:-1], operation["op"])
    _child(holder, parts[-1], operation["op"], operation["path"])
    del holder[int(parts[-1]) if isinstance(holder, list) else parts[-1]]
    return document


def _replace(document: Any, operation: dict[str, Any]) -> Any:
    parts = _parts(operation)
    value = copy.deepcopy(operation.get("value"))
    if not parts:
        return value
    holder = _get(document, parts[:-1], operation["op"])
    _child(holder, parts[-1], operation["op"], operation["path"])
    holder[int(parts[-1]) if isinstance(holder, list) else parts[-1]] = value
    return document


def _move(document: Any, operation: dict[str, Any]) -> Any:
    value = _get(document, _parts(operation, "from"), "move")
    removed = _remove(document, {**operation, "path": operation["from"]})
    return _put(removed, operation, value)


def _copy(document: Any, operation: dict[str, Any]) -> Any:
    return _put(document, operation, copy.deepcopy(_get(document, _parts(operation, "from"), "copy")))


def _test(document: Any, operation: dict[str, Any]) -> Any:
    if _get(document, _parts(operation), "test") != operation.get("value"):
        raise PatchError(f"testing value {operation['path']} failed: test failed")
    return document


_OPERATIONS: dict[str, Callable[[Any, dict[str, Any]], Any]] = {
    "add": _add,
    "remove": _remove,
    "replace": _replace,
    "move": _move,
    "copy": _copy,
    "test": _test,
}
