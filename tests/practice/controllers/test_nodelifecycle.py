"""Nodes: cordoned and sick ones are tainted, other taints are nobody's business."""

from __future__ import annotations

from tests.practice.controllers.cluster import Cluster


def taints(cluster: Cluster) -> list[tuple[str, str]]:
    node = cluster.store.get("nodes", "", "node-1")
    return [(taint["key"], taint["effect"]) for taint in node["spec"].get("taints") or ()]


def test_a_cordoned_node_is_tainted_until_it_is_uncordoned(cluster: Cluster) -> None:
    mine = {"key": "mine", "effect": "NoSchedule"}
    cluster.api.patch("nodes", "", "node-1", {"spec": {"unschedulable": True, "taints": [mine]}})
    cluster.run()
    assert taints(cluster) == [("mine", "NoSchedule"), ("node.kubernetes.io/unschedulable", "NoSchedule")]
    cluster.api.patch("nodes", "", "node-1", {"spec": {"unschedulable": None}})
    cluster.run()
    assert taints(cluster) == [("mine", "NoSchedule")]


def test_a_node_that_is_not_ready_is_tainted(cluster: Cluster) -> None:
    node = cluster.store.get("nodes", "", "node-1")
    condition = {"type": "Ready", "status": "False"}
    cluster.api.update_status("nodes", {**node, "status": {"conditions": [condition]}})
    cluster.run()
    assert taints(cluster) == [
        ("node.kubernetes.io/not-ready", "NoSchedule"),
        ("node.kubernetes.io/not-ready", "NoExecute"),
    ]
    ready = {"conditions": [{"type": "Ready", "status": "True"}]}
    cluster.api.update_status("nodes", {**cluster.store.get("nodes", "", "node-1"), "status": ready})
    cluster.run()
    assert taints(cluster) == []
