"""Custom resource definitions: names, versions, columns, and schemas as far as they must have a structure.

Rules: ``pkg/apis/apiextensions/validation`` and ``pkg/apiserver/schema`` of apiextensions-apiserver. Expressions and
defaults inside schemas are not looked at.
"""

from __future__ import annotations

from kx.practice.status import Obj
from kx.practice.validation import names
from kx.practice.validation.errors import (
    Errors,
    forbidden,
    go_json,
    immutable,
    invalid,
    one_of,
    required,
    unsupported,
)

_SCHEMA_TYPES = ("array", "boolean", "integer", "number", "object", "string")
_COLUMN_TYPES = ("boolean", "date", "integer", "number", "string")
_COLUMN_FORMATS = ("binary", "byte", "date", "date-time", "double", "float", "int32", "int64", "password")


def definition(obj: Obj, old: Obj | None) -> Errors:
    """A CustomResourceDefinition, named after what it defines."""
    spec, name = obj.get("spec") or {}, (obj.get("metadata") or {}).get("name") or ""
    kinds = spec.get("names") or {}
    if old is None and name != f"{kinds.get('plural') or ''}.{spec.get('group') or ''}":
        yield invalid("metadata.name", name, 'must be spec.names.plural+"."+spec.group')
    yield from _group(spec.get("group") or "")
    yield from one_of("spec.scope", spec.get("scope"), ("Cluster", "Namespaced"))
    yield from _versions(spec.get("versions") or [])
    for field in ("plural", "singular", "kind", "listKind"):
        if not kinds.get(field):
            yield required(f"spec.names.{field}")
    yield from _kinds(kinds)
    strategy = (spec.get("conversion") or {}).get("strategy")
    yield from one_of("spec.conversion.strategy", strategy, ("None", "Webhook"))
    if old is not None:
        before = old.get("spec") or {}
        yield from immutable("spec.group", spec.get("group"), before.get("group"))
        yield from immutable("spec.names.plural", kinds.get("plural"), (before.get("names") or {}).get("plural"))


def _group(group: str) -> Errors:
    wrong = names.dns_subdomain(group)
    if not group:
        yield required("spec.group")
    elif wrong:
        yield invalid("spec.group", group, ",".join(wrong))
    elif "." not in group:
        yield invalid("spec.group", group, "should be a domain with at least one dot")


def _versions(versions: list[Obj]) -> Errors:
    for at, version in enumerate(versions):
        if (version.get("schema") or {}).get("openAPIV3Schema") is None:
            yield required(f"spec.versions[{at}].schema.openAPIV3Schema")
    for at, version in enumerate(versions):
        here, name = f"spec.versions[{at}]", version.get("name") or ""
        wrong = names.dns_1035_label(name)
        if wrong:
            yield invalid(f"{here}.name", name, ",".join(wrong))
        yield from _schema(f"{here}.schema", version.get("schema") or {})
        for position, column in enumerate(version.get("additionalPrinterColumns") or ()):
            yield from _column(f"{here}.additionalPrinterColumns[{position}]", column)
    shown = go_json("[]apiextensions.CustomResourceDefinitionVersion", versions)
    if len({version.get("name") for version in versions}) != len(versions):
        yield invalid("spec.versions", shown, "must contain unique version names")
    if sum(bool(version.get("storage")) for version in versions) != 1:
        yield invalid("spec.versions", shown, "must have exactly one version marked as storage version")


def _schema(path: str, given: Obj) -> Errors:
    schema, here = given.get("openAPIV3Schema"), f"{path}.openAPIV3Schema"
    if schema is None:
        return
    if schema.get("nullable"):
        yield forbidden(f"{here}.nullable", "nullable cannot be true at the root")
    yield from _known_types(here, schema)
    kind = schema.get("type") or ""
    if not kind:
        yield required(f"{here}.type", "must not be empty at the root")
    elif kind != "object":
        yield invalid(f"{here}.type", kind, "must be object at the root")
    yield from _structure(here, schema)


def _inner(path: str, schema: Obj) -> list[tuple[str, Obj, str]]:
    """The schemas one level down: where, what, and what they describe."""
    found = [
        (f"{path}.properties[{name}]", each, "object fields")
        for name, each in sorted((schema.get("properties") or {}).items())
    ]
    for field, what in (("additionalProperties", "object fields"), ("items", "array items")):
        if isinstance(schema.get(field), dict):
            found.append((f"{path}.{field}", schema[field], what))
    return found


def _known_types(path: str, schema: Obj) -> Errors:
    kind = schema.get("type") or ""
    if kind and kind not in _SCHEMA_TYPES:
        yield unsupported(f"{path}.type", kind, _SCHEMA_TYPES)
    for here, each, _ in _inner(path, schema):
        yield from _known_types(here, each)


def _structure(path: str, schema: Obj) -> Errors:
    """Every field and item says its type, every array says what is in it."""
    if schema.get("type") == "array" and schema.get("items") is None:
        yield required(f"{path}.items", "must be specified")
    for here, each, what in _inner(path, schema):
        is_free = each.get("x-kubernetes-int-or-string") or each.get("x-kubernetes-preserve-unknown-fields")
        if not each.get("type") and not is_free:
            yield required(f"{here}.type", f"must not be empty for specified {what}")
        yield from _structure(here, each)


def _column(path: str, column: Obj) -> Errors:
    if not column.get("name"):
        yield required(f"{path}.name")
    kind, words = column.get("type") or "", f"must be one of {','.join(_COLUMN_TYPES)}"
    if not kind:
        yield required(f"{path}.type", words)
    elif kind not in _COLUMN_TYPES:
        yield invalid(f"{path}.type", kind, words)
    if column.get("format") and column["format"] not in _COLUMN_FORMATS:
        yield invalid(f"{path}.format", column["format"], f"must be one of {','.join(_COLUMN_FORMATS)}")
    if not column.get("jsonPath"):
        yield required(f"{path}.JSONPath")


def _kinds(kinds: Obj) -> Errors:
    for field in ("plural", "singular"):
        text = kinds.get(field) or ""
        wrong = names.dns_1035_label(text)
        if text and wrong:
            yield invalid(f"spec.names.{field}", text, ",".join(wrong))
    for field in ("kind", "listKind"):
        text = kinds.get(field) or ""
        wrong = names.dns_1035_label(text.lower())
        if text and wrong:
            detail = "may have mixed case, but should otherwise match: " + ",".join(wrong)
            yield invalid(f"spec.names.{field}", text, detail)
    for field in ("shortNames", "categories"):
        for at, text in enumerate(kinds.get(field) or ()):
            wrong = names.dns_1035_label(text)
            if wrong:
                yield invalid(f"spec.names.{field}[{at}]", text, ",".join(wrong))
    if kinds.get("kind") and kinds["kind"] == kinds.get("listKind"):
        yield invalid("spec.names.listKind", kinds["listKind"], "kind and listKind may not be the same")
