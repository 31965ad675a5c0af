"""Asking around in the simulated network, and what the asked say of it."""

from __future__ import annotations

import pytest

from kx.practice.node import logs
from kx.practice.node.logs import LogOptions
from kx.practice.node.runtime import gather_exit
from tests.practice.node.simulation import Simulation, pod, simulated


async def execute(simulation: Simulation, name: str, *argv: str) -> tuple[int, str]:
    session = await simulation.runtime.exec("default", name, "", list(argv), False)
    code, output = await gather_exit(session)
    return code, output.decode()


@simulated
async def test_nginx_writes_down_who_asked(simulation: Simulation) -> None:
    simulation.create(pod("web", "nginx:1.27"))
    simulation.create(pod("box", "busybox:1.36", command=["sleep", "infinity"]))
    await simulation.run(5)
    web, box = (simulation.store.get("pods", "default", name)["status"]["podIP"] for name in ("web", "box"))
    assert (await execute(simulation, "box", "wget", "-qO-", f"http://{web}/"))[0] == 0
    assert (await execute(simulation, "web", "curl", "-s", "localhost/nope"))[0] == 0
    content = logs.read(simulation.runtime, simulation.pod("web"), LogOptions())
    assert isinstance(content, bytes)
    first, second = content.decode().splitlines()[-2:]
    assert first.startswith(f"{box} - - [") and first.endswith('"-" "Wget" "-"')
    assert second.startswith("127.0.0.1 - - [") and '"GET /nope HTTP/1.1" 404' in second


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://nope/", "wget: bad address 'nope'\n"),
        ("http://10.244.9.9/", "wget: can't connect to remote host (10.244.9.9): Connection refused\n"),
        ("http://WEB/nope", "wget: server returned error: HTTP/1.1 404 Not Found\n"),
    ],
)
def test_wget_refuses_in_the_words_of_busybox(url: str, words: str) -> None:
    @simulated
    async def story(simulation: Simulation) -> None:
        simulation.create(pod("web", "nginx:1.27"))
        simulation.create(pod("box", "busybox:1.36", command=["sleep", "infinity"]))
        await simulation.run(5)
        web = simulation.store.get("pods", "default", "web")["status"]["podIP"]
        assert await execute(simulation, "box", "wget", "-qO-", url.replace("WEB", web)) == (1, words)

    story()
