"""Request bodies: decoded, held against the schema, and put where the path says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from kx.practice.conform_apply import check_applied
from kx.practice.conform_patch import conform_patched
from kx.practice.decode import conform, decode
from kx.practice.handlers.api import Call
from kx.practice.resources import Resource
from kx.practice.status import Obj, bad_request


@dataclass(frozen=True)
class _Kind:
    """A kind that is no resource's own."""

    group: str
    version: str
    kind: str


_DELETE_OPTIONS = _Kind("", "v1", "DeleteOptions")


def raw(call: Call) -> Obj:
    """The body of a request that is not about a whole object: what its subresource takes, or DeleteOptions."""
    target = call.target
    if target.verb.startswith("delete"):
        # Every group version used to have DeleteOptions of its own; clients may say any of them.
        options = _decoded(call, _DELETE_OPTIONS.kind)
        return conform({**options, "apiVersion": "v1", "kind": _DELETE_OPTIONS.kind}, _DELETE_OPTIONS, "Ignore").obj
    of = target.resource.subresource(target.subresource) or target.resource
    return conform(_decoded(call, of.kind), of, "Ignore").obj


def _decoded(call: Call, kind: str) -> Obj:
    return decode(call.request.body, call.request.header("content-type", "application/json"), kind)


def conformed(call: Call, resource: Resource) -> tuple[Obj, tuple[str, ...]]:
    """The body as an object of ``resource`` in the path's namespace, and the warnings about it."""
    return fitted(call, resource, _decoded(call, resource.kind))


def fitted(call: Call, resource: Resource, obj: Obj) -> tuple[Obj, tuple[str, ...]]:
    """An object pruned to what the schema knows and placed in the path's namespace."""
    found = conform(obj, resource, call.validation)
    return placed(call, found.obj), found.warnings


def patched(call: Call, resource: Resource, obj: Obj, strategic_patch: Obj | None) -> tuple[Obj, tuple[str, ...]]:
    """What a patch made of an object, pruned and placed; ``strategic_patch`` is the patch if it was of that kind."""
    found = conform_patched(obj, resource, call.validation, strategic_patch)
    return placed(call, found.obj), found.warnings


def applied(call: Call, config: Any) -> Obj:
    """The configuration of a server-side apply, as it was sent: what it holds is what its manager owns."""
    if not isinstance(config, dict):
        raise bad_request("error decoding patch: the configuration is not an object")
    target, resource = call.target, call.target.resource
    check_applied(config, resource, target.namespace, target.name)
    return placed(call, {"apiVersion": resource.api_version, "kind": resource.kind, **config})


def typed(resource: Resource, obj: Obj) -> Obj:
    """What an apply made of an object, as its kind is written."""
    return conform(obj, resource, "Ignore").obj


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
