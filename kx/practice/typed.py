"""Reads a JSON object as a Go struct of the Kubernetes API would: typed, pruned, with Go's errors.

Rules follow ``sigs.k8s.io/json`` (case-sensitive, strict about unknown and duplicate fields where asked): the first
wrong type is told after all has been read; strict errors count only if there is no other. What comes out has the
fields that Go would write again: zero values are left out or put in as the types say. Knows nothing of kinds.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from kx.practice.scalars import CUSTOM, Real, WrongTypeError, number_text, read_bytes, read_int
from kx.practice.schema import Field, Schema, Type, go_type
from kx.practice.status import Obj

_MOST_STRICT_ERRORS = 100
# Far beyond any manifest; what is stored must stay shallow enough to be copied and written by recursion.
_DEEPEST = 100
_TOO_DEEP = "exceeded max depth"
_JSON_SCHEMA = "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps"


class Repeated(dict[str, Any]):
    """A JSON object some of whose keys stand more than once; ``pairs`` has them all in order."""

    pairs: list[tuple[str, Any]]


class MalformedError(Exception):
    """The object cannot be read; the message is Go's."""


class Reader:
    """Reads one body; afterwards ``strict_errors`` holds what strict reading has against it."""

    def __init__(self, schema: Schema) -> None:
        self._schema = schema
        self._first_error = ""
        self._strict: dict[str, None] = {}
        self._quiet = False  # inside a type with an unmarshaler of its own strictness ends
        self._names: list[str] = []  # field names from the root, as type errors show the path
        self._struct = ""
        self._path = ""  # as strict errors show it, with indices and map keys

    @property
    def strict_errors(self) -> tuple[str, ...]:
        """``unknown field "spec.foo"``, in the order they were met."""
        return tuple(self._strict)

    def read(self, value: Any, of: Type) -> Obj:
        """``value`` as ``of``; raises MalformedError."""
        made = self._base(value, f"#{of.name}", f"v1.{of.go_name}")
        if self._first_error:
            raise MalformedError(self._first_error)
        return made if isinstance(made, dict) else {}

    def _value(self, value: Any, containers: str, base: str, go: str) -> Any:
        if containers.startswith("[]"):
            return self._list(value, containers[2:], base, go)
        if containers.startswith("{}"):
            return self._map(value, containers[2:], base, go)
        return self._base(value, base, go)

    def _list(self, value: Any, containers: str, base: str, go: str) -> Any:
        if value is None:
            return None
        if not isinstance(value, list):
            return self._wrong(value, "slice", go)
        inner, path = _element_go(go, containers, base), self._path
        made = []
        for index, each in enumerate(value):
            self._path = f"{path}[{index}]"
            element = self._value(each, containers, base, inner)
            made.append(self._zero(containers, base) if element is None else element)
        self._path = path
        return made

    def _map(self, value: Any, containers: str, base: str, go: str) -> Any:
        if value is None:
            return None
        if not isinstance(value, dict):
            return self._wrong(value, "map", go)
        inner, path = _element_go(go, containers, base), self._path
        made = {}
        for key, each in self._pairs(value):
            self._path = f"{path}.{key}" if path else key
            element = self._value(each, containers, base, inner)
            made[key] = self._zero(containers, base) if element is None else element
        self._path = path
        return made

    def _pairs(self, value: Obj) -> Iterable[tuple[str, Any]]:
        if not isinstance(value, Repeated):
            return value.items()
        seen: set[str] = set()
        for key, _ in value.pairs:
            if key in seen:
                self._object_to("duplicate", key)
            seen.add(key)
        return value.pairs

    def _base(self, value: Any, base: str, go: str) -> Any:
        if base in _ANYTHING:
            return _as_sent(value)
        if value is None:
            return None
        if base.startswith("#"):
            return self._struct_value(value, base[1:], go)
        if base in CUSTOM:
            return self._custom(value, base)
        if base.startswith("@schema-"):
            return self._schema_or(value, base)
        return self._plain(value, base, go)

    def _plain(self, value: Any, base: str, go: str) -> Any:
        try:
            if base in ("int32", "int64"):
                return read_int(value, base)
            if base == "bytes":
                return read_bytes(value)
        except WrongTypeError:
            return self._wrong(value, base, go, exact=base != "bytes")
        except ValueError as error:
            self._first_error = self._first_error or str(error)
            return None
        return _as_sent(value) if _fits(value, base) else self._wrong(value, base, go)

    def _custom(self, value: Any, base: str) -> Any:
        try:
            return CUSTOM[base](value)
        except WrongTypeError as error:
            raise MalformedError(self._type_error(value, error.wanted, exact=True)) from None
        except ValueError as error:
            raise MalformedError(str(error)) from None

    def _schema_or(self, value: Any, base: str) -> Any:
        quiet, self._quiet = self._quiet, True
        try:
            if isinstance(value, dict):
                return self._base(value, f"#{_JSON_SCHEMA}", "v1.JSONSchemaProps")
            if base == "@schema-or-bool" and not isinstance(value, bool):
                raise MalformedError("boolean or JSON schema expected")
            if isinstance(value, list):
                item = "string" if base == "@schema-or-strings" else f"#{_JSON_SCHEMA}"
                return self._list(value, "", item, go_type(f"[]{item}"))
            return value if isinstance(value, bool) else None
        finally:
            self._quiet = quiet

    def _struct_value(self, value: Any, name: str, go: str) -> Any:
        if not isinstance(value, dict):
            return self._wrong(value, "struct", go)
        if len(self._names) > _DEEPEST:
            raise MalformedError(_TOO_DEEP)
        of = self._schema.type(name)
        found = self._fields(value, of)
        return self._as_written(found, of)

    def _fields(self, value: Obj, of: Type) -> Obj:
        struct, path = self._struct, self._path
        found: Obj = {}
        seen: set[str] = set()
        for key, each in value.pairs if isinstance(value, Repeated) else value.items():
            self._path = path
            field = of.fields.get(key)
            if field is None:
                self._object_to("unknown", key)
                continue
            if key in seen:
                self._object_to("duplicate", key)
            seen.add(key)
            self._struct = of.go_name
            self._names.append(key)
            self._path = f"{path}.{key}" if path else key
            found[key] = self._value(each, field.containers, field.base, field.go)
            self._names.pop()
        self._struct, self._path = struct, path
        return found

    def _as_written(self, found: Obj, of: Type) -> Obj:
        """The fields Go writes: zero values are dropped, or put in, as each field's declaration says."""
        made: Obj = {}
        for name, field in of.fields.items():
            value = found.get(name)
            if value is None:
                value = self._when_unset(field)
                if value is not None or (field.always and field.containers):
                    made[name] = value
            elif not self._is_dropped(value, field):
                made[name] = value
        return made

    def _when_unset(self, field: Field) -> Any:
        if field.pointer or field.omit_zero:
            return None
        if field.base.startswith("#") and not field.containers:
            return self._zero("", field.base)
        return self._zero(field.containers, field.base) if field.always and not field.containers else None

    def _is_dropped(self, value: Any, field: Field) -> bool:
        if field.containers:
            return not value and not field.always
        if field.pointer or field.base.startswith(("#", "@")):
            return False
        return not field.always and not value and field.base != "any"

    def _zero(self, containers: str, base: str) -> Any:
        if containers:
            return None
        if base.startswith("#"):
            return self._as_written({}, self._schema.type(base[1:]))
        return _ZEROES.get(base)

    def _object_to(self, what: str, key: str) -> None:
        if self._quiet or len(self._strict) >= _MOST_STRICT_ERRORS:
            return
        path = f"{self._path}.{key}" if self._path else key
        self._strict[f"{what} field {_quoted(path)}"] = None

    def _wrong(self, value: Any, wanted: str, go: str, exact: bool = False) -> None:
        """``value`` is not of the kind ``wanted``, which Go calls ``go``; ``exact``: a number is shown."""
        if not self._first_error:
            self._first_error = self._type_error(value, go, exact)

    def _type_error(self, value: Any, go: str, exact: bool) -> str:
        place = "Go value"
        if self._names:
            place = f"Go struct field {self._struct}.{'.'.join(self._names)}"
        return f"json: cannot unmarshal {_json_kind(value, exact)} into {place} of type {go}"


_ANYTHING = ("any", "@raw", "@fields", "@json")


def _as_sent(value: Any, depth: int = 0) -> Any:
    """Any JSON, without what reading noted about it."""
    if depth > _DEEPEST:
        raise MalformedError(_TOO_DEEP)
    if isinstance(value, dict):
        return {key: _as_sent(each, depth + 1) for key, each in value.items()}
    if isinstance(value, list):
        return [_as_sent(each, depth + 1) for each in value]
    return float(value) if isinstance(value, Real) else value


_ZEROES: dict[str, Any] = {
    "string": "",
    "bool": False,
    "int32": 0,
    "int64": 0,
    "float64": 0,
    "bytes": None,
    "@quantity": "0",
    "@intstr": 0,
    "@duration": "0s",
}
_KINDS: dict[str, tuple[type, ...]] = {"string": (str,), "bool": (bool,), "float64": (int, float)}


def _fits(value: Any, base: str) -> bool:
    return isinstance(value, _KINDS[base]) and (base != "float64" or not isinstance(value, bool))


def _json_kind(value: Any, exact: bool) -> str:
    """How Go calls a JSON value; ``exact``: a number that does not fit is shown."""
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, (int, float)):
        return f"number {number_text(value)}" if exact else "number"
    return "string" if isinstance(value, str) else "array" if isinstance(value, list) else "object"


def _element_go(go: str, containers: str, base: str) -> str:
    """Go's name of what a list or map type holds."""
    if go.startswith("[]"):
        return go[2:].lstrip("*")
    if go.startswith("map["):
        return go.partition("]")[2].lstrip("*")
    return go_type(containers + base)


def _quoted(text: str) -> str:
    """As Go's %q: like JSON, with other control characters as \\xNN."""
    made = []
    for char in text:
        if char in '"\\':
            made.append("\\" + char)
        elif char.isprintable():
            made.append(char)
        else:
            made.append(_ESCAPES.get(char) or (f"\\x{ord(char):02x}" if ord(char) < 128 else f"\\u{ord(char):04x}"))
    return '"' + "".join(made) + '"'


_ESCAPES = {"\n": "\\n", "\t": "\\t", "\r": "\\r", "\a": "\\a", "\b": "\\b", "\f": "\\f", "\v": "\\v"}
