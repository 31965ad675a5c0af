"""The training's first chapter on simulated nodes: what happens to the pods, and what events and logs tell."""

from __future__ import annotations

import pytest

from kx.practice.node import logs
from kx.practice.node.logs import LogOptions
from kx.practice.status import ApiError
from tests.practice.node.simulation import Simulation, execute, pod, simulated


def log(simulation: Simulation, name: str, previous: bool = False) -> str:
    content = logs.read(simulation.runtime, simulation.pod(name), LogOptions(previous=previous))
    assert isinstance(content, bytes)
    return content.decode()


@simulated
async def test_a_shell_without_stdin_completes_and_crash_loops(simulation: Simulation) -> None:
    simulation.create(pod("net-utils"))
    await simulation.run(1.5)
    ended = simulation.status("net-utils")["state"]["terminated"]
    assert (ended["reason"], ended["exitCode"]) == ("Completed", 0)

    await simulation.run(3)
    status = simulation.status("net-utils")
    uid = simulation.pod("net-utils")["metadata"]["uid"]
    assert status["state"]["waiting"] == {
        "reason": "CrashLoopBackOff",
        "message": f"back-off 10s restarting failed container=net-utils pod=net-utils_default({uid})",
    }
    assert status["restartCount"] == 1
    assert status["lastState"]["terminated"]["reason"] == "Completed"
    assert simulation.pod("net-utils")["status"]["phase"] == "Running"
    assert log(simulation, "net-utils") == ""

    events = simulation.events("net-utils")
    node = simulation.pod("net-utils")["spec"]["nodeName"]
    assert [event[:2] for event in events] == [
        ("Scheduled", f"Successfully assigned default/net-utils to {node}"),
        ("Pulling", 'Pulling image "saman2000h/net-utils:1.2"'),
        (
            "Pulled",
            'Successfully pulled image "saman2000h/net-utils:1.2" in 819ms (819ms including waiting). '
            "Image size: 41894217 bytes.",
        ),
        ("Created", "Container created"),
        ("Started", "Container started"),
        (
            "Pulled",
            'Container image "saman2000h/net-utils:1.2" already present on machine and can be accessed by the pod',
        ),
        ("BackOff", f"Back-off restarting failed container net-utils in pod net-utils_default({uid})"),
    ]


@simulated
async def test_pauses_double_up_to_five_minutes(simulation: Simulation) -> None:
    simulation.create(pod("net-utils"))
    starts: list[float] = []
    count = -1
    while len(starts) < 9:
        await simulation.run(1)
        if simulation.status("net-utils")["restartCount"] > count:
            count = simulation.status("net-utils")["restartCount"]
            starts.append(simulation.clock.seconds)
    pauses = [later - earlier for earlier, later in zip(starts, starts[1:], strict=False)]
    assert pauses[1:] == pytest.approx([10, 20, 40, 80, 160, 300, 300], abs=2)


@simulated
async def test_sleep_infinite_stays_up_with_an_empty_log(simulation: Simulation) -> None:
    simulation.create(pod("net-utils", args=["sleep", "infinite"]))
    await simulation.run(600)
    status = simulation.status("net-utils")
    assert "running" in status["state"]
    assert (status["ready"], status["started"], status["restartCount"]) == (True, True, 0)
    assert log(simulation, "net-utils") == ""


@simulated
async def test_sleep_infinite_ends_with_coreutils_words_where_the_image_is_debian(simulation: Simulation) -> None:
    simulation.create(pod("web", "nginx:1.27", args=["sleep", "infinite"]))
    simulation.create(pod("patient", "nginx:1.27", args=["sleep", "infinity"]))
    await simulation.run(5)
    assert simulation.status("web")["lastState"]["terminated"]["exitCode"] == 1
    assert log(simulation, "web") == (
        "sleep: invalid time interval 'infinite'\nTry 'sleep --help' for more information.\n"
    )
    assert log(simulation, "web", previous=True) == log(simulation, "web")
    assert "running" in simulation.status("patient")["state"]


@simulated
async def test_a_misspelt_image_backs_off_from_pulling(simulation: Simulation) -> None:
    simulation.create(pod("web", "ngnix"))
    await simulation.run(2)
    assert simulation.status("web")["state"]["waiting"]["reason"] == "ErrImagePull"
    with pytest.raises(ApiError, match="is waiting to start: image can't be pulled"):
        log(simulation, "web")
    await simulation.run(3)
    assert simulation.status("web")["state"]["waiting"]["reason"] == "ImagePullBackOff"
    assert simulation.pod("web")["status"]["phase"] == "Pending"
    with pytest.raises(ApiError) as refusal:
        log(simulation, "web")
    assert refusal.value.code == 400
    assert refusal.value.message == 'container "web" in pod "web" is waiting to start: trying and failing to pull image'
    reasons = [event[:2] for event in simulation.events("web")[2:]]
    assert reasons[0][1].startswith('Failed to pull image "ngnix": failed to pull and unpack image')
    assert reasons[1:] == [
        ("Failed", "Error: ErrImagePull"),
        ("BackOff", 'Back-off pulling image "ngnix"'),
        ("Failed", "Error: ImagePullBackOff"),
    ]


@simulated
async def test_a_deleted_pod_is_stopped_and_goes(simulation: Simulation) -> None:
    simulation.create(pod("web", "nginx:1.27"))
    simulation.create(pod("net-utils", args=["sleep", "infinite"]))
    await simulation.run(3)
    for name in ("web", "net-utils"):
        simulation.delete(name)
    await simulation.run(0.2)
    assert simulation.store.find("pods", "default", "web") is None, "nginx ends on SIGTERM"
    assert "running" in simulation.status("net-utils")["state"], "process 1 ignores SIGTERM unless it handles it"
    last: list[int] = []
    simulation.store.subscribe(
        lambda event: last.append(
            event.object["status"]["containerStatuses"][0]["state"]["terminated"]["exitCode"]
            if event.resource == "pods" and event.type == "DELETED"
            else -1
        )
    )
    await simulation.run(3)
    assert simulation.store.find("pods", "default", "net-utils") is None
    assert 137 in last
    assert simulation.events("net-utils")[-1][:2] == ("Killing", "Stopping container net-utils")


@simulated
async def test_a_program_that_is_not_there(simulation: Simulation) -> None:
    simulation.create(pod("web", "nginx:1.27", command=["xyz"]))
    simulation.create(pod("once", "nginx:1.27", command=["/opt/xyz"], spec={"restartPolicy": "Never"}))
    await simulation.run(1.6)
    assert simulation.status("web")["state"]["waiting"]["reason"] == "RunContainerError"
    ended = simulation.status("once")["state"]["terminated"]
    assert (ended["reason"], ended["exitCode"]) == ("StartError", 128)
    assert ended["startedAt"] == "1970-01-01T00:00:00Z"
    assert 'exec: "/opt/xyz": stat /opt/xyz: no such file or directory' in ended["message"]
    assert simulation.pod("once")["status"]["phase"] == "Failed"
    await simulation.run(5)
    status = simulation.status("web")
    assert status["state"]["waiting"]["reason"] == "CrashLoopBackOff"
    assert 'exec: "xyz": executable file not found in $PATH' in status["lastState"]["terminated"]["message"]


@simulated
async def test_an_image_kx_does_not_know_stays_up_whatever_it_is_told_to_run(simulation: Simulation) -> None:
    simulation.create(pod("app", "registry.example.com/team/app:v1", command=["/app/server", "--port", "80"]))
    simulation.create(pod("job", "postgres:16", command=["sh", "-c", "echo ready"], spec={"restartPolicy": "Never"}))
    await simulation.run(4)
    assert "running" in simulation.status("app")["state"]
    assert log(simulation, "app") == (
        "kx: simulated container of image registry.example.com/team/app: it stays up and does nothing else\n"
    )
    assert log(simulation, "job") == "ready\n"
    code, output = await execute(simulation, "app", ["psql", "-l"])
    assert (code, output) == (1, "psql: kx does not emulate this program in the practice cluster\n")
