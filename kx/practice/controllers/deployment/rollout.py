"""The steps from the old template to the new: rolling, all at once, or only scaled. One small step per look.

Rules: pkg/controller/deployment/rolling.go, recreate.go and sync.go.
"""

from __future__ import annotations

from kx.practice.controllers.deployment import limits, revisions
from kx.practice.controllers.deployment.family import Family
from kx.practice.controllers.deployment.progress import is_complete
from kx.practice.controllers.objects import is_deleting, phase_of
from kx.practice.status import Obj

_KEEP_ALL = 2**31 - 1


def roll(family: Family) -> None:
    """RollingUpdate: grow the newest as far as maxSurge allows, else shrink the old as far as maxUnavailable allows."""
    newest = _newest(family)
    if _grow(family, newest) or _shrink(family, newest):
        return
    clean_up(family)


def recreate(family: Family) -> None:
    """Recreate: everything old must have gone before the first new pod is made."""
    scaled = [family.scale(replica_set, 0) for replica_set in limits.active(family.older)]
    if any(scaled) or _old_pods_left(family):
        return
    family.scale(_newest(family), limits.replicas_of(family.deployment))
    clean_up(family)


def is_scaling(family: Family) -> bool:
    """Whether the wanted number changed since the ReplicaSets were last scaled."""
    wanted = limits.replicas_of(family.deployment)
    noted = (limits.annotated(replica_set, limits.DESIRED) for replica_set in limits.active(family.everyone))
    return any(number is not None and number != wanted for number in noted)


def rescale(family: Family) -> None:
    """Follow a change of the wanted number, in the middle of a rollout in proportion to what each has."""
    wanted = limits.replicas_of(family.deployment)
    only = _active_or_latest(family)
    if only is not None:
        family.scale(only, wanted)
    elif _is_saturated(family):
        for replica_set in limits.active(family.older):
            family.scale(replica_set, 0)
    elif limits.is_rolling(family.deployment):
        _spread(family)


def clean_up(family: Family) -> None:
    """When the rollout is over (or paused), forget old ReplicaSets beyond revisionHistoryLimit."""
    deployment = family.deployment
    keep = deployment["spec"].get("revisionHistoryLimit", _KEEP_ALL)
    if not (deployment["spec"].get("paused") or is_complete(deployment, deployment.get("status") or {})):
        return
    alive = [replica_set for replica_set in family.older if not is_deleting(replica_set)]
    surplus = max(0, len(alive) - keep)
    for replica_set in sorted(alive, key=revisions.number)[:surplus]:
        if _is_spent(replica_set):
            family.delete(replica_set)


def _newest(family: Family) -> Obj:
    if family.newest is None:
        family.create()
    assert family.newest is not None
    return family.newest


def _grow(family: Family, newest: Obj) -> bool:
    wanted = limits.replicas_of(family.deployment)
    if limits.replicas_of(newest) >= wanted:
        return family.scale(newest, wanted)
    return family.scale(newest, limits.new_replicas(family.deployment, family.everyone, newest))


def _shrink(family: Family, newest: Obj) -> bool:
    fewest = limits.replicas_of(family.deployment) - limits.unavailable(family.deployment)
    missing = limits.replicas_of(newest) - limits.available_of(newest)
    allowed = limits.total(family.everyone) - fewest - missing
    if allowed <= 0 or not limits.active(family.older):
        return False
    removed = _shrink_unhealthy(family, allowed)
    return _shrink_healthy(family, fewest) or removed


def _shrink_unhealthy(family: Family, allowed: int) -> bool:
    """Old pods that are not available go first: nobody misses them, and they would hold up the rollout."""
    done = False
    for replica_set in limits.active(family.older):
        replicas = limits.replicas_of(replica_set)
        step = min(allowed, replicas - limits.available_of(replica_set))
        if step > 0:
            family.scale(replica_set, replicas - step)
            allowed -= step
            done = True
    return done


def _shrink_healthy(family: Family, fewest: int) -> bool:
    allowed = sum(map(limits.available_of, family.everyone)) - fewest
    done = False
    for replica_set in limits.active(family.older):
        if allowed <= 0:
            break
        replicas = limits.replicas_of(replica_set)
        step = min(allowed, replicas)
        family.scale(replica_set, replicas - step)
        allowed -= step
        done = True
    return done


def _old_pods_left(family: Family) -> bool:
    """Whether a pod of an old ReplicaSet still runs, be it on its way out."""
    for replica_set in family.older:
        if limits.counted(replica_set, "replicas") > 0:
            return True
        for resource, pod in family.world.store.dependents(replica_set["metadata"]["uid"]):
            if resource == "pods" and phase_of(pod) not in ("Succeeded", "Failed"):
                return True
    return False


def _active_or_latest(family: Family) -> Obj | None:
    """The one ReplicaSet to scale; None when several have pods."""
    active = limits.active(family.everyone)
    if len(active) > 1:
        return None
    if active:
        return active[0]
    return family.newest or (family.older[-1] if family.older else None)


def _is_saturated(family: Family) -> bool:
    if family.newest is None:
        return False
    wanted = limits.replicas_of(family.deployment)
    numbers = (
        limits.replicas_of(family.newest),
        limits.annotated(family.newest, limits.DESIRED),
        limits.counted(family.newest, "availableReplicas"),
    )
    return all(number == wanted for number in numbers)


def _spread(family: Family) -> None:
    wanted = limits.replicas_of(family.deployment)
    allowed = wanted + limits.surge(family.deployment) if wanted > 0 else 0
    active = limits.active(family.everyone)
    to_add = allowed - limits.total(active)
    # Largest first; the newer of two equals when growing, the older when shrinking (everyone is sorted by age).
    ranked = sorted(active[::-1] if to_add > 0 else active, key=lambda obj: -limits.replicas_of(obj))
    sizes, added = [], 0
    for replica_set in ranked:
        part = limits.share(family.deployment, replica_set, to_add, added)
        sizes.append(limits.replicas_of(replica_set) + part)
        added += part
    if ranked:
        sizes[0] = max(0, sizes[0] + to_add - added)
    for replica_set, size in zip(ranked, sizes, strict=True):
        family.scale(replica_set, size, always=True)


def _is_spent(replica_set: Obj) -> bool:
    """Nothing runs in it, and its controller knows."""
    observed = limits.counted(replica_set, "observedGeneration")
    idle = limits.counted(replica_set, "replicas") == 0 and limits.replicas_of(replica_set) == 0
    return idle and observed >= replica_set["metadata"].get("generation", 0)
