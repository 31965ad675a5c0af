"""The simulated nodes alive: registered when their machine starts, with heartbeats as kubelets send them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from datetime import datetime

from kx.practice.controllers.world import Key, KeysOf, World
from kx.practice.history import Event
from kx.practice.node import machines, registration
from kx.practice.node.clock import parse, stamp_micro
from kx.practice.status import Obj

LEASES = "leases.coordination.k8s.io"
LEASE_NAMESPACE = "kube-node-lease"
_LEASE_SECONDS = 40
_RENEW_SECONDS = 10.0
_STATUS_SECONDS = 300.0  # nodeStatusReportFrequency: how often an unchanged status is sent all the same


def bootstrap(world: World) -> None:
    """Start every machine that is on: those whose nodes are not there register them."""
    machines.ensure(world.store)
    for machine in machines.all_of(world.store):
        if machine.on:
            registration.register(world, machine)


class Heartbeats:
    """Renews each node's Lease every ten seconds, and its conditions' heartbeat every five minutes."""

    name = "node-heartbeat"

    def __init__(self) -> None:
        self._unschedulable: dict[str, bool] = {}

    @property
    def watches(self) -> Mapping[str, KeysOf]:
        return {"nodes": _node_key, machines.RESOURCE: _node_key}

    def reconcile(self, world: World, key: Key) -> float | None:
        """One node. Looks again when the next heartbeat is due."""
        node = world.store.find("nodes", *key)
        if node is None or not is_simulated(node) or machines.is_off(world.store, key[1]):
            return None
        now = world.now()
        lease = world.store.find(LEASES, LEASE_NAMESPACE, key[1])
        waits = _RENEW_SECONDS
        if lease is None:
            world.store.create(LEASES, _lease(node, now))
        else:
            spec = lease.get("spec") or {}
            age = _age(spec.get("renewTime"), now)
            if age < _RENEW_SECONDS:
                waits = _RENEW_SECONDS - age
            else:
                world.store.update(LEASES, {**lease, "spec": {**spec, "renewTime": stamp_micro(now)}})
        self._tell_of_cordon(world, node)
        _beat(world, node, now)
        return waits

    def _tell_of_cordon(self, world: World, node: Obj) -> None:
        name, closed = node["metadata"]["name"], bool((node.get("spec") or {}).get("unschedulable"))
        if self._unschedulable.setdefault(name, closed) != closed:
            self._unschedulable[name] = closed
            reason = "NodeNotSchedulable" if closed else "NodeSchedulable"
            registration.tell(world, node, "Normal", reason, f"Node {name} status is now: {reason}")


def is_simulated(node: Obj) -> bool:
    """Whether kx's kubelet stands behind this node; others may be registered by hand."""
    info = (node.get("status") or {}).get("nodeInfo") or {}
    return str(info.get("containerRuntimeVersion", "")).startswith(registration.RUNTIME)


def _age(text: str | None, now: datetime) -> float:
    """How many seconds ago that was. What is missing or lies ahead (anybody may write it) is very old."""
    age = (now - parse(text)).total_seconds() if text else math.inf
    return age if age >= 0 else math.inf


def _beat(world: World, node: Obj, now: datetime) -> None:
    conditions = (node.get("status") or {}).get("conditions") or ()
    ready = next((one for one in conditions if one["type"] == "Ready"), None)
    recent = ready is not None and _age(ready.get("lastHeartbeatTime"), now) < _STATUS_SECONDS
    if recent and registration.is_healthy(node):
        return
    fresh = registration.conditions(node, now)
    world.store.update("nodes", {**node, "status": {**node["status"], "conditions": fresh}})
    if ready is not None and ready.get("status") != "True":
        name = node["metadata"]["name"]
        registration.tell(world, node, "Normal", "NodeReady", f"Node {name} status is now: NodeReady")


def _node_key(event: Event) -> Iterable[Key]:
    return (("", event.object["metadata"]["name"]),)


def _lease(node: Obj, now: datetime) -> Obj:
    metadata = node["metadata"]
    owner = {"apiVersion": "v1", "kind": "Node", "name": metadata["name"], "uid": metadata["uid"]}
    return {
        "apiVersion": "coordination.k8s.io/v1",
        "kind": "Lease",
        "metadata": {"name": metadata["name"], "namespace": LEASE_NAMESPACE, "ownerReferences": [owner]},
        "spec": {
            "holderIdentity": metadata["name"],
            "leaseDurationSeconds": _LEASE_SECONDS,
            "renewTime": stamp_micro(now),
        },
    }
