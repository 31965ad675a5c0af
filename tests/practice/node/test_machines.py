"""Machines switched off and on: what ran on them ends and comes back, and nodes are registered when they start."""

from __future__ import annotations

import pytest

from kx.practice.node import machinery, machines
from kx.practice.node.nodes import LEASE_NAMESPACE, LEASES
from kx.practice.status import ApiError
from tests.practice.node.simulation import Simulation, pod, simulated


@simulated
async def test_what_runs_on_a_machine_ends_with_its_power_and_comes_back(simulation: Simulation) -> None:
    simulation.create(pod("web", "nginx", spec={"nodeName": "node-2"}))
    simulation.create(pod("other", "nginx", spec={"nodeName": "node-1"}))
    await simulation.run(30)
    before = simulation.pod("web")
    uid, address = before["metadata"]["uid"], before["status"]["podIP"]
    machinery.stop(simulation.world, "node-2")
    await simulation.run(30)
    assert simulation.runtime.find(uid, "web") is None
    assert simulation.pod("web")["status"] == before["status"], "nobody is there to tell"
    assert simulation.runtime.find(simulation.pod("other")["metadata"]["uid"], "other") is not None
    machinery.start(simulation.world, "node-2")
    await simulation.run(30)
    assert simulation.runtime.find(uid, "web") is not None
    assert (simulation.status("web")["restartCount"], simulation.pod("web")["status"]["podIP"]) == (1, address)


@simulated
async def test_a_pod_deleted_while_its_machine_is_off_goes_when_it_is_back(simulation: Simulation) -> None:
    simulation.create(pod("web", "nginx", spec={"nodeName": "node-2"}))
    await simulation.run(30)
    machinery.stop(simulation.world, "node-2")
    simulation.delete("web", grace=5)
    await simulation.run(60)
    assert simulation.store.find("pods", "default", "web") is not None
    machinery.start(simulation.world, "node-2")
    await simulation.run(60)
    assert simulation.store.find("pods", "default", "web") is None


@simulated
async def test_a_stopped_machine_is_not_heard_of(simulation: Simulation) -> None:
    await simulation.run(1)
    machinery.stop(simulation.world, "node-2")
    before = simulation.store.get(LEASES, LEASE_NAMESPACE, "node-2")
    await simulation.run(60)
    assert simulation.store.get(LEASES, LEASE_NAMESPACE, "node-2") == before
    node = simulation.store.get("nodes", "", "node-2")
    unknown = [{**one, "status": "Unknown"} for one in node["status"]["conditions"]]
    simulation.store.update("nodes", {**node, "status": {**node["status"], "conditions": unknown}})
    machinery.start(simulation.world, "node-2")
    await simulation.run(1)
    conditions = simulation.store.get("nodes", "", "node-2")["status"]["conditions"]
    assert [(one["type"], one["status"]) for one in conditions][-1] == ("Ready", "True")
    assert ("NodeReady", "Node node-2 status is now: NodeReady", 1) in simulation.events("node-2")


@simulated
async def test_a_new_machine_registers_itself_and_stays(simulation: Simulation) -> None:
    assert machinery.add(simulation.world, "") == "node-4"
    assert machinery.add(simulation.world, "big") == "big"
    node = simulation.store.get("nodes", "", "big")
    assert node["spec"]["podCIDR"] == "10.244.5.0/24"
    assert node["status"]["addresses"][0]["address"] == "10.0.0.15"
    await simulation.run(1)
    assert simulation.store.find(LEASES, LEASE_NAMESPACE, "big") is not None
    assert ("Starting", "Starting kubelet.", 1) in simulation.events("big")
    again = Simulation(simulation.store, simulation.clock)
    assert [each["metadata"]["name"] for each in again.store.list("nodes")] == [
        "big",
        "node-1",
        "node-2",
        "node-3",
        "node-4",
    ]


@simulated
async def test_a_node_that_somebody_deleted_is_registered_at_the_next_start(simulation: Simulation) -> None:
    simulation.store.delete("nodes", "", "node-2")
    await simulation.run(60)
    assert simulation.store.find("nodes", "", "node-2") is None
    Simulation(simulation.store, simulation.clock)
    assert simulation.store.find("nodes", "", "node-2") is not None


@simulated
async def test_a_machine_that_was_taken_away_does_not_come_back(simulation: Simulation) -> None:
    simulation.create(pod("web", "nginx", spec={"nodeName": "node-3"}))
    await simulation.run(30)
    uid = simulation.pod("web")["metadata"]["uid"]
    machines.remove(simulation.store, "node-3")
    simulation.store.delete("nodes", "", "node-3")
    await simulation.run(5)
    assert simulation.runtime.find(uid, "web") is None
    await simulation.run(60)
    assert simulation.store.find("pods", "default", "web") is None
    Simulation(simulation.store, simulation.clock)
    assert [each["metadata"]["name"] for each in simulation.store.list("nodes")] == ["node-1", "node-2"]


@simulated
async def test_a_pod_whose_node_is_gone_waits_for_those_who_count_it(simulation: Simulation) -> None:
    made = simulation.create(pod("work", "nginx", spec={"nodeName": "node-3"}))
    held = {**made["metadata"], "finalizers": ["batch.kubernetes.io/job-tracking"]}
    simulation.store.update("pods", {**made, "metadata": held})
    await simulation.run(30)
    machines.remove(simulation.store, "node-3")
    simulation.store.delete("nodes", "", "node-3")
    await simulation.run(60)
    found = simulation.pod("work")
    assert (found["status"]["phase"], "deletionTimestamp" in found["metadata"]) == ("Failed", True)
    assert found["status"]["conditions"][-1]["reason"] == "DeletionByPodGC"
    simulation.store.update("pods", {**found, "metadata": {**found["metadata"], "finalizers": []}})
    assert simulation.store.find("pods", "default", "work") is None


@simulated
async def test_cordons_are_told_of(simulation: Simulation) -> None:
    await simulation.run(1)
    node = simulation.store.get("nodes", "", "node-1")
    node = simulation.store.update("nodes", {**node, "spec": {**node["spec"], "unschedulable": True}})
    await simulation.run(1)
    simulation.store.update("nodes", {**node, "spec": {**node["spec"], "unschedulable": False}})
    await simulation.run(1)
    assert [event for event in simulation.events("node-1") if "chedulable" in event[0]] == [
        ("NodeNotSchedulable", "Node node-1 status is now: NodeNotSchedulable", 1),
        ("NodeSchedulable", "Node node-1 status is now: NodeSchedulable", 1),
    ]


@simulated
async def test_refusals(simulation: Simulation) -> None:
    world = simulation.world
    simulation.store.create("nodes", {"kind": "Node", "metadata": {"name": "mine"}, "spec": {}, "status": {}})
    for act, name, words in (
        (machinery.add, "node-1", "already exists"),
        (machinery.add, "mine", "already exists"),
        (machinery.add, "No_Name", "cannot be the name of a node"),
        (machinery.stop, "nobody", "not found"),
        (machinery.stop, "mine", "registered by hand"),
        (machinery.start, "node-1", "running already"),
        (machinery.remove, "nobody", "not found"),
        (machinery.uncordon, "node-1", "open for pods already"),
    ):
        with pytest.raises(ApiError, match=words):
            act(world, name)
