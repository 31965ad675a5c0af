"""``pods/log``: options, refusals, previous instances, following."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from datetime import timedelta
from typing import Any

import pytest

from kx.practice.http import Request
from kx.practice.node import logs
from kx.practice.node.logs import LogOptions
from kx.practice.status import ApiError
from tests.practice.node.simulation import START, Simulation, pod, simulated

COUNTING = {"command": ["sh", "-c", "for i in 1 2 3 4 5; do echo line $i; sleep 1; done; sleep infinity"]}


def read(simulation: Simulation, name: str, **options: Any) -> str:
    content = logs.read(simulation.runtime, simulation.pod(name), LogOptions(**options))
    assert isinstance(content, bytes)
    return content.decode()


@simulated
async def test_which_lines(simulation: Simulation) -> None:
    simulation.create(pod("box", "busybox:1.36", **COUNTING))
    await simulation.run(8)
    assert read(simulation, "box") == "line 1\nline 2\nline 3\nline 4\nline 5\n"
    assert read(simulation, "box", tail_lines=2) == "line 4\nline 5\n"
    assert read(simulation, "box", tail_lines=0) == ""
    assert read(simulation, "box", limit_bytes=9) == "line 1\nli"
    assert read(simulation, "box", since_seconds=1) == ""
    assert read(simulation, "box", since_time=START + timedelta(seconds=3.5)).endswith("line 4\nline 5\n")
    stamped = read(simulation, "box", tail_lines=1, timestamps=True)
    stamp, _, text = stamped.partition(" ")
    assert text == "line 5\n"
    assert stamp.startswith("2026-01-01T12:00:0")
    assert len(stamp) == len("2026-01-01T12:00:04.123456789Z")


@simulated
async def test_following_ends_with_the_container(simulation: Simulation) -> None:
    simulation.create(
        pod("box", "busybox:1.36", command=["sh", "-c", "echo one; sleep 3; echo two; sleep 1; printf three"])
    )
    await simulation.run(1.5)
    content = logs.read(simulation.runtime, simulation.pod("box"), LogOptions(follow=True))
    assert isinstance(content, AsyncGenerator)
    parts: list[bytes] = []

    async def collect() -> None:
        async for part in content:
            parts.append(part)

    following = asyncio.ensure_future(collect())
    await simulation.settle()
    assert parts == [b"one\n"]
    await simulation.run(2.5)
    assert parts == [b"one\n", b"two\n"]
    await simulation.run(3)
    assert following.done()
    assert parts == [b"one\n", b"two\n", b"three"]


@simulated
async def test_previous(simulation: Simulation) -> None:
    simulation.create(pod("box", "busybox:1.36", command=["sh", "-c", "echo $$ begun; date; sleep 2; exit 1"]))
    await simulation.run(2)
    with pytest.raises(ApiError) as refusal:
        read(simulation, "box", previous=True)
    assert (refusal.value.code, refusal.value.message) == (
        400,
        'previous terminated container "box" in pod "box" not found',
    )
    first = read(simulation, "box")
    await simulation.run(3)
    assert simulation.status("box")["restartCount"] == 1
    assert read(simulation, "box", previous=True) == first
    assert read(simulation, "box") != first


@simulated
async def test_which_container(simulation: Simulation) -> None:
    two = [{"name": name, "image": "busybox:1.36", "command": ["sh", "-c", f"echo {name}; sleep 1d"]} for name in "ab"]
    simulation.create(pod("pair", spec={"containers": two}))
    simulation.create(pod("typo", "ngnix"))
    simulation.create(pod("slow", "nginx:1.27"))
    await simulation.settle()
    for name, options, message in [
        ("pair", {}, "a container name must be specified for pod pair, choose one of: [a b]"),
        ("pair", {"container": "x"}, "container x is not valid for pod pair"),
        ("slow", {}, 'container "slow" in pod "slow" is waiting to start: ContainerCreating'),
    ]:
        with pytest.raises(ApiError) as refusal:
            read(simulation, name, **options)
        assert (refusal.value.code, refusal.value.message) == (400, message)
    await simulation.run(3)
    assert read(simulation, "pair", container="b") == "b\n"


@simulated
async def test_a_terminals_log_has_its_line_ends(simulation: Simulation) -> None:
    simulation.create(pod("box", "busybox:1.36", tty=True, command=["sh", "-c", "echo one; sleep 1d"]))
    await simulation.run(2)
    assert read(simulation, "box") == "one\r\n"


@simulated
async def test_an_unscheduled_pod_has_an_empty_log_and_a_lost_one_says_so(simulation: Simulation) -> None:
    simulation.create(pod("far", spec={"nodeSelector": {"disk": "none"}}))
    simulation.create(pod("done", "busybox:1.36", command=["true"], spec={"restartPolicy": "Never"}))
    await simulation.run(2)
    assert read(simulation, "far") == ""
    await simulation.stop()
    again = Simulation(simulation.store, simulation.clock)
    await again.settle()
    container_id = again.status("done")["containerID"]
    assert read(again, "done") == f"unable to retrieve container logs for {container_id}"
    await again.stop()


@pytest.mark.parametrize(
    ("query", "code", "message"),
    [
        ((("tailLines", "x"),), 400, 'strconv.ParseInt: parsing "x": invalid syntax'),
        ((("tailLines", "-1"),), 422, "tailLines: Invalid value: -1: must be greater than or equal to 0"),
        ((("sinceSeconds", "0"),), 422, "sinceSeconds: Invalid value: 0: must be greater than 0"),
        (
            (("sinceSeconds", "1"), ("sinceTime", "2026-01-01T00:00:00Z")),
            422,
            "at most one of `sinceTime` or `sinceSeconds` may be specified",
        ),
    ],
)
def test_options_that_are_refused(query: tuple[tuple[str, str], ...], code: int, message: str) -> None:
    with pytest.raises(ApiError) as refusal:
        logs.read_options(Request("GET", "/api/v1/namespaces/default/pods/web/log", query))
    assert refusal.value.code == code
    assert message in refusal.value.message


def test_options() -> None:
    query = (("container", "c"), ("follow", "true"), ("tailLines", "3"), ("previous", "false"), ("timestamps", ""))
    assert logs.read_options(Request("GET", "/api/v1/namespaces/default/pods/web/log", query)) == LogOptions(
        container="c", follow=True, tail_lines=3, timestamps=True
    )
