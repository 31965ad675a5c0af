"""How far a rolling update may go: maxSurge and maxUnavailable as numbers, and shares of a ReplicaSet.

Pure arithmetic over objects; rules of pkg/controller/deployment/util/deployment_util.go.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from kx.practice.controllers.objects import annotations_of
from kx.practice.status import Obj

DESIRED = "deployment.kubernetes.io/desired-replicas"
MAXIMUM = "deployment.kubernetes.io/max-replicas"


def replicas_of(obj: Obj) -> int:
    """How many replicas a Deployment or ReplicaSet asks for."""
    return int(obj["spec"].get("replicas", 1))


def counted(replica_set: Obj, field: str) -> int:
    """A number of a ReplicaSet's status."""
    return int((replica_set.get("status") or {}).get(field, 0))


def available_of(replica_set: Obj) -> int:
    """Available pods that stay: a status not yet counted again after scaling down promises too much."""
    return min(counted(replica_set, "availableReplicas"), replicas_of(replica_set))


def total(replica_sets: Iterable[Obj]) -> int:
    """How many replicas they ask for together."""
    return sum(replicas_of(replica_set) for replica_set in replica_sets)


def active(replica_sets: Iterable[Obj]) -> list[Obj]:
    """Those that ask for any."""
    return [replica_set for replica_set in replica_sets if replicas_of(replica_set) > 0]


def is_rolling(deployment: Obj) -> bool:
    strategy = deployment["spec"].get("strategy") or {}
    return bool(strategy.get("type", "RollingUpdate") == "RollingUpdate")


def surge(deployment: Obj) -> int:
    """Pods allowed beyond the wanted number."""
    return _bounds(deployment)[0] if is_rolling(deployment) else 0


def unavailable(deployment: Obj) -> int:
    """Pods allowed to be missing from the wanted number."""
    wanted = replicas_of(deployment)
    return min(_bounds(deployment)[1], wanted) if is_rolling(deployment) else 0


def new_replicas(deployment: Obj, everyone: Iterable[Obj], newest: Obj) -> int:
    """How many replicas the newest ReplicaSet may ask for now."""
    wanted, present = replicas_of(deployment), replicas_of(newest)
    if not is_rolling(deployment):
        return wanted
    room = wanted + surge(deployment) - total(everyone)
    return present if room <= 0 else present + min(room, wanted - present)


def share(deployment: Obj, replica_set: Obj, to_add: int, added: int) -> int:
    """What one ReplicaSet gets of ``to_add`` replicas when a Deployment is scaled in the middle of a rollout."""
    if to_add in (0, added):
        return 0
    fraction = _fraction(deployment, replica_set)
    left = to_add - added
    return min(fraction, left) if to_add > 0 else max(fraction, left)


def annotated(replica_set: Obj, annotation: str) -> int | None:
    """A number kept in an annotation; None when it is missing or not a number."""
    text = annotations_of(replica_set).get(annotation, "")
    return int(text) if text.isdecimal() else None


def _bounds(deployment: Obj) -> tuple[int, int]:
    """(surge, unavailable), never both nothing: then no step would be possible."""
    rolling = (deployment["spec"].get("strategy") or {}).get("rollingUpdate") or {}
    wanted = replicas_of(deployment)
    above = _number(rolling.get("maxSurge", "25%"), wanted, math.ceil)
    below = _number(rolling.get("maxUnavailable", "25%"), wanted, math.floor)
    return above, below or (1 if above == 0 else 0)


def _number(value: Any, whole: int, rounded: Any) -> int:
    if isinstance(value, str) and value.endswith("%"):
        return int(rounded(Fraction(int(value[:-1]) * whole, 100)))
    return int(value)


def _fraction(deployment: Obj, replica_set: Obj) -> int:
    wanted, present = replicas_of(deployment), replicas_of(replica_set)
    if wanted == 0:
        return -present
    before = annotated(replica_set, MAXIMUM) or int((deployment.get("status") or {}).get("replicas", 0))
    if not before:
        return 0
    # Half is rounded up, as Go's rounding of a positive number does.
    return math.floor(Fraction(present * (wanted + surge(deployment)), before) + Fraction(1, 2)) - present
