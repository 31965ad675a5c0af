"""Nodes that fall silent: noticed after their grace, with their pods; those that speak again; those that never did."""

from __future__ import annotations

import pytest

from kx.practice.controllers.nodehealth import NodeHealthController
from kx.practice.status import Obj
from tests.practice.controllers.cluster import Cluster, pod

LEASES = "leases.coordination.k8s.io"


def beat(cluster: Cluster, number: int = 0) -> None:
    """A heartbeat of node-1."""
    found = cluster.store.find(LEASES, "kube-node-lease", "node-1")
    spec = {"renewTime": f"{cluster.clock.now():%Y-%m-%dT%H:%M:%S}.{number:06}Z"}
    if found is None:
        metadata = {"name": "node-1", "namespace": "kube-node-lease"}
        cluster.store.create(LEASES, {"kind": "Lease", "metadata": metadata, "spec": spec})
    else:
        cluster.store.update(LEASES, {**found, "spec": spec})


@pytest.fixture
def watched(cluster: Cluster) -> Cluster:
    """A cluster whose node-1 is healthy and heard of, with one pod on it."""
    node = cluster.store.get("nodes", "", "node-1")
    ready = {"type": "Ready", "status": "True", "lastTransitionTime": "2030-01-01T00:00:00Z"}
    cluster.store.update("nodes", {**node, "status": {"conditions": [ready]}})
    beat(cluster)
    cluster.start(cluster.api.create("pods", pod("web", app="web")))
    cluster.settle()
    return cluster


def readiness(cluster: Cluster) -> str:
    conditions: list[Obj] = cluster.store.get("nodes", "", "node-1")["status"]["conditions"]
    return next(str(one["status"]) for one in conditions if one["type"] == "Ready")


def test_a_silent_node_is_unknown_after_its_grace_and_its_pods_go_after_theirs(watched: Cluster) -> None:
    assert watched.messages("RegisteredNode") == ["Node node-1 event: Registered Node node-1 in Controller"]
    watched.settle(within=49)
    assert readiness(watched) == "True"
    watched.settle(within=2)
    node = watched.store.get("nodes", "", "node-1")
    assert {one["type"]: one["status"] for one in node["status"]["conditions"]} == dict.fromkeys(
        ("Ready", "MemoryPressure", "DiskPressure", "PIDPressure"), "Unknown"
    )
    assert node["status"]["conditions"][0]["message"] == "Kubelet stopped posting node status."
    assert [(taint["key"], taint["effect"]) for taint in node["spec"]["taints"]] == [
        ("node.kubernetes.io/unreachable", "NoSchedule"),
        ("node.kubernetes.io/unreachable", "NoExecute"),
    ]
    assert watched.messages("NodeNotReady") == ["Node node-1 status is now: NodeNotReady", "Node is not ready"]
    assert watched.get("pods", "web")["status"]["conditions"][0]["status"] == "False"
    watched.settle(within=295)
    assert "deletionTimestamp" not in watched.get("pods", "web")["metadata"]
    watched.settle(within=10)
    assert "deletionTimestamp" in watched.get("pods", "web")["metadata"]
    assert watched.messages("TaintManagerEviction") == ["Marking for deletion Pod default/web"]


def test_a_node_that_is_heard_of_stays_ready(watched: Cluster) -> None:
    for number in range(1, 12):
        watched.settle(within=10)
        beat(watched, number)
    watched.settle()
    assert readiness(watched) == "True"


def test_a_sleep_of_the_whole_machine_is_no_silence(watched: Cluster) -> None:
    watched.settle(within=10)
    watched.clock.advance(3600)
    watched.settle(within=20)
    assert readiness(watched) == "True"
    watched.settle(within=60)
    assert readiness(watched) == "Unknown"


def test_a_restart_gives_everyone_their_grace_anew(watched: Cluster) -> None:
    watched.clock.advance(24 * 3600)
    watched.restart()
    watched.settle(within=40)
    assert readiness(watched) == "True"


def test_nodes_that_were_never_heard_of_are_left_alone(cluster: Cluster) -> None:
    cluster.settle(within=1000)
    assert "status" not in cluster.store.get("nodes", "", "node-2")


def test_a_node_that_is_deleted_is_told_of(watched: Cluster) -> None:
    watched.store.delete("nodes", "", "node-1")
    watched.settle()
    assert watched.messages("RemovingNode") == ["Node node-1 event: Removing Node node-1 from Controller"]
    assert NodeHealthController(watched.world).reconcile(watched.world, ("", "node-1")) is None
