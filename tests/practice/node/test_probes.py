"""Probes: what they ask, how failures are told, what follows from them."""

from __future__ import annotations

from typing import Any

import pytest

from kx.practice.status import Obj
from tests.practice.node.simulation import Simulation, execute, pod, simulated

WEB, BOX = "nginx:1.27", "busybox:1.36"


def box(text: str = "sleep 1d", **changes: Any) -> Obj:
    return pod("box", BOX, command=["sh", "-c", text], **changes)


def told(simulation: Simulation, name: str, reason: str = "Unhealthy") -> list[str]:
    return [message for why, message, _ in simulation.events(name) if why == reason]


@pytest.mark.parametrize(
    ("probe", "message"),
    [
        ({"httpGet": {"path": "/no", "port": 80}}, "failed: HTTP probe failed with statuscode: 404"),
        (
            {"httpGet": {"path": "/", "port": 81}},
            'failed: Get "http://{ip}:81/": dial tcp {ip}:81: connect: connection refused',
        ),
        (
            {"httpGet": {"path": "/", "port": 80, "scheme": "HTTPS"}},
            'failed: Get "https://{ip}:80/": http: server gave HTTP response to HTTPS client',
        ),
        ({"tcpSocket": {"port": 6379}}, "failed: dial tcp {ip}:6379: connect: connection refused"),
        (
            {"tcpSocket": {"port": "web"}},
            'errored and resulted in unknown state: strconv.Atoi: parsing "web": invalid syntax',
        ),
        ({"exec": {"command": ["false"]}}, "failed: "),
        ({"exec": {"command": ["sh", "-c", "echo out; echo err >&2; exit 2"]}}, "failed: out\nerr\n"),
        (
            {"exec": {"command": ["sleep", "9"]}, "timeoutSeconds": 2},
            'failed: command timed out: "sleep 9" timed out after 2s',
        ),
        (
            {"grpc": {"port": 80}},
            'failed: timeout: failed to connect service "{ip}:80" within 1s: context deadline exceeded',
        ),
        ({"httpGet": {"path": "/", "port": "http"}}, ""),
        ({"tcpSocket": {"port": 80}}, ""),
    ],
)
def test_what_a_readiness_probe_says(probe: Obj, message: str) -> None:
    @simulated
    async def story(simulation: Simulation) -> None:
        ports = [{"name": "http", "containerPort": 80}]
        simulation.create(pod("web", WEB, ports=ports, readinessProbe={"periodSeconds": 5, **probe}))
        await simulation.run(6)
        expected = message.format(ip=simulation.pod("web")["status"]["podIP"])
        assert told(simulation, "web")[:1] == ([f"Readiness probe {expected}"] if message else [])
        status = simulation.status("web")
        assert (status["ready"], status["restartCount"], status["started"]) == (not message, 0, True)

    story()


@simulated
async def test_a_command_that_is_not_there_kills_nobody(simulation: Simulation) -> None:
    probe = {"exec": {"command": ["curl"]}, "periodSeconds": 1, "failureThreshold": 1}
    simulation.create(box(livenessProbe=probe))
    await simulation.run(10)
    found = told(simulation, "box")[0]
    assert found.startswith("Liveness probe errored and resulted in unknown state: rpc error: code = Unknown desc = ")
    assert found.endswith('exec: "curl": executable file not found in $PATH: unknown')
    assert simulation.status("box")["restartCount"] == 0


@simulated
async def test_delays_thresholds_and_the_way_back(simulation: Simulation) -> None:
    probe = {
        "exec": {"command": ["test", "-e", "/tmp/up"]},  # noqa: S108
        "initialDelaySeconds": 5,
        "periodSeconds": 2,
        "successThreshold": 2,
        "failureThreshold": 3,
    }
    simulation.create(box("touch /tmp/up; sleep 1d", readinessProbe=probe))
    await simulation.run(6.5)
    assert simulation.status("box")["ready"] is False  # one answer, or none, is not enough
    await simulation.run(3)
    assert simulation.status("box")["ready"] is True
    await execute(simulation, "box", ["rm", "/tmp/up"])  # noqa: S108
    await simulation.run(4)
    assert simulation.status("box")["ready"] is True
    await simulation.run(4)
    assert simulation.status("box")["ready"] is False
    assert simulation.status("box")["restartCount"] == 0


@pytest.mark.parametrize(
    ("policy", "message"),
    [
        ("Always", "Container box failed liveness probe, will be restarted"),
        ("Never", "Container box failed liveness probe"),
    ],
)
def test_what_a_failed_liveness_probe_does(policy: str, message: str) -> None:
    @simulated
    async def story(simulation: Simulation) -> None:
        probe = {
            "exec": {"command": ["false"]},
            "periodSeconds": 1,
            "failureThreshold": 2,
            "terminationGracePeriodSeconds": 3,
        }
        text = "trap '' TERM; while true; do sleep 1; done"
        simulation.create(box(text, livenessProbe=probe, spec={"restartPolicy": policy}))
        await simulation.run(5)
        assert told(simulation, "box", "Killing") == [message]
        assert "running" in simulation.status("box")["state"]
        await simulation.run(3)
        status = simulation.status("box")
        ended = status["lastState"].get("terminated") or status["state"].get("terminated")
        assert (ended["exitCode"], ended["reason"]) == (137, "Error")
        assert simulation.pod("box")["status"]["phase"] == ("Running" if policy == "Always" else "Failed")

    story()


@simulated
async def test_a_startup_probe_that_never_succeeds(simulation: Simulation) -> None:
    startup = {"exec": {"command": ["false"]}, "periodSeconds": 1, "failureThreshold": 3}
    simulation.create(box(startupProbe=startup, livenessProbe={"exec": {"command": ["false"]}, "periodSeconds": 1}))
    await simulation.run(8)
    assert told(simulation, "box", "Killing") == ["Container box failed startup probe, will be restarted"]
    assert told(simulation, "box") == ["Startup probe failed: "]
    assert (simulation.status("box")["started"], simulation.status("box")["restartCount"]) == (False, 1)
