"""When the kubelet tells of a container's beginning and its end: what lies between hearing and doing."""

from __future__ import annotations

from kx.practice.history import Event
from kx.practice.status import Obj
from tests.practice.node.simulation import Simulation, pod, simulated

REDIS = {"ports": [{"containerPort": 6379}]}


def follow(simulation: Simulation, name: str) -> list[Obj]:
    """Every state that is told of a pod's container from now on."""
    told: list[Obj] = []

    def note(event: Event) -> None:
        if event.resource == "pods" and event.object["metadata"]["name"] == name:
            told.extend((event.object.get("status") or {}).get("containerStatuses") or ())

    simulation.store.subscribe(note)
    return told


def listens(simulation: Simulation, name: str, port: int) -> bool:
    return simulation.runtime.listener("default", name, port) is not None


@simulated
async def test_a_program_that_ends_at_once_was_never_seen_to_run(simulation: Simulation) -> None:
    told = follow(simulation, "job")
    simulation.create(pod("job", "busybox:1.36", command=["sh", "-c", "exit 3"]))
    await simulation.run(40)
    assert simulation.status("job")["restartCount"] >= 2
    assert not any("running" in each["state"] or each["ready"] for each in told)
    reasons = [next(iter(each["state"].values()))["reason"] for each in told]
    shown = list(dict.fromkeys(reasons))
    assert shown == ["ContainerCreating", "Error", "CrashLoopBackOff"]


@simulated
async def test_a_pod_is_ready_as_soon_as_its_port_answers(simulation: Simulation) -> None:
    simulation.create(pod("store", "redis:6.2.6", **REDIS))
    simulation.create(pod("quiet", "redis:6.2.6"))
    seen: dict[str, float] = {}
    for _ in range(60):
        await simulation.run(0.1)
        for name in ("store", "quiet"):
            statuses = simulation.pod(name)["status"].get("containerStatuses") or [{"ready": False}]
            if statuses[0]["ready"]:
                assert listens(simulation, name, 6379)
                seen.setdefault(name, simulation.clock.seconds)
    # Where nothing says which port to expect, the next look has to show that the program stays.
    assert 0.1 < seen["quiet"] - seen["store"] < 0.5


@simulated
async def test_a_restarted_program_is_told_of_once_it_is_seen_again(simulation: Simulation) -> None:
    told = follow(simulation, "job")
    simulation.create(pod("job", "busybox:1.36", command=["sh", "-c", "sleep 2; exit 1"]))
    await simulation.run(20)
    ways = [next(iter(each["state"])) for each in told]
    changes = [way for way, before in zip(ways, [""] + ways, strict=False) if way != before]
    assert changes[:6] == ["waiting", "running", "terminated", "running", "terminated", "waiting"]
    assert list(dict.fromkeys(each["restartCount"] for each in told if "running" in each["state"])) == [0, 1, 2]


@simulated
async def test_a_deleted_pod_goes_on_answering_until_the_services_have_heard(simulation: Simulation) -> None:
    simulation.create(pod("store", "redis:6.2.6", **REDIS))
    await simulation.run(5)
    simulation.delete("store")
    await simulation.settle()
    assert listens(simulation, "store", 6379)
    await simulation.run(1)
    assert simulation.store.find("pods", "default", "store") is None
    assert [reason for reason, *_ in simulation.events("store")][-1] == "Killing"


@simulated
async def test_a_pod_deleted_without_grace_is_not_waited_for(simulation: Simulation) -> None:
    simulation.create(pod("store", "redis:6.2.6", **REDIS))
    await simulation.run(5)
    simulation.delete("store", grace=0)
    await simulation.settle()
    assert simulation.store.find("pods", "default", "store") is None
