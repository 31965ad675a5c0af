"""The one OpenAPI v2 document that kubectl 1.27 and 1.28 read before they explain, create or apply.

Turned from the v3 documents; written as JSON, and in the protobuf form those kubectls ask for. The field numbers are
those of the published ``openapi.v2`` messages. Knows nothing of files or of Kubernetes' types.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from kx.practice.openapi_paths import REFERENCE

Json = dict[str, Any]

_V2 = "#/definitions/"
_KEPT = ("description", "type", "format", "required", "default", "enum")


def document(documents: Iterable[Json], release: str) -> Json:
    """One v2 document with the paths and definitions of all v3 ``documents``."""
    paths: Json = {}
    definitions: Json = {}
    for each in documents:
        paths |= {path: _path_item(item) for path, item in each["paths"].items()}
        definitions |= {name: _schema(made) for name, made in each["components"]["schemas"].items()}
    return {
        "swagger": "2.0",
        "info": {"title": "Kubernetes", "version": release},
        "paths": dict(sorted(paths.items())),
        "definitions": dict(sorted(definitions.items())),
    }


def _path_item(item: Json) -> Json:
    return {method: _operation(each) for method, each in item.items()}


def _operation(operation: Json) -> Json:
    parameters = [_parameter(each) for each in operation.get("parameters", ())]
    body = operation.get("requestBody")
    if body:
        schema = next(iter(body["content"].values()))["schema"]
        parameters.append({"name": "body", "in": "body", "required": body["required"], "schema": _schema(schema)})
    made = {key: value for key, value in operation.items() if key in ("description", "tags") or key.startswith("x-")}
    return {
        **made,
        "consumes": list(body["content"]) if body else ["*/*"],
        "produces": ["application/json"],
        "parameters": parameters,
        "responses": {"200": {"description": "OK"}},
    }


def _parameter(parameter: Json) -> Json:
    return {**{key: parameter[key] for key in ("name", "in", "description")}, **parameter["schema"]}


def _schema(made: Json) -> Json:
    if "oneOf" in made:  # a string or a number: v2 has no word for it
        made = {**made, "type": "string"}
    found = {key: made[key] for key in made if key in _KEPT or key.startswith("x-")}
    for each in made.get("allOf", ()):
        found["$ref"] = each["$ref"].replace(REFERENCE, _V2)
    if isinstance(made.get("$ref"), str):
        found["$ref"] = made["$ref"].replace(REFERENCE, _V2)
    if "items" in made:
        found["items"] = _schema(made["items"])
    if "additionalProperties" in made:
        found["additionalProperties"] = _schema(made["additionalProperties"])
    if "properties" in made:
        found["properties"] = {name: _schema(each) for name, each in made["properties"].items()}
    return found


def encode(document: Json) -> bytes:
    """A v2 document in protobuf."""
    return _message(_DOCUMENT, document)


Encoder = Callable[[Any], bytes]
# JSON key -> field number and how its value is written.
Table = Mapping[str, tuple[int, Encoder]]


def _message(table: Table, value: Json) -> bytes:
    made = bytearray()
    for key, each in value.items():
        if key in table:
            number, encoder = table[key]
            made += b"".join(_field(number, encoder(one)) for one in (each if isinstance(each, list) else [each]))
        elif key.startswith("x-") and "x-" in table:
            made += _field(table["x-"][0], _named(key, _any(each)))
    return bytes(made)


def _field(number: int, data: bytes) -> bytes:
    return _varint(number << 3 | 2) + _varint(len(data)) + data


def _varint(value: int) -> bytes:
    made = bytearray()
    while value > 0x7F:
        made.append(value & 0x7F | 0x80)
        value >>= 7
    made.append(value)
    return bytes(made)


def _named(name: str, value: bytes) -> bytes:
    return _field(1, name.encode()) + _field(2, value)


def _any(value: Any) -> bytes:
    return _field(2, json.dumps(value).encode())


def _each_named(encoder: Encoder, number: int = 1) -> Encoder:
    return lambda value: b"".join(_field(number, _named(name, encoder(each))) for name, each in value.items())


def _text(value: str) -> bytes:
    return value.encode()


def _wrapped(encoder: Encoder, number: int = 1) -> Encoder:
    return lambda value: _field(number, encoder(value))


def _schema_bytes(value: Json) -> bytes:
    return _message(_SCHEMA, value)


def _operation_bytes(value: Json) -> bytes:
    return _message(_OPERATION, value)


def _parameter_bytes(value: Json) -> bytes:
    """A ParametersItem: which of its wrappings a parameter gets depends on where it stands."""
    if value["in"] == "body":
        return _field(1, _field(1, _message(_BODY_PARAMETER, value)))
    return _field(1, _field(2, _field(3, _message(_QUERY_PARAMETER, value))))


_SCHEMA: Table = {
    "$ref": (1, _text),
    "format": (2, _text),
    "description": (4, _text),
    "default": (5, _any),
    "required": (19, _text),
    "enum": (20, _any),
    "additionalProperties": (21, _wrapped(_schema_bytes)),
    "type": (22, _wrapped(_text)),
    "items": (23, _wrapped(_schema_bytes)),
    "properties": (25, _each_named(_schema_bytes)),
    "x-": (31, _any),
}
_BODY_PARAMETER: Table = {"description": (1, _text), "name": (2, _text), "in": (3, _text), "schema": (5, _schema_bytes)}
_QUERY_PARAMETER: Table = {"in": (2, _text), "description": (3, _text), "name": (4, _text), "type": (6, _text)}
_RESPONSE: Encoder = _wrapped(lambda value: _message({"description": (1, _text)}, value))
_OPERATION: Table = {
    "tags": (1, _text),
    "description": (3, _text),
    "produces": (6, _text),
    "consumes": (7, _text),
    "parameters": (8, _parameter_bytes),
    "responses": (9, _each_named(_RESPONSE)),
    "x-": (13, _any),
}
_PATH_ITEM: Table = {
    "get": (2, _operation_bytes),
    "put": (3, _operation_bytes),
    "post": (4, _operation_bytes),
    "delete": (5, _operation_bytes),
    "patch": (8, _operation_bytes),
}
_DOCUMENT: Table = {
    "swagger": (1, _text),
    "info": (2, lambda value: _message({"title": (1, _text), "version": (2, _text)}, value)),
    "paths": (8, _each_named(lambda value: _message(_PATH_ITEM, value), 2)),
    "definitions": (9, _each_named(_schema_bytes)),
}
