"""Which node a pod gets, and what it is told when there is none."""

from __future__ import annotations

from typing import Any

import pytest

from kx.practice.node.fit import Load, judge
from kx.practice.status import Obj
from kx.practice.tolerations import tolerates
from tests.practice.node.simulation import Simulation, pod, simulated


def node(name: str = "n", labels: dict[str, str] | None = None, **spec: Any) -> Obj:
    return {
        "metadata": {"name": name, "labels": labels or {}},
        "spec": spec,
        "status": {"allocatable": {"cpu": "4", "memory": "8Gi", "pods": "3"}},
    }


def asking(cpu: str = "0", memory: str = "0", **spec: Any) -> Obj:
    return pod("p", resources={"requests": {"cpu": cpu, "memory": memory}}, spec=spec)


def load(*placed: Obj) -> Load:
    found = Load()
    for one in placed:
        found.add(one)
    return found


def required(*expressions: Obj) -> Obj:
    term = {"matchExpressions": list(expressions)}
    return {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [term]}}}


MISMATCH = "node(s) didn't match Pod's node affinity/selector"
TAINT = {"key": "a", "value": "b", "effect": "NoSchedule"}
ZONE = {"key": "zone", "operator": "In", "values": ["x", "y"]}


@pytest.mark.parametrize(
    ("wanted", "place", "placed", "reasons"),
    [
        (asking(), node(), [], ()),
        (asking(), node(unschedulable=True), [], ("node(s) were unschedulable",)),
        (
            asking(tolerations=[{"key": "node.kubernetes.io/unschedulable", "operator": "Exists"}]),
            node(unschedulable=True),
            [],
            (),
        ),
        (asking(), node(taints=[TAINT]), [], ("node(s) had untolerated taint(s)",)),
        (asking(), node(taints=[{**TAINT, "effect": "PreferNoSchedule"}]), [], ()),
        (asking(tolerations=[{"key": "a", "operator": "Equal", "value": "b"}]), node(taints=[TAINT]), [], ()),
        (asking(nodeSelector={"disk": "ssd"}), node(), [], (MISMATCH,)),
        (asking(nodeSelector={"disk": "ssd"}), node(labels={"disk": "ssd"}), [], ()),
        (asking(affinity=required(ZONE)), node(labels={"zone": "y"}), [], ()),
        (asking(affinity=required(ZONE)), node(labels={"zone": "z"}), [], (MISMATCH,)),
        (asking(affinity=required({"key": "zone", "operator": "DoesNotExist"})), node(), [], ()),
        (asking(affinity=required({"key": "n", "operator": "Gt", "values": ["3"]})), node(labels={"n": "4"}), [], ()),
        (asking(affinity=required({"key": "n", "operator": "Lt", "values": ["3"]})), node(), [], (MISMATCH,)),
        (asking("4"), node(), [], ()),
        (asking("4001m", "9Gi"), node(), [], ("Insufficient cpu", "Insufficient memory")),
        (asking("1"), node(), [asking("3500m")], ("Insufficient cpu",)),
        (asking(), node(), [asking(), asking(), asking()], ("Too many pods",)),
    ],
)
def test_filters(wanted: Obj, place: Obj, placed: list[Obj], reasons: tuple[str, ...]) -> None:
    assert judge(wanted, place, load(*placed)).reasons == reasons


def test_init_containers_count_by_the_largest() -> None:
    small = {"name": "i", "image": "busybox", "resources": {"requests": {"cpu": "3"}}}
    assert judge(asking("2", initContainers=[small]), node(), load(asking("1"))).reasons == ()
    sidecar = {**small, "restartPolicy": "Always"}
    assert judge(asking("2", initContainers=[sidecar]), node(), load()).reasons == ("Insufficient cpu",)


@pytest.mark.parametrize(
    ("toleration", "answer"),
    [
        ({"operator": "Exists"}, True),
        ({"key": "a", "operator": "Exists"}, True),
        ({"key": "a", "value": "b"}, True),
        ({"key": "a", "value": "c"}, False),
        ({"key": "a", "operator": "Exists", "effect": "NoExecute"}, False),
        ({"key": "z", "operator": "Exists"}, False),
    ],
)
def test_tolerations(toleration: dict[str, str], answer: bool) -> None:
    assert tolerates([toleration], TAINT) is answer


def change_node(simulation: Simulation, name: str, **spec: Any) -> None:
    found = simulation.store.get("nodes", "", name)
    simulation.store.update("nodes", {**found, "spec": {**found["spec"], **spec}})


@simulated
async def test_kin_are_spread(simulation: Simulation) -> None:
    owner = {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "web", "uid": "u", "controller": True}
    for number in range(6):
        one = pod(f"web-{number}", "nginx:1.27")
        simulation.create({**one, "metadata": {**one["metadata"], "ownerReferences": [owner]}})
    await simulation.run(3)
    nodes = [one["spec"]["nodeName"] for one in simulation.store.list("pods")]
    assert sorted(nodes) == ["node-1", "node-1", "node-2", "node-2", "node-3", "node-3"]


@simulated
async def test_a_pod_waits_for_a_node_and_is_told_why(simulation: Simulation) -> None:
    for name in ("node-1", "node-2", "node-3"):
        change_node(simulation, name, unschedulable=True)
    simulation.create(pod("web", "nginx:1.27"))
    await simulation.run(1)
    message = (
        "0/3 nodes are available: 3 node(s) were unschedulable. "
        "preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling."
    )
    assert simulation.events("web") == [("FailedScheduling", message, 1)]
    condition = simulation.pod("web")["status"]["conditions"][0]
    assert (condition["type"], condition["status"], condition["reason"]) == ("PodScheduled", "False", "Unschedulable")
    assert condition["message"] == message
    change_node(simulation, "node-2", unschedulable=False)
    await simulation.run(4)
    assert simulation.pod("web")["spec"]["nodeName"] == "node-2"
    assert "running" in simulation.status("web")["state"]


@simulated
async def test_reasons_are_counted_and_sorted(simulation: Simulation) -> None:
    change_node(simulation, "node-1", taints=[TAINT])
    simulation.create(pod("full", "nginx:1.27", resources={"requests": {"cpu": "3"}}, spec={"nodeName": "node-2"}))
    await simulation.settle()
    simulation.create(pod("large", "nginx:1.27", resources={"requests": {"cpu": "4"}}, spec={"nodeSelector": {}}))
    await simulation.settle()
    assert simulation.pod("large")["spec"]["nodeName"] == "node-3"
    simulation.create(pod("more", "nginx:1.27", resources={"requests": {"cpu": "2"}}))
    await simulation.settle()
    assert simulation.events("more")[-1][1] == (
        "0/3 nodes are available: 1 node(s) had untolerated taint(s), 2 Insufficient cpu. preemption: 0/3 nodes are "
        "available: 1 Preemption is not helpful for scheduling, 2 No preemption victims found for incoming pod."
    )
    simulation.delete("full", grace=0)
    await simulation.settle()
    assert simulation.pod("more")["spec"]["nodeName"] == "node-2", "room was made"


@simulated
async def test_other_schedulers_pods_are_left_alone(simulation: Simulation) -> None:
    simulation.create(pod("mine", spec={"schedulerName": "another"}))
    simulation.create(pod("claims", spec={"volumes": [{"name": "v", "persistentVolumeClaim": {"claimName": "c"}}]}))
    await simulation.settle()
    assert simulation.events("mine") == []
    assert "nodeName" not in simulation.pod("mine")["spec"]
    assert 'persistentvolumeclaim "c" not found' in simulation.events("claims")[0][1]


@simulated
async def test_a_port_of_a_node_is_given_once(simulation: Simulation) -> None:
    ports = [{"containerPort": 80, "hostPort": 8080, "protocol": "TCP"}]
    for number in range(4):
        simulation.create(pod(f"web-{number}", "nginx:1.27", ports=ports))
        await simulation.run(1)
    assert {simulation.pod(f"web-{number}")["spec"]["nodeName"] for number in range(3)} == {
        "node-1",
        "node-2",
        "node-3",
    }
    assert simulation.events("web-3")[-1][:2] == (
        "FailedScheduling",
        "0/3 nodes are available: 3 node(s) didn't have free ports for the requested pod ports. "
        "preemption: 0/3 nodes are available: 3 No preemption victims found for incoming pod.",
    )
    simulation.delete("web-1", grace=0)
    await simulation.run(3)
    assert simulation.pod("web-3")["spec"].get("nodeName")
