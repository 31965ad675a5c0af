"""Discovery: which groups, versions and resources there are, in each form that kubectl asks for.

Aggregated (``apidiscovery.k8s.io`` v2, and v2beta1 for kubectl 1.27 to 1.29) where the Accept header names it, else one
plain document per path. Knows the table of resources, and nothing of objects or sockets.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import groupby
from typing import Any

from kx.practice.accept import MediaRange, media_ranges
from kx.practice.http import Request, Response, encode
from kx.practice.resources import SERVED, Resource, Subresource, api_version

Json = dict[str, Any]

_AGGREGATED = "APIGroupDiscoveryList"
_AGGREGATED_GROUP = "apidiscovery.k8s.io"
_AGGREGATED_VERSIONS = ("v2", "v2beta1")


def respond(request: Request) -> Response | None:
    """The answer to a GET of ``/api``, ``/apis`` and the group and version paths below; None for any other path."""
    parts = tuple(part for part in request.path.split("/") if part)
    if parts in (("api",), ("apis",)):
        version = _aggregated_version(request.header("accept"))
        if version:
            return _aggregated_answer(parts[0], version, request.header("if-none-match"))
    make = _PLAIN.get((parts[:1], len(parts)))
    document = make(parts, request) if make else None
    return None if document is None else Response(body=encode(document))


def _aggregated_version(accept: str) -> str:
    """The first aggregated form asked for, or "" when plain JSON comes first."""
    for each in media_ranges(accept):
        if each.type == "application/json":
            if each.params.get("as") != _AGGREGATED:
                return ""
            if _is_served(each):
                return each.params["v"]
        elif each.type in ("application/*", "*/*"):
            return ""
    return ""


def _is_served(each: MediaRange) -> bool:
    return each.params.get("g") == _AGGREGATED_GROUP and each.params.get("v") in _AGGREGATED_VERSIONS


def _aggregated_answer(root: str, version: str, known: str) -> Response:
    body, tag = _aggregated(root, version)
    headers = (("etag", tag), ("vary", "Accept"), ("cache-control", "public"))
    if known == tag:
        return Response(304, headers)
    kind = f"application/json;g={_AGGREGATED_GROUP};v={version};as={_AGGREGATED}"
    return Response(200, (("content-type", kind), *headers), body)


@lru_cache(maxsize=4)
def _aggregated(root: str, version: str) -> tuple[bytes, str]:
    body = encode(
        {
            "kind": _AGGREGATED,
            "apiVersion": f"{_AGGREGATED_GROUP}/{version}",
            "metadata": {},
            "items": [_group_discovery(group) for group in _groups() if (root == "api") == (group == "")],
        }
    )
    return body, '"' + hashlib.sha256(body).hexdigest().upper() + '"'


def _groups() -> Iterator[str]:
    for group, _ in groupby(SERVED, key=lambda each: each.group):
        yield group


def _versions(group: str) -> Iterator[tuple[str, list[Resource]]]:
    own = [each for each in SERVED if each.group == group]
    for version, resources in groupby(own, key=lambda each: each.version):
        yield version, sorted(resources, key=lambda each: each.plural)


def _group_discovery(group: str) -> Json:
    return {
        "metadata": {"name": group} if group else {},
        "versions": [
            {
                "version": version,
                "resources": [_resource_discovery(each) for each in resources],
                "freshness": "Current",
            }
            for version, resources in _versions(group)
        ],
    }


def _resource_discovery(resource: Resource) -> Json:
    made: Json = {
        "resource": resource.plural,
        "responseKind": {"group": resource.group, "version": resource.version, "kind": resource.kind},
        "scope": "Namespaced" if resource.namespaced else "Cluster",
        "singularResource": resource.singular,
        "verbs": list(resource.verbs),
    }
    if resource.short_names:
        made["shortNames"] = list(resource.short_names)
    if resource.categories:
        made["categories"] = list(resource.categories)
    if resource.subresources:
        made["subresources"] = [
            {
                "subresource": each.name,
                "responseKind": {**_foreign(resource, each, "group", "version"), "kind": each.kind},
                "verbs": list(each.verbs),
            }
            for each in resource.subresources
        ]
    return made


def _foreign(resource: Resource, each: Subresource, group: str, version: str) -> Json:
    """Where a subresource's kind is from, said only if that is not where the resource is from."""
    same = (each.group, each.version) == (resource.group, resource.version)
    return {group: "" if same else each.group, version: "" if same else each.version}


def _resource_list(parts: tuple[str, ...], _: Request) -> Json | None:
    group, version = ("", parts[1]) if parts[0] == "api" else (parts[1], parts[2])
    resources = dict(_versions(group)).get(version)
    if resources is None:
        return None
    made: Json = {"kind": "APIResourceList", "groupVersion": api_version(group, version)}
    if group:  # the core group's list has never said its apiVersion
        made["apiVersion"] = "v1"
    return {**made, "resources": [row for each in resources for row in _resource_rows(each)]}


def _resource_rows(resource: Resource) -> Iterator[Json]:
    row: Json = {
        "name": resource.plural,
        "singularName": resource.singular,
        "namespaced": resource.namespaced,
        "kind": resource.kind,
        "verbs": list(resource.verbs),
    }
    if resource.short_names:
        row["shortNames"] = list(resource.short_names)
    if resource.categories:
        row["categories"] = list(resource.categories)
    yield row
    for each in resource.subresources:
        told = {key: value for key, value in _foreign(resource, each, "group", "version").items() if value}
        yield {
            "name": f"{resource.plural}/{each.name}",
            "singularName": "",
            "namespaced": resource.namespaced,
            **told,
            "kind": each.kind,
            "verbs": list(each.verbs),
        }


def _api_versions(_: tuple[str, ...], request: Request) -> Json:
    return {
        "kind": "APIVersions",
        "versions": ["v1"],
        "serverAddressByClientCIDRs": [{"clientCIDR": "0.0.0.0/0", "serverAddress": request.header("host")}],
    }


def _group_list(_: tuple[str, ...], __: Request) -> Json:
    return {"kind": "APIGroupList", "apiVersion": "v1", "groups": [_group(each) for each in _groups() if each]}


def _group_answer(parts: tuple[str, ...], _: Request) -> Json | None:
    return {"kind": "APIGroup", "apiVersion": "v1", **_group(parts[1])} if parts[1] in _groups() else None


def _group(group: str) -> Json:
    versions = [{"groupVersion": api_version(group, each), "version": each} for each, _ in _versions(group)]
    return {"name": group, "versions": versions, "preferredVersion": versions[0]}


# (first part, number of parts) -> what answers.
_PLAIN: dict[tuple[tuple[str, ...], int], Callable[[tuple[str, ...], Request], Json | None]] = {
    (("api",), 1): _api_versions,
    (("api",), 2): _resource_list,
    (("apis",), 1): _group_list,
    (("apis",), 2): _group_answer,
    (("apis",), 3): _resource_list,
}


def version_document(git_version: str) -> Json:
    """What ``/version`` answers; ``git_version`` is written ``v1.36.2+kx``."""
    major, minor = git_version.lstrip("v").split(".")[:2]
    return {
        "major": major,
        "minor": minor,
        "gitVersion": git_version,
        "gitCommit": "",
        "gitTreeState": "",
        "buildDate": "",
        "goVersion": "",
        "compiler": "",
        "platform": "",
    }
