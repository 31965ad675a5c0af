"""One stored form for kinds that are served under two names: events (core and events.k8s.io) and autoscalers (v1, v2).

Everything else is stored as it is served. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from kx.practice.resources import Resource
from kx.practice.status import Obj

Rename = Mapping[str, str]

# events.k8s.io/v1 field -> core/v1 field
_EVENT_FIELDS: Rename = {
    "regarding": "involvedObject",
    "note": "message",
    "reportingController": "reportingComponent",
    "deprecatedSource": "source",
    "deprecatedFirstTimestamp": "firstTimestamp",
    "deprecatedLastTimestamp": "lastTimestamp",
    "deprecatedCount": "count",
}
_CPU = {"type": "Resource", "resource": {"name": "cpu"}}


def storage_key(resource: Resource) -> str:
    """Under which key of the store the objects of a served resource are kept."""
    return "events" if resource.key == "events.events.k8s.io" else resource.key


def to_stored(resource: Resource, obj: Obj) -> Obj:
    """The object as it is stored."""
    converter = _TO_STORED.get((resource.key, resource.version))
    return converter(obj) if converter else obj


def from_stored(resource: Resource, obj: Obj) -> Obj:
    """A stored object as this resource serves it."""
    converter = _FROM_STORED.get((resource.key, resource.version))
    return converter(obj) if converter else obj


def is_stored_form(resource: Resource) -> bool:
    """Whether objects are served exactly as they are stored."""
    return (resource.key, resource.version) not in _FROM_STORED


def _renamed(obj: Obj, names: Rename, api_version: str) -> Obj:
    return {**{names.get(key, key): value for key, value in obj.items()}, "apiVersion": api_version}


def _event_to_core(obj: Obj) -> Obj:
    return _renamed(obj, _EVENT_FIELDS, "v1")


def _event_from_core(obj: Obj) -> Obj:
    return _renamed(obj, {core: name for name, core in _EVENT_FIELDS.items()}, "events.k8s.io/v1")


def _autoscaler_to_v2(obj: Obj) -> Obj:
    spec: dict[str, Any] = dict(obj.get("spec") or {})
    target = spec.pop("targetCPUUtilizationPercentage", None)
    if target is not None:
        aim = {"type": "Utilization", "averageUtilization": target}
        spec["metrics"] = [{**_CPU, "resource": {"name": "cpu", "target": aim}}]
    status: dict[str, Any] = dict(obj.get("status") or {})
    status.pop("currentCPUUtilizationPercentage", None)
    return {**obj, "apiVersion": "autoscaling/v2", "spec": spec, "status": status}


def _autoscaler_to_v1(obj: Obj) -> Obj:
    spec: dict[str, Any] = dict(obj.get("spec") or {})
    for metric in spec.pop("metrics", None) or ():
        target = metric.get("resource", {}).get("target", {})
        if metric.get("resource", {}).get("name") == "cpu" and "averageUtilization" in target:
            spec["targetCPUUtilizationPercentage"] = target["averageUtilization"]
    spec.pop("behavior", None)
    status: dict[str, Any] = dict(obj.get("status") or {})
    for name in ("conditions", "currentMetrics"):
        status.pop(name, None)
    status = {"currentReplicas": 0, "desiredReplicas": 0, **status}
    return {**obj, "apiVersion": "autoscaling/v1", "spec": spec, "status": status}


Converter = Callable[[Obj], Obj]
_TO_STORED: dict[tuple[str, str], Converter] = {
    ("events.events.k8s.io", "v1"): _event_to_core,
    ("horizontalpodautoscalers.autoscaling", "v1"): _autoscaler_to_v2,
}
_FROM_STORED: dict[tuple[str, str], Converter] = {
    ("events.events.k8s.io", "v1"): _event_from_core,
    ("horizontalpodautoscalers.autoscaling", "v1"): _autoscaler_to_v1,
}
