"""Request bodies: decoded, held against the schema, and put where the path says."""

from __future__ import annotations

from kx.practice.conform_patch import conform_patched
from kx.practice.decode import conform, decode
from kx.practice.handlers.api import Call
from kx.practice.resources import Resource
from kx.practice.status import Obj, bad_request


def raw(call: Call) -> Obj:
    """The body as an object, whatever it is."""
    target = call.target
    inner = target.resource.subresource(target.subresource)
    content_type = call.request.header("content-type", "application/json")
    return decode(call.request.body, content_type, (inner or target.resource).kind)


def conformed(call: Call, resource: Resource) -> tuple[Obj, tuple[str, ...]]:
    """The body as an object of ``resource`` in the path's namespace, and the warnings about it."""
    return fitted(call, resource, raw(call))


def fitted(call: Call, resource: Resource, obj: Obj) -> tuple[Obj, tuple[str, ...]]:
    """An object pruned to what the schema knows and placed in the path's namespace."""
    found = conform(obj, resource, call.validation)
    return placed(call, found.obj), found.warnings


def patched(call: Call, resource: Resource, obj: Obj, strategic_patch: Obj | None) -> tuple[Obj, tuple[str, ...]]:
    """What a patch made of an object, pruned and placed; ``strategic_patch`` is the patch if it was of that kind."""
    found = conform_patched(obj, resource, call.validation, strategic_patch)
    return placed(call, found.obj), found.warnings


def placed(call: Call, obj: Obj) -> Obj:
    """``obj`` with the path's namespace; 400 when it says another, or another name."""
    metadata = dict(obj.get("metadata") or {})
    namespace, name = call.target.namespace, call.target.name
    if call.target.resource.namespaced:
        if metadata.get("namespace") and metadata["namespace"] != namespace:
            raise bad_request("the namespace of the provided object does not match the namespace sent on the request")
        metadata["namespace"] = namespace
    if name and not call.target.subresource:
        given = metadata.get("name") or name
        if given != name:
            raise bad_request(f"the name of the object ({given}) does not match the name on the URL ({name})")
        metadata["name"] = name
    return {**obj, "metadata": metadata}
