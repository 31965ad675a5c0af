"""The scheduler: gives each waiting pod the emptiest node that may take it, or says why none may.

A pod with ``spec.nodeName`` is none of its business. Events and conditions are kube-scheduler's own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from kx.practice.controllers.world import Key, KeysOf, World
from kx.practice.history import Event
from kx.practice.node.clock import stamp
from kx.practice.node.fit import Verdict, judge, requests
from kx.practice.quantity import parse
from kx.practice.status import Obj

_NAME = "default-scheduler"
_UNHELPFUL = "Preemption is not helpful for scheduling"
_NO_VICTIMS = "No preemption victims found for incoming pod"


class Scheduler:
    """Binds pods to nodes."""

    name = _NAME

    def __init__(self, world: World) -> None:
        self._world = world
        self._by_node: dict[str, dict[Key, Obj]] = {}
        self._waiting: set[Key] = set()
        for pod in world.store.list("pods"):
            self._place(pod)
        world.store.subscribe(self._follow)

    @property
    def watches(self) -> Mapping[str, KeysOf]:
        return {"pods": self._pod_keys, "nodes": self._all_waiting, "persistentvolumeclaims": self._all_waiting}

    def reconcile(self, world: World, key: Key) -> float | None:
        pod = world.store.find("pods", *key)
        if pod is None or pod["spec"].get("nodeName") or pod["metadata"].get("deletionTimestamp"):
            self._waiting.discard(key)
            return None
        if pod["spec"].get("schedulerName", _NAME) != _NAME or pod["spec"].get("schedulingGates"):
            return None
        problem = self._claims_problem(pod)
        nodes = world.store.list("nodes")
        verdicts = {node["metadata"]["name"]: judge(pod, node, self._on(node)) for node in nodes}
        fitting = [node for node in nodes if not verdicts[node["metadata"]["name"]].reasons]
        if problem or not fitting:
            self._refuse(pod, _refusal(list(verdicts.values()), problem))
            self._waiting.add(key)
            return None
        self._waiting.discard(key)
        self._bind(pod, min(fitting, key=lambda node: self._load(pod, node)))
        return None

    # Choosing

    def _on(self, node: Obj) -> Sequence[Obj]:
        return tuple(self._by_node.get(node["metadata"]["name"], {}).values())

    def _load(self, pod: Obj, node: Obj) -> tuple[int, int, float, int, str]:
        """Smaller is better: kin spread out, soft taints shunned, then the emptiest by requests and by pods."""
        owner = _owner(pod)
        others = self._on(node)
        kin = sum(1 for other in others if owner and _owner(other) == owner)
        soft = sum(1 for taint in node["spec"].get("taints") or () if taint["effect"] == "PreferNoSchedule")
        allocatable = parse((node["status"].get("allocatable") or {}).get("cpu", "1")).value
        asked = sum(float(requests(other).get("cpu", 0)) for other in others)
        return soft, kin, asked / float(allocatable or 1), len(others), node["metadata"]["name"]

    def _claims_problem(self, pod: Obj) -> str | None:
        """A claim the pod needs and that is not there."""
        for volume in pod["spec"].get("volumes") or ():
            claim = (volume.get("persistentVolumeClaim") or {}).get("claimName")
            namespace = pod["metadata"]["namespace"]
            if claim and self._world.store.find("persistentvolumeclaims", namespace, claim) is None:
                return f'persistentvolumeclaim "{claim}" not found'
        return None

    # Telling

    def _bind(self, pod: Obj, node: Obj) -> None:
        name, metadata = node["metadata"]["name"], pod["metadata"]
        condition = _condition(pod, self._world, "True")
        status = {**pod["status"], "conditions": _with(pod, condition)}
        bound = {**pod, "spec": {**pod["spec"], "nodeName": name}, "status": status}
        self._world.store.update("pods", bound)
        message = f"Successfully assigned {metadata['namespace']}/{metadata['name']} to {name}"
        self._world.events.record(bound, "Normal", "Scheduled", message, _NAME)

    def _refuse(self, pod: Obj, message: str) -> None:
        condition = {**_condition(pod, self._world, "False"), "reason": "Unschedulable", "message": message}
        conditions: list[Obj] = pod["status"].get("conditions") or []
        known: Obj = next((one for one in conditions if one["type"] == "PodScheduled"), {})
        if known.get("message") == message:
            return
        refused = {**pod, "status": {**pod["status"], "conditions": _with(pod, condition)}}
        self._world.store.update("pods", refused)
        self._world.events.record(pod, "Warning", "FailedScheduling", message, _NAME)

    # Following the store

    def _follow(self, event: Event) -> None:
        if event.resource != "pods":
            return
        if event.old is not None and event.old["spec"].get("nodeName"):
            self._by_node.get(event.old["spec"]["nodeName"], {}).pop(_key(event.old), None)
        if event.type != "DELETED":
            self._place(event.object)

    def _place(self, pod: Obj) -> None:
        node = pod["spec"].get("nodeName")
        if node and (pod.get("status") or {}).get("phase") not in ("Succeeded", "Failed"):
            self._by_node.setdefault(node, {})[_key(pod)] = pod

    def _pod_keys(self, event: Event) -> Iterable[Key]:
        pod = event.object
        gone = event.type == "DELETED" or (pod.get("status") or {}).get("phase") in ("Succeeded", "Failed")
        if gone and pod["spec"].get("nodeName"):
            return tuple(self._waiting)
        return () if pod["spec"].get("nodeName") else (_key(pod),)

    def _all_waiting(self, event: Event) -> Iterable[Key]:
        return tuple(self._waiting)


def _refusal(verdicts: list[Verdict], problem: str | None) -> str:
    """The message of FailedScheduling; ``problem`` is one of the pod's own, the same on every node."""
    count = len(verdicts)
    if not count:
        return "no nodes available to schedule pods"
    why = problem or _counted(reason for verdict in verdicts for reason in verdict.reasons)
    hope = _counted(_NO_VICTIMS if verdict.resolvable and not problem else _UNHELPFUL for verdict in verdicts)
    none = f"0/{count} nodes are available"
    return f"{none}: {why}. preemption: {none}: {hope}."


def _counted(reasons: Iterable[str]) -> str:
    """``1 Insufficient cpu, 2 node(s) were unschedulable``: sorted as kube-scheduler sorts them."""
    return ", ".join(sorted(f"{count} {reason}" for reason, count in Counter(reasons).items()))


def _owner(pod: Obj) -> str:
    owners = pod["metadata"].get("ownerReferences") or ()
    return next((str(owner["uid"]) for owner in owners if owner.get("controller")), "")


def _key(pod: Obj) -> Key:
    return pod["metadata"]["namespace"], pod["metadata"]["name"]


def _condition(pod: Obj, world: World, status: str) -> Obj:
    condition: Obj = {
        "type": "PodScheduled",
        "status": status,
        "lastProbeTime": None,
        "lastTransitionTime": stamp(world.now()),
    }
    generation = pod["metadata"].get("generation")
    return condition | ({"observedGeneration": generation} if generation else {})


def _with(pod: Obj, condition: Obj) -> list[Obj]:
    others = [one for one in pod["status"].get("conditions") or () if one["type"] != condition["type"]]
    return [*others, condition]
