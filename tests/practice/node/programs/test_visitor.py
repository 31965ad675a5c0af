"""The visitors' application: what it does at start, what it answers, and how it ends without its redis."""

from __future__ import annotations

import json
from typing import Any

from kx.practice.node import logs
from kx.practice.node.logs import LogOptions
from kx.practice.status import Obj
from tests.practice.node.simulation import Simulation, execute, pod, simulated

VISITOR = "saman2000h/visitor:1.0"
NET = "saman2000h/net-utils:1.2"


def redis(password: str = "secret") -> Obj:
    return pod("redis", "redis:6.2.6", command=["redis-server", "--requirepass", password])


def visitor(name: str, address: str, password: str = "secret") -> Obj:
    """A visitor that finds redis by its address, which its pod knows as redis-service."""
    env = [{"name": "visitor_redis_password", "value": password}]
    spec: dict[str, Any] = {"hostAliases": [{"ip": address, "hostnames": ["redis-service"]}]}
    return pod(name, VISITOR, env=env, spec=spec)


async def started(simulation: Simulation) -> str:
    """A redis and a client; the address of redis."""
    simulation.create(redis())
    simulation.create(pod("net", NET, command=["sleep", "infinity"]))
    await simulation.run(4)
    return str(simulation.pod("redis")["status"]["podIP"])


async def ask(simulation: Simulation, name: str, path: str) -> tuple[str, str]:
    address = simulation.pod(name)["status"]["podIP"]
    code, output = await execute(simulation, "net", ["curl", "-s", "-w", " %{http_code}", f"{address}:65432{path}"])
    assert code == 0
    body, _, status = output.rpartition(" ")
    return status, body


def log(simulation: Simulation, name: str) -> str:
    content = logs.read(simulation.runtime, simulation.pod(name), LogOptions())
    assert isinstance(content, bytes)
    return content.decode()


@simulated
async def test_one_count_over_three_hosts(simulation: Simulation) -> None:
    address = await started(simulation)
    names = ["visitors-a", "visitors-b", "visitors-c"]
    for name in names:
        simulation.create(visitor(name, address))
    await simulation.run(4)
    assert await ask(simulation, "visitors-a", "/healthz") == ("204", "")
    answers = [json.loads((await ask(simulation, name, "/api"))[1]) for name in names]
    assert answers == [{"hostname": name, "visits": str(count)} for count, name in enumerate(names, 1)]
    assert (await ask(simulation, "visitors-b", "/nope"))[0] == "404"
    simulation.create(visitor("visitors-d", address))
    await simulation.run(4)
    assert json.loads((await ask(simulation, "visitors-a", "/api"))[1])["visits"] == "1", "a start sets the count back"


@simulated
async def test_without_redis_it_crash_loops(simulation: Simulation) -> None:
    simulation.create(pod("visitors", VISITOR))
    await simulation.run(15)
    assert simulation.status("visitors")["restartCount"] >= 1
    assert "dial tcp: lookup redis-service on 10.96.0.10:53: no such host" in log(simulation, "visitors")
    assert ("BackOff") in [reason for reason, _, _ in simulation.events("visitors")]


@simulated
async def test_a_wrong_password_ends_it(simulation: Simulation) -> None:
    address = await started(simulation)
    simulation.create(visitor("wrong", address, "nonsense"))
    simulation.create(visitor("none", address, ""))
    await simulation.run(8)
    assert "WRONGPASS invalid username-password pair" in log(simulation, "wrong")
    assert "NOAUTH Authentication required." in log(simulation, "none")
    assert all(simulation.status(name)["restartCount"] >= 1 for name in ("wrong", "none"))


@simulated
async def test_it_answers_500_while_redis_is_away_and_goes_on_when_it_is_back(simulation: Simulation) -> None:
    address = await started(simulation)
    simulation.create(visitor("visitors", address))
    await simulation.run(4)
    assert (await ask(simulation, "visitors", "/api"))[0] == "200"
    simulation.runtime.signal(simulation.pod("redis")["metadata"]["uid"], "redis", "TERM")
    await simulation.settle()
    assert (await ask(simulation, "visitors", "/api"))[0] == "500"
    assert "connect: connection refused" in log(simulation, "visitors")
    await simulation.run(20)
    status, body = await ask(simulation, "visitors", "/api")
    assert (status, json.loads(body)["visits"]) == ("200", "1"), "what redis held went with its container"
