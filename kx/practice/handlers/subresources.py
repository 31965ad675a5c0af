"""Subresources with a body of their own: binding, tokens, logs, and the streams of a pod.

Sources: kubernetes ``pkg/registry`` (pod binding, serviceaccount token).
"""

from __future__ import annotations

from kx.practice.handlers.api import Call
from kx.practice.handlers.body import raw
from kx.practice.http import Answer, json_response
from kx.practice.status import ApiError, Obj, conflict, not_emulated, not_found

_DEFAULT_TOKEN_SECONDS = 3600
_SHORTEST_TOKEN_SECONDS = 600


# binding


async def create_binding(call: Call) -> Answer:
    """POST of a Binding: puts a pod on a node."""
    body = raw(call)
    node = (body.get("target") or {}).get("name", "")
    name = call.target.name or (body.get("metadata") or {}).get("name", "")
    if not node:
        raise ApiError(422, "Invalid", f'Binding "{name}" is invalid: target.name: Required value')
    bind(call, name, node)
    return json_response({"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "code": 201}, 201)


def bind(call: Call, name: str, node: str) -> None:
    """Set a pod's node, once."""
    store, namespace = call.api.store, call.target.namespace
    pod = store.get("pods", namespace, name)
    if pod["metadata"].get("deletionTimestamp"):
        raise conflict("pods/binding", name, f"pod {name} is being deleted, cannot be assigned to a host")
    bound = (pod.get("spec") or {}).get("nodeName")
    if bound:
        raise conflict("pods/binding", name, f'pod {name} is already assigned to node "{bound}"')
    if call.options().dry_run:
        return
    status = pod.get("status") or {}
    scheduled = {"type": "PodScheduled", "status": "True", "lastProbeTime": None}
    scheduled["lastTransitionTime"] = call.api.pipeline.stamp()
    others = [each for each in status.get("conditions") or () if each["type"] != "PodScheduled"]
    spec = {**(pod.get("spec") or {}), "nodeName": node}
    store.update("pods", {**pod, "spec": spec, "status": {**status, "conditions": [*others, scheduled]}})


# tokens


async def create_token(call: Call) -> Answer:
    """POST of a TokenRequest for a service account."""
    account = _parent(call)
    body = raw(call)
    spec = dict(body.get("spec") or {})
    seconds = int(spec.get("expirationSeconds") or _DEFAULT_TOKEN_SECONDS)
    if seconds < _SHORTEST_TOKEN_SECONDS:
        message = f"spec.expirationSeconds: Invalid value: {seconds}: may not specify a duration less than 10 minutes"
        raise ApiError(422, "Invalid", f'TokenRequest.authentication.k8s.io "" is invalid: {message}')
    audiences = list(spec.get("audiences") or ())
    token, expires = call.api.keeper.issue(account, audiences, seconds, spec.get("boundObjectRef"))
    metadata = {
        "name": account["metadata"]["name"],
        "namespace": account["metadata"]["namespace"],
        "creationTimestamp": call.api.pipeline.stamp(),
    }
    spec |= {"expirationSeconds": seconds, "boundObjectRef": spec.get("boundObjectRef")}
    spec["audiences"] = audiences or ["https://kubernetes.default.svc.cluster.local"]
    answer = {
        "kind": "TokenRequest",
        "apiVersion": "authentication.k8s.io/v1",
        "metadata": metadata,
        "spec": spec,
        "status": {"token": token, "expirationTimestamp": expires.strftime("%Y-%m-%dT%H:%M:%SZ")},
    }
    return json_response(answer, 201)


# pods


async def read_log(call: Call) -> Answer:
    """GET of a container's log, whole or followed."""
    if call.api.logs is None:
        raise not_emulated("pods/log")
    return await call.api.logs(call.request, _parent(call))


async def connect(call: Call) -> Answer:
    """exec, attach, port-forward and proxy: handed to whoever carries streams."""
    pod = _parent(call)
    if call.api.streams is None:
        raise not_emulated(f"{call.target.resource.plural}/{call.target.subresource}")
    return await call.api.streams(call.request, pod, call.target.subresource)


async def not_here(call: Call) -> Answer:
    """What exists in Kubernetes and not in the practice cluster."""
    raise not_emulated("/".join(filter(None, (call.target.resource.plural, call.target.subresource))))


def _parent(call: Call) -> Obj:
    target = call.target
    found = call.api.store.find(target.resource.key, target.namespace, target.name)
    if found is None:
        raise not_found(target.resource.key, target.name)
    return found
