"""How pods end: grace, hooks, the order of sidecars, deadlines, and what holds back a start."""

from __future__ import annotations

from typing import Any

from kx.practice.status import Obj
from tests.practice.node.simulation import Simulation, execute, pod, simulated

WEB, BOX = "nginx:1.27", "busybox:1.36"
DEAF = "trap '' TERM; while true; do sleep 1; done"


def box(name: str, text: str, **changes: Any) -> Obj:
    return pod(name, BOX, command=["sh", "-c", text], **changes)


def run_for(seconds: int, code: int = 0) -> str:
    """A program that takes so long to end after SIGTERM."""
    return f"trap 'sleep {seconds}; exit {code}' TERM; while true; do sleep 1; done"


def is_gone(simulation: Simulation, name: str) -> bool:
    return simulation.store.find("pods", "default", name) is None


@simulated
async def test_a_program_that_does_not_listen_is_killed_when_its_time_is_over(simulation: Simulation) -> None:
    simulation.create(box("deaf", DEAF))
    simulation.create(box("slow", run_for(4)))
    await simulation.run(3)
    for name in ("deaf", "slow"):
        simulation.delete(name, grace=8)
    await simulation.run(3)
    assert "running" in simulation.status("slow")["state"]
    await simulation.run(3)
    assert (is_gone(simulation, "slow"), is_gone(simulation, "deaf")) == (True, False)
    await simulation.run(3)
    assert is_gone(simulation, "deaf")
    assert [event[:2] for event in simulation.events("deaf") if event[0] == "Killing"] == [
        ("Killing", "Stopping container deaf")
    ]


@simulated
async def test_a_hook_takes_its_time_from_the_grace_period(simulation: Simulation) -> None:
    hook = {"preStop": {"exec": {"command": ["sleep", "60"]}}}
    simulation.create(box("box", "trap 'echo told; exit 0' TERM; while true; do sleep 1; done", lifecycle=hook))
    await simulation.run(3)
    uid = simulation.pod("box")["metadata"]["uid"]
    simulation.delete("box", grace=5)
    await simulation.run(4)
    container = simulation.runtime.find(uid, "box")
    assert container is not None
    assert container.program.running
    await simulation.run(3)
    # Its hook was not done, yet it was asked before it was killed.
    assert b"told\n" in [line.data for line in container.log.lines()]
    assert is_gone(simulation, "box")


@simulated
async def test_a_hook_runs_once_however_often_a_container_is_asked(simulation: Simulation) -> None:
    hook = {"preStop": {"exec": {"command": ["sh", "-c", "echo x >> /shared/hooks; sleep 4"]}}}
    probe = {"exec": {"command": ["false"]}, "periodSeconds": 1, "failureThreshold": 1}
    volumes, mounts = [{"name": "v", "hostPath": {"path": "/srv/v"}}], [{"name": "v", "mountPath": "/shared"}]
    spec = {"volumes": volumes, "nodeName": "node-1"}
    made = box("box", run_for(0), lifecycle=hook, livenessProbe=probe, volumeMounts=mounts, spec=spec)
    simulation.create(made)
    simulation.create(box("look", run_for(0), volumeMounts=mounts, spec=spec))
    await simulation.run(3)
    simulation.delete("box", grace=30)
    await simulation.run(6)
    assert is_gone(simulation, "box")
    assert (await execute(simulation, "look", ["cat", "/shared/hooks"]))[1] == "x\n"


@simulated
async def test_a_failing_hook_is_told_without_its_words(simulation: Simulation) -> None:
    hook = {"preStop": {"exec": {"command": ["sh", "-c", "echo $PASSWORD; exit 1"]}}}
    simulation.create(pod("web", WEB, lifecycle=hook))
    await simulation.run(3)
    simulation.delete("web")
    await simulation.run(3)
    assert ("FailedPreStopHook", "PreStopHook failed", 1) in simulation.events("web")


@simulated
async def test_nothing_is_told_of_a_container_before_its_post_start_hook_has_ended(simulation: Simulation) -> None:
    hook = {"postStart": {"exec": {"command": ["sleep", "5"]}}}
    containers = [
        {"name": "first", "image": WEB, "lifecycle": hook},
        {"name": "second", "image": BOX, "command": ["sleep", "1d"]},
    ]
    simulation.create(pod("two", spec={"containers": containers}))
    await simulation.run(4)
    states = [one["state"] for one in simulation.pod("two")["status"]["containerStatuses"]]
    assert states == [{"waiting": {"reason": "ContainerCreating"}}] * 2
    await simulation.run(5)
    assert simulation.pod("two")["status"]["phase"] == "Running"
    assert all(one["ready"] for one in simulation.pod("two")["status"]["containerStatuses"])


@simulated
async def test_sidecars_leave_last_and_in_reverse(simulation: Simulation) -> None:
    def side(name: str) -> Obj:
        return {"name": name, "image": BOX, "restartPolicy": "Always", "command": ["sh", "-c", run_for(1)]}

    simulation.create(box("app", run_for(3), spec={"initContainers": [side("one"), side("two")]}))
    await simulation.run(4)
    uid = simulation.pod("app")["metadata"]["uid"]
    simulation.delete("app", grace=30)

    def running() -> list[str]:
        found = {name: simulation.runtime.find(uid, name) for name in ("one", "two", "app")}
        return [name for name, container in found.items() if container and container.program.running]

    order = [running()]
    for _ in range(80):
        await simulation.run(0.2)
        if running() != order[-1]:
            order.append(running())
    assert order == [["one", "two", "app"], ["one", "two"], ["one"], []]
    killed = sorted(message for reason, message, _ in simulation.events("app") if reason == "Killing")
    assert killed == [f"Stopping container {name}" for name in ("app", "one", "two")]


@simulated
async def test_a_job_is_not_over_before_its_sidecar(simulation: Simulation) -> None:
    side = {"name": "side", "image": BOX, "restartPolicy": "Always", "command": ["sh", "-c", run_for(5, 1)]}
    simulation.create(box("job", "sleep 2", spec={"initContainers": [side], "restartPolicy": "Never"}))
    await simulation.run(7)
    assert simulation.pod("job")["status"]["phase"] == "Running"
    assert simulation.status("job")["state"]["terminated"]["reason"] == "Completed"
    await simulation.run(6)
    assert simulation.pod("job")["status"]["phase"] == "Succeeded"
    assert simulation.pod("job")["status"]["initContainerStatuses"][0]["state"]["terminated"]["exitCode"] == 1


@simulated
async def test_sidecars_go_when_an_init_container_fails_for_good(simulation: Simulation) -> None:
    side = {"name": "side", "image": BOX, "restartPolicy": "Always", "command": ["sh", "-c", run_for(1)]}
    init = [side, {"name": "broken", "image": BOX, "command": ["sh", "-c", "exit 3"]}]
    simulation.create(box("job", "sleep 2", spec={"initContainers": init, "restartPolicy": "Never"}))
    await simulation.run(8)
    assert simulation.pod("job")["status"]["phase"] == "Failed"
    assert "terminated" in simulation.pod("job")["status"]["initContainerStatuses"][0]["state"]


@simulated
async def test_a_deadline_leaves_time_to_end(simulation: Simulation) -> None:
    spec = {"activeDeadlineSeconds": 5, "terminationGracePeriodSeconds": 6}
    simulation.create(box("job", run_for(3), spec=spec))
    await simulation.run(7)
    assert simulation.pod("job")["status"]["phase"] == "Running"
    await simulation.run(4)
    status = simulation.pod("job")["status"]
    assert (status["phase"], status["reason"]) == ("Failed", "DeadlineExceeded")
    assert status["message"] == "Pod was active on the node longer than the specified deadline"
    assert status["containerStatuses"][0]["state"]["terminated"]["exitCode"] == 0
    reasons = [reason for reason, _, _ in simulation.events("job")]
    assert (reasons.count("DeadlineExceeded"), reasons.count("Killing")) == (1, 1)


@simulated
async def test_what_never_began_before_a_deadline_is_lost(simulation: Simulation) -> None:
    simulation.create(pod("job", "doesnotexist/nope", spec={"activeDeadlineSeconds": 5}))
    await simulation.run(8)
    assert simulation.pod("job")["status"]["phase"] == "Failed"
    ended = simulation.status("job")["state"]["terminated"]
    assert (ended["exitCode"], ended["reason"]) == (137, "ContainerStatusUnknown")


@simulated
async def test_the_back_off_doubles_and_is_forgotten(simulation: Simulation) -> None:
    simulation.create(box("crash", "exit 1"))
    waits = set()
    for _ in range(170):
        await simulation.run(5)
        waiting = simulation.status("crash")["state"].get("waiting") or {}
        if waiting.get("reason") == "CrashLoopBackOff":
            waits.add(waiting["message"].split()[1])
    assert waits >= {"10s", "20s", "40s", "1m20s", "2m40s", "5m0s"}
    assert simulation.status("crash")["lastState"]["terminated"]["exitCode"] == 1
    simulation.create(box("long", "sleep 700; exit 1"))
    await simulation.run(1420)
    status = simulation.status("long")
    assert status["restartCount"] == 2
    assert "running" in status["state"]


@simulated
async def test_a_containers_own_rules_go_before_its_pods_policy(simulation: Simulation) -> None:
    rules = [{"action": "Restart", "exitCodes": {"operator": "In", "values": [42]}}]

    def ends(name: str, code: int) -> Obj:
        made = {"name": name, "image": BOX, "command": ["sh", "-c", f"exit {code}"], "restartPolicy": "Never"}
        return made | {"restartPolicyRules": rules}

    simulation.create(pod("rules", spec={"containers": [ends("again", 42), ends("over", 3)], "restartPolicy": "Never"}))
    simulation.create(pod("over", spec={"containers": [ends("over", 3)], "restartPolicy": "Always"}))
    await simulation.run(5)
    counts = {one["name"]: one["restartCount"] for one in simulation.pod("rules")["status"]["containerStatuses"]}
    assert counts == {"again": 1, "over": 0}
    assert simulation.pod("rules")["status"]["phase"] == "Running"
    assert simulation.pod("over")["status"]["phase"] == "Failed"
