"""A Deployment's conditions: Available, Progressing and ReplicaFailure, in Kubernetes' reasons and words."""

from __future__ import annotations

from datetime import datetime

from kx.practice.controllers.objects import stamp
from kx.practice.status import Obj

PROGRESSING, AVAILABLE, FAILURE = "Progressing", "Available", "ReplicaFailure"
COMPLETE, TIMED_OUT, PAUSED = "NewReplicaSetAvailable", "ProgressDeadlineExceeded", "DeploymentPaused"
NO_DEADLINE = 2**31 - 1


def has_deadline(deployment: Obj) -> bool:
    """Whether progress is watched at all."""
    seconds = deployment["spec"].get("progressDeadlineSeconds")
    return seconds is not None and seconds != NO_DEADLINE


class Conditions:
    """The conditions of one Deployment while they are worked on."""

    def __init__(self, deployment: Obj, now: datetime) -> None:
        self._watched = has_deadline(deployment)
        self._now = stamp(now)
        found = (deployment.get("status") or {}).get("conditions") or ()
        self._conditions: list[Obj] = [dict(condition) for condition in found]

    def list(self) -> list[Obj]:
        """As they go into the status."""
        return list(self._conditions)

    def get(self, type: str) -> Obj | None:
        """The condition of that type."""
        return next((condition for condition in self._conditions if condition["type"] == type), None)

    def set(self, type: str, status: str, reason: str, message: str, renew: bool = False) -> None:
        """Put a condition in, unless one of the same status and reason is there (``renew`` replaces that as well)."""
        known = self.get(type)
        same_status = known is not None and known["status"] == status
        if known is not None and same_status and known["reason"] == reason and not renew:
            return
        condition = {
            "type": type,
            "status": status,
            "lastUpdateTime": self._now,
            "lastTransitionTime": known["lastTransitionTime"] if known and same_status else self._now,
            "reason": reason,
            "message": message,
        }
        self.remove(type)
        self._conditions.append(condition)

    def remove(self, type: str) -> None:
        """Take the condition of that type out."""
        self._conditions = [condition for condition in self._conditions if condition["type"] != type]

    def created(self, name: str) -> None:
        """The newest ReplicaSet was made just now."""
        if self._watched:
            self.set(PROGRESSING, "True", "NewReplicaSetCreated", f'Created new replica set "{name}"')

    def found(self, name: str) -> None:
        """The newest ReplicaSet was there already."""
        if self._watched and self.get(PROGRESSING) is None:
            self.set(PROGRESSING, "True", "FoundNewReplicaSet", f'Found new replica set "{name}"')

    def creation_failed(self, name: str, message: str) -> None:
        """The newest ReplicaSet could not be made."""
        if self._watched:
            text = f'Failed to create new replica set "{name}": {message}'
            self.set(PROGRESSING, "False", "ReplicaSetCreateError", text)

    def paused(self, paused: bool) -> None:
        """Progress does not count while a rollout is paused, and starts anew when it is resumed."""
        known = self.get(PROGRESSING)
        reason = known["reason"] if known else ""
        if not self._watched or reason == TIMED_OUT:
            return
        if paused and reason != PAUSED:
            self.set(PROGRESSING, "Unknown", PAUSED, "Deployment is paused")
        elif not paused and reason == PAUSED:
            self.set(PROGRESSING, "Unknown", "DeploymentResumed", "Deployment is resumed")

    def available(self, enough: bool) -> None:
        """Whether the fewest pods the rollout allows are there."""
        if enough:
            self.set(AVAILABLE, "True", "MinimumReplicasAvailable", "Deployment has minimum availability.")
        else:
            text = "Deployment does not have minimum availability."
            self.set(AVAILABLE, "False", "MinimumReplicasUnavailable", text)

    def failed(self, condition: Obj | None) -> None:
        """Carry over a ReplicaSet's failure, or clear it."""
        if condition is None:
            self.remove(FAILURE)
            return
        self.set(FAILURE, condition["status"], condition.get("reason", ""), condition.get("message", ""))
