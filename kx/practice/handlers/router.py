"""Finds the handler of a request: a table of verbs and subresources, and a few paths that are no resources."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from kx.practice.discovery import respond as discover
from kx.practice.discovery import version_document
from kx.practice.handlers import collection, delete, eviction, item, reviews, scale, subresources, target, watch
from kx.practice.handlers.api import Api, Call
from kx.practice.handlers.authorization import acting, authorize, authorize_path
from kx.practice.handlers.root import HEALTH, index
from kx.practice.http import Answer, Handler, Request, Response, json_response
from kx.practice.openapi import OpenApi
from kx.practice.resources import Resource
from kx.practice.status import Obj, method_not_allowed

Act = Callable[[Call], Awaitable[Answer]]

_VERBS: Mapping[str, Act] = {
    "list": collection.list_objects,
    "create": collection.create,
    "deletecollection": delete.delete_collection,
    "watch": watch.watch,
    "get": item.get,
    "update": item.update,
    "patch": item.patch,
    "delete": delete.delete,
}
_PLAIN: Mapping[str, Act] = {"get": item.get, "update": item.update, "patch": item.patch}
_STREAM: Mapping[str, Act] = {"get": subresources.connect, "create": subresources.connect}
_SUBRESOURCES: Mapping[str, Mapping[str, Act]] = {
    "status": _PLAIN,
    "finalize": _PLAIN,
    "approval": _PLAIN,
    "ephemeralcontainers": _PLAIN,
    "scale": {
        "get": scale.get,
        "update": scale.update,
        "patch": scale.patch,
    },
    "binding": {"create": subresources.create_binding},
    "eviction": {"create": eviction.create},
    "token": {"create": subresources.create_token},
    "log": {"get": subresources.read_log},
    "exec": _STREAM,
    "attach": _STREAM,
    "portforward": _STREAM,
}
_REVIEW_GROUPS = frozenset({"authorization.k8s.io", "authentication.k8s.io"})


def router(api: Api, openapi: OpenApi, git_version: str) -> Handler:
    """The one handler a server needs."""
    version = version_document(git_version)

    async def handle(request: Request) -> Answer:
        request = acting(request, api.authorizer)
        plain = _plain(request, version, openapi)
        if plain is not None:
            authorize_path(request, api.authorizer)
            return plain
        found = target.parse(request)
        if found is None:
            authorize_path(request, api.authorizer)
            raise target.page_not_found()
        call = Call(api, request, found)
        authorize(call)
        act = _act(call)
        if act is None:
            raise method_not_allowed()
        return await act(call)

    return handle


def _plain(request: Request, version: Obj, openapi: OpenApi) -> Response | None:
    path = request.path.rstrip("/")
    if not path:
        return json_response(index())
    if path in HEALTH:
        return Response(200, (("content-type", "text/plain; charset=utf-8"),), b"ok")
    if path == "/version":
        return json_response(version)
    if request.method not in ("GET", "HEAD"):
        return None
    return discover(request) or openapi.respond(request)


def _act(call: Call) -> Act | None:
    found, resource = call.target, call.target.resource
    if resource.key == "componentstatuses":
        return subresources.not_here
    if resource.key == "bindings" or resource.group in _REVIEW_GROUPS:
        return _special(call, resource)
    if not found.subresource:
        return _VERBS.get(found.verb) if found.verb in resource.verbs else None
    subresource = resource.subresource(found.subresource)
    if subresource is None:
        raise target.page_not_found()
    table = _SUBRESOURCES.get(found.subresource)
    return table.get(found.verb) if table else subresources.not_here


def _special(call: Call, resource: Resource) -> Act | None:
    if call.target.verb != "create":
        return None
    return subresources.create_binding if resource.key == "bindings" else reviews.create_review
