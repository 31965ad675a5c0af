"""Asking around in the simulated network, and what the asked say of it."""

from __future__ import annotations

import pytest

from kx.practice.node import logs
from kx.practice.node.logs import LogOptions
from kx.practice.node.network import ClusterNetwork
from kx.practice.node.runtime import gather_exit
from kx.practice.status import Obj
from kx.practice.store import Store
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
    first, second = [line for line in content.decode().splitlines() if " - - [" in line]
    assert first.startswith(f"{box} - - [") and first.endswith('"-" "Wget" "-"')
    assert second.startswith("127.0.0.1 - - [") and '"GET /nope HTTP/1.1" 404' in second


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://nope/", "wget: bad address 'nope'\n"),
        ("http://WEB:81/", "wget: can't connect to remote host (WEB): Connection refused\n"),
        ("http://10.244.9.9/", "wget: can't connect to remote host (10.244.9.9): Network is unreachable\n"),
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
        assert await execute(simulation, "box", "wget", "-qO-", url.replace("WEB", web)) == (
            1,
            words.replace("WEB", web),
        )

    story()


def slice_of(service: str, *endpoints: Obj) -> Obj:
    return {
        "apiVersion": "discovery.k8s.io/v1",
        "kind": "EndpointSlice",
        "metadata": {
            "name": f"{service}-x",
            "namespace": "data",
            "labels": {"kubernetes.io/service-name": service},
        },
        "addressType": "IPv4",
        "ports": [{"name": "", "port": 6379}],
        "endpoints": list(endpoints),
    }


def known(name: str, **spec: object) -> Obj:
    metadata = {"name": name, "namespace": "data"}
    return {"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": spec}


NAMES = (
    ("db.data", ("10.0.0.1", "10.0.0.2")),
    ("db-0.db.data", ("10.0.0.1",)),
    ("db-1.db.data.svc", ("10.0.0.2",)),
    ("db-1.db.data.svc.cluster.local", ("10.0.0.2",)),
    ("db-7.db.data", None),
    ("db-0.db", None),
    ("db-0.front.data", None),
    ("front.data", ("10.96.0.9",)),
    ("elsewhere.data", ("10.96.0.9",)),
    ("outside.data", None),
    ("circle.data", None),
)


@pytest.mark.parametrize(("name", "addresses"), NAMES)
def test_names_of_services_and_their_pods(name: str, addresses: tuple[str, ...] | None) -> None:
    store = Store()
    try:
        store.create("services", known("db", clusterIP="None"))
        store.create("services", known("front", clusterIP="10.96.0.9"))
        store.create("services", known("elsewhere", type="ExternalName", externalName="front.data.svc.cluster.local"))
        store.create("services", known("outside", type="ExternalName", externalName="example.com"))
        ends = [
            {"addresses": [f"10.0.0.{n + 1}"], "hostname": f"db-{n}", "conditions": {"ready": True}} for n in (0, 1)
        ]
        store.create("endpointslices.discovery.k8s.io", slice_of("db", *ends))
        found = ClusterNetwork(store).seen_from("default").resolve(name)
        assert (None if found is None else tuple(sorted(found[1]))) == addresses
    finally:
        store.close()
