"""Kubernetes' protobuf bodies, read into the objects that JSON would give.

Newer kubectls send typed objects this way: the four bytes ``k8s\\0``, then an envelope that tells apiVersion and kind,
then the message. Field numbers come from the schema. Nothing is ever written in this form.
"""

from __future__ import annotations

import base64
import json
import struct
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

from kx.practice.resources import split_api_version
from kx.practice.schema import Field, Schema, Type, current
from kx.practice.status import Obj

MAGIC = b"k8s\0"
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_JSON_SCHEMA = "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps"

Raw = int | bytes  # a varint or fixed number, or the bytes of anything longer


def decode_envelope(body: bytes, schema: Schema | None = None) -> Obj:
    """The object in a whole body. Raises ValueError for whatever is not one."""
    if not body.startswith(MAGIC):
        raise ValueError("provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]")
    try:
        return _envelope(body[len(MAGIC) :], schema or current())
    except RecursionError:
        raise ValueError("proto: message is nested too deeply") from None


def envelope_kind(body: bytes) -> tuple[str, str]:
    """apiVersion and kind of a whole body, without reading the rest. Raises ValueError for whatever is not one."""
    return _told_kind(_one_each(body[len(MAGIC) :])) if body.startswith(MAGIC) else ("", "")


def _told_kind(envelope: Mapping[int, Raw]) -> tuple[str, str]:
    told = _one_each(_as_bytes(envelope.get(1, b"")))
    return _text(told.get(1, b"")), _text(told.get(2, b""))


def _envelope(data: bytes, schema: Schema) -> Obj:
    envelope = _one_each(data)
    version, kind = _told_kind(envelope)
    made: Obj = {"apiVersion": version, "kind": kind}
    of = schema.of_kind(*split_api_version(version), kind)
    return {**_message(_as_bytes(envelope.get(2, b"")), of, schema), **made} if of else made


def _message(data: bytes, of: Type, schema: Schema) -> Obj:
    made: Obj = {}
    numbers = _numbers(of)
    for number, raw in fields(data):
        if number in of.inline:
            made |= _message(_as_bytes(raw), schema.type(of.inline[number]), schema)
        elif number in numbers:
            _put(made, numbers[number], raw, schema)
    return made


def _numbers(of: Type) -> Mapping[int, Field]:
    """A type's own fields by number; those of its inline types are in messages of their own."""
    found = _BY_NUMBER.get(of.name)
    if found is None:
        found = {each.number: each for each in of.fields.values() if each.number and not each.inlined}
        _BY_NUMBER[of.name] = found
    return found


_BY_NUMBER: dict[str, Mapping[int, Field]] = {}


def _put(made: Obj, field: Field, raw: Raw, schema: Schema) -> None:
    if field.containers == "[]":
        made.setdefault(field.name, []).extend(_elements(field.base, raw, schema))
    elif field.containers.startswith("{}"):
        key, value = _entry(field, _as_bytes(raw), schema)
        made.setdefault(field.name, {})[key] = value
    else:
        made[field.name] = _value(field.base, raw, schema)


def _elements(base: str, raw: Raw, schema: Schema) -> Iterator[Any]:
    """One element, or several numbers packed into one field."""
    if isinstance(raw, bytes) and base in ("int32", "int64", "bool"):
        position = 0
        while position < len(raw):
            number, position = _varint(raw, position)
            yield _value(base, number, schema)
    else:
        yield _value(base, raw, schema)


def _entry(field: Field, data: bytes, schema: Schema) -> tuple[str, Any]:
    entry = _one_each(data)
    raw = entry.get(2, b"")
    if field.containers == "{}[]":
        # A list as a map's value is a message with the list as its only field.
        value: Any = [_value(field.base, each, schema) for number, each in fields(_as_bytes(raw)) if number == 1]
    else:
        value = _value(field.base, raw, schema)
    return _text(entry.get(1, b"")), value


def _value(base: str, raw: Raw, schema: Schema) -> Any:
    if base.startswith("#"):
        return _message(_as_bytes(raw), schema.type(base[1:]), schema)
    if base.startswith("@schema-"):
        return _schema_or(_one_each(_as_bytes(raw)), _as_bytes(raw), base, schema)
    if base in ("@raw", "any"):
        return _raw_object(_as_bytes(raw), schema)
    return _READERS[base](raw)


def _schema_or(parts: Mapping[int, Raw], data: bytes, base: str, schema: Schema) -> Any:
    inner = schema.type(_JSON_SCHEMA)
    if base == "@schema-or-bool":
        return _message(_as_bytes(parts[2]), inner, schema) if 2 in parts else bool(parts.get(1, 0))
    if 1 in parts:
        return _message(_as_bytes(parts[1]), inner, schema)
    several = [_as_bytes(raw) for number, raw in fields(data) if number == 2]
    if base == "@schema-or-strings":
        return [_text(each) for each in several]
    return [_message(each, inner, schema) for each in several]


def _raw_object(data: bytes, schema: Schema) -> Any:
    text = _as_bytes(_one_each(data).get(1, b""))
    return decode_envelope(text, schema) if text.startswith(MAGIC) else _json(text)


def _json(text: bytes) -> Any:
    try:
        return json.loads(text) if text else None
    except RecursionError:
        raise ValueError("proto: JSON is nested too deeply") from None


def _text(raw: Raw) -> str:
    return _as_bytes(raw).decode("utf-8", "replace")


def _as_bytes(raw: Raw) -> bytes:
    if isinstance(raw, int):
        raise ValueError("proto: wrong wireType for a field of bytes")
    return raw


def _as_int(raw: Raw, bits: int = 64) -> int:
    if isinstance(raw, bytes):
        if raw:
            raise ValueError("proto: wrong wireType for a number")
        return 0
    raw &= (1 << bits) - 1
    return raw - (1 << bits) if raw >> (bits - 1) else raw


def _double(raw: Raw) -> float:
    number: float = struct.unpack("<d", (_as_int(raw) & (1 << 64) - 1).to_bytes(8, "little"))[0]
    return number


def _quantity(raw: Raw) -> str:
    return _text(_one_each(_as_bytes(raw)).get(1, b"")) or "0"


def _int_or_string(raw: Raw) -> int | str:
    parts = _one_each(_as_bytes(raw))
    return _text(parts.get(3, b"")) if _as_int(parts.get(1, 0)) == 1 else _as_int(parts.get(2, 0), 32)


def _time(raw: Raw) -> str | None:
    moment = _moment(raw)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ") if moment else None


def _micro_time(raw: Raw) -> str | None:
    moment = _moment(raw)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ") if moment else None


def _moment(raw: Raw) -> datetime | None:
    parts = _one_each(_as_bytes(raw))
    seconds, nanos = _as_int(parts.get(1, 0)), _as_int(parts.get(2, 0), 32)
    if not seconds and not nanos:
        return None
    try:
        return _EPOCH + timedelta(seconds=seconds, microseconds=nanos // 1000)
    except OverflowError:
        raise ValueError("proto: a time is out of range") from None


def _duration(raw: Raw) -> str:
    nanos = _as_int(_one_each(_as_bytes(raw)).get(1, 0))
    return f"{nanos}ns" if nanos else "0s"


def _fields_tree(raw: Raw) -> Any:
    return _json(_as_bytes(_one_each(_as_bytes(raw)).get(1, b"")))


_READERS: dict[str, Callable[[Raw], Any]] = {
    "string": _text,
    "bool": lambda raw: bool(_as_int(raw)),
    "int32": lambda raw: _as_int(raw, 32),
    "int64": _as_int,
    "float64": _double,
    "bytes": lambda raw: base64.b64encode(_as_bytes(raw)).decode("ascii"),
    "@quantity": _quantity,
    "@intstr": _int_or_string,
    "@time": _time,
    "@microtime": _micro_time,
    "@duration": _duration,
    "@fields": _fields_tree,
    "@json": _fields_tree,
}


def _one_each(data: bytes) -> dict[int, Raw]:
    """A message's fields where each stands once; the last one counts."""
    return dict(fields(data))


def fields(data: bytes) -> Iterator[tuple[int, Raw]]:
    """(number, value) of every field in a message, in order. Raises ValueError where it is cut off or malformed."""
    position = 0
    while position < len(data):
        tag, position = _varint(data, position)
        number, wire = tag >> 3, tag & 7
        if number == 0:
            raise ValueError("proto: illegal tag 0")
        if wire == _VARINT:
            value, position = _varint(data, position)
            yield number, value
        else:
            length, position = _length(data, position, wire)
            end = position + length
            if end > len(data):
                raise ValueError("unexpected EOF")
            chunk, position = data[position:end], end
            yield number, chunk if wire == _BYTES else int.from_bytes(chunk, "little")


def _length(data: bytes, position: int, wire: int) -> tuple[int, int]:
    if wire == _BYTES:
        return _varint(data, position)
    if wire in (_FIXED64, _FIXED32):
        return 8 if wire == _FIXED64 else 4, position
    raise ValueError(f"proto: illegal wireType {wire}")


def _varint(data: bytes, position: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        if position >= len(data):
            raise ValueError("unexpected EOF")
        byte = data[position]
        position += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, position
        shift += 7
        if shift >= 70:
            raise ValueError("proto: integer overflow")
