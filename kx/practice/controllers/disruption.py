"""PodDisruptionBudgets: how many of their pods are well, and how many may be evicted now.

Only counts; evictions ask the status (kx/practice/handlers/eviction.py). Rules: pkg/controller/disruption.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from kx.practice.controllers.gotext import go_selector
from kx.practice.controllers.objects import (
    controller_of,
    is_deleting,
    key_of,
    labels_of,
    moment,
    own_key,
    ready_since,
    stamp,
)
from kx.practice.controllers.world import Key, KeysOf, World
from kx.practice.history import Event
from kx.practice.resources import Resource, by_kind
from kx.practice.selectors import match_labels
from kx.practice.status import Obj

RESOURCE = "poddisruptionbudgets.policy"
COMPONENT = "controllermanager"
_TIMEOUT = timedelta(minutes=2)  # an eviction whose pod is still there by then is forgotten
_SCALES = ("deployments.apps", "replicasets.apps", "statefulsets.apps", "replicationcontrollers")
_UNMANAGED = (
    "Pods selected by this PodDisruptionBudget (selector: {}) were found to be unmanaged. As a result, the status of "
    "the PDB cannot be calculated correctly, which may result in undefined behavior. To account for these pods please "
    'set ".spec.minAvailable" field of the PDB to an integer value.'
)


class CountError(ValueError):
    """Why it cannot be said how many pods there should be."""


@dataclass(frozen=True)
class _Expected:
    pods: int  # how many there should be
    healthy: int  # how many must stay well
    unmanaged: bool = False


class DisruptionController:
    """Keeps the status of budgets."""

    name = "disruption-controller"

    def __init__(self, world: World) -> None:
        self._world = world
        self.watches: Mapping[str, KeysOf] = {
            RESOURCE: own_key,
            "pods": self._of_pod,
            **dict.fromkeys(_SCALES, self._of_owner),
        }

    def _of_pod(self, event: Event) -> Iterable[Key]:
        both = [labels_of(one) for one in (event.object, event.old) if one is not None]
        for budget in self._world.store.list(RESOURCE, event.object["metadata"]["namespace"]):
            if any(_covers(budget, labels) for labels in both):
                yield key_of(budget)

    def _of_owner(self, event: Event) -> Iterable[Key]:
        """Another number of replicas is expected."""
        if event.type == "MODIFIED" and event.old is not None and event.old.get("spec") == event.object.get("spec"):
            return
        for budget in self._world.store.list(RESOURCE, event.object["metadata"]["namespace"]):
            yield key_of(budget)

    def reconcile(self, world: World, key: Key) -> float | None:
        """One budget. Looks again when an announced eviction has to be forgotten."""
        budget = world.store.find(RESOURCE, *key)
        if budget is None:
            return None
        pods = world.index.select("pods", key[0], budget["spec"].get("selector"))
        if not pods:
            _tell(world, budget, "Normal", "NoPods", "No matching pods found")
        try:
            expected = _expected(world, budget, pods)
        except CountError as error:
            text = f"Failed to calculate the number of expected pods: {error}"
            _tell(world, budget, "Warning", "CalculateExpectedPodCountFailed", text)
            _write(world, budget, {**(budget.get("status") or {}), "disruptionsAllowed": 0}, "SyncFailed", str(error))
            return None
        if expected.unmanaged:
            _tell(
                world,
                budget,
                "Warning",
                "UnmanagedPods",
                _UNMANAGED.format(go_selector(budget["spec"].get("selector"))),
            )
        announced = _announced(world, budget, pods)
        healthy = sum(_is_well(pod, announced) for pod in pods)
        allowed = max(0, healthy - expected.healthy) if expected.pods > 0 else 0
        status: Obj = {
            "currentHealthy": healthy,
            "desiredHealthy": expected.healthy,
            "expectedPods": expected.pods,
            "disruptionsAllowed": allowed,
            "observedGeneration": budget["metadata"].get("generation", 0),
            **({"disruptedPods": announced} if announced else {}),
            "conditions": (budget.get("status") or {}).get("conditions") or [],
        }
        _write(world, budget, status, "SufficientPods" if allowed > 0 else "InsufficientPods", "")
        ends = [since + _TIMEOUT for since in map(moment, announced.values()) if since is not None]
        return max(0.0, (min(ends) - world.now()).total_seconds()) + 1.0 if ends else None


def _covers(budget: Obj, labels: dict[str, str]) -> bool:
    """A selector that says nothing chooses all pods of the namespace, none at all chooses none."""
    selector = budget["spec"].get("selector")
    return selector is not None and match_labels(selector, labels)


def _expected(world: World, budget: Obj, pods: list[Obj]) -> _Expected:
    """Raises ``CountError``."""
    spec = budget["spec"]
    if spec.get("maxUnavailable") is not None:
        count, unmanaged = _scale(world, pods)
        return _Expected(count, max(0, count - _share(spec["maxUnavailable"], count)), unmanaged)
    least = spec.get("minAvailable", 1)
    if isinstance(least, int):
        return _Expected(len(pods), least)
    count, unmanaged = _scale(world, pods)
    return _Expected(count, _share(least, count), unmanaged)


def _share(value: int | str, of: int) -> int:
    """A number, or a percentage of ``of`` rounded up."""
    return value if isinstance(value, int) else math.ceil(int(value.rstrip("%")) * of / 100)


def _scale(world: World, pods: list[Obj]) -> tuple[int, bool]:
    """How many pods their controllers want together, and whether some pods have none."""
    wanted: dict[str, int] = {}
    unmanaged = False
    for pod in pods:
        owner = controller_of(pod)
        if owner is None:
            unmanaged = True
        elif owner["uid"] not in wanted:
            uid, replicas = _replicas(world, pod, owner)
            wanted[uid] = replicas
    return sum(wanted.values()), unmanaged


def _replicas(world: World, pod: Obj, owner: Obj) -> tuple[str, int]:
    """The uid and the replicas of what leads a pod; for a Deployment's ReplicaSet those of the Deployment."""
    resource, namespace = _resource_of(owner), pod["metadata"]["namespace"]
    if resource is not None and resource.key not in _SCALES:
        raise CountError(f"{resource.key} does not implement the scale subresource")
    found = world.store.find(resource.key, namespace, owner["name"]) if resource else None
    if found is None or found["metadata"]["uid"] != owner["uid"]:
        raise CountError(f'found no controllers for pod "{pod["metadata"]["name"]}"')
    above = controller_of(found)
    if above is not None and above["kind"] == "Deployment":
        deployment = world.store.find("deployments.apps", namespace, above["name"])
        if deployment is not None and deployment["metadata"]["uid"] == above["uid"]:
            found = deployment
    return found["metadata"]["uid"], int(found["spec"].get("replicas", 1))


def _resource_of(owner: Obj) -> Resource | None:
    group, _, version = owner["apiVersion"].rpartition("/")
    return by_kind(group, version, owner["kind"])


def _announced(world: World, budget: Obj, pods: list[Obj]) -> dict[str, str]:
    """Evictions that were allowed and whose pods are still to be told to go."""
    kept: dict[str, str] = {}
    before = (budget.get("status") or {}).get("disruptedPods") or {}
    for pod in pods:
        name = pod["metadata"]["name"]
        since = moment(before.get(name))
        if since is None or is_deleting(pod):
            continue
        if since + _TIMEOUT < world.now():
            namespace = budget["metadata"]["namespace"]
            text = f"Pod was expected by PDB {namespace}/{namespace} to be deleted but it wasn't"
            world.events.record(pod, "Warning", "NotDeleted", text, COMPONENT)
        else:
            kept[name] = before[name]
    return kept


def _is_well(pod: Obj, announced: Mapping[str, str]) -> bool:
    return not is_deleting(pod) and pod["metadata"]["name"] not in announced and ready_since(pod) is not None


def _write(world: World, budget: Obj, status: Obj, reason: str, message: str) -> None:
    status = with_condition(status, reason, message, stamp(world.now()))
    if status != (budget.get("status") or {}):
        world.api.update_status(RESOURCE, {**budget, "status": status})


def with_condition(status: Obj, reason: str, message: str, now: str) -> Obj:
    """The status with its one condition, DisruptionAllowed, brought up to date."""
    allowed = "True" if reason == "SufficientPods" else "False"
    conditions = status.get("conditions") or []
    known = next((one for one in conditions if one["type"] == "DisruptionAllowed"), None)
    condition = {
        "type": "DisruptionAllowed",
        "status": allowed,
        "observedGeneration": status.get("observedGeneration", 0),
        "lastTransitionTime": known["lastTransitionTime"] if known and known["status"] == allowed else now,
        "reason": reason,
        "message": message,
    }
    others = [one for one in conditions if one["type"] != "DisruptionAllowed"]
    return {**status, "conditions": [*others, condition]}


def _tell(world: World, budget: Obj, type: Literal["Normal", "Warning"], reason: str, message: str) -> None:
    world.events.record(budget, type, reason, message, COMPONENT)
