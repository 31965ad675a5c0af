"""Reads the pydantic models of the installed ``kubernetes`` package and joins them with the table of field facts.

The models say which kinds and fields this version has, which are required, and what each is for; ``fields.json`` says
how Kubernetes types them exactly (number widths, quantities, protobuf numbers, merge keys), which the models do not.
The facts are names, numbers and types as the Go types of ``k8s.io/api``, ``apimachinery``, ``apiextensions-apiserver``
and ``kube-aggregator`` declare them (struct tags and ``+`` markers, Kubernetes 1.37): a row per type, each field as
``[protobuf number, type, modifiers, further facts]``. In a type ``[]`` is a list, ``{}`` a map, ``#`` another type,
``@`` one with a JSON form of its own. Modifiers: ``p`` pointer (unset differs from zero), ``a`` always written, ``z`` a
zero struct is left out. ``+2`` names the type that JSON writes inline and protobuf in field 2; ``*`` says that a whole
type is atomic.

Runs only in the process that prepares the cache: nothing else may import the ``kubernetes`` package here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

from kx.practice.resources import SERVED

Facts = Mapping[str, Mapping[str, Any]]

META = "io.k8s.apimachinery.pkg.apis.meta.v1"
_PREFIXES = {
    "apiextensions.k8s.io": "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions",
    "apiregistration.k8s.io": "io.k8s.kube-aggregator.pkg.apis.apiregistration",
    "meta": "io.k8s.apimachinery.pkg.apis.meta",
}
# How the models write types that JSON knows; what they lack (widths, quantities) the facts add.
_PLAIN = {
    "str": "string",
    "int": "int64",
    "float": "float64",
    "bool": "bool",
    "bytes": "bytes",
    "datetime": "@time",
    "object": "any",
}
_WRAPPED = re.compile(r"^(?:List\[(?P<item>.*)\]|Dict\[str, (?P<value>.*)\])$")


@dataclass
class Described:
    """One type as both sources describe it."""

    name: str
    description: str = ""
    fields: dict[str, list[Any]] = field(default_factory=dict)  # json name -> [number, type, modifiers, facts]
    inline: dict[str, str] = field(default_factory=dict)
    required: list[str] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)  # json name -> description
    struct: str = ""  # "atomic": replaced as a whole by apply


def prefix(group: str, version: str) -> str:
    """``apps``, ``v1`` -> ``io.k8s.api.apps.v1``, as Kubernetes names its definitions."""
    package = _PREFIXES.get(group) or "io.k8s.api." + (group.split(".")[0] or "core")
    return f"{package}.{version}"


def kinds() -> Iterable[tuple[str, str, str, str]]:
    """(group, version, kind, definition) of everything that may stand in a body."""
    seen = set()
    for resource in SERVED:
        names = [(resource.group, resource.version, resource.kind)]
        if "list" in resource.verbs:
            names.append((resource.group, resource.version, resource.list_kind))
        names += [(each.group, each.version, each.kind) for each in resource.subresources]
        for name in names:
            if name not in seen and not name[2].endswith("Options"):
                seen.add(name)
                yield (*name, f"{prefix(*name[:2])}.{name[2]}")
    for kind in ("DeleteOptions", "Status"):
        yield "", "v1", kind, f"{META}.{kind}"


class Reader:
    """Walks models and facts side by side, from the kinds down."""

    def __init__(self, models: ModuleType, facts: Facts) -> None:
        self._models = models
        self._facts = facts
        self.types: dict[str, Described] = {}
        self._inlined: dict[str, Described] = {}

    def everything(self) -> dict[str, Described]:
        """What was read, with the types that only protobuf knows as such."""
        return {**self._inlined, **self.types}

    def read(self, name: str) -> bool:
        """Read the type ``io.k8s.api.apps.v1.Deployment`` and all it holds; False if the package has no such model."""
        model = self._model(name)
        if model is not None and name not in self.types:
            self._walk(name, model)
        return model is not None

    def _model(self, name: str) -> Any:
        package, version, kind = name.rsplit(".", 2)
        plain = f"{version.capitalize()}{kind}"
        own = package.rsplit(".", 1)[-1].capitalize()
        for candidate in (f"{own}{plain}", plain):
            found = getattr(self._models, candidate, None)
            if found is not None:
                return found
        return None

    def _walk(self, name: str, model: Any) -> None:
        known, inline, struct = self._flatten(name)
        made = self.types[name] = Described(name, description=_summary(model), inline=inline, struct=struct)
        infos = {each.serialization_alias or key: each for key, each in model.model_fields.items()}
        for attribute, written in model.attribute_map.items():
            info = infos[written]
            row = known.get(written) or [0, self._shape(model.openapi_types[attribute], name), "", {}]
            made.fields[written] = row
            if info.is_required():
                made.required.append(written)
            if info.description:
                made.texts[written] = info.description
            self._follow(row[1], model.openapi_types[attribute])

    def _follow(self, shape: str, annotation: str) -> None:
        base = shape.lstrip("[]{}")
        if base.startswith("@schema-"):
            base = "#io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps"
            annotation = "V1JSONSchemaProps"
        if not base.startswith("#") or base[1:] in self.types:
            return
        model = getattr(self._models, _element(annotation), None)
        if model is not None:
            self._walk(base[1:], model)
        else:
            self.types[base[1:]] = Described(base[1:])

    def _shape(self, annotation: str, owner: str) -> str:
        """The type of a field that the facts do not know (it is newer than they are)."""
        wrapped = _WRAPPED.match(annotation)
        if wrapped is None:
            return _PLAIN.get(annotation) or f"#{owner.rsplit('.', 1)[0]}.{_bare(annotation)}"
        if wrapped["item"] is not None:
            return "[]" + self._shape(wrapped["item"], owner)
        return "{}" + self._shape(wrapped["value"], owner)

    def _flatten(self, name: str) -> tuple[dict[str, list[Any]], dict[str, str], str]:
        """A type's facts with the fields of the types written inside it among its own."""
        fields: dict[str, list[Any]] = {}
        inline: dict[str, str] = {}
        row = self._facts.get(name, {})
        for key, value in row.items():
            if key.startswith("+"):
                inline[key[1:]] = value
                nested = self._flatten(value)[0]
                fields |= {
                    name: [number, shape, modifiers + "i", facts]
                    for name, (number, shape, modifiers, facts) in nested.items()
                }
                self._keep_inline(value)
            elif key != "*":
                fields[key] = _full(value)
        return fields, inline, row.get("*", "")

    def _keep_inline(self, name: str) -> None:
        """Protobuf nests what JSON writes inline, so the table needs it as a type of its own."""
        if name not in self._inlined:
            made = self._inlined[name] = Described(name)
            made.fields, made.inline, _ = self._flatten(name)


def _full(row: list[Any]) -> list[Any]:
    number, shape, *rest = row
    modifiers = next((each for each in rest if isinstance(each, str)), "")
    facts = next((each for each in rest if isinstance(each, dict)), {})
    return [number, shape, modifiers, facts]


def _element(annotation: str) -> str:
    wrapped = _WRAPPED.match(annotation)
    return _element(wrapped["item"] or wrapped["value"]) if wrapped else annotation


def _bare(model_name: str) -> str:
    return re.sub(r"^(?:[A-Z][a-z]+(?=V\d))?V\d+(?:(?:alpha|beta)\d+)?(?=[A-Z])", "", model_name)


def _summary(model: Any) -> str:
    text = (model.__doc__ or "").split("Attributes:")[0]
    return "\n".join(line.strip() for line in text.strip().splitlines())
