"""A request path understood: which resource, where, which object, which subresource. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from kx.practice.http import Request
from kx.practice.resources import Resource, by_path
from kx.practice.status import ApiError

_COLLECTION_VERBS = {"GET": "list", "HEAD": "list", "POST": "create", "DELETE": "deletecollection"}
_ITEM_VERBS = {"GET": "get", "HEAD": "get", "PUT": "update", "PATCH": "patch", "DELETE": "delete"}
_SUBRESOURCE_VERBS = {**_ITEM_VERBS, "POST": "create"}


@dataclass(frozen=True)
class Target:
    """What a path below /api or /apis points at."""

    resource: Resource
    verb: str  # list, watch, create, deletecollection, get, update, patch, delete
    namespace: str = ""  # "" for cluster-scoped resources and lists over all namespaces
    name: str = ""  # "" for the collection
    subresource: str = ""
    tail: str = ""  # what follows a proxy subresource


def page_not_found() -> ApiError:
    """A path that means nothing here."""
    return ApiError(404, "NotFound", "the server could not find the requested resource")


def parse(request: Request) -> Target | None:
    """The target of ``/api/v1/…`` or ``/apis/GROUP/VERSION/…``; None when the path names no known resource."""
    parts = [part for part in request.path.split("/") if part]
    group, rest = ("", parts[1:]) if parts[:1] == ["api"] else (parts[1] if len(parts) > 1 else "", parts[2:])
    if parts[:1] not in (["api"], ["apis"]) or len(rest) < 2:
        return None
    version, rest = rest[0], rest[1:]
    namespace = ""
    inner = by_path(group, version, rest[2]) if rest[0] == "namespaces" and len(rest) > 2 else None
    if inner and inner.namespaced:
        namespace, rest = rest[1], rest[2:]
    resource = by_path(group, version, rest[0])
    if resource is None or (resource.namespaced and len(rest) > 1 and not namespace):
        return None
    name, subresource = (rest[1:] + ["", ""])[:2]
    return Target(resource, _verb(request, name, subresource), namespace, name, subresource, "/".join(rest[3:]))


def _verb(request: Request, name: str, subresource: str) -> str:
    table = _SUBRESOURCE_VERBS if subresource else _ITEM_VERBS if name else _COLLECTION_VERBS
    verb = table.get(request.method, "")
    return "watch" if verb == "list" and request.flag("watch") else verb
