"""Which pods go first when there are too many: the rules of pkg/controller/controller_utils.go, ActivePodsWithRanks."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from kx.practice.controllers.objects import annotations_of, is_active, moment, phase_of, ready_since
from kx.practice.status import Obj

DELETION_COST = "controller.kubernetes.io/pod-deletion-cost"

_PHASES = {"Pending": 0, "Unknown": 1, "Running": 2}


def to_delete(pods: list[Obj], related: Iterable[Obj], count: int, now: datetime) -> list[Obj]:
    """The ``count`` pods of ``pods`` to delete. ``related`` pods crowd the nodes, which makes their neighbours go."""
    if count >= len(pods):
        return list(pods)
    crowd = Counter(_node(pod) for pod in related if is_active(pod))
    return sorted(pods, key=lambda pod: _rank(pod, crowd, now))[:count]


def _rank(pod: Obj, crowd: Counter[str], now: datetime) -> tuple[Any, ...]:
    """Smaller goes first: the least useful to those who wait for an answer."""
    ready = ready_since(pod)
    return (
        bool(_node(pod)),
        _PHASES.get(phase_of(pod), 2),
        ready is not None,
        _cost(pod),
        -crowd[_node(pod)],
        _age(ready, now),
        -_restarts(pod),
        _age(moment(pod["metadata"].get("creationTimestamp")), now),
        pod["metadata"].get("uid", ""),
    )


def _node(pod: Obj) -> str:
    return str(pod["spec"].get("nodeName") or "")


def _cost(pod: Obj) -> int:
    try:
        return int(annotations_of(pod).get(DELETION_COST, "0"))
    except ValueError:
        return 0


def _age(since: datetime | None, now: datetime) -> int:
    """The power of two of an age: pods of about one age are alike, and chance (their uid) chooses among them."""
    seconds = (now - since).total_seconds() if since else 0.0
    return int(math.log2(seconds * 1e9)) if seconds > 0 else -1


def _restarts(pod: Obj) -> int:
    statuses = (pod.get("status") or {}).get("containerStatuses") or ()
    return max((int(status.get("restartCount", 0)) for status in statuses), default=0)
