"""DaemonSets: one pod on every node that may have one, renewed node by node. Rules: pkg/controller/daemon."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Literal

from kx.practice.controllers.objects import (
    controlled_by,
    is_active,
    is_deleting,
    key_of,
    labels_of,
    own_key,
    phase_of,
    ready_since,
    without_empty,
)
from kx.practice.controllers.ownership import claim, owner_keys
from kx.practice.controllers.podcontrol import remove_one
from kx.practice.controllers.sets import history, rolling
from kx.practice.controllers.sets.history import HASH_LABEL, History
from kx.practice.controllers.world import Key, KeysOf, World
from kx.practice.history import Event
from kx.practice.node.fit import stays_away
from kx.practice.status import ApiError, Obj

RESOURCE = "daemonsets.apps"
COMPONENT = "daemonset-controller"
GENERATION = "deprecated.daemonset.template.generation"
_GENERATION_LABEL = "pod-template-generation"

# What pods of a DaemonSet put up with beside what their template says.
_TOLERATIONS = (
    ("node.kubernetes.io/not-ready", "NoExecute"),
    ("node.kubernetes.io/unreachable", "NoExecute"),
    ("node.kubernetes.io/disk-pressure", "NoSchedule"),
    ("node.kubernetes.io/memory-pressure", "NoSchedule"),
    ("node.kubernetes.io/pid-pressure", "NoSchedule"),
    ("node.kubernetes.io/unschedulable", "NoSchedule"),
)
_ON_THE_HOSTS_NETWORK = ("node.kubernetes.io/network-unavailable", "NoSchedule")


class DaemonSetController:
    """Keeps a pod on every node."""

    name = COMPONENT

    def __init__(self, world: World) -> None:
        self._world = world
        self.watches: Mapping[str, KeysOf] = {
            RESOURCE: own_key,
            "pods": self._of_pod,
            "nodes": self._of_node,
            history.RESOURCE: lambda event: owner_keys(world, RESOURCE, "DaemonSet", event.object),
        }

    def _of_pod(self, event: Event) -> Iterable[Key]:
        return tuple(owner_keys(self._world, RESOURCE, "DaemonSet", event.object))

    def _of_node(self, event: Event) -> Iterable[Key]:
        """All DaemonSets, when a node came or went or changed in what decides; not for its heartbeats."""
        if event.old is not None and event.type == "MODIFIED" and _decisive(event.old) == _decisive(event.object):
            return ()
        return tuple(key_of(one) for one in self._world.store.list(RESOURCE))

    def reconcile(self, world: World, key: Key) -> float | None:
        """One DaemonSet. Looks again when a ready pod will have been ready for long enough."""
        daemon_set = world.store.find(RESOURCE, *key)
        if daemon_set is None or is_deleting(daemon_set) or not daemon_set["spec"].get("selector"):
            return None
        kept = history.revise(world, daemon_set)
        pods = claim(world, daemon_set, "pods")
        nodes = world.store.list("nodes")
        by_node = _by_node(pods)
        wanted = [node["metadata"]["name"] for node in nodes if _may_run(daemon_set, node)]
        _place(world, daemon_set, kept, by_node, wanted)
        _renew(world, daemon_set, kept, by_node, wanted)
        left = claim(world, daemon_set, "pods")
        _write_status(world, daemon_set, kept, left, wanted)
        history.prune(world, daemon_set, kept, (labels_of(pod).get(HASH_LABEL, "") for pod in left))
        waits = [wait for pod in left if (wait := _wait(world, daemon_set, pod)) > 0]
        return min(waits, default=None)


def _decisive(node: Obj) -> tuple[object, ...]:
    return node["metadata"].get("labels"), node["spec"].get("taints"), node["spec"].get("unschedulable")


def node_of(pod: Obj) -> str:
    """The node a pod is on, or was made for."""
    if pod["spec"].get("nodeName"):
        return str(pod["spec"]["nodeName"])
    affinity = (pod["spec"].get("affinity") or {}).get("nodeAffinity") or {}
    required = affinity.get("requiredDuringSchedulingIgnoredDuringExecution") or {}
    for term in required.get("nodeSelectorTerms") or ():
        for field in term.get("matchFields") or ():
            if field.get("key") == "metadata.name" and field.get("values"):
                return str(field["values"][0])
    return ""


def _by_node(pods: Iterable[Obj]) -> dict[str, list[Obj]]:
    found: dict[str, list[Obj]] = {}
    for pod in pods:
        found.setdefault(node_of(pod), []).append(pod)
    return found


def _may_run(daemon_set: Obj, node: Obj) -> bool:
    pod = _new_pod(daemon_set, "", node["metadata"]["name"])
    return not stays_away(pod, node)


def _place(world: World, daemon_set: Obj, kept: History, by_node: dict[str, list[Obj]], wanted: list[str]) -> None:
    """A pod where one is missing, none where none belongs, and no second one that is not to replace it."""
    for node, pods in by_node.items():
        for pod in pods:
            if phase_of(pod) == "Failed" and not is_deleting(pod):
                message = f"Found failed daemon pod {'/'.join(key_of(pod))} on node {node}, will try to kill it"
                _tell(world, daemon_set, "Warning", "FailedDaemonPod", message)
                _remove(world, daemon_set, pod)
        running = sorted((pod for pod in pods if is_active(pod)), key=_age)
        for pod in running if node not in wanted else _too_many(daemon_set, kept, running):
            _remove(world, daemon_set, pod)
    for node in wanted:
        if not by_node.get(node):
            _create(world, daemon_set, kept, node)


def _too_many(daemon_set: Obj, kept: History, running: list[Obj]) -> list[Obj]:
    """All but the oldest pod of a node; with a surge, all but the oldest of the present and of former templates."""
    if not rolling.surges(daemon_set):
        return running[1:]
    new, old = rolling.split(running, kept)
    return [*new[1:], *old[1:]]


def _renew(world: World, daemon_set: Obj, kept: History, by_node: dict[str, list[Obj]], wanted: list[str]) -> None:
    """Replace pods of former templates, within the limits of the strategy."""
    nodes = {node: [pod for pod in by_node.get(node, ()) if is_active(pod)] for node in wanted}
    plan = rolling.plan(daemon_set, kept, nodes, lambda pod: _is_available(world, daemon_set, pod))
    for pod in plan.remove:
        _remove(world, daemon_set, pod)
    for node in plan.create:
        _create(world, daemon_set, kept, node)


def _create(world: World, daemon_set: Obj, kept: History, node: str) -> None:
    try:
        pod = world.api.create("pods", _new_pod(daemon_set, kept.hash, node))
    except ApiError as error:
        _tell(world, daemon_set, "Warning", "FailedCreate", f"Error creating: {error.message}")
        raise
    _tell(world, daemon_set, "Normal", "SuccessfulCreate", f"Created pod: {pod['metadata']['name']}")


def _remove(world: World, daemon_set: Obj, pod: Obj) -> None:
    remove_one(world, daemon_set, pod, COMPONENT, f"Deleted pod: {pod['metadata']['name']}")


def _new_pod(daemon_set: Obj, word: str, node: str) -> Obj:
    template = copy.deepcopy(daemon_set["spec"]["template"])
    meta, spec = template.get("metadata") or {}, template["spec"]
    generation = (daemon_set["metadata"].get("annotations") or {}).get(GENERATION, "1")
    labels = {**(meta.get("labels") or {}), HASH_LABEL: word, _GENERATION_LABEL: generation}
    metadata = {
        "generateName": f"{daemon_set['metadata']['name']}-",
        "namespace": daemon_set["metadata"].get("namespace", ""),
        "labels": labels,
        **({"annotations": meta["annotations"]} if meta.get("annotations") else {}),
        "ownerReferences": [controlled_by(daemon_set)],
    }
    _pin(spec, node)
    tolerated = [*_TOLERATIONS, *([_ON_THE_HOSTS_NETWORK] if spec.get("hostNetwork") else [])]
    more = [{"key": key, "operator": "Exists", "effect": effect} for key, effect in tolerated]
    spec["tolerations"] = [*(spec.get("tolerations") or ()), *more]
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}


def _pin(spec: Obj, node: str) -> None:
    """Let the scheduler bind the pod to this node and no other, if the template allows it."""
    affinity = spec.setdefault("affinity", {})
    of_nodes = affinity.setdefault("nodeAffinity", {})
    required = of_nodes.setdefault("requiredDuringSchedulingIgnoredDuringExecution", {})
    field = {"key": "metadata.name", "operator": "In", "values": [node]}
    terms = required.get("nodeSelectorTerms") or [{}]
    required["nodeSelectorTerms"] = [{**term, "matchFields": [field]} for term in terms]


def _age(pod: Obj) -> tuple[str, str]:
    return str(pod["metadata"].get("creationTimestamp", "")), str(pod["metadata"]["name"])


def _wait(world: World, daemon_set: Obj, pod: Obj) -> float:
    """Seconds until a ready pod counts as available; 0 or less when it does, or is not ready."""
    since = ready_since(pod)
    if since is None:
        return 0.0
    due = since + timedelta(seconds=int(daemon_set["spec"].get("minReadySeconds", 0)))
    return (due - world.now()).total_seconds()


def _is_available(world: World, daemon_set: Obj, pod: Obj) -> bool:
    return ready_since(pod) is not None and _wait(world, daemon_set, pod) <= 0


def _write_status(world: World, daemon_set: Obj, kept: History, pods: list[Obj], wanted: list[str]) -> None:
    placed = {node: found for node, found in _by_node(pods).items() if any(not is_deleting(pod) for pod in found)}
    first = {node: sorted(found, key=_age)[0] for node, found in placed.items() if node in wanted}
    available = sum(_is_available(world, daemon_set, pod) for pod in first.values())
    counted = {
        "currentNumberScheduled": len(first),
        "numberMisscheduled": sum(node not in wanted for node in placed),
        "desiredNumberScheduled": len(wanted),
        "numberReady": sum(ready_since(pod) is not None for pod in first.values()),
        "observedGeneration": daemon_set["metadata"].get("generation", 0),
        "updatedNumberScheduled": sum(labels_of(pod).get(HASH_LABEL) == kept.hash for pod in first.values()),
        "numberAvailable": available,
        "numberUnavailable": len(wanted) - available,
    }
    kept_fields = ("currentNumberScheduled", "numberMisscheduled", "desiredNumberScheduled", "numberReady")
    status = without_empty(counted, *kept_fields)
    if status != (daemon_set.get("status") or {}):
        world.api.update_status(RESOURCE, {**daemon_set, "status": status})


def _tell(world: World, daemon_set: Obj, type: Literal["Normal", "Warning"], reason: str, message: str) -> None:
    world.events.record(daemon_set, type, reason, message, COMPONENT)
