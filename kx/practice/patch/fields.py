"""Field sets: which fields of an object a manager owns, as paths, and as the ``fieldsV1`` that managedFields carry.

A path element is written as in fieldsV1: ``f:name`` for a field, ``k:{"name":"c"}`` for a list element told apart by
keys, ``v:"x"`` for an element of a set. Source: structured-merge-diff ``fieldpath``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from kx.practice.patch.listkeys import Path, Shape, shape_of
from kx.practice.status import Obj

Element = str
FieldPath = tuple[Element, ...]
FieldSet = frozenset[FieldPath]
Part = tuple[Element, Any, Path]

_compact = json.JSONEncoder(separators=(",", ":")).encode

# Fields no manager owns: identity, and what the server writes itself.
_UNOWNED: frozenset[FieldPath] = frozenset(
    {("f:apiVersion",), ("f:kind",), ("f:metadata",)}
    | {
        ("f:metadata", f"f:{name}")
        for name in (
            "name",
            "namespace",
            "creationTimestamp",
            "selfLink",
            "uid",
            "generation",
            "managedFields",
            "resourceVersion",
            "deletionTimestamp",
            "deletionGracePeriodSeconds",
        )
    }
)


def fields_of(obj: Obj) -> dict[FieldPath, Any]:
    """Every field of the object that can be owned, with its value (containers of fields map to None)."""
    shape = shape_of(obj)
    found: dict[FieldPath, Any] = {}
    _collect(found, children(obj, shape, ()), shape, ())
    return {path: value for path, value in found.items() if path not in _UNOWNED}


def _collect(found: dict[FieldPath, Any], parts: Iterable[Part], shape: Shape, path: FieldPath) -> None:
    """Put ``parts`` and all below them into ``found``. (Every write comes through here: it looks at each part once.)"""
    for element, child, names in parts:
        here = (*path, element)
        inner = list(children(child, shape, names)) if isinstance(child, (dict, list)) else None
        if not inner:
            found[here] = None if child == {} else child
            continue
        # Elements of keyed lists and maps are owned as such; plain structs only through their fields.
        if element.startswith("k:") or (element.startswith("f:") and shape.is_map(names)):
            found[here] = None
        _collect(found, inner, shape, here)


def children(value: Any, shape: Shape, names: Path) -> Iterator[Part]:
    """The parts of a value that are owned apart: (element, part, names); none for a value owned whole."""
    if isinstance(value, dict) and not shape.is_atomic(names):
        for key, part in value.items():
            yield f"f:{key}", part, (*names, key)
    elif isinstance(value, list):
        keys = shape.apply_keys(names)
        if keys is not None and all(isinstance(item, dict) for item in value):
            for item in value:
                yield element_of(item, keys), item, names
        elif shape.is_set(names):
            for item in value:
                yield f"v:{json.dumps(item)}", item, names


def element_of(item: Obj, keys: dict[str, str | None]) -> Element:
    """How a list element is named: its keys, sorted, with defaults for those left out."""
    found = {key: item.get(key, default) for key, default in sorted(keys.items())}
    shown = {key: value for key, value in found.items() if value is not None}
    return "k:" + _compact(shown)


def to_fields_v1(paths: FieldSet) -> Obj:
    """The nested form that managedFields carry; a path that has paths below it is marked with ``.``."""
    root: Obj = {}
    for path in sorted(paths):
        at = root
        for element in path:
            at = at.setdefault(element, {})
    for path in paths:
        at = root
        for element in path:
            at = at[element]
        if at and "." not in at:
            rest = dict(at)
            at.clear()
            at["."] = {}
            at.update(rest)
    return root


def from_fields_v1(fields: Obj) -> FieldSet:
    """The paths of a nested form."""
    return frozenset(_paths(fields, ()))


def _paths(fields: Obj, path: FieldPath) -> Iterator[FieldPath]:
    if not fields and path:
        yield path
    for element, inner in fields.items():
        if element == ".":
            yield path
        else:
            yield from _paths(inner, (*path, element))


def shown(path: FieldPath) -> str:
    """A path as a conflict names it: ``.spec.containers[name="c"].image``."""
    return "".join(_shown(element) for element in path)


def _shown(element: Element) -> str:
    kind, _, rest = element.partition(":")
    if kind == "f":
        return f".{rest}"
    value = json.loads(rest)
    if kind == "v":
        return f"[={json.dumps(value)}]"
    return "[" + ",".join(f"{key}={json.dumps(part)}" for key, part in value.items()) + "]"
