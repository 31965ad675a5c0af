"""The simulated nodes as objects: registered once, alive by heartbeat."""

from __future__ import annotations

from kx.practice.node.nodes import is_simulated
from tests.practice.node.simulation import Simulation, pod, simulated


@simulated
async def test_three_ready_nodes(simulation: Simulation) -> None:
    nodes = simulation.store.list("nodes")
    assert [node["metadata"]["name"] for node in nodes] == ["node-1", "node-2", "node-3"]
    for number, node in enumerate(nodes, 1):
        ready = node["status"]["conditions"][-1]
        assert (ready["type"], ready["status"]) == ("Ready", "True")
        assert node["metadata"]["labels"]["kubernetes.io/hostname"] == node["metadata"]["name"]
        assert node["spec"]["podCIDR"] == f"10.244.{number}.0/24"


@simulated
async def test_heartbeats(simulation: Simulation) -> None:
    await simulation.run(1)
    first = simulation.store.get("leases.coordination.k8s.io", "kube-node-lease", "node-1")["spec"]
    assert (first["holderIdentity"], first["leaseDurationSeconds"]) == ("node-1", 40)
    await simulation.run(11)
    later = simulation.store.get("leases.coordination.k8s.io", "kube-node-lease", "node-1")["spec"]
    assert later["renewTime"] > first["renewTime"]
    assert simulation.store.get("nodes", "", "node-1")["status"]["conditions"][-1]["lastHeartbeatTime"] == (
        "2026-01-01T12:00:00Z"
    )
    await simulation.run(300)
    assert simulation.store.get("nodes", "", "node-1")["status"]["conditions"][-1]["lastHeartbeatTime"] > (
        "2026-01-01T12:04:59Z"
    )


@simulated
async def test_a_second_start_registers_nothing_anew(simulation: Simulation) -> None:
    before = simulation.store.list("nodes")
    Simulation(simulation.store, simulation.clock)
    assert simulation.store.list("nodes") == before


@simulated
async def test_heartbeats_that_somebody_took_away_come_back(simulation: Simulation) -> None:
    await simulation.run(1)
    store, leases = simulation.store, "leases.coordination.k8s.io"
    lease, node = store.get(leases, "kube-node-lease", "node-1"), store.get("nodes", "", "node-1")
    spec = {key: value for key, value in lease["spec"].items() if key != "renewTime"}
    store.update(leases, {**lease, "spec": spec})
    ready = {"type": "Ready", "status": "True"}
    store.update("nodes", {**node, "status": {**node["status"], "conditions": [ready]}})
    await simulation.run(11)
    assert store.get(leases, "kube-node-lease", "node-1")["spec"]["renewTime"]
    assert store.get("nodes", "", "node-1")["status"]["conditions"][0]["lastHeartbeatTime"]


@simulated
async def test_nobody_runs_pods_on_a_node_registered_by_hand(simulation: Simulation) -> None:
    made = simulation.store.create("nodes", {"kind": "Node", "metadata": {"name": "mine"}, "spec": {}, "status": {}})
    assert not is_simulated(made)
    simulation.create(pod("lost", "nginx", spec={"nodeName": "mine"}))
    await simulation.run(60)
    assert "containerStatuses" not in (simulation.store.get("pods", "default", "lost").get("status") or {})
