"""StatefulSets: pods with steady names and claims, made, renewed and removed in order.

Each look moves one step, as the real controller does: what is missing or broken first, then what is too much, then what
is out of date. Rules: pkg/controller/statefulset/stateful_set_control.go.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Literal

from kx.practice.controllers.objects import is_active, is_deleting, own_key, phase_of, ready_since
from kx.practice.controllers.ownership import claim, owner_keys
from kx.practice.controllers.podcontrol import remove_one
from kx.practice.controllers.sets import history, stateful_pods
from kx.practice.controllers.sets.history import History
from kx.practice.controllers.sets.stateful_pods import ordinal_of, revision_of
from kx.practice.controllers.world import Key, KeysOf, World
from kx.practice.history import Event
from kx.practice.status import ApiError, Obj

RESOURCE = "statefulsets.apps"
CLAIMS = "persistentvolumeclaims"
COMPONENT = "statefulset-controller"


class StatefulSetController:
    """Leads StatefulSets."""

    name = COMPONENT

    def __init__(self, world: World) -> None:
        self._world = world
        self.watches: Mapping[str, KeysOf] = {
            RESOURCE: own_key,
            "pods": self._of_pod,
            history.RESOURCE: lambda event: owner_keys(world, RESOURCE, "StatefulSet", event.object),
        }

    def _of_pod(self, event: Event) -> Iterable[Key]:
        return tuple(owner_keys(self._world, RESOURCE, "StatefulSet", event.object))

    def reconcile(self, world: World, key: Key) -> float | None:
        """One StatefulSet. Looks again when a ready pod will have been ready for long enough."""
        stateful_set = world.store.find(RESOURCE, *key)
        if stateful_set is None or is_deleting(stateful_set) or not stateful_set["spec"].get("selector"):
            return None
        kept = history.revise(world, stateful_set)
        look = _Look(world, stateful_set, kept)
        failure = None
        try:
            look.step()
        except ApiError as error:
            failure = error
        status = look.write_status()
        if failure is not None:
            raise failure
        in_use = {
            history.hash_of(one) for one in kept.older if one["metadata"]["name"] in look.revisions_in_use(status)
        }
        history.prune(world, stateful_set, kept, in_use)
        waits = [wait for pod in look.pods if (wait := look.wait(pod)) > 0]
        return min(waits, default=None)


class _Look:
    """One look at one StatefulSet."""

    def __init__(self, world: World, stateful_set: Obj, kept: History) -> None:
        self._world = world
        self._set = stateful_set
        self._kept = kept
        self.pods = claim(world, stateful_set, "pods")
        self._numbers = stateful_pods.ordinals(stateful_set)
        self._ordered = stateful_set["spec"].get("podManagementPolicy", "OrderedReady") == "OrderedReady"

    @property
    def _rolls(self) -> bool:
        """Whether pods are replaced without anybody deleting them."""
        strategy = self._set["spec"].get("updateStrategy") or {}
        return bool(strategy.get("type", "RollingUpdate") == "RollingUpdate")

    # What is done

    def step(self) -> None:
        """Move as far as the order allows."""
        by_number = {ordinal_of(pod): pod for pod in self.pods}
        for number in self._numbers:
            if self._tend(number, by_number.get(number)) and self._ordered:
                return
        condemned = sorted((pod for pod in self.pods if ordinal_of(pod) not in self._numbers), key=ordinal_of)
        for pod in reversed(condemned):
            if not is_deleting(pod):
                self._remove(pod)
            if self._ordered:
                return
        self._renew(by_number)

    def _tend(self, number: int, pod: Obj | None) -> bool:
        """See to one pod that should be there; whether the next one has to wait for it."""
        if pod is None:
            self._create(number)
            return True
        if is_deleting(pod):
            return True
        if phase_of(pod) in ("Failed", "Succeeded"):
            self._tell("Warning", "RecreatingFailedPod", f"{_titled(self._set)} is recreating failed Pod {_name(pod)}")
            self._remove(pod)
            return True
        self._make_claims(number)
        return not self._is_available(pod)

    def _renew(self, by_number: Mapping[int, Obj]) -> None:
        """Replace the last pod of a former template, once all behind it are well."""
        if not self._rolls:
            return
        strategy = self._set["spec"].get("updateStrategy") or {}
        first = self._numbers.start + int((strategy.get("rollingUpdate") or {}).get("partition", 0))
        for number in reversed(self._numbers):
            pod = by_number.get(number)
            if number < first or pod is None:
                return
            if revision_of(pod) != _name(self._kept.current) and not is_deleting(pod):
                self._remove(pod)
                return
            if not self._is_available(pod):
                return

    def _create(self, number: int) -> None:
        self._make_claims(number)
        pod = stateful_pods.new_pod(self._set, self._revision_for(number), number)
        name, mine = pod["metadata"]["name"], _titled(self._set)
        try:
            self._world.api.create("pods", pod)
        except ApiError as error:
            message = f"create Pod {name} in {mine} failed error: {error.message}"
            self._tell("Warning", "FailedCreate", message)
            raise
        self._tell("Normal", "SuccessfulCreate", f"create Pod {name} in {mine} successful")

    def _revision_for(self, number: int) -> Obj:
        """The current template, or the former one for pods that a partition keeps back."""
        rolling = (self._set["spec"].get("updateStrategy") or {}).get("rollingUpdate") or {}
        kept_back = number < self._numbers.start + int(rolling.get("partition", 0))
        before = (self._set.get("status") or {}).get("currentRevision", "")
        former = next((one for one in self._kept.older if _name(one) == before), None)
        return former if kept_back and former is not None else self._kept.current

    def _make_claims(self, number: int) -> None:
        name = stateful_pods.pod_name(self._set, number)
        for wanted in stateful_pods.claims(self._set, number):
            metadata = wanted["metadata"]
            if self._world.store.find(CLAIMS, metadata["namespace"], metadata["name"]) is None:
                self._world.api.create(CLAIMS, wanted)
                message = f"create Claim {metadata['name']} Pod {name} in {_titled(self._set)} success"
                self._tell("Normal", "SuccessfulCreate", message)

    def _remove(self, pod: Obj) -> None:
        message = f"delete Pod {_name(pod)} in {_titled(self._set)} successful"
        if not remove_one(self._world, self._set, pod, COMPONENT, message):
            return
        if ordinal_of(pod) not in self._numbers:
            self._give_up_claims(ordinal_of(pod))

    def _give_up_claims(self, number: int) -> None:
        """A pod that is not wanted any more leaves its claims behind, unless the set says otherwise."""
        policy = self._set["spec"].get("persistentVolumeClaimRetentionPolicy") or {}
        if policy.get("whenScaled") != "Delete":
            return
        for wanted in stateful_pods.claims(self._set, number):
            metadata = wanted["metadata"]
            if self._world.store.find(CLAIMS, metadata["namespace"], metadata["name"]) is not None:
                self._world.api.delete(CLAIMS, metadata["namespace"], metadata["name"])

    def _tell(self, type: Literal["Normal", "Warning"], reason: str, message: str) -> None:
        self._world.events.record(self._set, type, reason, message, COMPONENT)

    # What is told

    def wait(self, pod: Obj) -> float:
        """Seconds until a ready pod counts as available; 0 or less when it does, or is not ready."""
        since = ready_since(pod)
        if since is None:
            return 0.0
        due = since + timedelta(seconds=int(self._set["spec"].get("minReadySeconds", 0)))
        return (due - self._world.now()).total_seconds()

    def _is_available(self, pod: Obj) -> bool:
        return is_active(pod) and ready_since(pod) is not None and self.wait(pod) <= 0

    def revisions_in_use(self, status: Obj) -> frozenset[str]:
        """The names of the revisions that pods or the status speak of."""
        return frozenset((*map(revision_of, self.pods), status.get("currentRevision", "")))

    def write_status(self) -> Obj:
        """Count the pods that are there now and write it, if anything changed."""
        self.pods = claim(self._world, self._set, "pods")
        before = self._set.get("status") or {}
        newest = _name(self._kept.current)
        current = before.get("currentRevision") or newest
        living = [pod for pod in self.pods if not is_deleting(pod)]
        updated = sum(revision_of(pod) == newest for pod in living)
        ready = sum(ready_since(pod) is not None for pod in self.pods)
        renewed = updated == len(living) == ready == len(self._numbers)
        if current != newest and self._rolls and renewed:
            current = newest  # every pod has the new template: it is the current one from now on
        of_current = updated if current == newest else sum(revision_of(pod) == current for pod in living)
        status = {
            "observedGeneration": self._set["metadata"].get("generation", 0),
            "replicas": len(self.pods),
            **({"readyReplicas": ready} if ready else {}),
            **({"currentReplicas": of_current} if of_current else {}),
            **({"updatedReplicas": updated} if updated else {}),
            "currentRevision": current,
            "updateRevision": newest,
            "collisionCount": 0,
            "availableReplicas": sum(self._is_available(pod) for pod in self.pods),
        }
        if status != before:
            self._set = self._world.api.update_status(RESOURCE, {**self._set, "status": status})
        return status


def _name(obj: Obj) -> str:
    return str(obj["metadata"]["name"])


def _titled(stateful_set: Obj) -> str:
    return f"StatefulSet {_name(stateful_set)}"
