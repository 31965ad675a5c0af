"""Horizontal pod autoscalers and disruption budgets.

Rules: Kubernetes' ``pkg/apis/autoscaling/validation`` and ``pkg/apis/policy/validation``.
"""

from __future__ import annotations

from collections.abc import Mapping

from kx.practice.quantity import canonical, parse
from kx.practice.status import Obj
from kx.practice.validation import meta, names
from kx.practice.validation.errors import (
    Errors,
    each_invalid,
    forbidden,
    go_json,
    invalid,
    required,
    unsupported,
)
from kx.practice.validation.workloads import at_most_100_percent, count_or_percent

# Metric type -> the field that describes it; the order is that in which the fields are looked at.
_SOURCES: Mapping[str, str] = {
    "Object": "object",
    "External": "external",
    "Pods": "pods",
    "Resource": "resource",
    "ContainerResource": "containerResource",
}
_TYPES = tuple(sorted(_SOURCES))
_TARGETS = ("Utilization", "Value", "AverageValue")


def autoscaler(obj: Obj, old: Obj | None) -> Errors:
    """A HorizontalPodAutoscaler of either version."""
    spec = obj.get("spec") or {}
    fewest, most = spec.get("minReplicas"), spec.get("maxReplicas") or 0
    if fewest is not None and fewest < 1:
        yield invalid("spec.minReplicas", fewest, "must be greater than or equal to 1")
    if most < 1:
        yield invalid("spec.maxReplicas", most, "must be greater than 0")
    if fewest is not None and most < fewest:
        yield invalid("spec.maxReplicas", most, "must be greater than or equal to `minReplicas`")
    yield from _reference("spec.scaleTargetRef", spec.get("scaleTargetRef") or {})
    for at, metric in enumerate(spec.get("metrics") or ()):
        yield from _metric(f"spec.metrics[{at}]", metric)
    for kind in ("scaleUp", "scaleDown"):
        rules = (spec.get("behavior") or {}).get(kind)
        if rules is not None:
            yield from _rules(f"spec.behavior.{kind}", rules)


def _reference(path: str, given: Obj) -> Errors:
    for field in ("kind", "name"):
        value = given.get(field) or ""
        if value:
            yield from each_invalid(f"{path}.{field}", value, names.path_segment(value))
        else:
            yield required(f"{path}.{field}")
    version = given.get("apiVersion") or ""
    if version.count("/") > 1:
        yield invalid(f"{path}.apiVersion", version, f"unexpected GroupVersion string: {version}")


def _metric(path: str, metric: Obj) -> Errors:
    kind = metric.get("type") or ""
    if not kind:
        yield required(f"{path}.type", "must specify a metric source type")
    if kind not in _SOURCES:
        yield unsupported(f"{path}.type", kind, _TYPES)
    present = [field for field in _SOURCES.values() if metric.get(field) is not None]
    if present:
        yield from _source(f"{path}.{present[0]}", present[0], metric[present[0]])
    expected = _SOURCES.get(kind)
    if expected is None:
        yield unsupported(f"{path}.type", kind, _TYPES)
    elif expected not in present:
        yield required(f"{path}.{expected}", "must populate information for the given metric source")
    if len(present) != 1:
        for field in sorted(set(present) - {expected or ""}):
            yield forbidden(f"{path}.{field}", "must populate the given metric source only")


def _source(path: str, field: str, given: Obj) -> Errors:
    target = given.get("target") or {}
    if field in ("resource", "containerResource"):
        if not given.get("name"):
            yield required(f"{path}.name", "must specify a resource name")
        if field == "containerResource" and not given.get("container"):
            yield required(f"{path}.container", "must specify a container")
    else:
        if field == "object":
            yield from _reference(f"{path}.describedObject", given.get("describedObject") or {})
        name = (given.get("metric") or {}).get("name") or ""
        if not name:
            yield required(f"{path}.metric.name", "must specify a metric name")
        else:
            yield from each_invalid(f"{path}.metric.name", name, names.path_segment(name))
    yield from _target(f"{path}.target", target)
    yield from _needed(f"{path}.target", field, target)


def _target(path: str, target: Obj) -> Errors:
    kind = target.get("type") or ""
    if not kind:
        yield required(f"{path}.type", "must specify a metric target type")
    if kind not in _TARGETS:
        shown = go_json("autoscaling2.MetricTarget", target)["Type"]
        detail = "must be either Utilization, Value, or AverageValue"
        yield invalid(f"{path}.type", shown, detail)
    for field in ("value", "averageValue"):
        if target.get(field) is not None and parse(target[field]).value <= 0:
            yield invalid(f"{path}.{field}", canonical(target[field]), "must be positive")
    share = target.get("averageUtilization")
    if share is not None and share < 1:
        yield invalid(f"{path}.averageUtilization", share, "must be greater than 0")


def _needed(path: str, field: str, target: Obj) -> Errors:
    has = {name for name in ("value", "averageValue", "averageUtilization") if target.get(name) is not None}
    if field in ("resource", "containerResource"):
        if not has & {"averageUtilization", "averageValue"}:
            detail = "must set either a target raw value or a target utilization"
            yield required(f"{path}.averageUtilization", detail)
        if {"averageUtilization", "averageValue"} <= has:
            yield forbidden(f"{path}.averageValue", "may not set both a target raw value and a target utilization")
    elif field == "pods":
        if "averageValue" not in has:
            yield required(f"{path}.averageValue", "must specify a positive target averageValue")
    elif not has & {"value", "averageValue"}:
        words = {"object": "must set either a target value or averageValue"}
        detail = words.get(field, "must set either a target value for metric or a per-pod target")
        yield required(f"{path}.averageValue", detail)
    elif field == "external" and {"value", "averageValue"} <= has:
        yield forbidden(f"{path}.value", "may not set both a target value for metric and a per-pod target")


def _rules(path: str, rules: Obj) -> Errors:
    window = rules.get("stabilizationWindowSeconds")
    if window is not None and window < 0:
        yield invalid(f"{path}.stabilizationWindowSeconds", window, "must be greater than or equal to zero")
    if window is not None and window > 3600:
        yield invalid(f"{path}.stabilizationWindowSeconds", window, "must be less than or equal to 3600")
    choices = ("Disabled", "Max", "Min")
    if rules.get("selectPolicy") not in (None, *choices):
        yield unsupported(f"{path}.selectPolicy", rules["selectPolicy"], choices)
    if not rules.get("policies"):
        yield required(f"{path}.policies", "must specify at least one Policy")
    for at, policy in enumerate(rules.get("policies") or ()):
        here, period = f"{path}.policies[{at}]", policy.get("periodSeconds") or 0
        if policy.get("type") not in ("Pods", "Percent"):
            yield unsupported(f"{here}.type", policy.get("type") or "", ("Percent", "Pods"))
        if (policy.get("value") or 0) <= 0:
            yield invalid(f"{here}.value", policy.get("value") or 0, "must be greater than zero")
        if period <= 0:
            yield invalid(f"{here}.periodSeconds", period, "must be greater than zero")
        if period > 1800:
            yield invalid(f"{here}.periodSeconds", period, "must be less than or equal to 1800")


def disruption_budget(obj: Obj, old: Obj | None) -> Errors:
    """A PodDisruptionBudget: one of the two limits."""
    spec = obj.get("spec") or {}
    if spec.get("minAvailable") is not None and spec.get("maxUnavailable") is not None:
        shown = go_json("policy.PodDisruptionBudgetSpec", spec)
        yield invalid("spec", shown, "minAvailable and maxUnavailable cannot be both set")
    for field in ("minAvailable", "maxUnavailable"):
        if spec.get(field) is not None:
            yield from count_or_percent(f"spec.{field}", spec[field])
            yield from at_most_100_percent(f"spec.{field}", spec[field])
    yield from meta.selector("spec.selector", spec.get("selector"))
    policies = ("AlwaysAllow", "IfHealthyBudget")
    if spec.get("unhealthyPodEvictionPolicy") not in (None, *policies):
        yield unsupported("spec.unhealthyPodEvictionPolicy", spec["unhealthyPodEvictionPolicy"], policies)
