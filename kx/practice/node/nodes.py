"""The simulated nodes: three of them, made once, with heartbeats as kubelets send them.

A node's numbers are believable and its own; they say nothing of the machine kx runs on.
"""

from __future__ import annotations

import hashlib
import math
import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime

from kx.practice.controllers.world import Key, KeysOf, World
from kx.practice.history import Event
from kx.practice.node.clock import parse, stamp, stamp_micro
from kx.practice.served import RELEASE
from kx.practice.status import Obj
from kx.practice.store import Store

COUNT = 3
_RUNTIME = "kx-sim://"
_LEASES = "leases.coordination.k8s.io"
_LEASE_NAMESPACE = "kube-node-lease"
_LEASE_SECONDS = 40
_RENEW_SECONDS = 10.0
_STATUS_SECONDS = 300.0  # nodeStatusReportFrequency: how often an unchanged status is sent all the same
_CAPACITY = {"cpu": "4", "ephemeral-storage": "41152812Ki", "memory": "8145256Ki", "pods": "110"}
_ALLOCATABLE = {"cpu": "4", "ephemeral-storage": "37926431477", "memory": "8042856Ki", "pods": "110"}
_CONDITIONS = (
    ("MemoryPressure", "False", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
    ("DiskPressure", "False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
    ("PIDPressure", "False", "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
    ("Ready", "True", "KubeletReady", "kubelet is posting ready status"),
)


def bootstrap(store: Store, now: datetime) -> None:
    """Register the nodes that are not there yet."""
    for number in range(1, COUNT + 1):
        if store.find("nodes", "", f"node-{number}") is None:
            store.create("nodes", _node(number, now))


class Heartbeats:
    """Renews each node's Lease every ten seconds, and its conditions' heartbeat every five minutes."""

    name = "node-heartbeat"

    @property
    def watches(self) -> Mapping[str, KeysOf]:
        return {"nodes": _node_key}

    def reconcile(self, world: World, key: Key) -> float | None:
        node = world.store.find("nodes", *key)
        if node is None or not is_simulated(node):
            return None
        now = world.now()
        lease = world.store.find(_LEASES, _LEASE_NAMESPACE, key[1])
        waits = _RENEW_SECONDS
        if lease is None:
            world.store.create(_LEASES, _lease(node, now))
        else:
            spec = lease.get("spec") or {}
            age = _age(spec.get("renewTime"), now)
            if age < _RENEW_SECONDS:
                waits = _RENEW_SECONDS - age
            else:
                world.store.update(_LEASES, {**lease, "spec": {**spec, "renewTime": stamp_micro(now)}})
        _beat(world.store, node, now)
        return waits


def is_simulated(node: Obj) -> bool:
    """Whether kx's kubelet stands behind this node; others may be registered by hand."""
    info = (node.get("status") or {}).get("nodeInfo") or {}
    return str(info.get("containerRuntimeVersion", "")).startswith(_RUNTIME)


def _age(text: str | None, now: datetime) -> float:
    """How many seconds ago that was. What is missing or lies ahead (anybody may write it) is very old."""
    age = (now - parse(text)).total_seconds() if text else math.inf
    return age if age >= 0 else math.inf


def _beat(store: Store, node: Obj, now: datetime) -> None:
    status = node["status"]
    conditions = status.get("conditions") or ()
    ready = next((one for one in conditions if one["type"] == "Ready"), None)
    if ready and _age(ready.get("lastHeartbeatTime"), now) < _STATUS_SECONDS:
        return
    fresh = [{**one, "lastHeartbeatTime": stamp(now)} for one in conditions]
    store.update("nodes", {**node, "status": {**status, "conditions": fresh}})


def _node_key(event: Event) -> Iterable[Key]:
    return (("", event.object["metadata"]["name"]),)


def _node(number: int, now: datetime) -> Obj:
    name, address, cidr = f"node-{number}", f"10.0.0.{10 + number}", f"10.244.{number}.0/24"
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {
            "name": name,
            "labels": {
                "beta.kubernetes.io/arch": "amd64",
                "beta.kubernetes.io/os": "linux",
                "kubernetes.io/arch": "amd64",
                "kubernetes.io/hostname": name,
                "kubernetes.io/os": "linux",
                "topology.kubernetes.io/region": "practice",
                "topology.kubernetes.io/zone": f"practice-{'abc'[number - 1]}",
            },
            "annotations": {"node.alpha.kubernetes.io/ttl": "0"},
        },
        "spec": {"podCIDR": cidr, "podCIDRs": [cidr]},
        "status": {
            "addresses": [{"type": "InternalIP", "address": address}, {"type": "Hostname", "address": name}],
            "capacity": dict(_CAPACITY),
            "allocatable": dict(_ALLOCATABLE),
            "conditions": [_condition(*one, now) for one in _CONDITIONS],
            "daemonEndpoints": {"kubeletEndpoint": {"Port": 10250}},
            "nodeInfo": {
                "architecture": "amd64",
                "bootID": _made_up(name, "boot"),
                "containerRuntimeVersion": f"{_RUNTIME}0.1",
                "kernelVersion": "6.1.0-kx",
                "kubeProxyVersion": "",
                "kubeletVersion": RELEASE,
                "machineID": _made_up(name, "machine").replace("-", ""),
                "operatingSystem": "linux",
                "osImage": "kx simulated node",
                "systemUUID": _made_up(name, "system"),
            },
        },
    }


def _condition(kind: str, status: str, reason: str, message: str, now: datetime) -> Obj:
    return {
        "type": kind,
        "status": status,
        "lastHeartbeatTime": stamp(now),
        "lastTransitionTime": stamp(now),
        "reason": reason,
        "message": message,
    }


def _lease(node: Obj, now: datetime) -> Obj:
    metadata = node["metadata"]
    owner = {"apiVersion": "v1", "kind": "Node", "name": metadata["name"], "uid": metadata["uid"]}
    return {
        "apiVersion": "coordination.k8s.io/v1",
        "kind": "Lease",
        "metadata": {"name": metadata["name"], "namespace": _LEASE_NAMESPACE, "ownerReferences": [owner]},
        "spec": {
            "holderIdentity": metadata["name"],
            "leaseDurationSeconds": _LEASE_SECONDS,
            "renewTime": stamp_micro(now),
        },
    }


def _made_up(name: str, what: str) -> str:
    return str(uuid.UUID(bytes=hashlib.sha256(f"{name}/{what}".encode()).digest()[:16]))
