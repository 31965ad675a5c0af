"""Notices nodes that are not heard of any more, as kube-controller-manager does for kubelets that stopped.

A node is known by its Lease; one that was never heard of (registered by hand) is left alone. Its taints, and what
becomes of its pods, are others' business. Rules and words: pkg/controller/nodelifecycle.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from kx.practice.controllers.objects import condition_of, is_deleting, phase_of, stamp
from kx.practice.controllers.world import Key, KeysOf, World
from kx.practice.history import Event
from kx.practice.status import Obj

_COMPONENT = "node-controller"
_LEASES, _LEASE_NAMESPACE = "leases.coordination.k8s.io", "kube-node-lease"
_GRACE = timedelta(seconds=50)  # node-monitor-grace-period
_LATE_SECONDS = 5.0
_SILENT = "Kubelet stopped posting node status."
_CONDITIONS = ("Ready", "MemoryPressure", "DiskPressure", "PIDPressure")


@dataclass
class _Heard:
    """What was last heard of a node, when that was noticed here, and when it is to be looked for again."""

    uid: str
    said: str
    at: datetime
    due: datetime


class NodeHealthController:
    """Marks nodes that fell silent, and their pods."""

    name = "node-lifecycle-controller"

    def __init__(self, world: World) -> None:
        self._heard: dict[str, _Heard] = {}
        self.watches: Mapping[str, KeysOf] = {"nodes": _own, _LEASES: _of_lease}

    def reconcile(self, world: World, key: Key) -> float | None:
        """One node. Looks again when it will have been silent for too long."""
        name = key[1]
        node = world.store.find("nodes", *key)
        if node is None:
            if self._heard.pop(name, None) is not None:
                _tell(world, _gone(name), "RemovingNode", f"Node {name} event: Removing Node {name} from Controller")
            return None
        heard = self._listen(world, node)
        if heard is None:
            return None
        silent = world.now() - heard.at
        if silent < _GRACE:
            heard.due = heard.at + _GRACE
            return (_GRACE - silent).total_seconds()
        _mark_unknown(world, node)
        return None

    def _listen(self, world: World, node: Obj) -> _Heard | None:
        """What is known of a node by now; None for one that was never heard of.

        Times are this process's own: a heartbeat from before it began, or from before the machine slept, is as good
        as a new one.
        """
        name, uid, now = node["metadata"]["name"], node["metadata"]["uid"], world.now()
        lease = world.store.find(_LEASES, _LEASE_NAMESPACE, name)
        known = self._heard.get(name)
        if lease is None and known is None:
            return None
        said = f"{((lease or {}).get('spec') or {}).get('renewTime')} {_heartbeat(node)}"
        if known is None or known.uid != uid:
            text = f"Node {name} event: Registered Node {name} in Controller"
            _tell(world, node, "RegisteredNode", text)
        elif known.said == said and (now - known.due).total_seconds() < _LATE_SECONDS:
            return known
        self._heard[name] = _Heard(uid, said, now, now + _GRACE)
        return self._heard[name]


def _own(event: Event) -> Iterable[Key]:
    return (("", event.object["metadata"]["name"]),)


def _of_lease(event: Event) -> Iterable[Key]:
    metadata = event.object["metadata"]
    return (("", metadata["name"]),) if metadata["namespace"] == _LEASE_NAMESPACE else ()


def _heartbeat(node: Obj) -> str:
    return str((condition_of(node, "Ready") or {}).get("lastHeartbeatTime", ""))


def _gone(name: str) -> Obj:
    return {"apiVersion": "v1", "kind": "Node", "metadata": {"name": name, "uid": name}}


def _mark_unknown(world: World, node: Obj) -> None:
    """Say of the node that nothing is known of it, and of its pods that they are not ready."""
    name, now = node["metadata"]["name"], stamp(world.now())
    status = node.get("status") or {}
    before = {one["type"]: one for one in status.get("conditions") or ()}
    if all((before.get(type) or {}).get("status") == "Unknown" for type in _CONDITIONS):
        return
    unknown = {"status": "Unknown", "reason": "NodeStatusUnknown", "message": _SILENT, "lastTransitionTime": now}
    conditions = [{**one, **unknown} if type in _CONDITIONS else one for type, one in before.items()]
    conditions += [{"type": type, **unknown} for type in _CONDITIONS if type not in before]
    was_ready = (before.get("Ready") or {}).get("status") == "True"
    world.api.update_status("nodes", {**node, "status": {**status, "conditions": conditions}})
    if not was_ready:
        return
    _tell(world, node, "NodeNotReady", f"Node {name} status is now: NodeNotReady")
    for pod in world.store.list("pods"):
        if pod["spec"].get("nodeName") == name and not is_deleting(pod):
            _mark_not_ready(world, pod, now)


def _mark_not_ready(world: World, pod: Obj, now: str) -> None:
    ready = condition_of(pod, "Ready")
    if ready is None or ready["status"] != "True" or phase_of(pod) in ("Succeeded", "Failed"):
        return
    status = pod["status"]
    changed = {"type": "Ready", "status": "False", "lastProbeTime": None, "lastTransitionTime": now}
    conditions = [changed if one["type"] == "Ready" else one for one in status["conditions"]]
    world.api.update_status("pods", {**pod, "status": {**status, "conditions": conditions}})
    world.events.record(pod, "Warning", "NodeNotReady", "Node is not ready", _COMPONENT)


def _tell(world: World, node: Obj, reason: str, message: str) -> None:
    world.events.record(node, "Normal", reason, message, _COMPONENT)
