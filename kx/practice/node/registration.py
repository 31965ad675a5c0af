"""The Node objects of simulated machines, as kubelets write them, and the events that go with them.

A node's numbers are believable and its own; they say nothing of the machine kx runs on.
"""

from __future__ import annotations

import hashlib
import uuid
from datetime import datetime
from typing import Literal

from kx.practice.controllers.world import World
from kx.practice.node.clock import stamp
from kx.practice.node.machines import Machine
from kx.practice.served import RELEASE
from kx.practice.status import Obj

RUNTIME = "kx-sim://"
_CAPACITY = {"cpu": "4", "ephemeral-storage": "41152812Ki", "memory": "8145256Ki", "pods": "110"}
_ALLOCATABLE = {"cpu": "4", "ephemeral-storage": "37926431477", "memory": "8042856Ki", "pods": "110"}
# type, status, reason, message
_CONDITIONS = (
    ("MemoryPressure", "False", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
    ("DiskPressure", "False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
    ("PIDPressure", "False", "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
    ("Ready", "True", "KubeletReady", "kubelet is posting ready status"),
)
_STARTED = (
    ("Starting", "Starting kubelet."),
    ("NodeHasSufficientMemory", "Node {} status is now: NodeHasSufficientMemory"),
    ("NodeHasNoDiskPressure", "Node {} status is now: NodeHasNoDiskPressure"),
    ("NodeHasSufficientPID", "Node {} status is now: NodeHasSufficientPID"),
    ("NodeAllocatableEnforced", "Updated Node Allocatable limit across pods"),
)


def register(world: World, machine: Machine) -> Obj:
    """The node of a machine, made if it is not there; a kubelet that starts says so."""
    node = world.store.find("nodes", "", machine.name)
    if node is None:
        node = world.store.create("nodes", _node(machine, world.now()))
    for reason, message in _STARTED:
        tell(world, node, "Normal", reason, message.format(machine.name))
    return node


def tell(world: World, node: Obj, type: Literal["Normal", "Warning"], reason: str, message: str) -> None:
    """An event of a node's kubelet."""
    name = node["metadata"]["name"]
    world.events.record(node, type, reason, message, "kubelet", host=name)


def conditions(node: Obj, now: datetime) -> list[Obj]:
    """A healthy node's conditions: those it has, with a new heartbeat, changed where they say otherwise."""
    known = {one["type"]: one for one in (node.get("status") or {}).get("conditions") or ()}
    ours = [_condition(*said, known.pop(said[0], None), now) for said in _CONDITIONS]
    return [*known.values(), *ours]


def is_healthy(node: Obj) -> bool:
    """Whether a node's conditions say what its kubelet would say."""
    known = {one["type"]: one.get("status") for one in (node.get("status") or {}).get("conditions") or ()}
    return all(known.get(type) == status for type, status, _, _ in _CONDITIONS)


def _node(machine: Machine, now: datetime) -> Obj:
    name, number = machine.name, machine.number
    address, cidr = f"10.0.0.{10 + number}", f"10.244.{number}.0/24"
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
                "topology.kubernetes.io/zone": f"practice-{'abc'[(number - 1) % 3]}",
            },
            "annotations": {"node.alpha.kubernetes.io/ttl": "0"},
        },
        "spec": {"podCIDR": cidr, "podCIDRs": [cidr]},
        "status": {
            "addresses": [{"type": "InternalIP", "address": address}, {"type": "Hostname", "address": name}],
            "capacity": dict(_CAPACITY),
            "allocatable": dict(_ALLOCATABLE),
            "conditions": [_condition(*said, None, now) for said in _CONDITIONS],
            "daemonEndpoints": {"kubeletEndpoint": {"Port": 10250}},
            "nodeInfo": {
                "architecture": "amd64",
                "bootID": _made_up(name, "boot"),
                "containerRuntimeVersion": f"{RUNTIME}0.1",
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


def _condition(kind: str, status: str, reason: str, message: str, known: Obj | None, now: datetime) -> Obj:
    since = known.get("lastTransitionTime") if known and known.get("status") == status else None
    return {
        "type": kind,
        "status": status,
        "lastHeartbeatTime": stamp(now),
        "lastTransitionTime": since or stamp(now),
        "reason": reason,
        "message": message,
    }


def _made_up(name: str, what: str) -> str:
    return str(uuid.UUID(bytes=hashlib.sha256(f"{name}/{what}".encode()).digest()[:16]))
