"""Deployments, replica sets, stateful sets, daemon sets, replication controllers, controller revisions.

Rules: Kubernetes' ``pkg/apis/apps/validation`` and the strategies that keep selectors as they are.
"""

from __future__ import annotations

from typing import Any

from kx.practice.selectors import match_labels
from kx.practice.status import Obj
from kx.practice.validation import meta, names, pods
from kx.practice.validation.errors import (
    Errors,
    each_invalid,
    forbidden,
    go_json,
    immutable,
    invalid,
    nonnegative,
    required,
    unsupported,
)

_MISMATCH = "`selector` does not match template `labels`"


def _template_labels(template: Obj | None) -> dict[str, str]:
    return ((template or {}).get("metadata") or {}).get("labels") or {}


def _selector(spec: Obj, kind: str) -> Errors:
    selector = spec.get("selector")
    if selector is None:
        yield required("spec.selector")
        return
    yield from meta.selector("spec.selector", selector)
    if meta.is_empty_selector(selector):
        yield invalid("spec.selector", selector, f"empty selector is invalid for {kind}")


def _match(path: str, selector: Obj | None, template: Obj | None) -> Errors:
    """The template carries the labels the selector asks for; a missing selector matches nothing."""
    labels = _template_labels(template)
    is_empty = selector is not None and meta.is_empty_selector(selector)
    if not is_empty and not match_labels(selector, labels):
        yield invalid(f"{path}.metadata.labels", labels or None, _MISMATCH)


def _always(path: str, template: Obj | None, kind: str) -> Errors:
    """Pods that are kept running always restart and have no deadline."""
    spec = (template or {}).get("spec") or {}
    if spec.get("restartPolicy") != "Always":
        yield unsupported(f"{path}.spec.restartPolicy", spec.get("restartPolicy") or "", ("Always",))
    if spec.get("activeDeadlineSeconds") is not None:
        detail = f"activeDeadlineSeconds in {kind} is not Supported"
        yield forbidden(f"{path}.spec.activeDeadlineSeconds", detail)


def _selected_template(spec: Obj) -> Errors:
    """The template of a deployment or replica set."""
    selector = spec.get("selector")
    if not meta.can_match(selector):
        yield invalid("spec.selector", selector, "invalid label selector")
        return
    yield from _match("spec.template", selector, spec.get("template"))
    yield from pods.template("spec.template", spec.get("template"))
    yield from _always("spec.template", spec.get("template"), "ReplicaSet")


def _keep_selector(obj: Obj, old: Obj | None) -> Errors:
    if old is not None:
        yield from immutable("spec.selector", obj["spec"].get("selector"), (old.get("spec") or {}).get("selector"))


def deployment(obj: Obj, old: Obj | None) -> Errors:
    """A Deployment."""
    spec = obj.get("spec") or {}
    yield from nonnegative("spec.replicas", spec.get("replicas"))
    yield from _selector(spec, "deployment")
    yield from _selected_template(spec)
    yield from _deployment_strategy("spec.strategy", spec.get("strategy") or {})
    for field in ("minReadySeconds", "revisionHistoryLimit"):
        yield from nonnegative(f"spec.{field}", spec.get(field))
    deadline = spec.get("progressDeadlineSeconds")
    if deadline is not None:
        yield from nonnegative("spec.progressDeadlineSeconds", deadline)
        if deadline <= (spec.get("minReadySeconds") or 0):
            yield invalid("spec.progressDeadlineSeconds", deadline, "must be greater than minReadySeconds")
    yield from _keep_selector(obj, old)


def _deployment_strategy(path: str, strategy: Obj) -> Errors:
    kind, rolling = strategy.get("type"), strategy.get("rollingUpdate")
    if kind == "Recreate":
        if rolling is not None:
            yield forbidden(f"{path}.rollingUpdate", "may not be specified when strategy `type` is 'Recreate'")
    elif kind == "RollingUpdate":
        if rolling is None:
            yield required(f"{path}.rollingUpdate", "this should be defaulted and never be nil")
            return
        here, unavailable, surge = f"{path}.rollingUpdate", rolling.get("maxUnavailable"), rolling.get("maxSurge")
        yield from count_or_percent(f"{here}.maxUnavailable", unavailable)
        yield from count_or_percent(f"{here}.maxSurge", surge)
        if not _amount(unavailable) and not _amount(surge):
            yield invalid(f"{here}.maxUnavailable", unavailable, "may not be 0 when `maxSurge` is 0")
        yield from at_most_100_percent(f"{here}.maxUnavailable", unavailable)
    else:
        yield unsupported(path, go_json("apps.DeploymentStrategy", strategy), ("Recreate", "RollingUpdate"))


def count_or_percent(path: str, value: Any) -> Errors:
    """A count, not negative, or a percentage."""
    if isinstance(value, str):
        for wrong in names.percent(value):
            yield invalid(path, value, wrong)
    else:
        yield from nonnegative(path, value)


def _amount(value: Any) -> int:
    """The number in a count or percentage; 0 for a text that is neither."""
    if not isinstance(value, str):
        return value or 0
    digits = value.removesuffix("%")
    return int(digits) if digits.isascii() and digits.isdecimal() else 0


def at_most_100_percent(path: str, value: Any) -> Errors:
    """A percentage cannot be above 100."""
    if isinstance(value, str) and not names.percent(value) and _amount(value) > 100:
        yield invalid(path, value, "must not be greater than 100%")


def replica_set(obj: Obj, old: Obj | None) -> Errors:
    """A ReplicaSet; its empty selector is refused in a deployment's words, as Kubernetes does."""
    spec = obj.get("spec") or {}
    for field in ("replicas", "minReadySeconds"):
        yield from nonnegative(f"spec.{field}", spec.get(field))
    yield from _selector(spec, "deployment")
    yield from _selected_template(spec)
    yield from _keep_selector(obj, old)


def replication_controller(obj: Obj, old: Obj | None) -> Errors:
    """A ReplicationController."""
    spec = obj.get("spec") or {}
    yield from nonnegative("spec.minReadySeconds", spec.get("minReadySeconds"))
    selector, template = spec.get("selector") or {}, spec.get("template")
    if not selector:
        yield required("spec.selector")
    yield from nonnegative("spec.replicas", spec.get("replicas"))
    if template is None:
        yield required("spec.template")
        return
    if selector:
        yield from _match("spec.template", {"matchLabels": selector}, template)
    yield from pods.template("spec.template", template)
    yield from _always("spec.template", template, "ReplicationController")


_STATEFUL_MAY_CHANGE = (
    "replicas",
    "template",
    "updateStrategy",
    "minReadySeconds",
    "ordinals",
    "persistentVolumeClaimRetentionPolicy",
    "revisionHistoryLimit",
)
_STATEFUL_WORDS = (
    "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', "
    "'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden"
)


def stateful_set(obj: Obj, old: Obj | None) -> Errors:
    """A StatefulSet."""
    spec = obj.get("spec") or {}
    management = spec.get("podManagementPolicy") or ""
    if management not in ("OrderedReady", "Parallel"):
        yield invalid("spec.podManagementPolicy", management, "must be 'OrderedReady' or 'Parallel'")
    yield from _stateful_strategy("spec.updateStrategy", spec.get("updateStrategy") or {})
    retention = spec.get("persistentVolumeClaimRetentionPolicy") or {}
    for field in ("whenDeleted", "whenScaled"):
        if retention.get(field, "Retain") not in ("Retain", "Delete"):
            path = f"spec.persistentVolumeClaimRetentionPolicy.{field}"
            yield unsupported(path, retention[field], ("Retain", "Delete"))
    for field in ("replicas", "minReadySeconds"):
        yield from nonnegative(f"spec.{field}", spec.get(field))
    service = spec.get("serviceName") or ""
    if service and old is None:
        yield from each_invalid("spec.serviceName", service, names.dns_1035_label(service))
    yield from nonnegative("spec.ordinals.start", (spec.get("ordinals") or {}).get("start"))
    yield from _selector(spec, "statefulset")
    yield from _stateful_template(spec)
    if old is not None:
        before = old.get("spec") or {}
        if any(spec.get(field) != before.get(field) for field in {*spec, *before} - set(_STATEFUL_MAY_CHANGE)):
            yield forbidden("spec", _STATEFUL_WORDS)


def _stateful_strategy(path: str, strategy: Obj) -> Errors:
    kind, rolling = strategy.get("type"), strategy.get("rollingUpdate")
    if not kind:
        yield required(path)
    elif kind == "OnDelete":
        if rolling is not None:
            shown = go_json("apps.RollingUpdateStatefulSetStrategy", rolling)
            yield invalid(f"{path}.rollingUpdate", shown, "only allowed for updateStrategy 'RollingUpdate'")
    elif kind == "RollingUpdate":
        yield from nonnegative(f"{path}.rollingUpdate.partition", (rolling or {}).get("partition"))
    else:
        shown = go_json("apps.StatefulSetUpdateStrategy", strategy)
        yield invalid(path, shown, "must be 'RollingUpdate' or 'OnDelete'")


def _stateful_template(spec: Obj) -> Errors:
    """Claims become volumes only in the pods, so that mounts are not checked against volumes here."""
    template = spec.get("template") or {}
    if not meta.can_match(spec.get("selector")):
        yield invalid("spec.selector", spec.get("selector"), "")
    else:
        yield from _match("spec.template", spec.get("selector"), template)
        yield from meta.labels("spec.template.labels", _template_labels(template))
        notes = (template.get("metadata") or {}).get("annotations")
        yield from meta.annotation_set("spec.template.annotations", notes)
        yield from pods.template_of_set("spec.template.spec", template.get("spec") or {}, _claim_names(spec))
    yield from _always("spec.template", template, "StatefulSet")


def _claim_names(spec: Obj) -> list[str]:
    return [(claim.get("metadata") or {}).get("name") or "" for claim in spec.get("volumeClaimTemplates") or ()]


def daemon_set(obj: Obj, old: Obj | None) -> Errors:
    """A DaemonSet."""
    spec = obj.get("spec") or {}
    selector, template = spec.get("selector"), spec.get("template")
    yield from meta.selector("spec.selector", selector)
    if meta.can_match(selector) and not match_labels(selector, _template_labels(template)):
        yield invalid("spec.template.metadata.labels", _template_labels(template) or None, _MISMATCH)
    if selector is not None and meta.is_empty_selector(selector):
        yield invalid("spec.selector", selector, "empty selector is invalid for daemonset")
    yield from pods.template("spec.template", template)
    yield from _always("spec.template", template, "DaemonSet")
    yield from nonnegative("spec.minReadySeconds", spec.get("minReadySeconds"))
    yield from _daemon_strategy("spec.updateStrategy", spec.get("updateStrategy") or {})
    yield from nonnegative("spec.revisionHistoryLimit", spec.get("revisionHistoryLimit"))
    yield from _keep_selector(obj, old)


def _daemon_strategy(path: str, strategy: Obj) -> Errors:
    kind, rolling = strategy.get("type"), strategy.get("rollingUpdate")
    if kind == "OnDelete":
        return
    if kind != "RollingUpdate":
        yield unsupported(path, go_json("apps.DaemonSetUpdateStrategy", strategy), ("RollingUpdate", "OnDelete"))
        return
    if rolling is None:
        yield required(f"{path}.rollingUpdate")
        return
    here, unavailable, surge = f"{path}.rollingUpdate", rolling.get("maxUnavailable"), rolling.get("maxSurge")
    for check in (count_or_percent, at_most_100_percent):
        yield from check(f"{here}.maxUnavailable", unavailable)
        yield from check(f"{here}.maxSurge", surge)
    if _amount(unavailable) and _amount(surge):
        yield invalid(f"{here}.maxSurge", surge, "may not be set when maxUnavailable is non-zero")
    elif not _amount(unavailable) and not _amount(surge):
        yield required(f"{here}.maxUnavailable", "cannot be 0 when maxSurge is 0")


def controller_revision(obj: Obj, old: Obj | None) -> Errors:
    """A ControllerRevision: its data never changes."""
    if obj.get("data") is None:
        yield required("data", "data is mandatory")
    yield from nonnegative("revision", obj.get("revision"))
    if old is not None:
        yield from immutable("data", obj.get("data"), old.get("data"))
