"""The eviction of pods: a delete that asks the PodDisruptionBudgets first (``kubectl drain``).

Source: kubernetes ``pkg/registry/core/pod/storage/eviction.go``. How many disruptions a budget allows is in its status,
which its controller keeps; each eviction takes one off at once, so that two in a row cannot use the same.
"""

from __future__ import annotations

from kx.practice.controllers.disruption import RESOURCE, with_condition
from kx.practice.controllers.objects import condition_of, is_deleting, phase_of, ready_since, stamp
from kx.practice.deletion import read_options
from kx.practice.handlers.api import Call, dry_run
from kx.practice.handlers.body import raw
from kx.practice.http import Answer, json_response
from kx.practice.selectors import match_labels
from kx.practice.status import ApiError, Obj, bad_request, forbidden

_MAX_ANNOUNCED = 2000
_RETRY_SECONDS = 10


async def create(call: Call) -> Answer:
    """POST of an Eviction: deletes a pod unless a PodDisruptionBudget forbids it."""
    target = call.target
    body = raw(call)
    asked = body.get("deleteOptions") or {}
    pod = call.api.store.get("pods", target.namespace, target.name)
    if (body.get("metadata") or {}).get("name", target.name) != target.name:
        raise bad_request("name in URL does not match name in Eviction object")
    dry = dry_run(call.request, asked.get("dryRun"))
    if not _disrupts_nothing(pod):
        _ask_budgets(call, pod, dry)
    if not dry:
        _mark(call, pod)
        call.api.deleter.delete(target.resource, "pods", target.namespace, target.name, read_options(asked))
    return json_response({"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "code": 201}, 201)


def _disrupts_nothing(pod: Obj) -> bool:
    """A pod that has ended, has not begun, or is on its way out already."""
    return phase_of(pod) in ("Succeeded", "Failed", "Pending") or is_deleting(pod)


def _ask_budgets(call: Call, pod: Obj, dry: bool) -> None:
    labels = pod["metadata"].get("labels") or {}
    every = call.api.store.list(RESOURCE, call.target.namespace)
    budgets = [
        each
        for each in every
        if each["spec"].get("selector") is not None and match_labels(each["spec"]["selector"], labels)
    ]
    if len(budgets) > 1:
        message = "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support."
        raise ApiError(500, "InternalError", message)
    for budget in budgets:
        _ask(call, pod, budget, dry)


def _ask(call: Call, pod: Obj, budget: Obj, dry: bool) -> None:
    status: Obj = budget.get("status") or {}
    healthy, desired = status.get("currentHealthy", 0), status.get("desiredHealthy", 0)
    if ready_since(pod) is None:
        # A pod that is not ready does not count among the healthy ones: losing it changes nothing.
        policy = budget["spec"].get("unhealthyPodEvictionPolicy") or "IfHealthyBudget"
        if policy == "AlwaysAllow" or healthy >= desired > 0:
            return
    name, metadata = budget["metadata"]["name"], budget["metadata"]
    if status.get("observedGeneration", 0) < metadata.get("generation", 0):
        raise _refused(f"The disruption budget {name} is still being processed by the server.", _RETRY_SECONDS)
    announced = dict(status.get("disruptedPods") or {})
    if len(announced) > _MAX_ANNOUNCED:
        why = "DisruptedPods map too big - too many evictions not confirmed by PDB controller"
        raise forbidden("poddisruptionbudget.policy", name, why)
    allowed = status.get("disruptionsAllowed", 0)
    if allowed <= 0:
        raise _refused(f"The disruption budget {name} needs {desired} healthy pods and has {healthy} currently", 0)
    if dry:
        return
    now = stamp(call.api.now())
    announced[pod["metadata"]["name"]] = now
    status = {**status, "disruptionsAllowed": allowed - 1, "disruptedPods": announced}
    if allowed == 1:
        status = with_condition(status, "InsufficientPods", "", now)
    call.api.store.update(RESOURCE, {**budget, "status": status})


def _mark(call: Call, pod: Obj) -> None:
    """Tell in the pod's status why it goes."""
    known = condition_of(pod, "DisruptionTarget")
    if is_deleting(pod) or (known is not None and known["status"] == "True"):
        return
    condition = {
        "type": "DisruptionTarget",
        "status": "True",
        "lastProbeTime": None,
        "lastTransitionTime": stamp(call.api.now()),
        "reason": "EvictionByEvictionAPI",
        "message": "Eviction API: evicting",
    }
    status = pod.get("status") or {}
    others = [one for one in status.get("conditions") or () if one["type"] != "DisruptionTarget"]
    call.api.store.update("pods", {**pod, "status": {**status, "conditions": [*others, condition]}})


def _refused(needs: str, retry_seconds: int) -> ApiError:
    details: Obj = {"causes": [{"reason": "DisruptionBudget", "message": needs}]}
    headers: tuple[tuple[str, str], ...] = ()
    if retry_seconds:
        details["retryAfterSeconds"] = retry_seconds
        headers = (("retry-after", str(retry_seconds)),)
    message = "Cannot evict pod as it would violate the pod's disruption budget."
    return ApiError(429, "TooManyRequests", message, details, headers)
