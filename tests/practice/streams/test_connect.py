"""exec and attach end to end but for TLS: a real socket, both carriers, a session that echoes."""

from __future__ import annotations

import asyncio
import base64
import json
import os
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from wsproto.connection import Connection as Framing
from wsproto.connection import ConnectionType
from wsproto.events import BytesMessage, CloseConnection, Ping, Pong

from kx.practice.http import Connection, Request, Response, Upgrade
from kx.practice.node.process import Listener
from kx.practice.node.session import STDERR, STDOUT, KubeletError, Session
from kx.practice.status import ApiError, Obj
from kx.practice.streams import spdy
from kx.practice.streams.connect import connect

POD: Obj = {"metadata": {"name": "p", "namespace": "n"}}
BASE = (("stdin", "true"), ("stdout", "true"), ("stderr", "true"), ("command", "echo"))


@dataclass
class Echo:
    """A program that says its input back in capitals on stdout, a word on stderr, and ends with its input."""

    code: int = 3
    sizes: list[tuple[int, int]] = field(default_factory=list)
    detached: bool = False
    _output: asyncio.Queue[tuple[int, bytes] | None] = field(default_factory=asyncio.Queue)

    def begin(self) -> None:
        pass

    def write_stdin(self, data: bytes) -> None:
        self._output.put_nowait((STDOUT, data.upper()))

    async def taken(self) -> None:
        pass

    def close_stdin(self) -> None:
        self._output.put_nowait((STDERR, b"bye"))
        self._output.put_nowait(None)

    async def read(self) -> tuple[int, bytes] | None:
        return await self._output.get()

    def resize(self, columns: int, rows: int) -> None:
        self.sizes.append((columns, rows))

    async def wait(self) -> int:
        return self.code

    def detach(self) -> None:
        self.detached = True


@dataclass
class OneSession:
    """``Streams`` that always opens the same session."""

    session: Echo = field(default_factory=Echo)
    asked: list[Any] = field(default_factory=list)
    error: KubeletError | None = None

    async def exec(
        self,
        namespace: str,
        pod: str,
        container: str,
        argv: Sequence[str],
        tty: bool,
        stdin: bool = True,
        held: bool = False,
    ) -> Session:
        self.asked.append((namespace, pod, container, tuple(argv), tty, stdin))
        if self.error:
            raise self.error
        return self.session

    async def attach(self, namespace: str, pod: str, container: str) -> Session:
        self.asked.append((namespace, pod, container))
        return self.session

    def ports(self, uid: str) -> Mapping[int, Listener] | None:
        return None


Client = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[Any]]


async def converse(request: Request, client: Client, streams: OneSession) -> Any:
    """Run ``client`` on one end of a socket, the upgrade on the other; returns what the client returns."""
    upgrade = await connect(request, POD, "exec", streams)
    assert isinstance(upgrade, Upgrade)
    served = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await upgrade.run(Connection(reader, writer))
        finally:
            writer.close()
            served.set()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname()[:2])
        try:
            return await asyncio.wait_for(client(reader, writer), 60)
        finally:
            writer.close()
            await asyncio.wait_for(served.wait(), 60)


def websocket_request(*query: tuple[str, str], protocol: str = "v5.channel.k8s.io") -> Request:
    headers = (
        ("connection", "Upgrade"),
        ("upgrade", "websocket"),
        ("sec-websocket-key", base64.b64encode(os.urandom(16)).decode()),
        ("sec-websocket-protocol", protocol),
    )
    return Request("GET", "/x", query or BASE, headers)


def spdy_request(*query: tuple[str, str], protocol: str = "v4.channel.k8s.io") -> Request:
    headers = (("connection", "Upgrade"), ("upgrade", "SPDY/3.1"), ("x-stream-protocol-version", protocol))
    return Request("POST", "/x", query or BASE, headers)


def test_a_websocket_carries_all_channels() -> None:
    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Any:
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 101 ")
        framing = Framing(ConnectionType.CLIENT)
        for payload in (b"\x04" + b'{"Width":80,"Height":24}', b"\x00hello", b"\xff\x00"):
            writer.write(framing.send(BytesMessage(payload)))
        writer.write(framing.send(Ping(b"are you there")))
        got: dict[int, bytes] = {}
        pongs = 0
        while True:
            framing.receive_data(await reader.read(1000))
            for event in framing.events():
                if isinstance(event, BytesMessage):
                    got[event.data[0]] = got.get(event.data[0], b"") + bytes(event.data[1:])
                elif isinstance(event, Pong):
                    pongs += 1
                elif isinstance(event, CloseConnection):
                    writer.write(framing.send(event.response()))
                    return got, pongs

    streams = OneSession()
    got, pongs = asyncio.run(converse(websocket_request(), client, streams))
    assert streams.asked == [("n", "p", "", ("echo",), False, True)]
    assert (got[1], got[2]) == (b"HELLO", b"bye")
    assert json.loads(got[3])["details"]["causes"] == [{"reason": "ExitCode", "message": "3"}]
    assert pongs == 1
    assert streams.session.sizes == [(80, 24)]
    assert streams.session.detached


def test_spdy_carries_all_channels() -> None:
    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Any:
        head = await reader.readuntil(b"\r\n\r\n")
        assert b"X-Stream-Protocol-Version: v4.channel.k8s.io" in head
        framing = spdy.Session()
        names = {1: "error", 3: "stdin", 5: "stdout", 7: "stderr"}
        for number, name in names.items():
            writer.write(framing.open(number, {"streamtype": name}))
        writer.write(framing.data(3, b"hello") + framing.data(3, b"", fin=True))
        got: dict[str, bytes] = {}
        ended: set[str] = set()
        while "error" not in ended:
            for event in framing.receive(await reader.read(1000)):
                if isinstance(event, spdy.DataReceived):
                    name = names[event.stream]
                    got[name] = got.get(name, b"") + event.data
                    ended |= {name} if event.fin else set()
        return got, ended

    got, ended = asyncio.run(converse(spdy_request(), client, OneSession()))
    assert (got["stdout"], got["stderr"]) == (b"HELLO", b"bye")
    assert json.loads(got["error"])["reason"] == "NonZeroExitCode"
    assert ended == {"error", "stdout", "stderr"}


@pytest.mark.parametrize("request_", [websocket_request(), spdy_request()], ids=["websocket", "spdy"])
def test_a_client_that_vanishes_leaves_nothing_behind(request_: Request) -> None:
    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")

    streams = OneSession()
    asyncio.run(converse(request_, client, streams))
    assert streams.session.detached


@pytest.mark.parametrize("request_", [websocket_request(), spdy_request()], ids=["websocket", "spdy"])
def test_a_client_that_speaks_nonsense_is_dropped(request_: Request) -> None:
    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"\xff" * 64)
        return await reader.read()

    streams = OneSession()
    asyncio.run(converse(request_, client, streams))
    assert streams.session.detached


@pytest.mark.parametrize(
    ("request_", "subresource", "code"),
    [
        (Request("GET", "/x", BASE), "exec", 400),
        (websocket_request(("stdout", "true")), "exec", 400),
        (websocket_request(protocol="v9.channel.k8s.io"), "exec", 403),
        (spdy_request(protocol="v1.channel.k8s.io"), "exec", 403),
        (websocket_request(), "portforward", 403),
        (websocket_request(), "proxy", 501),
    ],
)
def test_refusals_are_plain_answers(request_: Request, subresource: str, code: int) -> None:
    with pytest.raises(ApiError) as refusal:
        asyncio.run(connect(request_, POD, subresource, OneSession()))
    assert refusal.value.code == code


GONE = KubeletError('container not found ("c")', upgraded=False)
BROKEN = KubeletError("error executing command: no such program", upgraded=True)


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (GONE, 'Internal error occurred: unable to upgrade connection: container not found ("c")'),
        (
            BROKEN,
            "Internal error occurred: Internal error occurred: error executing command: no such program",
        ),
    ],
    ids=["gone", "broken"],
)
def test_a_websocket_is_told_of_the_kubelets_error_on_its_error_channel(error: KubeletError, message: str) -> None:
    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Any:
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 101 ")
        framing = Framing(ConnectionType.CLIENT)
        while True:
            framing.receive_data(await reader.read(1000))
            for event in framing.events():
                if isinstance(event, BytesMessage):
                    return json.loads(bytes(event.data[1:])) if event.data[0] == 3 else None

    status = asyncio.run(converse(websocket_request(), client, OneSession(error=error)))
    assert (status["status"], status["reason"], status["message"]) == ("Failure", "InternalError", message)


def test_spdy_is_told_of_the_kubelets_error_by_its_answer_or_on_its_error_stream() -> None:
    answer = asyncio.run(connect(spdy_request(), POD, "exec", OneSession(error=GONE)))
    assert isinstance(answer, Response)
    assert (answer.status, answer.body) == (500, b'container not found ("c")')

    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Any:
        await reader.readuntil(b"\r\n\r\n")
        framing = spdy.Session()
        for number, name in {1: "error", 3: "stdin", 5: "stdout", 7: "stderr"}.items():
            writer.write(framing.open(number, {"streamtype": name}))
        while True:
            for event in framing.receive(await reader.read(1000)):
                if isinstance(event, spdy.DataReceived) and event.stream == 1:
                    return json.loads(event.data)

    status = asyncio.run(converse(spdy_request(), client, OneSession(error=BROKEN)))
    assert status["message"] == "Internal error occurred: error executing command: no such program"
