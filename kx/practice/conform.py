"""Holds a decoded object against the kind its path serves: what kind it says it is, and what fields it has.

Says no in the API server's words. Knows nothing of bytes (``decode.py``), of defaults or of validity.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from kx.practice.old_versions import serving_group
from kx.practice.resources import api_version, split_api_version
from kx.practice.schema import Schema, Type, current
from kx.practice.status import ApiError, Obj, bad_request
from kx.practice.typed import MalformedError, Reader

_SCHEME = "pkg/api/legacyscheme/scheme.go:30"
# Kinds that two groups or versions serve from one object: sending the other is a mistake in the version only.
_SAME = (
    frozenset({("autoscaling", "v1", "HorizontalPodAutoscaler"), ("autoscaling", "v2", "HorizontalPodAutoscaler")}),
    frozenset({("", "v1", "Event"), ("events.k8s.io", "v1", "Event")}),
)


class Kinded(Protocol):
    """What a body is to be: a Resource or a Subresource."""

    @property
    def group(self) -> str: ...
    @property
    def version(self) -> str: ...
    @property
    def kind(self) -> str: ...


@dataclass(frozen=True)
class Conformed:
    """An object with the fields of its type only, and what there is to warn about."""

    obj: Obj
    warnings: tuple[str, ...]  # 'unknown field "spec.foo"'


def conform(obj: Obj, resource: Kinded, mode: str, schema: Schema | None = None) -> Conformed:
    """``obj`` as an object of ``resource``'s kind: typed, pruned, quantities and times in canonical form.

    ``mode`` says what is done about unknown and duplicate fields: "Ignore", "Warn" or "Strict". A missing kind or
    apiVersion is taken from ``resource``. Raises ApiError 400, worded as Kubernetes words it.
    """
    schema = schema or current()
    expected = (resource.group, resource.version, resource.kind)
    said = _said(obj, expected)
    if serving_group(*said):
        _check_kind(said, expected)  # its fields are unknown here, but it cannot fit anyway
    reader = Reader(schema)
    try:
        made = reader.read(obj, type_of(said, schema))
    except MalformedError as error:
        raise _unhandled(said, expected, str(error)) from None
    _check_kind(said, expected)
    if reader.strict_errors and mode == "Strict":
        raise _unhandled(said, expected, strict_words(reader.strict_errors))
    made = {"kind": resource.kind, "apiVersion": api_version(resource.group, resource.version), **_rest(made)}
    return Conformed(made, reader.strict_errors if mode == "Warn" else ())


def type_of(said: tuple[str, str, str], schema: Schema) -> Type:
    """The type of a kind; raises MalformedError where there is no such kind."""
    of = schema.of_kind(*said)
    if of is None:
        shown = api_version(*said[:2])
        raise MalformedError(f'no kind "{said[2]}" is registered for version "{shown}" in scheme "{_SCHEME}"')
    return of


def strict_words(errors: Iterable[str]) -> str:
    """What strict reading says of unknown and duplicate fields."""
    return "strict decoding error: " + ", ".join(errors)


def _rest(obj: Obj) -> Obj:
    return {key: value for key, value in obj.items() if key not in ("kind", "apiVersion")}


def _said(obj: Obj, expected: tuple[str, str, str]) -> tuple[str, str, str]:
    """Group, version and kind as the body says them, completed from what is expected."""
    for name in ("apiVersion", "kind"):
        value = obj.get(name)
        if value is not None and not isinstance(value, str):
            wrong = f"json: cannot unmarshal {_json_kind(value)} into Go struct field .{name} of type string"
            raise unrecognized(obj, expected[2], f"couldn't get version/kind; json parse error: {wrong}")
    written = obj.get("apiVersion") or ""
    if written.count("/") > 1:
        raise unrecognized(obj, expected[2], f"unexpected GroupVersion string: {written}")
    group, version = split_api_version(written)
    if not written:
        group, version = expected[:2]
    return group, version, obj.get("kind") or expected[2]


def _json_kind(value: Any) -> str:
    return {bool: "bool", list: "array", dict: "object"}.get(type(value), "number")


def unrecognized(body: Obj | bytes, kind: str, why: str) -> ApiError:
    """400 for a body whose kind cannot even be told; shows how it begins."""
    text = body if isinstance(body, bytes) else json.dumps(body, separators=(",", ":")).encode()
    if not text:
        shown = "<empty>"
    else:
        start = text[:30]
        shown = start.decode("utf-8", "replace") if text.startswith(b"{") else start.hex()
        shown += " ..." if len(text) > 30 else ""
    return bad_request(f"the object provided is unrecognized (must be of type {kind}): {why} ({shown})")


def _unhandled(said: tuple[str, str, str], expected: tuple[str, str, str], why: str) -> ApiError:
    return bad_request(f'{said[2]} in version "{said[1]}" cannot be handled as a {expected[2]}: {why}')


def _check_kind(said: tuple[str, str, str], expected: tuple[str, str, str]) -> None:
    if said == expected:
        return
    old = (serving_group(*said), said[2]) == (expected[0], expected[2])
    if old or any({said, expected} <= same for same in _SAME):
        raise bad_request(
            f"the API version in the data ({api_version(*said[:2])}) does not match the expected API version "
            f"({api_version(*expected[:2])})"
        )
    why = f"converting ({said[1]}.{said[2]}) to ({_internal(expected)}.{expected[2]}): unknown conversion"
    raise _unhandled(said, expected, why)


def _internal(expected: tuple[str, str, str]) -> str:
    """The Go package of a group's internal types."""
    group = expected[0]
    return "core" if group in ("", "events.k8s.io") else group.split(".")[0]
