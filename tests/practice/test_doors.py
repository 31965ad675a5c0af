"""The doors on loopback: opened when asked for, only there, and shut again."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress

from kx.practice.doors import Doors
from kx.practice.node.ingress.gateway import Gateway
from kx.practice.node.network import ClusterNetwork
from kx.practice.node.process import Listener
from kx.practice.status import Obj
from kx.practice.store import Store
from tests.practice.node.places import end, fill, node, service, slice_of

_DEADLINE = 20.0


class Upper:
    """A program of its own protocol."""

    over = False

    def feed(self, data: bytes) -> bytes:
        return data.upper()


class Scene:
    def __init__(self) -> None:
        self.store = fill(Store(), node("node-1", "10.0.0.11"))
        self.network = ClusterNetwork(self.store)
        self.told: list[tuple[str, str]] = []
        self.doors = Doors(self._tell)
        self.doors.lead_to(self.store, self.network, Gateway(self.store, self.network))
        self.network.open("10.244.1.5", {80: Listener(accept=lambda _: Upper())})

    def _tell(self, obj: Obj, message: str) -> None:
        self.told.append((obj["metadata"]["name"], message))

    def serve(self, number: int) -> Obj:
        ports = [{"port": 80, "protocol": "TCP", "nodePort": number}]
        fill(self.store, service("web", clusterIP="10.96.0.20", type="NodePort", ports=ports))
        fill(self.store, slice_of("web", end("10.244.1.5")))
        return self.store.get("services", "default", "web")


def played(story: Callable[[Scene], Awaitable[None]]) -> Callable[[], None]:
    def test() -> None:
        async def play() -> None:
            scene = Scene()
            try:
                await asyncio.wait_for(story(scene), _DEADLINE)
            finally:
                await scene.doors.close()
                scene.store.close()

        asyncio.run(play())

    test.__name__, test.__doc__ = story.__name__, story.__doc__
    return test


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@asynccontextmanager
async def connected(port: int) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A connection, as soon as somebody listens."""
    while True:
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            break
        except ConnectionRefusedError:
            await asyncio.sleep(0.01)
    try:
        yield reader, writer
    finally:
        await let_go(writer)


async def let_go(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with suppress(ConnectionError):
        await writer.wait_closed()


async def refused(port: int) -> bool:
    """Waits until nobody listens."""
    while True:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except ConnectionRefusedError:
            return True
        except ConnectionResetError:
            continue  # it is just closing
        await let_go(writer)
        await asyncio.sleep(0.01)


@played
async def test_a_node_port_leads_to_a_pod_and_closes_with_its_service(scene: Scene) -> None:
    number = free_port()
    web = scene.serve(number)
    scene.doors.follow_node_ports()
    async with connected(number) as (reader, writer):
        writer.write(b"hello ")
        assert await reader.readexactly(6) == b"HELLO "
        writer.write_eof()
        assert await reader.read() == b""
    scene.store.delete("services", "default", web["metadata"]["name"])
    assert await refused(number)


@played
async def test_a_cluster_that_begins_anew_is_behind_the_same_doors(scene: Scene) -> None:
    number, port = free_port(), await scene.doors.open_ingress(0)
    scene.serve(number)
    scene.doors.follow_node_ports()
    async with connected(number):
        pass
    scene.store.replace()
    network = ClusterNetwork(scene.store)
    scene.doors.lead_to(scene.store, network, Gateway(scene.store, network))
    assert await refused(number)
    scene.serve(other := free_port())
    async with connected(other), connected(port) as (reader, writer):
        writer.write(b"GET / HTTP/1.1\r\nHost: nobody\r\n\r\n")
        assert (await reader.readline()).startswith(b"HTTP/1.1 404")


@played
async def test_with_nobody_behind_it_a_connection_ends_at_once(scene: Scene) -> None:
    number = free_port()
    scene.serve(number)
    for found in scene.store.list("endpointslices.discovery.k8s.io"):
        scene.store.delete("endpointslices.discovery.k8s.io", "default", found["metadata"]["name"])
    scene.doors.follow_node_ports()
    async with connected(number) as (reader, _):
        with suppress(ConnectionResetError):  # the same, said more rudely
            assert await reader.read() == b""


@played
async def test_a_port_that_is_taken_is_told_of_once(scene: Scene) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        scene.serve(taken.getsockname()[1])
        scene.doors.follow_node_ports()
        while not scene.told:
            await asyncio.sleep(0.01)
        fill(scene.store, service("other", clusterIP="10.96.0.30"))
        await asyncio.sleep(0.1)
        assert [name for name, _ in scene.told] == ["web"]
        assert "127.0.0.1" in scene.told[0][1]


@played
async def test_the_ingress_door_answers_and_stands_on_loopback_only(scene: Scene) -> None:
    port = await scene.doors.open_ingress(0)
    async with connected(port) as (reader, writer):
        writer.write(b"GET / HTTP/1.1\r\nHost: nobody\r\n\r\n")
        assert (await reader.readline()).startswith(b"HTTP/1.1 404")
    await scene.doors.close()
    assert await refused(port)


@played
async def test_hundreds_of_clients_that_say_nothing_keep_nobody_else_out(scene: Scene) -> None:
    port = await scene.doors.open_ingress(0)
    async with AsyncExitStack() as silent:
        for _ in range(100):
            await silent.enter_async_context(connected(port))
        async with connected(port) as (reader, writer):
            writer.write(b"GET / HTTP/1.1\r\nHost: nobody\r\n\r\n")
            assert (await reader.readline()).startswith(b"HTTP/1.1 404")
