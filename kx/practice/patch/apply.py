"""Server-side apply: merge what a manager wants into what is there, and say who else wants it otherwise.

Sources: structured-merge-diff ``merge/update.go`` and apimachinery's conflict wording. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from kx.practice.patch.fields import FieldPath, FieldSet, children, element_of, fields_of, shown
from kx.practice.patch.listkeys import Path, Shape, shape_of
from kx.practice.patch.managed import Entry, read, write
from kx.practice.status import ApiError, Obj


def apply_configuration(live: Obj | None, config: Obj, *, manager: str, force: bool, time: str) -> Obj:
    """The object after ``manager`` applied ``config``; ``live`` is None when it does not exist yet.

    Raises a 409 ``ApiError`` naming each field another manager owns with another value, unless ``force``.
    Fields the manager applied before and does not any more go, unless somebody else owns them as well.
    """
    wanted = fields_of(config)
    entries = read(live) if live is not None else []
    mine = Entry(manager, "Apply", config.get("apiVersion", ""), time, frozenset(wanted))
    others = [entry for entry in entries if (entry.manager, entry.operation) != (manager, "Apply")]
    before = next((entry.fields for entry in entries if entry.identity == mine.identity), frozenset())
    current: dict[FieldPath, Any] = fields_of(live) if live is not None else {}
    differs = frozenset(path for path, value in wanted.items() if path in current and current[path] != value)
    conflicts = [(entry, entry.fields & differs) for entry in others if entry.fields & differs]
    if conflicts and not force:
        raise _conflict(conflicts)
    others = [replace(entry, fields=entry.fields - differs) for entry in others]
    dropped = before - mine.fields - _with_holders(entry.fields for entry in others)
    shape = shape_of(config)
    merged = _merge(live if live is not None else {}, config, shape, ())
    result = _without(merged, dropped, shape, (), ())
    earlier = next((entry for entry in entries if entry.identity == mine.identity), None)
    if live is not None and earlier is not None:
        unchanged = write(result, [replace(mine, time=earlier.time), *others])
        if unchanged == write(live, [earlier, *(entry for entry in entries if entry is not earlier)]):
            return live
    return write(result, [mine, *others])


def _with_holders(owned: Iterable[FieldSet]) -> FieldSet:
    """These fields, and every part of the object that holds one of them."""
    return frozenset(path[:length] for fields in owned for path in fields for length in range(1, len(path) + 1))


def _conflict(conflicts: list[tuple[Entry, FieldSet]]) -> ApiError:
    found = [(entry, path) for entry, paths in conflicts for path in sorted(paths)]
    causes = [
        {"reason": "FieldManagerConflict", "message": f"conflict with {_named(entry)}", "field": shown(path)}
        for entry, path in found
    ]
    if len(found) == 1:
        entry, path = found[0]
        message = f"Apply failed with 1 conflict: conflict with {_named(entry)}: {shown(path)}"
    else:
        listed = "\n".join(
            f"conflicts with {_named(entry)}:" + "".join(f"\n- {shown(path)}" for path in sorted(paths))
            for entry, paths in conflicts
        )
        message = f"Apply failed with {len(found)} conflicts: {listed}"
    return ApiError(409, "Conflict", message, {"causes": causes})


def _named(entry: Entry) -> str:
    subresource = f' with subresource "{entry.subresource}"' if entry.subresource else ""
    return f'"{entry.manager}"{subresource} using {entry.api_version}'


def _merge(live: Any, config: Any, shape: Shape, names: Path) -> Any:
    if isinstance(config, dict) and isinstance(live, dict) and not shape.is_atomic(names):
        result = dict(live)
        for key, value in config.items():
            result[key] = _merge(live.get(key), value, shape, (*names, key))
        return result
    if isinstance(config, list) and isinstance(live, list):
        keys = shape.apply_keys(names)
        if keys is not None and all(isinstance(item, dict) for item in config):
            return _merge_keyed(live, config, shape, names, keys)
        if shape.is_set(names):
            return [*live, *(item for item in config if item not in live)]
    return config


def _merge_keyed(
    live: list[Any], config: list[Any], shape: Shape, names: Path, keys: dict[str, str | None]
) -> list[Any]:
    have = {element_of(item, keys): item for item in live}
    want = {element_of(item, keys): item for item in config}
    merged = {name: _merge(have.get(name), item, shape, names) for name, item in want.items()}
    # The applied order wins; what only the live list has keeps its place among what surrounds it.
    result: list[Any] = list(merged.values())
    order = list(want)
    for name, item in have.items():
        if name not in want:
            before = [other for other in have if list(have).index(other) < list(have).index(name) and other in order]
            at = order.index(before[-1]) + 1 if before else 0
            order.insert(at, name)
            result.insert(at, item)
    return result


def _without(value: Any, dropped: FieldSet, shape: Shape, names: Path, path: FieldPath) -> Any:
    if not any(gone[: len(path)] == path for gone in dropped):
        return value
    gone = {gone[len(path)] for gone in dropped if len(gone) == len(path) + 1 and gone[: len(path)] == path}
    if isinstance(value, dict):
        result = {}
        for key, part in value.items():
            element = f"f:{key}"
            kept = _without(part, dropped, shape, (*names, key), (*path, element))
            emptied = kept in ({}, []) and part not in ({}, [])
            if element not in gone and not emptied:
                result[key] = kept
        return result
    if isinstance(value, list):
        parts = [(element, item) for element, item, _ in children(value, shape, names)]
        return [
            _without(item, dropped, shape, names, (*path, element)) for element, item in parts if element not in gone
        ]
    return value
