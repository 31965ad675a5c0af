"""The paths of an OpenAPI v3 document: an operation per resource, subresource and verb.

What kubectl looks for in them: that a kind can be patched, with which media types and query parameters. Knows nothing
of fields.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kx.practice.resources import Resource, Subresource
from kx.practice.schema_models import META

Json = dict[str, Any]

REFERENCE = "#/components/schemas/"
_MEDIA = ("application/json", "application/yaml", "application/vnd.kubernetes.protobuf")
_WATCH_MEDIA = ("application/json;stream=watch", "application/vnd.kubernetes.protobuf;stream=watch")
_PATCH_MEDIA = (
    "application/apply-patch+yaml",
    "application/json-patch+json",
    "application/merge-patch+json",
    "application/strategic-merge-patch+json",
)


def group_path(group: str, version: str) -> str:
    """Where a group version is served: ``apis/apps/v1``, ``api/v1``."""
    return f"apis/{group}/{version}" if group else f"api/{version}"


def paths_of(resource: Resource, names: Mapping[tuple[str, str, str], str]) -> Json:
    """The paths of one resource; ``names`` has the definition of each (group, version, kind)."""
    root = "/" + group_path(resource.group, resource.version)
    scope = f"{root}/namespaces/{{namespace}}" if resource.namespaced else root
    collection = f"{scope}/{resource.plural}"
    paths: Json = {}
    if resource.namespaced and "list" in resource.verbs:
        paths[f"{root}/{resource.plural}"] = {"get": _operation("list", resource, names)}
    paths[collection] = _item(_COLLECTION, resource.verbs, resource, names)
    paths[f"{collection}/{{name}}"] = _item(_OBJECT, resource.verbs, resource, names)
    for each in resource.subresources:
        paths[f"{collection}/{{name}}/{each.name}"] = _item(_SUBRESOURCE, each.verbs, each, names)
    return {path: item for path, item in sorted(paths.items()) if item}


# HTTP method -> Kubernetes verb, by what the path names.
_COLLECTION = (("get", "list"), ("post", "create"), ("delete", "deletecollection"))
_OBJECT = (("get", "get"), ("put", "update"), ("patch", "patch"), ("delete", "delete"))
_SUBRESOURCE = (("get", "get"), ("post", "create"), ("put", "update"), ("patch", "patch"), ("delete", "delete"))
# Kubernetes verb -> how the document calls the action.
_ACTIONS = {"create": "post", "update": "put"}


def _item(
    methods: tuple[tuple[str, str], ...],
    verbs: tuple[str, ...],
    thing: Resource | Subresource,
    names: Mapping[tuple[str, str, str], str],
) -> Json:
    return {method: _operation(verb, thing, names) for method, verb in methods if verb in verbs}


def _operation(verb: str, thing: Resource | Subresource, names: Mapping[tuple[str, str, str], str]) -> Json:
    own = names.get((thing.group, thing.version, thing.kind))
    answer = f"{own}List" if verb == "list" else f"{META}.Status" if verb.startswith("delete") else own
    operation: Json = {
        "description": f"{verb} {thing.kind}",
        "tags": [f"{thing.group or 'core'}_{thing.version}"],
        "responses": {"200": {"description": "OK", **_content(answer, _MEDIA + _WATCH_MEDIA * (verb == "list"))}},
        "x-kubernetes-action": _ACTIONS.get(verb, verb),
        "x-kubernetes-group-version-kind": {"group": thing.group, "kind": thing.kind, "version": thing.version},
    }
    body = _BODIES.get(verb)
    if body is not None:
        media, definition = body
        operation["requestBody"] = {"required": verb != "delete", **_content(definition or own, media)}
    parameters = [dict(_PARAMETERS[name], name=name) for name in _QUERY.get(verb, ())]
    return {**operation, "parameters": parameters} if parameters else operation


def _content(definition: str | None, media: tuple[str, ...]) -> Json:
    schema = {"$ref": REFERENCE + definition} if definition else {"type": "string"}
    return {"content": {each: {"schema": schema} for each in media}}


_BODIES: dict[str, tuple[tuple[str, ...], str]] = {
    "create": (("*/*",), ""),
    "update": (("*/*",), ""),
    "patch": (_PATCH_MEDIA, f"{META}.Patch"),
    "delete": (("*/*",), f"{META}.DeleteOptions"),
    "deletecollection": (("*/*",), f"{META}.DeleteOptions"),
}


def _parameter(text: str, kind: str = "string") -> Json:
    return {"in": "query", "description": text, "schema": {"type": kind, "uniqueItems": True}}


_PARAMETERS = {
    "dryRun": _parameter("With the value All, everything is checked and nothing is stored."),
    "fieldManager": _parameter("Who makes the change, as recorded in managedFields."),
    "fieldValidation": _parameter("What to do about unknown and duplicate fields: Ignore, Warn or Strict."),
    "force": _parameter("Take over fields that another manager owns (apply patches only).", "boolean"),
    "pretty": _parameter("With the value true, the answer is indented."),
    "labelSelector": _parameter("Only objects whose labels match."),
    "fieldSelector": _parameter("Only objects whose fields match."),
    "limit": _parameter("At most so many objects in one answer.", "integer"),
    "continue": _parameter("Where an earlier, limited answer ended."),
    "resourceVersion": _parameter("How recent the answer must be."),
    "timeoutSeconds": _parameter("How long a list or watch may take.", "integer"),
    "watch": _parameter("Stay and tell of changes.", "boolean"),
    "allowWatchBookmarks": _parameter("A watch may also tell how far it has come.", "boolean"),
    "gracePeriodSeconds": _parameter("How long the object may take to stop.", "integer"),
    "propagationPolicy": _parameter("What becomes of dependents: Orphan, Background or Foreground."),
}
_LIST = ("allowWatchBookmarks", "continue", "fieldSelector", "labelSelector", "limit", "resourceVersion")
_QUERY: dict[str, tuple[str, ...]] = {
    "get": ("pretty",),
    "list": ("pretty", *_LIST, "timeoutSeconds", "watch"),
    "create": ("dryRun", "fieldManager", "fieldValidation", "pretty"),
    "update": ("dryRun", "fieldManager", "fieldValidation", "pretty"),
    "patch": ("dryRun", "fieldManager", "fieldValidation", "force", "pretty"),
    "delete": ("dryRun", "gracePeriodSeconds", "propagationPolicy", "pretty"),
    "deletecollection": ("dryRun", *_LIST, "gracePeriodSeconds", "propagationPolicy", "pretty"),
}
