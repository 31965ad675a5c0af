"""Subresources with a body of their own: scale, binding, eviction, tokens, logs, and the streams of a pod.

Sources: kubernetes ``pkg/registry`` (deployment, replicaset, statefulset, replicationcontroller scale; pod binding and
eviction; serviceaccount token).
"""

from __future__ import annotations

from kx.practice.deletion import read_options
from kx.practice.handlers.api import Call, dry_run
from kx.practice.handlers.body import raw
from kx.practice.handlers.patching import read_patch
from kx.practice.http import Answer, json_response
from kx.practice.selectors import match_labels
from kx.practice.status import ApiError, Obj, conflict, not_emulated, not_found

_SELECTED_BY_OBJECT = frozenset({"deployments.apps", "replicasets.apps", "statefulsets.apps"})
_DEFAULT_TOKEN_SECONDS = 3600
_SHORTEST_TOKEN_SECONDS = 600


# scale


async def get_scale(call: Call) -> Answer:
    """GET of a Scale."""
    return json_response(_scale_of(call.target.resource.key, _parent(call)))


async def update_scale(call: Call) -> Answer:
    """PUT of a Scale."""
    return _set_scale(call, raw(call))


async def patch_scale(call: Call) -> Answer:
    """PATCH of a Scale."""
    wanted = read_patch(call)
    if wanted.applies:
        raise not_emulated("server-side apply of scale")
    return _set_scale(call, wanted.onto(_scale_of(call.target.resource.key, _parent(call))))


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
    return json_response(_scale_of(target.resource.key, updated))


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


# eviction


async def create_eviction(call: Call) -> Answer:
    """POST of an Eviction: deletes a pod unless a PodDisruptionBudget forbids it."""
    target, store = call.target, call.api.store
    body = raw(call)
    options = read_options(body.get("deleteOptions") or {})
    pod = store.get("pods", target.namespace, target.name)
    if (pod.get("status") or {}).get("phase") not in ("Succeeded", "Failed", "Pending"):
        _ask_budgets(call, pod)
    if not dry_run(call.request.params("dryRun"), (body.get("deleteOptions") or {}).get("dryRun")):
        call.api.deleter.delete(target.resource, "pods", target.namespace, target.name, options)
    return json_response({"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "code": 201}, 201)


def _ask_budgets(call: Call, pod: Obj) -> None:
    budgets = [
        budget
        for budget in call.api.store.list("poddisruptionbudgets.policy", call.target.namespace)
        if match_labels((budget.get("spec") or {}).get("selector"), pod["metadata"].get("labels"))
    ]
    if len(budgets) > 1:
        raise ApiError(
            500,
            "InternalError",
            "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.",
        )
    for budget in budgets:
        allowed = (budget.get("status") or {}).get("disruptionsAllowed", 0)
        if allowed <= 0:
            name = budget["metadata"]["name"]
            cause = {"reason": "DisruptionBudget", "message": f"The disruption budget {name} does not allow it now"}
            message = "Cannot evict pod as it would violate the pod's disruption budget."
            raise ApiError(429, "TooManyRequests", message, {"causes": [cause]})


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
    """A subresource that exists in Kubernetes and not in the practice cluster."""
    raise not_emulated(f"{call.target.resource.plural}/{call.target.subresource}")


def _parent(call: Call) -> Obj:
    target = call.target
    found = call.api.store.find(target.resource.key, target.namespace, target.name)
    if found is None:
        raise not_found(target.resource.key, target.name)
    return found
