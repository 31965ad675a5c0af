"""DELETE of one object and of a collection."""

from __future__ import annotations

from dataclasses import replace

from kx.practice import convert
from kx.practice.deletion import Deleted, DeleteOptions, read_options, success
from kx.practice.handlers import present
from kx.practice.handlers.api import Call, dry_run
from kx.practice.handlers.body import raw
from kx.practice.handlers.selection import selection
from kx.practice.http import Answer, json_response
from kx.practice.status import Obj

# Kinds whose DELETE answers with the object itself; all others answer with a Status once the object is gone.
_RETURNED = frozenset(
    {
        "csidrivers.storage.k8s.io",
        "csinodes.storage.k8s.io",
        "deviceclasses.resource.k8s.io",
        "persistentvolumeclaims",
        "persistentvolumes",
        "pods",
        "podtemplates",
        "resourceclaims.resource.k8s.io",
        "resourceclaimtemplates.resource.k8s.io",
        "resourcequotas",
        "resourceslices.resource.k8s.io",
        "serviceaccounts",
        "services",
        "storageclasses.storage.k8s.io",
        "volumeattachments.storage.k8s.io",
        "volumeattributesclasses.storage.k8s.io",
    }
)


async def delete(call: Call) -> Answer:
    """DELETE of an object."""
    target, resource = call.target, call.target.resource
    options = _options(call)
    call.api.pipeline.admission.delete(resource, target.name)
    deleted = call.api.deleter.delete(resource, convert.storage_key(resource), target.namespace, target.name, options)
    return _answer(call, deleted)


async def delete_collection(call: Call) -> Answer:
    """DELETE of everything a selector matches in one namespace (or of a cluster-scoped kind)."""
    target, resource, store = call.target, call.target.resource, call.api.store
    options = _options(call)
    chosen = selection(call)
    key = convert.storage_key(resource)
    matching = [obj for obj in store.list(key, target.namespace) if chosen.matches(convert.from_stored(resource, obj))]
    items: list[Obj] = []
    for obj in matching:
        metadata = obj["metadata"]
        deleted = call.api.deleter.delete(resource, key, metadata.get("namespace", ""), metadata["name"], options)
        items.append(convert.from_stored(resource, deleted.object))
    metadata = {"resourceVersion": str(store.revision)}
    return json_response(
        {"kind": resource.list_kind, "apiVersion": resource.api_version, "metadata": metadata, "items": items}
    )


def _options(call: Call) -> DeleteOptions:
    request = call.request
    body = raw(call) if request.body else {}
    found = read_options(
        body,
        request.param("gracePeriodSeconds"),
        request.param("propagationPolicy"),
        request.param("orphanDependents"),
    )
    return replace(found, dry_run=dry_run(request, body.get("dryRun")))


def _answer(call: Call, deleted: Deleted) -> Answer:
    resource = call.target.resource
    headers = present.warnings(resource)
    if deleted.gone and resource.key not in _RETURNED:
        return json_response(success(resource, deleted.object), 200, headers)
    obj = convert.from_stored(resource, deleted.object)
    return present.one(call.request, resource, obj, call.api.now(), 200, headers)
