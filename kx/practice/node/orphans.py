"""Pods whose node is gone, as the pod garbage collector leaves them: failed, and on their way out at once.

One that somebody still has to take note of (a Job, by its finalizer) stays until that is done. Rules and words:
pkg/controller/podgc.
"""

from __future__ import annotations

from datetime import datetime

from kx.practice.node.clock import stamp
from kx.practice.status import Obj

_OVER = ("Succeeded", "Failed")


def collected(pod: Obj, now: datetime) -> Obj:
    """The pod as it is deleted."""
    metadata, status = pod["metadata"], pod.get("status") or {}
    if status.get("phase") not in _OVER:
        status = _failed(pod, status, now)
    since = metadata.get("deletionTimestamp") or stamp(now)
    metadata = {**metadata, "deletionTimestamp": since, "deletionGracePeriodSeconds": 0}
    return {**pod, "metadata": metadata, "status": status}


def _failed(pod: Obj, status: Obj, now: datetime) -> Obj:
    condition = {
        "type": "DisruptionTarget",
        "status": "True",
        "observedGeneration": pod["metadata"].get("generation"),
        "lastProbeTime": None,
        "lastTransitionTime": stamp(now),
        "reason": "DeletionByPodGC",
        "message": "PodGC: node no longer exists",
    }
    others = [one for one in status.get("conditions") or () if one["type"] != "DisruptionTarget"]
    return {**status, "phase": "Failed", "conditions": [*others, condition]}
