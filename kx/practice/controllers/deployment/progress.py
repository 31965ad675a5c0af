"""A Deployment's status: the counts, and whether the rollout got further, is done, or took too long.

Rules: pkg/controller/deployment/progress.go and sync.go.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from kx.practice.controllers.deployment import limits
from kx.practice.controllers.deployment.conditions import (
    COMPLETE,
    PROGRESSING,
    TIMED_OUT,
    Conditions,
    has_deadline,
)
from kx.practice.controllers.deployment.family import Family
from kx.practice.controllers.objects import condition_of, moment, without_empty
from kx.practice.status import Obj


def counts(family: Family) -> Obj:
    """The numbers of the status, without conditions."""
    everyone = family.everyone
    replicas, ready, available, terminating = (
        sum(limits.counted(replica_set, field) for replica_set in everyone)
        for field in ("replicas", "readyReplicas", "availableReplicas", "terminatingReplicas")
    )
    wanted = limits.replicas_of(family.deployment)
    numbers = {
        "observedGeneration": family.deployment["metadata"].get("generation", 0),
        "replicas": replicas,
        "updatedReplicas": limits.counted(family.newest, "replicas") if family.newest else 0,
        "readyReplicas": ready,
        "availableReplicas": available,
        "unavailableReplicas": max(0, limits.total(everyone) - available),
        "terminatingReplicas": terminating,
        "collisionCount": family.collisions,
    }
    enough = available >= wanted - limits.unavailable(family.deployment)
    family.conditions.available(enough)
    return without_empty(numbers, "terminatingReplicas")


def estimate(family: Family, numbers: Obj, now: datetime) -> None:
    """Set the Progressing condition from what changed between the stored status and ``numbers``."""
    deployment, conditions = family.deployment, family.conditions
    if not has_deadline(deployment):
        conditions.remove(PROGRESSING)
        return
    known = conditions.get(PROGRESSING)
    settled = numbers.get("replicas", 0) == numbers.get("updatedReplicas", 0)
    if settled and known is not None and known["reason"] == COMPLETE:
        return
    subject = f'ReplicaSet "{family.newest["metadata"]["name"]}"' if family.newest else f'Deployment "{family.name}"'
    if is_complete(deployment, numbers):
        conditions.set(PROGRESSING, "True", COMPLETE, f"{subject} has successfully progressed.")
    elif _got_further(deployment.get("status") or {}, numbers):
        conditions.set(PROGRESSING, "True", "ReplicaSetUpdated", f"{subject} is progressing.", renew=True)
    elif _took_too_long(deployment, conditions, now):
        conditions.set(PROGRESSING, "False", TIMED_OUT, f"{subject} has timed out progressing.")


def failures(family: Family) -> None:
    """Show the failure of a ReplicaSet, the newest first, as the Deployment's own."""
    found = (condition_of(replica_set, "ReplicaFailure") for replica_set in reversed(family.everyone))
    family.conditions.failed(next((condition for condition in found if condition), None))


def is_complete(deployment: Obj, status: Obj) -> bool:
    """Whether all pods are new and available, and no old one is left."""
    wanted = limits.replicas_of(deployment)
    fields = ("updatedReplicas", "replicas", "availableReplicas")
    observed = status.get("observedGeneration", 0) >= deployment["metadata"].get("generation", 0)
    return observed and all(status.get(field, 0) == wanted for field in fields)


def next_check(deployment: Obj, status: Obj, conditions: Conditions, now: datetime) -> float | None:
    """Seconds until a rollout that does not move must be called late."""
    known = conditions.get(PROGRESSING)
    if not has_deadline(deployment) or known is None or known["reason"] in (TIMED_OUT, COMPLETE):
        return None
    if deployment["spec"].get("paused") or is_complete(deployment, status):
        return None
    return max(1.0, (_deadline(deployment, known) - now).total_seconds() + 1.0)


def _got_further(before: Obj, after: Obj) -> bool:
    def left(status: Obj) -> int:
        return int(status.get("replicas", 0) - status.get("updatedReplicas", 0))

    grown = ("updatedReplicas", "readyReplicas", "availableReplicas")
    return left(after) < left(before) or any(after.get(field, 0) > before.get(field, 0) for field in grown)


def _took_too_long(deployment: Obj, conditions: Conditions, now: datetime) -> bool:
    known = conditions.get(PROGRESSING)
    if known is None or known["reason"] == COMPLETE:
        return False
    return known["reason"] == TIMED_OUT or _deadline(deployment, known) < now


def _deadline(deployment: Obj, condition: Obj) -> datetime:
    since = moment(condition.get("lastUpdateTime")) or moment(condition["lastTransitionTime"])
    assert since is not None
    return since + timedelta(seconds=deployment["spec"]["progressDeadlineSeconds"])
