"""HorizontalPodAutoscalers: they look every fifteen seconds, find no metrics, and change nothing.

The practice cluster measures no use of CPU or memory, so autoscalers say what they say in a cluster without a metrics
server (pkg/controller/podautoscaler), and once, in plain words, that this will not change here. Not even
``minReplicas`` is enforced.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from kx.practice.controllers.gotext import go_selector
from kx.practice.controllers.objects import is_deleting, own_key, stamp
from kx.practice.controllers.world import Key, KeysOf, World
from kx.practice.resources import by_kind
from kx.practice.status import Obj

RESOURCE = "horizontalpodautoscalers.autoscaling"
COMPONENT = "horizontal-pod-autoscaler"
_SECONDS = 15.0
_NO_METRICS = (
    "The practice cluster measures no use of CPU or memory: this autoscaler never changes the number of replicas. "
    "Use kubectl scale instead."
)
_NO_CUSTOM = "unable to fetch metrics from custom metrics API: no custom metrics API (custom.metrics.k8s.io) registered"
_GOT_SCALE = "the HPA controller was able to get the target's current scale"
_NOT_GOT = "the HPA controller was unable to get the target's current scale: "
_DISABLED = "scaling is disabled since the replica count of the target is zero"


@dataclass(frozen=True)
class _Failure:
    """What one metric cannot be had for: the reason, what its event says, and what the sum of all says."""

    reason: str
    message: str
    summary: str


class AutoscalerController:
    """Looks and tells."""

    name = COMPONENT

    def __init__(self, world: World) -> None:
        self._told: set[str] = set()  # uids of those that were told in plain words
        self.watches: Mapping[str, KeysOf] = {RESOURCE: own_key}
        # When each is to be looked at again: its own writes do not count as news.
        self._looked: dict[Key, tuple[str, int, float]] = {}

    def reconcile(self, world: World, key: Key) -> float | None:
        """One autoscaler. Looks again after fifteen seconds."""
        autoscaler = world.store.find(RESOURCE, *key)
        if autoscaler is None or is_deleting(autoscaler):
            self._looked.pop(key, None)
            return None
        left = self._left(world, key, autoscaler)
        if left > 0:
            return left
        conditions, replicas = self._look(world, autoscaler)
        _write(world, autoscaler, conditions, replicas)
        return _SECONDS

    def _left(self, world: World, key: Key, autoscaler: Obj) -> float:
        """Seconds of the pause that are left; none after a change of what is wanted."""
        now = world.now().timestamp()
        said = repr(autoscaler["spec"])
        before = self._looked.get(key)
        uid = autoscaler["metadata"]["uid"]
        if before is not None and before[:2] == (uid, hash(said)) and now < before[2]:
            return before[2] - now
        self._looked[key] = (uid, hash(said), now + _SECONDS)
        return 0.0

    def _look(self, world: World, autoscaler: Obj) -> tuple[dict[str, tuple[str, str, str]], int | None]:
        found, problem = _target(world, autoscaler)
        if found is None:
            _tell(world, autoscaler, "Warning", "FailedGetScale", problem)
            return {"AbleToScale": ("False", "FailedGetScale", _NOT_GOT + problem)}, None
        able = {"AbleToScale": ("True", "SucceededGetScale", _GOT_SCALE)}
        replicas = int((found.get("status") or {}).get("replicas") or 0)
        if not (found.get("spec") or {}).get("replicas", 1):
            return {**able, "ScalingActive": ("False", "ScalingDisabled", _DISABLED)}, replicas
        failures = [_failure(autoscaler, metric) for metric in autoscaler["spec"].get("metrics") or ()]
        for failure in failures:
            _tell(world, autoscaler, "Warning", failure.reason, failure.message)
        if not failures:
            return able, replicas
        count, first = len(failures), failures[0]
        summary = f"invalid metrics ({count} invalid out of {count}), first error is: {first.summary}"
        _tell(world, autoscaler, "Warning", "FailedComputeMetricsReplicas", summary)
        self._tell_plainly(world, autoscaler)
        message = f"the HPA was unable to compute the replica count: {first.message}"
        return {**able, "ScalingActive": ("False", first.reason, message)}, replicas

    def _tell_plainly(self, world: World, autoscaler: Obj) -> None:
        uid = autoscaler["metadata"]["uid"]
        if uid not in self._told:
            self._told.add(uid)
            _tell(world, autoscaler, "Normal", "PracticeCluster", _NO_METRICS)


def _target(world: World, autoscaler: Obj) -> tuple[Obj | None, str]:
    """What is to be scaled, or why it cannot be had."""
    wanted = autoscaler["spec"]["scaleTargetRef"]
    group, _, version = (wanted.get("apiVersion") or "").rpartition("/")
    resource = by_kind(group, version, wanted["kind"])
    if resource is None:
        return None, f'no matches for kind "{wanted["kind"]}" in group "{group}"'
    name, namespace = wanted["name"], autoscaler["metadata"]["namespace"]
    if resource.subresource("scale") is None:
        return None, "the server could not find the requested resource"
    found = world.store.find(resource.key, namespace, name)
    if found is None:
        dotted = f".{group}" if group else ""
        return None, f'{resource.plural}/scale{dotted} "{name}" not found'
    return found, ""


def _failure(autoscaler: Obj, metric: Obj) -> _Failure:
    kind = metric["type"]
    return _FAILURES[kind](autoscaler, metric[kind[0].lower() + kind[1:]])


def _of_resource(autoscaler: Obj, source: Obj) -> _Failure:
    return _measured(source, "FailedGetResourceMetric", "resource")


def _of_container(autoscaler: Obj, source: Obj) -> _Failure:
    return _measured(source, "FailedGetContainerResourceMetric", "container resource")


def _measured(source: Obj, reason: str, what: str) -> _Failure:
    name = source["name"]
    aim = "usage" if (source.get("target") or {}).get("averageValue") is not None else "utilization"
    message = (
        f"failed to get {name} {aim}: unable to get metrics for resource {name}: unable to fetch metrics from resource "
        "metrics API: the server could not find the requested resource (get pods.metrics.k8s.io)"
    )
    return _Failure(reason, message, f"failed to get {name} {what} metric value: {message}")


def _of_pods(autoscaler: Obj, source: Obj) -> _Failure:
    message = f"unable to get metric {source['metric']['name']}: {_NO_CUSTOM}"
    return _Failure("FailedGetPodsMetric", message, f"failed to get pods metric value: {message}")


def _of_object(autoscaler: Obj, source: Obj) -> _Failure:
    described = source["describedObject"]
    whose = f"{described['kind']} on {autoscaler['metadata']['namespace']} {described['name']}"
    message = f"unable to get metric {source['metric']['name']}: {whose}/{_NO_CUSTOM}"
    return _Failure("FailedGetObjectMetric", message, f"failed to get object metric value: {message}")


def _of_elsewhere(autoscaler: Obj, source: Obj) -> _Failure:
    name = source["metric"]["name"]
    chosen = go_selector(source["metric"].get("selector"))
    message = (
        f"unable to get external metric {autoscaler['metadata']['namespace']}/{name}/{chosen}: unable to fetch metrics "
        "from external metrics API: the server could not find the requested resource "
        f"(get {name}.external.metrics.k8s.io)"
    )
    return _Failure("FailedGetExternalMetric", message, f"failed to get external metric {name}: {message}")


_FAILURES: Mapping[str, Callable[[Obj, Obj], _Failure]] = {
    "Resource": _of_resource,
    "ContainerResource": _of_container,
    "Pods": _of_pods,
    "Object": _of_object,
    "External": _of_elsewhere,
}


def _write(world: World, autoscaler: Obj, wanted: dict[str, tuple[str, str, str]], replicas: int | None) -> None:
    before: Obj = autoscaler.get("status") or {}
    known = {one["type"]: one for one in before.get("conditions") or ()}
    told = {type: _condition(world, known.get(type), type, *said) for type, said in wanted.items()}
    # What was not looked at this time stays as it was.
    conditions = [told.pop(type, one) for type, one in known.items()] + list(told.values())
    counted = {} if replicas is None else {"currentReplicas": replicas}
    status = {
        "desiredReplicas": 0,
        **{name: value for name, value in before.items() if name != "currentMetrics"},
        **counted,
        "conditions": conditions,
    }
    if not status.get("currentReplicas"):
        status.pop("currentReplicas", None)
    if status != before:
        world.api.update_status(RESOURCE, {**autoscaler, "status": status})


def _condition(world: World, known: Obj | None, type: str, status: str, reason: str, message: str) -> Obj:
    since = known["lastTransitionTime"] if known and known["status"] == status else stamp(world.now())
    return {"type": type, "status": status, "lastTransitionTime": since, "reason": reason, "message": message}


def _tell(world: World, autoscaler: Obj, type: Literal["Normal", "Warning"], reason: str, message: str) -> None:
    world.events.record(autoscaler, type, reason, message, COMPONENT)
