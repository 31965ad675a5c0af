"""Holds a patched object against its kind, refusing in the words an API server has for patches.

A strategic merge patch is turned into an object without passing through JSON, so its type errors are worded another
way than those of bodies; the other patches are read like bodies. Both show the patch. Sources: apiserver's
``handlers/patch.go`` and apimachinery's ``runtime/converter.go``.
"""

from __future__ import annotations

from typing import Any

from kx.practice.conform import Conformed, Kinded, strict_words, type_of
from kx.practice.http import encode
from kx.practice.resources import api_version
from kx.practice.schema import Schema, current
from kx.practice.status import ApiError, FieldError, Obj, invalid
from kx.practice.typed import MalformedError, Reader


def conform_patched(
    obj: Obj, resource: Kinded, mode: str, strategic_patch: Obj | None, schema: Schema | None = None
) -> Conformed:
    """``obj``, the outcome of a patch, as an object of ``resource``'s kind (see ``conform``).

    ``strategic_patch`` is the patch if it was a strategic merge patch, else None. Raises ApiError 422.
    """
    schema = schema or current()
    reader = Reader(schema) if strategic_patch is None else _Converter(schema)
    shown = encode(obj).decode() if strategic_patch is None else go_map(strategic_patch)
    try:
        made = reader.read(obj, type_of((resource.group, resource.version, resource.kind), schema))
    except MalformedError as error:
        raise _refused(shown, str(error)) from None
    strict = reader.strict_errors if strategic_patch is None else tuple(sorted(reader.strict_errors))
    if strict and mode == "Strict":
        raise _refused(shown, strict_words(strict))
    told = {"kind": resource.kind, "apiVersion": api_version(resource.group, resource.version)}
    return Conformed({**made, **told}, strict if mode == "Warn" else ())


def _refused(shown: str, why: str) -> ApiError:
    error = invalid("", "", "", [FieldError("FieldValueInvalid", "patch", shown, why)])
    error.details = {key: value for key, value in (error.details or {}).items() if value}
    return error


class _Converter(Reader):
    """Reads as apimachinery's converter does: the first value of a wrong type ends it."""

    def _wrong(self, value: Any, wanted: str, go: str, exact: bool = False) -> None:
        raise MalformedError(_mismatch(value, wanted, go))


def _mismatch(value: Any, wanted: str, go: str) -> str:
    kind = _go_kind(value)
    if wanted in ("slice", "map"):
        return f"cannot restore {wanted} from {kind}"
    if wanted == "struct":
        return f"cannot restore struct from: {kind}"
    if wanted == "bytes":
        return f"cannot restore slice from {kind}"
    # Go can turn numbers into strings (and into each other), so it says that it must not.
    if (kind, wanted) in _CONVERTIBLE:
        return f"cannot convert {kind} to {go}"
    return f"unrecognized type: {wanted}"


_CONVERTIBLE = {("int64", "string"), ("float64", "int32"), ("float64", "int64")}


def _go_kind(value: Any) -> str:
    if isinstance(value, bool):
        return "bool"
    kinds: dict[type, str] = {int: "int64", str: "string", list: "slice"}
    return "float64" if isinstance(value, float) else next((kinds[t] for t in kinds if isinstance(value, t)), "map")


def go_map(value: Any) -> str:
    """A JSON value as Go prints it: ``map[spec:map[replicas:3]]``."""
    if isinstance(value, dict):
        return "map[" + " ".join(f"{key}:{go_map(value[key])}" for key in sorted(value)) + "]"
    if isinstance(value, list):
        return "[" + " ".join(go_map(each) for each in value) + "]"
    if value is None:
        return "<nil>"
    return str(value).lower() if isinstance(value, bool) else str(value)
