"""The scale subresource: the number of replicas of whatever has them, without the rest of it.

Source: kubernetes ``pkg/registry`` (deployment, replicaset, statefulset and replicationcontroller scale).
"""

from __future__ import annotations

from kx.practice.handlers import present
from kx.practice.handlers.api import Call
from kx.practice.handlers.body import raw
from kx.practice.handlers.patching import read_patch
from kx.practice.http import Answer, json_response
from kx.practice.status import ApiError, Obj, conflict, not_emulated
from kx.practice.table.values import age

_COLUMNS = (
    ("Name", "string", "name", "What the scaled object is called."),
    ("Desired", "integer", "", "How many replicas are wanted."),
    ("Available", "integer", "", "How many replicas there are."),
    ("Age", "string", "", "How long ago the scaled object was created."),
)
_SELECTED_BY_OBJECT = frozenset({"deployments.apps", "replicasets.apps", "statefulsets.apps"})


async def get(call: Call) -> Answer:
    """GET of a Scale."""
    return _answer(call, _scale_of(call.target.resource.key, _owner(call)))


async def update(call: Call) -> Answer:
    """PUT of a Scale."""
    return _set_scale(call, raw(call))


async def patch(call: Call) -> Answer:
    """PATCH of a Scale."""
    wanted = read_patch(call)
    if wanted.applies:
        raise not_emulated("server-side apply of scale")
    return _set_scale(call, wanted.onto(_scale_of(call.target.resource.key, _owner(call))))


def _set_scale(call: Call, scale: Obj) -> Answer:
    target = call.target
    replicas = (scale.get("spec") or {}).get("replicas", 0)
    version = (scale.get("metadata") or {}).get("resourceVersion", "")
    if not isinstance(replicas, int) or replicas < 0:
        shown = replicas if isinstance(replicas, int) else f'"{replicas}"'
        message = f"spec.replicas: Invalid value: {shown}: must be greater than or equal to 0"
        details = {"name": target.name, "group": "autoscaling", "kind": "Scale"}
        raise ApiError(422, "Invalid", f'Scale.autoscaling "{target.name}" is invalid: {message}', details)

    def change(old: Obj) -> Obj:
        if version and version != old["metadata"]["resourceVersion"]:
            raise conflict(target.resource.key, target.name)
        return {**old, "spec": {**(old.get("spec") or {}), "replicas": replicas}}

    # Owned under the subresource, yet spec.replicas is a field of the object itself.
    updated = call.api.pipeline.update(
        target.resource, target.namespace, target.name, change, call.options(), owner="scale"
    )
    return _answer(call, _scale_of(target.resource.key, updated))


def _answer(call: Call, scale: Obj) -> Answer:
    if present.presentation(call.request).form != "table":
        return json_response(scale)
    metadata, desired = scale["metadata"], scale["spec"].get("replicas", 0)
    cells = [metadata["name"], desired, scale["status"]["replicas"], age(scale, call.api.now())]
    columns = [
        {"name": name, "type": kind, "format": form, "description": description, "priority": 0}
        for name, kind, form, description in _COLUMNS
    ]
    return json_response(
        {
            "kind": "Table",
            "apiVersion": "meta.k8s.io/v1",
            "metadata": {"resourceVersion": metadata["resourceVersion"]},
            "columnDefinitions": columns,
            "rows": [{"cells": cells, "object": present.partial(scale)}],
        }
    )


def _scale_of(key: str, obj: Obj) -> Obj:
    metadata, spec, status = obj["metadata"], obj.get("spec") or {}, obj.get("status") or {}
    kept = ("name", "namespace", "uid", "resourceVersion", "creationTimestamp")
    selector = spec.get("selector") or {}
    text = _selector_text(selector) if key in _SELECTED_BY_OBJECT else _selector_text({"matchLabels": selector})
    return {
        "kind": "Scale",
        "apiVersion": "autoscaling/v1",
        "metadata": {name: metadata[name] for name in kept if name in metadata},
        "spec": {"replicas": spec["replicas"]} if spec.get("replicas") else {},
        "status": {"replicas": status.get("replicas", 0), **({"selector": text} if text else {})},
    }


def _selector_text(selector: Obj) -> str:
    """A LabelSelector object as the text of a query."""
    parts = [f"{key}={value}" for key, value in (selector.get("matchLabels") or {}).items()]
    for each in selector.get("matchExpressions") or ():
        values = ",".join(sorted(each.get("values") or ()))
        parts.append(_EXPRESSIONS[each["operator"]].format(key=each["key"], values=values))
    return ",".join(sorted(parts))


_EXPRESSIONS = {
    "In": "{key} in ({values})",
    "NotIn": "{key} notin ({values})",
    "Exists": "{key}",
    "DoesNotExist": "!{key}",
}


def _owner(call: Call) -> Obj:
    target = call.target
    return call.api.store.get(target.resource.key, target.namespace, target.name)
