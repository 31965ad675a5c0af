"""OpenAPI v3 documents of the served group versions, as clients read them: one per group version.

Made from the types that ``schema_models.py`` read. The shape (references inside ``allOf``, Kubernetes' own extensions,
an operation per verb) is what kubectl's explain, apply and validation look for. Knows nothing of files.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any

from kx.practice import field_texts
from kx.practice.openapi_paths import REFERENCE, group_path, paths_of
from kx.practice.resources import SERVED, Resource
from kx.practice.schema_models import META, Described

Json = dict[str, Any]
Kind = tuple[str, str, str, str]  # group, version, kind, definition

_SCHEMAS: dict[str, Json] = {
    "string": {"type": "string"},
    "bool": {"type": "boolean"},
    "int32": {"type": "integer", "format": "int32"},
    "int64": {"type": "integer", "format": "int64"},
    "float64": {"type": "number", "format": "double"},
    "bytes": {"type": "string", "format": "byte"},
    "any": {"type": "object"},
}
_JSON_SCHEMA = "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1"
# Types with a JSON form of their own: definition and schema.
_SPECIAL: dict[str, tuple[str, Json]] = {
    "@quantity": (
        "io.k8s.apimachinery.pkg.api.resource.Quantity",
        {
            "description": "An amount with a unit: a number, optionally with a suffix such as m (thousandths), "
            "k, M, G (powers of 1000) or Ki, Mi, Gi (powers of 1024). 500m of cpu is half a core.",
            "oneOf": [{"type": "string"}, {"type": "number"}],
        },
    ),
    "@intstr": (
        "io.k8s.apimachinery.pkg.util.intstr.IntOrString",
        {
            "description": "A whole number, or a string such as a port's name or a percentage.",
            "format": "int-or-string",
            "oneOf": [{"type": "integer"}, {"type": "string"}],
        },
    ),
    "@time": (
        f"{META}.Time",
        {"description": "A point in time, written 2026-01-31T12:00:00Z.", "type": "string", "format": "date-time"},
    ),
    "@microtime": (
        f"{META}.MicroTime",
        {
            "description": "A point in time to the microsecond, written 2026-01-31T12:00:00.000000Z.",
            "type": "string",
            "format": "date-time",
        },
    ),
    "@duration": (f"{META}.Duration", {"description": "A span of time, written 1m30s.", "type": "string"}),
    "@raw": (
        "io.k8s.apimachinery.pkg.runtime.RawExtension",
        {"description": "An object of a kind that is not fixed here.", "type": "object"},
    ),
    "@fields": (f"{META}.FieldsV1", {"description": "A tree of field names.", "type": "object"}),
    "@json": (f"{_JSON_SCHEMA}.JSON", {"description": "Any JSON value."}),
    "@schema-or-array": (f"{_JSON_SCHEMA}.JSONSchemaPropsOrArray", {"description": "A schema, or a list of them."}),
    "@schema-or-bool": (f"{_JSON_SCHEMA}.JSONSchemaPropsOrBool", {"description": "A schema, or true or false."}),
    "@schema-or-strings": (
        f"{_JSON_SCHEMA}.JSONSchemaPropsOrStringArray",
        {"description": "A schema, or a list of strings."},
    ),
}


def documents(found: Iterable[Kind], types: Mapping[str, Described], release: str) -> Iterator[tuple[str, Json]]:
    """(path, document) of every served group version: ("apis/apps/v1", {…})."""
    kinds = list(found)
    for (group, version), resources in groupby(SERVED, key=lambda each: (each.group, each.version)):
        yield group_path(group, version), _document(list(resources), kinds, types, release)


def _document(resources: list[Resource], kinds: list[Kind], types: Mapping[str, Described], release: str) -> Json:
    names = {kind[:3]: kind[3] for kind in kinds}
    paths: Json = {}
    for resource in resources:
        paths |= paths_of(resource, names)
    wanted: set[str] = set()
    _collect(_references(paths), types, wanted)
    return {
        "openapi": "3.0.0",
        "info": {"title": "Kubernetes", "version": release},
        "paths": paths,
        "components": {
            "schemas": dict(sorted(_definitions(wanted, kinds, types))),
            "securitySchemes": {
                "BearerToken": {"type": "apiKey", "name": "authorization", "in": "header", "description": "A token."}
            },
        },
    }


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, each in value.items():
            if key == "$ref" and isinstance(each, str):  # a property of that name holds a schema
                yield each[len(REFERENCE) :]
            else:
                yield from _references(each)
    elif isinstance(value, list):
        for each in value:
            yield from _references(each)


def _collect(names: Iterable[str], types: Mapping[str, Described], wanted: set[str]) -> None:
    """Add ``names`` and all they refer to."""
    for name in names:
        if name in wanted:
            continue
        wanted.add(name)
        if name in types:
            _collect(_references(_definition(types[name], types)), types, wanted)


def _definitions(wanted: set[str], kinds: list[Kind], types: Mapping[str, Described]) -> Iterator[tuple[str, Json]]:
    special = dict(_SPECIAL.values())
    special[f"{META}.Patch"] = {"description": "The changes to make to an object.", "type": "object"}
    told: dict[str, list[Json]] = {}
    for group, version, kind, name in kinds:
        told.setdefault(name, []).append({"group": group, "kind": kind, "version": version})
    for name in wanted:
        if name in special:
            yield name, special[name]
            continue
        definition = _definition(types[name], types)
        if name in told:
            definition["x-kubernetes-group-version-kind"] = told[name]
        yield name, definition


def _definition(made: Described, types: Mapping[str, Described]) -> Json:
    definition: Json = {"description": made.description} if made.description else {}
    definition["type"] = "object"
    if made.required:
        definition["required"] = sorted(made.required)
    if made.fields:
        definition["properties"] = {
            name: _property(made, name, row, types) for name, row in sorted(made.fields.items())
        }
    if made.struct:
        definition["x-kubernetes-map-type"] = made.struct
    return definition


def _property(owner: Described, name: str, row: list[Any], types: Mapping[str, Described]) -> Json:
    _, shape, modifiers, facts = row
    made = _shape(shape, facts.get("enum"))
    if "$ref" in made:
        made = {"allOf": [made]}
        if "p" not in modifiers and shape.startswith("#"):
            made["default"] = {}
    text = owner.texts.get(name) or field_texts.text(owner.name, name) or _first_sentence(shape, types)
    if facts.get("enum"):
        text += "\n\nPossible enum values:" + "".join(f'\n - `"{value}"`' for value in facts["enum"])
    if text:
        made = {"description": text, **made}
    if "default" in facts:
        made["default"] = facts["default"]
    elif "a" in modifiers and "p" not in modifiers and shape in _ZERO:
        made["default"] = _ZERO[shape]
    return made | dict(_extensions(facts))


_ZERO: Json = {"string": "", "int32": 0, "int64": 0, "bool": False}


def _extensions(facts: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    if "keys" in facts:
        yield "x-kubernetes-list-map-keys", facts["keys"]
    if "list" in facts:
        yield "x-kubernetes-list-type", facts["list"]
    if "map" in facts:
        yield "x-kubernetes-map-type", facts["map"]
    if "merge" in facts:
        yield "x-kubernetes-patch-merge-key", facts["merge"]
    if "strategy" in facts:
        yield "x-kubernetes-patch-strategy", facts["strategy"]


def _shape(shape: str, enum: list[str] | None) -> Json:
    if shape.startswith("[]"):
        return {"type": "array", "items": _element(_shape(shape[2:], enum))}
    if shape.startswith("{}"):
        return {"type": "object", "additionalProperties": _element(_shape(shape[2:], enum))}
    if shape.startswith("#"):
        return {"$ref": REFERENCE + shape[1:]}
    if shape in _SPECIAL:
        return {"$ref": REFERENCE + _SPECIAL[shape][0]}
    return {**_SCHEMAS[shape], "enum": enum} if enum else dict(_SCHEMAS[shape])


def _element(made: Json) -> Json:
    return {"allOf": [made], "default": {}} if "$ref" in made else made


def _first_sentence(shape: str, types: Mapping[str, Described]) -> str:
    base = shape.lstrip("[]{}")
    if base in _SPECIAL:
        return str(_SPECIAL[base][1].get("description", ""))
    made = types.get(base[1:])
    return made.description.split(". ")[0].split("\n\n")[0] if made else ""
