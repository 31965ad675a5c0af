"""Answers in the form a client asks for by Accept: the object itself, a Table, or only its metadata.

Source of the forms: apiserver ``endpoints/handlers/response.go`` and meta/v1 ``Table``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from kx.practice import convert, table
from kx.practice.accept import media_ranges
from kx.practice.bucket import Stored
from kx.practice.http import Pairs, Request, Response, encode
from kx.practice.resources import Resource
from kx.practice.status import ApiError, Obj, bad_request

Form = Literal["object", "table", "partial"]

_META = "meta.k8s.io/v1"
_INCLUDES = ("None", "Metadata", "Object")
_ACCEPTED = ("application/json", "application/yaml", "application/vnd.kubernetes.protobuf")
_AS: dict[str, Form] = {"Table": "table", "PartialObjectMetadata": "partial", "PartialObjectMetadataList": "partial"}
_WARNINGS = {
    "endpoints": "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice",
    "componentstatuses": "v1 ComponentStatus is deprecated in v1.19+",
}


@dataclass(frozen=True)
class Presentation:
    """The form of an answer."""

    form: Form
    yaml: bool
    include: str  # what a Table's rows carry of each object


def presentation(request: Request) -> Presentation:
    """What the client asks for; the first form it names that is known. 406 when none is."""
    include = request.param("includeObject") or "Metadata"
    if include not in _INCLUDES:
        raise bad_request(f'converting (url.Values) to (v1.TableOptions): invalid includeObject: "{include}"')
    for each in media_ranges(request.header("accept")):
        if each.type not in ("application/json", "application/yaml", "application/*", "*/*"):
            continue
        form = each.params.get("as", "")
        if not form:
            return Presentation("object", each.type == "application/yaml", include)
        if form in _AS and each.params.get("g") == "meta.k8s.io" and each.params.get("v") in ("v1", "v1beta1"):
            return Presentation(_AS[form], False, include)
    message = "only the following media types are accepted: " + ", ".join(_ACCEPTED)
    raise ApiError(406, "NotAcceptable", message)


def warnings(resource: Resource, messages: Iterable[str] = ()) -> Pairs:
    """Warning headers: what is deprecated about the resource, then ``messages``."""
    deprecated = _WARNINGS.get(resource.key)
    found = [*((deprecated,) if deprecated else ()), *messages]
    return tuple(("warning", f'299 - "{_quoted(message)}"') for message in found)


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ").encode("ascii", "replace").decode()


def one(
    request: Request, resource: Resource, obj: Obj, now: datetime, status: int = 200, headers: Pairs = ()
) -> Response:
    """One object as an answer."""
    wanted = presentation(request)
    metadata = {"resourceVersion": obj["metadata"].get("resourceVersion", "")}
    if wanted.form == "table":
        return _response(table_of(resource, [obj], metadata, now, wanted.include), wanted, status, headers)
    shown = partial(obj) if wanted.form == "partial" else obj
    return _response(shown, wanted, status, headers)


def many(
    request: Request, resource: Resource, entries: Iterable[Stored], metadata: Obj, now: datetime, headers: Pairs = ()
) -> Response:
    """A list of stored objects as an answer."""
    wanted = presentation(request)
    if wanted.form == "object" and not wanted.yaml and convert.is_stored_form(resource):
        head = encode({"kind": resource.list_kind, "apiVersion": resource.api_version, "metadata": metadata})
        body = b'%s,"items":[%s]}' % (head[:-1], b",".join(entry.body for entry in entries))
        return Response(200, (("content-type", "application/json"), *headers), body)
    objects = [convert.from_stored(resource, entry.object) for entry in entries]
    if wanted.form == "table":
        return _response(table_of(resource, objects, metadata, now, wanted.include), wanted, 200, headers)
    if wanted.form == "partial":
        kind, version, items = "PartialObjectMetadataList", _META, [partial(obj) for obj in objects]
    else:
        kind, version, items = resource.list_kind, resource.api_version, objects
    return _response({"kind": kind, "apiVersion": version, "metadata": metadata, "items": items}, wanted, 200, headers)


def shown(resource: Resource, obj: Obj, wanted: Presentation, now: datetime, with_columns: bool) -> Obj:
    """One object as a watch event carries it."""
    if wanted.form == "table":
        metadata = {"resourceVersion": obj["metadata"].get("resourceVersion", "")}
        found = table_of(resource, [obj], metadata, now, wanted.include)
        return found if with_columns else {**found, "columnDefinitions": None}
    return partial(obj) if wanted.form == "partial" else obj


def partial(obj: Obj) -> Obj:
    """Only the metadata of an object."""
    return {"kind": "PartialObjectMetadata", "apiVersion": _META, "metadata": obj["metadata"]}


def table_of(resource: Resource, objects: Iterable[Obj], metadata: Obj, now: datetime, include: str) -> Obj:
    """A Table with one row per object."""
    rows = [_row(resource, obj, now, include) for obj in objects]
    columns = table.columns(resource)
    return {"kind": "Table", "apiVersion": _META, "metadata": metadata, "columnDefinitions": columns, "rows": rows}


def _row(resource: Resource, obj: Obj, now: datetime, include: str) -> Obj:
    carried = {"None": None, "Metadata": partial(obj), "Object": obj}[include]
    row = {"cells": table.cells(resource, obj, now), "object": carried}
    conditions = table.conditions(resource, obj)
    return {**row, "conditions": conditions} if conditions else row


def _response(value: Obj, wanted: Presentation, status: int, headers: Pairs) -> Response:
    if not wanted.yaml:
        return Response(status, (("content-type", "application/json"), *headers), encode(value))
    import yaml  # only for those who ask for YAML by hand; kubectl never does

    text: str = yaml.safe_dump(value, allow_unicode=True, sort_keys=True)
    return Response(status, (("content-type", "application/yaml"), *headers), text.encode())
