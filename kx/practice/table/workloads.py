"""Rows of the objects that run pods, and of what governs them: autoscalers, budgets, revisions, quotas.

Formats from Kubernetes' ``pkg/printers/internalversion/printers.go``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

from kx.practice.quantity import canonical
from kx.practice.status import Obj
from kx.practice.table.values import (
    NONE,
    UNKNOWN,
    UNSET,
    Cells,
    Printer,
    age,
    containers,
    human_duration,
    is_true,
    labels,
    meta,
    name,
    parse_time,
    plain_selector,
    selector,
    since,
    spec,
    status,
    true_false,
)


def _count(owner: Obj, field: str) -> int:
    return int(owner.get(field) or 0)


def deployment(obj: Obj, now: datetime) -> Cells:
    """Ready as ``2/3``, then up-to-date and available."""
    ready = f"{_count(status(obj), 'readyReplicas')}/{_count(spec(obj), 'replicas')}"
    names, images = containers(spec(obj).get("template"))
    updated, available = _count(status(obj), "updatedReplicas"), _count(status(obj), "availableReplicas")
    return [name(obj), ready, updated, available, age(obj, now), names, images, plain_selector(spec(obj)["selector"])]


def replica_set(obj: Obj, now: datetime) -> Cells:
    """Desired, current, ready."""
    return [*_replicas(obj, now), selector(spec(obj).get("selector"))]


def replication_controller(obj: Obj, now: datetime) -> Cells:
    """As a replica set, with a plain map for selector."""
    return [*_replicas(obj, now), labels(spec(obj).get("selector"))]


def _replicas(obj: Obj, now: datetime) -> Cells:
    desired, current = _count(spec(obj), "replicas"), _count(status(obj), "replicas")
    return [
        name(obj),
        desired,
        current,
        _count(status(obj), "readyReplicas"),
        age(obj, now),
        *containers(spec(obj).get("template")),
    ]


def stateful_set(obj: Obj, now: datetime) -> Cells:
    """Ready as ``2/3``."""
    ready = f"{_count(status(obj), 'readyReplicas')}/{_count(spec(obj), 'replicas')}"
    return [name(obj), ready, age(obj, now), *containers(spec(obj).get("template"))]


def daemon_set(obj: Obj, now: datetime) -> Cells:
    """The five counts, then the node selector."""
    counts = (
        "desiredNumberScheduled",
        "currentNumberScheduled",
        "numberReady",
        "updatedNumberScheduled",
        "numberAvailable",
    )
    template = spec(obj).get("template") or {}
    return [
        name(obj),
        *(_count(status(obj), field) for field in counts),
        labels(spec(template).get("nodeSelector")),
        age(obj, now),
        *containers(template),
        selector(spec(obj).get("selector")),
    ]


# The first condition that is true says how a job is doing; a deleted one is Terminating in between.
_JOB_ENDED = (("Complete", "Complete"), ("Failed", "Failed"))
_JOB_UNDER_WAY = (("Suspended", "Suspended"), ("FailureTarget", "FailureTarget"))


def job(obj: Obj, now: datetime) -> Cells:
    """Status, completions, duration."""
    template = spec(obj).get("template")
    return [
        name(obj),
        _job_status(obj),
        _completions(obj),
        _job_duration(obj, now),
        age(obj, now),
        *containers(template),
        selector(spec(obj).get("selector")),
    ]


def _job_status(obj: Obj) -> str:
    conditions = status(obj).get("conditions")
    for kind, shown in _JOB_ENDED:
        if is_true(conditions, kind):
            return shown
    if meta(obj).get("deletionTimestamp"):
        return "Terminating"
    return next((shown for kind, shown in _JOB_UNDER_WAY if is_true(conditions, kind)), "Running")


def _completions(obj: Obj) -> str:
    done, wanted = _count(status(obj), "succeeded"), spec(obj).get("completions")
    if wanted is not None:
        return f"{done}/{wanted}"
    parallel = _count(spec(obj), "parallelism")
    return f"{done}/1 of {parallel}" if parallel > 1 else f"{done}/1"


def _job_duration(obj: Obj, now: datetime) -> str:
    started, ended = status(obj).get("startTime"), status(obj).get("completionTime")
    if not started:
        return ""
    return human_duration((parse_time(ended) if ended else now) - parse_time(started))


def cron_job(obj: Obj, now: datetime) -> Cells:
    """Schedule, time zone, and when it last ran."""
    last = status(obj).get("lastScheduleTime")
    inner = spec(spec(obj).get("jobTemplate") or {})
    return [
        name(obj),
        spec(obj).get("schedule") or "",
        spec(obj).get("timeZone") or NONE,
        true_false(spec(obj).get("suspend")),
        len(status(obj).get("active") or ()),
        since(last, now) if last else NONE,
        age(obj, now),
        *containers(inner.get("template")),
        selector(inner.get("selector")),
    ]


def pod_template(obj: Obj, now: datetime) -> Cells:
    """Containers and labels of the template."""
    template = obj.get("template") or {}
    return [name(obj), *containers(template), labels(meta(template).get("labels"))]


def controller_revision(obj: Obj, now: datetime) -> Cells:
    """The owner as ``statefulset.apps/web``."""
    owner = next((each for each in meta(obj).get("ownerReferences") or () if each.get("controller")), None)
    shown = NONE
    if owner:
        group = owner["apiVersion"].rpartition("/")[0]
        kind = f"{owner['kind']}.{group}" if group else owner["kind"]
        shown = f"{kind.lower()}/{owner['name']}"
    return [name(obj), shown, int(obj.get("revision") or 0), age(obj, now)]


def disruption_budget(obj: Obj, now: datetime) -> Cells:
    """How many must stay, how many may go, how many may go now."""

    def limit(field: str) -> str:
        found = spec(obj).get(field)
        return "N/A" if found is None else str(found)

    allowed = _count(status(obj), "disruptionsAllowed")
    return [name(obj), limit("minAvailable"), limit("maxUnavailable"), allowed, age(obj, now)]


def autoscaler(obj: Obj, now: datetime) -> Cells:
    """Reference, current against wanted metrics, replicas; reads autoscaling/v1 objects as well."""
    wanted, current = _metrics(obj)
    target = spec(obj).get("scaleTargetRef") or {}
    fewest = spec(obj).get("minReplicas")
    return [
        name(obj),
        f"{target.get('kind')}/{target.get('name')}",
        _targets(wanted, current),
        UNSET if fewest is None else str(fewest),
        _count(spec(obj), "maxReplicas"),
        _count(status(obj), "currentReplicas"),
        age(obj, now),
    ]


def _metrics(obj: Obj) -> tuple[list[Obj], list[Obj]]:
    if obj.get("apiVersion") != "autoscaling/v1":
        return list(spec(obj).get("metrics") or ()), list(status(obj).get("currentMetrics") or ())
    notes = meta(obj).get("annotations") or {}
    wanted: list[Obj] = json.loads(notes.get("autoscaling.alpha.kubernetes.io/metrics") or "[]")
    current: list[Obj] = json.loads(notes.get("autoscaling.alpha.kubernetes.io/current-metrics") or "[]")
    cpu = spec(obj).get("targetCPUUtilizationPercentage")
    if cpu is not None:
        wanted.insert(0, {"type": "Resource", "resource": {"name": "cpu", "target": {"averageUtilization": cpu}}})
        used = status(obj).get("currentCPUUtilizationPercentage")
        if used is not None:
            now = {"name": "cpu", "current": {"averageUtilization": used}}
            current.insert(0, {"type": "Resource", "resource": now})
    return wanted, current


# Metric type -> the field that holds it, and whether its cell opens with the resource's name.
_METRIC_FIELDS: Mapping[str, tuple[str, bool]] = {
    "Resource": ("resource", True),
    "ContainerResource": ("containerResource", True),
    "Pods": ("pods", False),
    "Object": ("object", False),
    "External": ("external", False),
}


def _targets(wanted: list[Obj], current: list[Obj]) -> str:
    if not wanted:
        return NONE
    shown = [_target(each, current[at] if at < len(current) else {}) for at, each in enumerate(wanted)]
    more = f" + {len(shown) - 2} more..." if len(shown) > 2 else ""
    return ", ".join(shown[:2]) + more


def _target(wanted: Obj, current: Obj) -> str:
    field, has_name = _METRIC_FIELDS.get(wanted.get("type") or "", ("", False))
    if not field:
        return "<unknown type>"
    source = wanted.get(field) or {}
    target = source.get("target") or {}
    now = (current.get(field) or {}).get("current") or {}
    average = target.get("averageValue")
    if has_name:
        prefix = f"{source.get('name')}: "
        if average is not None:
            return f"{prefix}{_amount(now.get('averageValue'))}/{_amount(average)}"
        used, goal = now.get("averageUtilization"), target.get("averageUtilization")
        return f"{prefix}{UNKNOWN if used is None else f'{used}%'}/{'<auto>' if goal is None else f'{goal}%'}"
    if average is not None:
        suffix = "" if field == "pods" else " (avg)"
        return f"{_amount(now.get('averageValue'))}/{_amount(average)}{suffix}"
    return f"{_amount(now.get('value'))}/{_amount(target.get('value'))}"


def _amount(value: str | int | None) -> str:
    return UNKNOWN if value is None else canonical(value)


def resource_quota(obj: Obj, now: datetime) -> Cells:
    """Used against hard amounts, limits in a column of their own."""
    hard, used = status(obj).get("hard") or {}, status(obj).get("used") or {}
    shown = {key: f"{key}: {canonical(used.get(key) or 0)}/{canonical(hard[key])}" for key in sorted(hard)}
    requests = ", ".join(text for key, text in shown.items() if not key.startswith("limits."))
    limits = ", ".join(text for key, text in shown.items() if key.startswith("limits."))
    return [name(obj), requests, limits, age(obj, now)]


PRINTERS: Mapping[str, Printer] = {
    "deployments.apps": deployment,
    "replicasets.apps": replica_set,
    "replicationcontrollers": replication_controller,
    "statefulsets.apps": stateful_set,
    "daemonsets.apps": daemon_set,
    "jobs.batch": job,
    "cronjobs.batch": cron_job,
    "podtemplates": pod_template,
    "controllerrevisions.apps": controller_revision,
    "poddisruptionbudgets.policy": disruption_budget,
    "horizontalpodautoscalers.autoscaling": autoscaler,
    "resourcequotas": resource_quota,
}
