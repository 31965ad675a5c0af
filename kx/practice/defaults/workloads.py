"""Defaults of the objects that run pods: deployments, replica sets, stateful sets, daemon sets, jobs, autoscalers.

Rules: ``SetDefaults_*`` in Kubernetes' ``pkg/apis/{apps,batch,autoscaling}/v*/defaults.go``. Pod templates inside
them are ``pods.py``'s.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping

from kx.practice.defaults.pods import Rule, pointer_setter, setter
from kx.practice.status import Obj

_MAX_INT32 = 2**31 - 1


def _rolling(strategy: Obj, **values: object) -> None:
    """Fill in a RollingUpdate strategy, the one taken when none is named."""
    setter(type="RollingUpdate")(strategy)
    if strategy["type"] == "RollingUpdate":
        rolling = strategy.get("rollingUpdate") or {}
        pointer_setter(**values)(rolling)
        strategy["rollingUpdate"] = rolling


def deployment(obj: Obj) -> None:
    """SetDefaults_Deployment."""
    spec = obj.setdefault("spec", {})
    pointer_setter(replicas=1, revisionHistoryLimit=10, progressDeadlineSeconds=600)(spec)
    spec["strategy"] = spec.get("strategy") or {}
    _rolling(spec["strategy"], maxUnavailable="25%", maxSurge="25%")


def daemon_set(obj: Obj) -> None:
    """SetDefaults_DaemonSet; the template's generation is kept in an old annotation (conversion)."""
    spec = obj.setdefault("spec", {})
    pointer_setter(revisionHistoryLimit=10)(spec)
    spec["updateStrategy"] = spec.get("updateStrategy") or {}
    _rolling(spec["updateStrategy"], maxUnavailable=1, maxSurge=0)


def stateful_set(obj: Obj) -> None:
    """SetDefaults_StatefulSet, with ``maxUnavailable`` switched off as in 1.36."""
    spec = obj.setdefault("spec", {})
    setter(podManagementPolicy="OrderedReady")(spec)
    strategy = spec["updateStrategy"] = spec.get("updateStrategy") or {}
    if not strategy.get("type"):
        strategy["type"] = "RollingUpdate"
        strategy["rollingUpdate"] = strategy.get("rollingUpdate") or {}
    rolling = strategy.get("rollingUpdate")
    if strategy["type"] == "RollingUpdate" and rolling is not None:
        rolling.pop("maxUnavailable", None)
        pointer_setter(partition=0)(rolling)
    retention = spec["persistentVolumeClaimRetentionPolicy"] = spec.get("persistentVolumeClaimRetentionPolicy") or {}
    setter(whenDeleted="Retain", whenScaled="Retain")(retention)
    pointer_setter(replicas=1, revisionHistoryLimit=10)(spec)
    for claim in spec.get("volumeClaimTemplates") or ():
        claim["apiVersion"], claim["kind"] = "v1", "PersistentVolumeClaim"


def replica_set(obj: Obj) -> None:
    """SetDefaults_ReplicaSet."""
    pointer_setter(replicas=1)(obj.setdefault("spec", {}))


def replication_controller(obj: Obj) -> None:
    """SetDefaults_ReplicationController: selector and labels are taken from the template."""
    spec = obj.setdefault("spec", {})
    pointer_setter(replicas=1)(spec)
    labels = ((spec.get("template") or {}).get("metadata") or {}).get("labels")
    if labels:
        spec["selector"] = spec.get("selector") or dict(labels)
        metadata = obj.setdefault("metadata", {})
        metadata["labels"] = metadata.get("labels") or dict(labels)


def job(obj: Obj) -> None:
    """SetDefaults_Job."""
    spec = obj.setdefault("spec", {})
    if spec.get("completions") is None and spec.get("parallelism") is None:
        spec["completions"] = 1
    limit = 6 if spec.get("backoffLimitPerIndex") is None else _MAX_INT32
    replacement = "TerminatingOrFailed" if spec.get("podFailurePolicy") is None else "Failed"
    pointer_setter(
        parallelism=1,
        backoffLimit=limit,
        completionMode="NonIndexed",
        suspend=False,
        podReplacementPolicy=replacement,
        manualSelector=False,
    )(spec)
    labels = ((spec.get("template") or {}).get("metadata") or {}).get("labels")
    metadata = obj.setdefault("metadata", {})
    if labels and not metadata.get("labels"):
        metadata["labels"] = dict(labels)


def cron_job(obj: Obj) -> None:
    """SetDefaults_CronJob; the job template inside is left as it is."""
    spec = obj.setdefault("spec", {})
    setter(concurrencyPolicy="Allow")(spec)
    pointer_setter(suspend=False, successfulJobsHistoryLimit=3, failedJobsHistoryLimit=1)(spec)


_SCALE_UP: Obj = {
    "stabilizationWindowSeconds": 0,
    "selectPolicy": "Max",
    "policies": [
        {"type": "Pods", "value": 4, "periodSeconds": 15},
        {"type": "Percent", "value": 100, "periodSeconds": 15},
    ],
}
_SCALE_DOWN: Obj = {"selectPolicy": "Max", "policies": [{"type": "Percent", "value": 100, "periodSeconds": 15}]}


def autoscaler(obj: Obj) -> None:
    """SetDefaults_HorizontalPodAutoscaler of autoscaling/v2."""
    spec = obj.setdefault("spec", {})
    pointer_setter(minReplicas=1)(spec)
    if not spec.get("metrics"):
        target = {"type": "Utilization", "averageUtilization": 80}
        spec["metrics"] = [{"type": "Resource", "resource": {"name": "cpu", "target": target}}]
    behavior = spec.get("behavior")
    if behavior is not None:
        for name, rules in (("scaleUp", _SCALE_UP), ("scaleDown", _SCALE_DOWN)):
            given = {key: value for key, value in (behavior.get(name) or {}).items() if value is not None}
            behavior[name] = {**copy.deepcopy(rules), **given}


def autoscaler_v1(obj: Obj) -> None:
    """SetDefaults_HorizontalPodAutoscaler of autoscaling/v1, and the target its conversion fills in."""
    pointer_setter(minReplicas=1, targetCPUUtilizationPercentage=80)(obj.setdefault("spec", {}))


RULES: Mapping[str, Rule] = {
    "apps.Deployment": deployment,
    "apps.DaemonSet": daemon_set,
    "apps.StatefulSet": stateful_set,
    "apps.ReplicaSet": replica_set,
    "core.ReplicationController": replication_controller,
    "batch.Job": job,
    "batch.CronJob": cron_job,
    "batch.PodFailurePolicyOnPodConditionsPattern": setter(status="True"),
    "autoscaling2.HorizontalPodAutoscaler": autoscaler,
    "autoscaling1.HorizontalPodAutoscaler": autoscaler_v1,
}
