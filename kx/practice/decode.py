"""Request bodies from bytes: JSON, YAML and protobuf become one kind of object.

Keys that stand twice are remembered, for ``conform`` to object to. Nothing is held against a type here, but protobuf,
which cannot be read without.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from kx.practice.accept import media_type
from kx.practice.conform import Conformed, conform, unrecognized
from kx.practice.scalars import Real
from kx.practice.status import ApiError, Obj, bad_request, unsupported_media
from kx.practice.typed import Repeated

__all__ = ["MEDIA_TYPES", "Conformed", "conform", "decode"]

JSON = "application/json"
YAML = "application/yaml"
PROTOBUF = "application/vnd.kubernetes.protobuf"
MEDIA_TYPES = (JSON, YAML, PROTOBUF)
_UNTOLD = "couldn't get version/kind; json parse error: "
_NO_OBJECT = (
    'of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }'
)


def decode(body: bytes, content_type: str, kind: str = "") -> Obj:
    """The object in ``body``; ``kind`` is what it should be, for the message when it cannot be read at all.

    Raises ApiError: 415 for a content type that is not served, 400 for a body that is not one object.
    """
    read = _READERS.get(media_type(content_type) or JSON)
    if read is None:
        raise unsupported_media("", MEDIA_TYPES)
    try:
        value = read(body)
    except ValueError as error:
        raise _refusal(body, kind, str(error)) from None
    if not isinstance(value, dict):
        raise _refusal(body, kind, f"{_UNTOLD}json: cannot unmarshal {_kind(value)} into Go value {_NO_OBJECT}")
    return value


def _refusal(body: bytes, kind: str, why: str) -> ApiError:
    return unrecognized(body, kind, why) if kind else bad_request(why)


def _kind(value: Any) -> str:
    return {bool: "bool", str: "string", list: "array"}.get(type(value), "number")


def _object(pairs: list[tuple[str, Any]]) -> Obj:
    made = dict(pairs)
    if len(made) == len(pairs):
        return made
    repeated = Repeated(made)
    repeated.pairs = pairs
    return repeated


def _no_constant(name: str) -> Any:
    raise ValueError(f"{_UNTOLD}invalid character '{name[0]}' looking for beginning of value")


def _from_json(body: bytes) -> Any:
    try:
        text = body.decode("utf-8", "replace")
        return json.loads(text, object_pairs_hook=_object, parse_float=Real, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise ValueError(_UNTOLD + syntax_error(error)) from None
    except RecursionError:
        raise ValueError(f"{_UNTOLD}exceeded max depth") from None


def syntax_error(error: json.JSONDecodeError) -> str:
    """Python's complaint in Go's words."""
    if error.pos >= len(error.doc):
        return "unexpected end of JSON input"
    place = next((words for start, words in _PLACES if error.msg.startswith(start)), "looking for beginning of value")
    return f"invalid character {_rune(error.doc[error.pos])} {place}"


_PLACES = (
    ("Expecting property name", "looking for beginning of object key string"),
    ("Expecting ':'", "after object key"),
    ("Expecting ','", "after object key:value pair"),
    ("Extra data", "after top-level value"),
    ("Invalid control character", "in string literal"),
    ("Unterminated string", "in string literal"),
    ("Invalid \\escape", "in string escape code"),
)


def _rune(char: str) -> str:
    return {"'": "'\\''", '"': "'\"'", "\n": "'\\n'", "\t": "'\\t'"}.get(char, f"'{char}'")


def _from_yaml(body: bytes) -> Any:
    # kubectl sends JSON; reading YAML is worth its import only when somebody does not.
    from kx.practice.decode_yaml import load_yaml

    return load_yaml(body, _object)


def _from_protobuf(body: bytes) -> Any:
    # Old kubectls never send it, so its table of types is not read before somebody does.
    from kx.practice.protobuf import decode_envelope

    return decode_envelope(body)


_READERS: dict[str, Callable[[bytes], Any]] = {JSON: _from_json, YAML: _from_yaml, PROTOBUF: _from_protobuf}
