"""The scheduler: gives each waiting pod the emptiest node that may take it, or says why none may.

A pod with ``spec.nodeName`` is none of its business. Events and conditions are kube-scheduler's own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping

from kx.practice.claims import BOUND_BY_CONTROLLER, CLAIMS, CLASSES, SELECTED_NODE, VOLUMES, notes_of, reference
from kx.practice.controllers.world import Key, KeysOf, World
from kx.practice.history import Event
from kx.practice.node.clock import stamp
from kx.practice.node.fit import Load, Verdict, controller_of, judge
from kx.practice.node.volumebinding import IN_USE, Binding, binding, chosen, refusal
from kx.practice.quantity import parse
from kx.practice.status import Obj

_NAME = "default-scheduler"
_ALL_WAITING: Key = ("", "")  # the key under which all pods that wait are tried again, once however often it is named
_UNHELPFUL = "Preemption is not helpful for scheduling"
_NO_VICTIMS = "No preemption victims found for incoming pod"


class Scheduler:
    """Binds pods to nodes."""

    name = _NAME

    def __init__(self, world: World) -> None:
        self._world = world
        self._loads: dict[str, Load] = {}
        self._waiting: dict[Key, None] = {}  # in the order they came
        for pod in world.store.list("pods"):
            self._count(pod, Load.add)
        world.store.subscribe(self._follow)

    @property
    def watches(self) -> Mapping[str, KeysOf]:
        changes = dict.fromkeys(("nodes", CLAIMS, VOLUMES, CLASSES), self._all_waiting)
        return {"pods": self._pod_keys, **changes}

    def reconcile(self, world: World, key: Key) -> float | None:
        for each in tuple(self._waiting) if key == _ALL_WAITING else (key,):
            self._schedule(each)
        return None

    def _schedule(self, key: Key) -> None:
        pod = self._world.store.find("pods", *key)
        if pod is None or pod["spec"].get("nodeName") or pod["metadata"].get("deletionTimestamp"):
            self._waiting.pop(key, None)
            return
        if pod["spec"].get("schedulerName", _NAME) != _NAME or pod["spec"].get("schedulingGates"):
            return
        claims = binding(pod, self._world.store)
        nodes = self._world.store.list("nodes")
        verdicts = [self._verdict(pod, node, claims) for node in nodes]
        fitting = [node for node, verdict in zip(nodes, verdicts, strict=True) if not verdict.reasons]
        if claims.problem or not fitting:
            self._refuse(pod, _refusal(verdicts, claims.problem or None))
            self._waiting[key] = None
            return
        node = min(fitting, key=lambda node: (node["metadata"]["name"] != claims.selected, self._rank(pod, node)))
        if claims.delayed:
            self._waiting[key] = None
            self._select(claims.delayed, node)
            return
        self._waiting.pop(key, None)
        self._bind(pod, node)

    def _verdict(self, pod: Obj, node: Obj, claims: Binding) -> Verdict:
        verdict = judge(pod, node, self._load(node))
        if verdict.reasons or claims.problem:
            return verdict
        why = refusal(claims, node, self._world.store)
        return Verdict((why,), resolvable=why == IN_USE) if why else verdict

    def _select(self, claims: tuple[Obj, ...], node: Obj) -> None:
        """Claims that waited for this: a volume on the node, or somebody is told to make one there."""
        for claim in claims:
            volume = chosen(claim, node, self._world.store)
            metadata = claim["metadata"]
            if volume is not None:
                if not volume["spec"].get("claimRef"):
                    notes = {**notes_of(volume), BOUND_BY_CONTROLLER: "yes"}
                    promised = {**volume, "metadata": {**volume["metadata"], "annotations": notes}}
                    promised["spec"] = {**volume["spec"], "claimRef": reference(claim)}
                    self._world.store.update(VOLUMES, promised)
            elif notes_of(claim).get(SELECTED_NODE) != node["metadata"]["name"]:
                notes = {**notes_of(claim), SELECTED_NODE: node["metadata"]["name"]}
                self._world.store.update(CLAIMS, {**claim, "metadata": {**metadata, "annotations": notes}})

    # Choosing

    def _load(self, node: Obj) -> Load:
        return self._loads.setdefault(node["metadata"]["name"], Load())

    def _rank(self, pod: Obj, node: Obj) -> tuple[int, int, float, int, str]:
        """Smaller is better: soft taints shunned, kin spread out, then the emptiest by requests and by pods."""
        load, owner = self._load(node), controller_of(pod)
        soft = sum(1 for taint in node["spec"].get("taints") or () if taint["effect"] == "PreferNoSchedule")
        allocatable = parse((node["status"].get("allocatable") or {}).get("cpu", "1")).value
        asked = float(load.requests.get("cpu", 0)) / float(allocatable or 1)
        return soft, load.kin[owner] if owner else 0, asked, load.pods, node["metadata"]["name"]

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
        after = None if event.type == "DELETED" else event.object
        if _place(event.old) != _place(after):
            self._count(event.old, Load.remove)
            self._count(after, Load.add)

    def _count(self, pod: Obj | None, change: Callable[[Load, Obj], None]) -> None:
        place = _place(pod)
        if pod and place:
            change(self._loads.setdefault(place, Load()), pod)

    def _pod_keys(self, event: Event) -> Iterable[Key]:
        if _place(event.old) and (event.type == "DELETED" or not _place(event.object)):
            return (_ALL_WAITING,)
        return () if event.object["spec"].get("nodeName") else (_key(event.object),)

    def _all_waiting(self, event: Event) -> Iterable[Key]:
        return (_ALL_WAITING,)


def _place(pod: Obj | None) -> str:
    """The node whose room a pod takes; "" when it has none or is over."""
    if pod is None or (pod.get("status") or {}).get("phase") in ("Succeeded", "Failed"):
        return ""
    return str(pod["spec"].get("nodeName") or "")


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
