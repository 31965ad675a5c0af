"""Jobs and cron jobs.

Rules: Kubernetes' ``pkg/apis/batch/validation``.
"""

from __future__ import annotations

import copy

from kx.practice.cron import grammar, zones
from kx.practice.selectors import match_labels
from kx.practice.status import Obj
from kx.practice.validation import jobpolicies, meta, names, pods
from kx.practice.validation.errors import (
    Errors,
    go_json,
    immutable,
    invalid,
    nonnegative,
    one_of,
    required,
    unsupported,
)

_COUNTS = (
    "parallelism",
    "completions",
    "activeDeadlineSeconds",
    "backoffLimit",
    "ttlSecondsAfterFinished",
    "backoffLimitPerIndex",
    "maxFailedIndexes",
)
_INDEXED_ONLY = ("backoffLimitPerIndex", "maxFailedIndexes")
_LABELS = {
    "controller-uid": "uid",
    "job-name": "name",
    "batch.kubernetes.io/controller-uid": "uid",
    "batch.kubernetes.io/job-name": "name",
}


def job(obj: Obj, old: Obj | None) -> Errors:
    """A Job; its selector and template stay what they were."""
    spec, metadata = obj.get("spec") or {}, obj.get("metadata") or {}
    if old is None:
        yield from _generated_labels(spec, metadata)
    yield from _spec("spec", spec)
    selector, labels = spec.get("selector"), _labels(spec)
    if selector is None:
        yield required("spec.selector")
    else:
        yield from meta.selector("spec.selector", selector)
    if meta.can_match(selector) and not match_labels(selector, labels):
        yield invalid("spec.template.metadata.labels", labels or None, "`selector` does not match template `labels`")
    if old is not None:
        yield from _changes(spec, old.get("spec") or {}, old.get("status") or {})
    elif spec.get("completionMode") == "Indexed" and (spec.get("completions") or 0) > 0:
        host = f"{metadata.get('name')}-{spec['completions'] - 1}"
        if names.dns_label(host):
            detail = f"will not able to create pod with invalid DNS label: {host}"
            yield invalid("metadata.name", metadata.get("name"), detail)


def _labels(spec: Obj) -> dict[str, str]:
    return (((spec.get("template") or {}).get("metadata")) or {}).get("labels") or {}


def _generated_labels(spec: Obj, metadata: Obj) -> Errors:
    """A selector made by the server rests on labels that must be as made."""
    selector = spec.get("selector")
    if spec.get("manualSelector") or selector is None:
        return
    expected = {label: metadata.get(field) or "" for label, field in _LABELS.items()}
    given = _labels(spec)
    for label, value in expected.items():
        path = f"spec.template.metadata.labels[{label}]"
        if label not in given:
            yield required(path, f"must be '{value}'")
        elif given[label] != value:
            yield invalid(path, given, f"must be '{value}'")
    if meta.can_match(selector) and not match_labels(selector, expected):
        yield invalid("spec.selector", selector, "`selector` not auto-generated")


def _spec(path: str, spec: Obj) -> Errors:
    for field in _COUNTS:
        yield from nonnegative(f"{path}.{field}", spec.get(field))
    if spec.get("maxFailedIndexes") is not None and spec.get("backoffLimitPerIndex") is None:
        yield required(f"{path}.backoffLimitPerIndex", "when maxFailedIndexes is specified")
    yield from _completion_mode(path, spec)
    if spec.get("podFailurePolicy") is not None:
        yield from jobpolicies.failure_policy(f"{path}.podFailurePolicy", spec)
    if spec.get("successPolicy") is not None:
        yield from _success(f"{path}.successPolicy", spec)
    yield from jobpolicies.replacement_policy(f"{path}.podReplacementPolicy", spec)
    yield from pods.template(f"{path}.template", spec.get("template"))
    policy = ((spec.get("template") or {}).get("spec") or {}).get("restartPolicy") or ""
    here = f"{path}.template.spec.restartPolicy"
    if policy in ("", "Always"):
        yield required(here, 'valid values: "OnFailure", "Never"')
    elif policy not in ("OnFailure", "Never"):
        yield unsupported(here, policy, ("OnFailure", "Never"))
    elif spec.get("podFailurePolicy") is not None and policy != "Never":
        yield invalid(here, policy, 'only "Never" is supported when podFailurePolicy is specified')


def _completion_mode(path: str, spec: Obj) -> Errors:
    mode, completions = spec.get("completionMode"), spec.get("completions")
    if mode not in (None, "NonIndexed", "Indexed"):
        yield unsupported(f"{path}.completionMode", mode, ("NonIndexed", "Indexed"))
    if mode == "Indexed":
        if completions is None:
            yield required(f"{path}.completions", "when completion mode is Indexed")
        if (spec.get("parallelism") or 0) > 100000:
            detail = "must be less than or equal to 100000 when completion mode is Indexed"
            yield invalid(f"{path}.parallelism", spec["parallelism"], detail)
        failed = spec.get("maxFailedIndexes")
        if completions is not None and failed is not None and failed > completions:
            yield invalid(f"{path}.maxFailedIndexes", failed, "must be less than or equal to completions")
        return
    for field in _INDEXED_ONLY:
        if spec.get(field) is not None:
            yield invalid(f"{path}.{field}", spec[field], "requires indexed completion mode")


def _success(path: str, spec: Obj) -> Errors:
    if spec.get("completionMode") == "Indexed":
        yield from jobpolicies.success_policy(path, spec)
    else:
        shown = go_json("batch.SuccessPolicy", spec["successPolicy"])
        yield invalid(path, shown, "requires indexed completion mode")


def _changes(spec: Obj, before: Obj, status: Obj) -> Errors:
    if spec.get("completionMode") != "Indexed":
        yield from immutable("spec.completions", spec.get("completions"), before.get("completions"))
    elif spec.get("completions") not in (before.get("completions"), None, spec.get("parallelism")):
        detail = "can only be modified in tandem with spec.parallelism"
        yield invalid("spec.completions", spec["completions"], detail)
    yield from immutable("spec.selector", spec.get("selector"), before.get("selector"))
    template, old_template = spec.get("template") or {}, _comparable(spec, before, status)
    if template != old_template:
        yield invalid("spec.template", go_json("core.PodTemplateSpec", template), "field is immutable")
    for field in ("completionMode", "podFailurePolicy", "backoffLimitPerIndex", "managedBy", "successPolicy"):
        yield from immutable(f"spec.{field}", spec.get(field), before.get(field))


def _comparable(spec: Obj, before: Obj, status: Obj) -> Obj:
    """The old template; where a job that waits to be started may be steered elsewhere is taken from the new one."""
    old: Obj = before.get("template") or {}
    if not before.get("suspend") or status.get("startTime"):
        return old
    new, old = spec.get("template") or {}, copy.deepcopy(old)
    for field in ("nodeSelector", "tolerations", "schedulingGates", "affinity"):
        old.setdefault("spec", {}).pop(field, None)
        if field in (new.get("spec") or {}):
            old["spec"][field] = new["spec"][field]
    for field in ("labels", "annotations"):
        old.setdefault("metadata", {}).pop(field, None)
        if field in (new.get("metadata") or {}):
            old["metadata"][field] = new["metadata"][field]
    return old


def cron_job(obj: Obj, old: Obj | None) -> Errors:
    """A CronJob."""
    spec = obj.get("spec") or {}
    before = (old or {}).get("spec") or {}
    schedule, zone = spec.get("schedule") or "", spec.get("timeZone")
    if not schedule:
        yield required("spec.schedule")
    else:
        problem = grammar.problem(schedule)
        if problem:
            yield invalid("spec.schedule", schedule, problem)
        if "TZ" in schedule:
            if "TZ" not in (before.get("schedule") or ""):
                detail = "cannot use TZ or CRON_TZ in schedule, use timeZone field instead"
                yield invalid("spec.schedule", schedule, detail)
            elif zone is not None:
                yield invalid("spec.schedule", schedule, "cannot use both timeZone field and TZ or CRON_TZ in schedule")
    yield from nonnegative("spec.startingDeadlineSeconds", spec.get("startingDeadlineSeconds"))
    if zone is not None and (old is None or zone != before.get("timeZone")):
        problem = zones.problem(zone)
        if problem:
            yield invalid("spec.timeZone", zone, problem)
    yield from one_of("spec.concurrencyPolicy", spec.get("concurrencyPolicy"), ("Allow", "Forbid", "Replace"))
    inner = (spec.get("jobTemplate") or {}).get("spec") or {}
    yield from _spec("spec.jobTemplate.spec", inner)
    if inner.get("selector") is not None:
        yield invalid("spec.jobTemplate.spec.selector", inner["selector"], "`selector` will be auto-generated")
    if inner.get("manualSelector"):
        yield unsupported("spec.jobTemplate.spec.manualSelector", True, ("nil", "false"))
    for field in ("successfulJobsHistoryLimit", "failedJobsHistoryLimit"):
        yield from nonnegative(f"spec.{field}", spec.get(field))
    name = (obj.get("metadata") or {}).get("name") or ""
    if old is None and len(name) > 52:
        yield invalid("metadata.name", name, names.max_length(52))
