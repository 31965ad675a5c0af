"""Strategic merge patch: like a merge patch, but lists of named things are merged by their names.

The directives ``$patch``, ``$retainKeys``, ``$setElementOrder/…`` and ``$deleteFromPrimitiveList/…`` are honoured as in
apimachinery ``pkg/util/strategicpatch``. Which lists have keys is told by ``listkeys``.
"""

from __future__ import annotations

from typing import Any

from kx.practice.patch.json_patch import PatchError
from kx.practice.patch.listkeys import Path, Shape

_ORDER = "$setElementOrder/"
_DROP = "$deleteFromPrimitiveList/"
_RETAIN = "$retainKeys"
_DIRECTIVE = "$patch"


def apply_strategic_patch(target: Any, patch: Any, shape: Shape, path: Path = ()) -> Any:
    """The target after the patch; neither is changed. ``path`` is where both stand in an object of ``shape``."""
    if not isinstance(patch, dict):
        raise PatchError("a strategic merge patch is an object")
    directive = patch.get(_DIRECTIVE)
    if directive not in (None, "merge"):
        return _directed(directive, patch)
    result = dict(target) if isinstance(target, dict) else {}
    if _RETAIN in patch:
        result = {key: value for key, value in result.items() if key in patch[_RETAIN]}
    for key, value in patch.items():
        if key.startswith("$"):
            continue
        if value is None:
            result.pop(key, None)
        else:
            order = patch.get(_ORDER + key)
            result[key] = _merged(result.get(key), value, shape, (*path, key), order)
    return _with_list_directives(result, patch, shape, path)


def _directed(directive: Any, patch: dict[str, Any]) -> Any:
    rest = {key: value for key, value in patch.items() if key != _DIRECTIVE}
    if directive == "replace":
        return _without_directives(rest)
    if directive == "delete":
        return {}
    raise PatchError(f"Unknown patch type: {directive}")


def _merged(old: Any, value: Any, shape: Shape, path: Path, order: list[Any] | None) -> Any:
    if isinstance(value, dict):
        return apply_strategic_patch(old, value, shape, path)
    if isinstance(value, list):
        return _merged_list(old if isinstance(old, list) else [], value, shape, path, order)
    return value


def _merged_list(old: list[Any], patch: list[Any], shape: Shape, path: Path, order: list[Any] | None) -> list[Any]:
    if any(isinstance(item, dict) and item.get(_DIRECTIVE) == "replace" and len(item) == 1 for item in patch):
        return [_without_directives(item) for item in patch if not (isinstance(item, dict) and _DIRECTIVE in item)]
    key = shape.merge_key(path)
    if key is not None and all(isinstance(item, dict) for item in patch):
        return _ordered(_merged_by_key(old, patch, shape, path, key), order, key)
    if shape.merges_values(path):
        return _ordered([*old, *(item for item in patch if item not in old)], order, None)
    return [_without_directives(item) for item in patch]


def _merged_by_key(old: list[Any], patch: list[dict[str, Any]], shape: Shape, path: Path, key: str) -> list[Any]:
    result = list(old)
    for item in patch:
        if key not in item:
            raise PatchError(f"map: {item} does not contain declared merge key: {key}")
        at = next((index for index, have in enumerate(result) if have.get(key) == item[key]), None)
        if item.get(_DIRECTIVE) == "delete":
            result = [have for have in result if have.get(key) != item[key]]
        elif at is None:
            result.append(apply_strategic_patch({}, item, shape, path))
        elif item.get(_DIRECTIVE) == "replace":
            result[at] = _without_directives(item)
        else:
            result[at] = apply_strategic_patch(result[at], item, shape, path)
    return result


def _ordered(items: list[Any], order: list[Any] | None, key: str | None) -> list[Any]:
    """Items in the order the patch asks for; those it does not name stay after the neighbour they had before."""
    if not order:
        return items
    wanted = [item.get(key) if isinstance(item, dict) else item for item in order]

    def identity(item: Any) -> Any:
        return item.get(key) if key is not None else item

    named = sorted((item for item in items if identity(item) in wanted), key=lambda item: wanted.index(identity(item)))
    result = list(named)
    for index, item in enumerate(items):
        if identity(item) in wanted:
            continue
        before = items[index - 1] if index else None
        result.insert(result.index(before) + 1 if before is not None else 0, item)
    return result


def _with_list_directives(result: dict[str, Any], patch: dict[str, Any], shape: Shape, path: Path) -> dict[str, Any]:
    for directive, values in patch.items():
        if directive.startswith(_DROP):
            name = directive[len(_DROP) :]
            result[name] = [item for item in result.get(name) or () if item not in values]
        elif directive.startswith(_ORDER):
            name = directive[len(_ORDER) :]
            if name not in patch and isinstance(result.get(name), list):
                result[name] = _ordered(result[name], values, shape.merge_key((*path, name)))
    return result


def _without_directives(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            key: _without_directives(part)
            for key, part in value.items()
            if not key.startswith("$") and part is not None
        }
    if isinstance(value, list):
        return [_without_directives(item) for item in value]
    return value
