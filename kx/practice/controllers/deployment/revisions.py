"""Revisions of a Deployment: the numbers and notes that ``kubectl rollout history`` and ``undo`` read."""

from __future__ import annotations

from collections.abc import Iterable

from kx.practice.controllers.objects import annotations_of
from kx.practice.status import Obj

REVISION = "deployment.kubernetes.io/revision"
HISTORY = "deployment.kubernetes.io/revision-history"

_NOT_COPIED = frozenset(
    (
        "kubectl.kubernetes.io/last-applied-configuration",
        REVISION,
        HISTORY,
        "deployment.kubernetes.io/desired-replicas",
        "deployment.kubernetes.io/max-replicas",
        "deprecated.deployment.rollback.to",
    )
)
_LONGEST_HISTORY = 2000  # characters


def text(replica_set: Obj) -> str:
    """The revision as it is written; "" when there is none."""
    return annotations_of(replica_set).get(REVISION, "")


def number(replica_set: Obj) -> int:
    """The revision as a number; 0 when there is none or it is not one."""
    found = text(replica_set)
    return int(found) if found.isdecimal() else 0


def highest(replica_sets: Iterable[Obj]) -> int:
    """The last revision among them; 0 when there is none."""
    return max(map(number, replica_sets), default=0)


def notes(deployment: Obj, replica_set: Obj, revision: int) -> dict[str, str]:
    """What the newest ReplicaSet's annotations should be: the Deployment's own, its revision, and its past ones."""
    result = dict(annotations_of(replica_set))
    result |= {name: value for name, value in annotations_of(deployment).items() if name not in _NOT_COPIED}
    before = text(replica_set)
    if number(replica_set) >= revision:
        return result
    result[REVISION] = str(revision)
    if before:
        past = [part for part in result.get(HISTORY, "").split(",") if part] + [before]
        while len(",".join(past)) > _LONGEST_HISTORY:
            del past[0]
        result[HISTORY] = ",".join(past)
    return result
