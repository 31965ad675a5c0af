"""Holds the configuration of a server-side apply against its kind, in the words of structured-merge-diff.

The configuration stays as it was sent: what is in it is what its manager owns. Unknown fields are always refused here,
whatever ``fieldValidation`` says. Sources: structured-merge-diff ``typed/validate.go``, apimachinery ``managedfields``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from kx.practice.conform import Kinded
from kx.practice.conform_patch import go_map
from kx.practice.resources import api_version
from kx.practice.schema import Field, Schema, Type, current
from kx.practice.status import ApiError, Obj, bad_request


def check_applied(config: Obj, resource: Kinded, namespace: str, name: str, schema: Schema | None = None) -> None:
    """Refuse ``config`` if it is not of ``resource``'s kind, has unknown fields, or values of wrong types.

    ``namespace`` and ``name`` are those of the path. Raises ApiError: 400 for another version, else 500, as a real
    server does.
    """
    schema = schema or current()
    expected = api_version(resource.group, resource.version)
    said = config.get("apiVersion") or expected
    if said != expected:
        raise bad_request(
            f"Incorrect version specified in apply patch. Specified patch version: {said}, expected: {expected}"
        )
    of = schema.of_kind(resource.group, resource.version, resource.kind)
    errors = list(_Checker(schema).of_type(config, of, "")) if of else []
    if errors:
        shown = errors[0] if len(errors) == 1 else "errors:\n" + "\n".join(f"  {each}" for each in errors)
        where = f"{namespace}/{name}; {expected}, Kind={resource.kind}"
        raise ApiError(500, "", f"failed to create typed patch object ({where}): {shown}")


class _Checker:
    """Walks a configuration and its type side by side."""

    def __init__(self, schema: Schema) -> None:
        self._schema = schema

    def of_type(self, value: Any, of: Type, path: str) -> Iterator[str]:
        if value is None:
            return
        if not isinstance(value, dict):
            yield f"{path}: expected map, got {_shown(value)}"
            return
        for key, each in value.items():
            field = of.fields.get(key)
            if field is None:
                yield f"{path}.{key}: field not declared in schema"
                return  # the rest of this object is not looked at
            yield from self._field(each, field, field.containers, f"{path}.{key}")

    def _field(self, value: Any, field: Field, containers: str, path: str) -> Iterator[str]:
        if value is None:
            return
        if containers.startswith("[]"):
            yield from self._list(value, field, containers[2:], path)
        elif containers.startswith("{}"):
            yield from self._map(value, field, containers[2:], path)
        elif field.base.startswith("#"):
            yield from self.of_type(value, self._schema.type(field.base[1:]), path)
        else:
            wrong = _SCALARS.get(field.base, _anything)(value)
            if wrong:
                yield f"{path}: {wrong}"

    def _list(self, value: Any, field: Field, containers: str, path: str) -> Iterator[str]:
        if not isinstance(value, list):
            yield f"{path}: expected list, got {_shown(value)}"
            return
        seen: set[str] = set()
        for index, each in enumerate(value):
            place, wrong = self._element(each, index, field)
            if wrong:
                yield f"{path}: element {index}: {wrong}"
                return
            if place in seen:
                yield f"{path}: duplicate entries for key {place}"
            seen.add(place)
            yield from self._field(each, field, containers, path + place)

    def _map(self, value: Any, field: Field, containers: str, path: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield f"{path}: expected map, got {_shown(value)}"
            return
        for key, each in value.items():
            yield from self._field(each, field, containers, f"{path}.{key}")

    def _element(self, value: Any, index: int, field: Field) -> tuple[str, str]:
        """How an element of a list is called (``[name="c"]``), and why it cannot be."""
        kind, keys = field.facts.get("list"), field.facts.get("keys")
        if kind == "map" and keys:
            return self._keyed(value, keys, field)
        if kind == "set":
            wrong = next((words for test, words in _NO_SET_ELEMENTS if isinstance(value, test)), "")
            return f"[={json.dumps(value)}]", wrong
        return f"[{index}]", ""

    def _keyed(self, value: Any, keys: list[str], field: Field) -> tuple[str, str]:
        if value is None:
            return "", "associative list with keys may not have a null element"
        if not isinstance(value, dict):
            return "", "associative list with keys may not have non-map elements"
        inner = self._schema.type(field.base[1:]).fields
        defaults = {key: inner[key].facts["default"] for key in keys if "default" in inner[key].facts}
        found = {key: value.get(key, defaults.get(key)) for key in keys if key in value or key in defaults}
        if not found:
            listed = "[" + " ".join(json.dumps(key) for key in keys) + "]"
            return "", (
                f"associative list with keys has an element that omits all key fields {listed} "
                "(and doesn't have default values for any key fields)"
            )
        return "[" + ",".join(f"{key}={json.dumps(found[key])}" for key in sorted(found)) + "]", ""


_NO_SET_ELEMENTS: tuple[tuple[type, str], ...] = (
    (dict, "associative list without keys has an element that's a map type"),
    (list, "not supported: associative list with lists as elements"),
    (type(None), "associative list without keys has an element that's an explicit null"),
)


def _shown(value: Any) -> str:
    """A value as Go prints the wrapper that structured-merge-diff keeps it in."""
    return f"&{{{go_map(value)}}}"


def _go_type(value: Any) -> str:
    if isinstance(value, bool):
        return "bool"
    kinds: tuple[tuple[type, str], ...] = (
        (int, "int64"),
        (float, "float64"),
        (str, "string"),
        (list, "[]interface {}"),
    )
    return next((name for kind, name in kinds if isinstance(value, kind)), "map[string]interface {}")


def _numeric(value: Any) -> str:
    fits = isinstance(value, (int, float)) and not isinstance(value, bool)
    return "" if fits else f"expected numeric (int or float), got {_go_type(value)}"


def _string(value: Any) -> str:
    return "" if isinstance(value, str) else f"expected string, got {_wrapped(value)}"


def _wrapped(value: Any) -> str:
    """Go's ``%#v`` of the wrapper; objects and lists are shown plainer than Go does."""
    return f"&value.valueUnstructured{{Value:{json.dumps(value)}}}"


def _boolean(value: Any) -> str:
    return "" if isinstance(value, bool) else f"expected boolean, got {_shown(value)}"


def _any_scalar(value: Any) -> str:
    return f"expected any scalar, got {_shown(value)}" if isinstance(value, (dict, list)) else ""


def _anything(_: Any) -> str:
    return ""


_SCALARS: dict[str, Callable[[Any], str]] = {
    "string": _string,
    "bytes": _string,
    "bool": _boolean,
    "int32": _numeric,
    "int64": _numeric,
    "float64": _numeric,
    "@quantity": _any_scalar,
    "@intstr": _any_scalar,
    "@time": _any_scalar,
    "@microtime": _any_scalar,
    "@duration": _any_scalar,
}
