"""The eviction of pods: a delete that asks the PodDisruptionBudgets first (``kubectl drain``).

Source: kubernetes ``pkg/registry/core/pod/storage/eviction.go``; how many disruptions a budget allows follows
``pkg/controller/disruption`` and is worked out when asked, since no controller keeps it in the budget's status.
"""

from __future__ import annotations

import math

from kx.practice.deletion import read_options
from kx.practice.handlers.api import Call, dry_run
from kx.practice.handlers.body import raw
from kx.practice.http import Answer, json_response
from kx.practice.selectors import match_labels
from kx.practice.status import ApiError, Obj, bad_request

_ENDED = ("Succeeded", "Failed")


async def create(call: Call) -> Answer:
    """POST of an Eviction: deletes a pod unless a PodDisruptionBudget forbids it."""
    target = call.target
    body = raw(call)
    asked = body.get("deleteOptions") or {}
    pod = call.api.store.get("pods", target.namespace, target.name)
    if (body.get("metadata") or {}).get("name", target.name) != target.name:
        raise bad_request("name in URL does not match name in Eviction object")
    phase = (pod.get("status") or {}).get("phase")
    if phase not in (*_ENDED, "Pending") and "deletionTimestamp" not in pod["metadata"]:
        _ask_budgets(call, pod)
    if not dry_run(call.request, asked.get("dryRun")):
        call.api.deleter.delete(target.resource, "pods", target.namespace, target.name, read_options(asked))
    return json_response({"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "code": 201}, 201)


def _ask_budgets(call: Call, pod: Obj) -> None:
    namespace, labels = call.target.namespace, pod["metadata"].get("labels")
    every = call.api.store.list("poddisruptionbudgets.policy", namespace)
    # A selector that says nothing protects nothing.
    budgets = [
        each for each in every if each["spec"].get("selector") and match_labels(each["spec"]["selector"], labels)
    ]
    if len(budgets) > 1:
        message = "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support."
        raise ApiError(500, "InternalError", message)
    for budget in budgets:
        selector = budget["spec"]["selector"]
        pods = [
            each
            for each in call.api.store.list("pods", namespace)
            if match_labels(selector, each["metadata"].get("labels")) and _counts(each)
        ]
        healthy, desired = sum(map(_is_ready, pods)), _desired(budget["spec"], len(pods))
        # A pod that is not ready does not count among the healthy ones: losing it changes nothing.
        spared = not _is_ready(pod) and healthy >= desired > 0
        if healthy <= desired and not spared:
            raise _too_many(budget["metadata"]["name"], healthy, desired)


def _counts(pod: Obj) -> bool:
    return (pod.get("status") or {}).get("phase") not in _ENDED


def _is_ready(pod: Obj) -> bool:
    conditions = (pod.get("status") or {}).get("conditions") or ()
    ready = any(each["type"] == "Ready" and each["status"] == "True" for each in conditions)
    return ready and "deletionTimestamp" not in pod["metadata"]


def _desired(spec: Obj, expected: int) -> int:
    """How many pods must stay healthy."""
    if "maxUnavailable" in spec:
        return max(expected - _share(spec["maxUnavailable"], expected), 0)
    return _share(spec.get("minAvailable", 1), expected)


def _share(value: int | str, of: int) -> int:
    """A number, or a percentage of ``of`` rounded up."""
    return value if isinstance(value, int) else math.ceil(int(value.rstrip("%")) * of / 100)


def _too_many(name: str, healthy: int, desired: int) -> ApiError:
    needs = f"The disruption budget {name} needs {desired} healthy pods and has {healthy} currently"
    causes = {"causes": [{"reason": "DisruptionBudget", "message": needs}]}
    message = "Cannot evict pod as it would violate the pod's disruption budget."
    return ApiError(429, "TooManyRequests", message, causes)
