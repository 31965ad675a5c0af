"""Remote commands over SPDY/3.1 (kubectl up to 1.29, and later ones that are told to): one SPDY stream per channel."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence

from kx.practice.http import Connection, Request, encode
from kx.practice.status import Obj
from kx.practice.streams import spdy
from kx.practice.streams.remote import Channel, FromClient, Input, InputEnded, resized

# Newest first. Older ones tell the exit code only in words and are not spoken.
PROTOCOLS = ("v4.channel.k8s.io",)
_CHANNELS = {
    "stdin": Channel.STDIN,
    "stdout": Channel.STDOUT,
    "stderr": Channel.STDERR,
    "error": Channel.ERROR,
    "resize": Channel.RESIZE,
}
_PIECE = 1 << 16


def wanted(request: Request) -> bool:
    """Whether the client asks for SPDY."""
    return request.header("upgrade").lower().startswith("spdy/")


def chosen_protocol(request: Request) -> str | None:
    """The first remote command protocol of ours that the client offers."""
    return chosen(request, PROTOCOLS)


def chosen(request: Request, spoken: Sequence[str]) -> str | None:
    """The first of the protocols ``spoken`` here that the client offers."""
    offered = {
        part.strip()
        for key, value in request.headers
        if key == "x-stream-protocol-version"
        for part in value.split(",")
    }
    return next((protocol for protocol in spoken if protocol in offered), None)


def handshake(protocol: str) -> bytes:
    """The answer that turns the connection into a SPDY session."""
    return (
        b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n"
        + f"X-Stream-Protocol-Version: {protocol}\r\n\r\n".encode("ascii")
    )


class SpdyTransport:
    """A ``Transport``: waits for the streams the client announced in its query, then carries them."""

    def __init__(self, connection: Connection, expected: frozenset[Channel]) -> None:
        self._reader, self._writer = connection.reader, connection.writer
        self._leftover = connection.leftover
        self._expected = expected
        self._session = spdy.Session()
        self._streams: dict[Channel, int] = {}
        self._channels: dict[int, Channel] = {}
        self._inbox: deque[FromClient] = deque()

    async def accept(self, protocol: str) -> bool:
        """Answer the upgrade and wait for every expected stream; False if the client went away before."""
        self._writer.write(handshake(protocol))
        await self._writer.drain()
        while not self._expected <= self._streams.keys():
            if not await self._read_more():
                return False
        return True

    async def receive(self) -> FromClient | None:
        while not self._inbox:
            if not await self._read_more():
                return None
        return self._inbox.popleft()

    async def send(self, channel: Channel, data: bytes) -> None:
        stream = self._streams.get(channel)
        if stream is not None:
            self._writer.write(self._session.data(stream, data))
            await self._writer.drain()

    async def finish(self, status: Obj) -> None:
        outputs = (Channel.STDOUT, Channel.STDERR)
        ends = [self._session.data(self._streams[each], b"", fin=True) for each in outputs if each in self._streams]
        error = self._streams.get(Channel.ERROR)
        if error is not None:
            ends.append(self._session.data(error, encode(status), fin=True))
        self._writer.write(b"".join(ends))
        await self._writer.drain()
        # The client closes once it has read the status; closing first could cut the last output off.
        while await self._read_more():
            self._inbox.clear()

    async def _read_more(self) -> bool:
        data, self._leftover = self._leftover or await self._read(), b""
        if not data:
            return False
        for event in self._session.receive(data):
            self._handle(event)
        await self._writer.drain()
        return True

    async def _read(self) -> bytes:
        try:
            return await self._reader.read(_PIECE)
        except (ConnectionError, asyncio.IncompleteReadError):
            return b""

    def _handle(self, event: spdy.Event) -> None:
        handler = _HANDLERS.get(type(event))
        if handler is not None:
            handler(self, event)

    def _opened(self, event: spdy.StreamOpened) -> None:
        channel = _CHANNELS.get(event.headers.get("streamtype", ""))
        if channel is None or channel in self._streams:
            self._writer.write(self._session.reset(event.stream))
            return
        self._streams[channel] = event.stream
        self._channels[event.stream] = channel
        self._writer.write(self._session.reply(event.stream))

    def _data(self, event: spdy.DataReceived) -> None:
        channel = self._channels.get(event.stream)
        if channel is Channel.STDIN:
            if event.data:
                self._inbox.append(Input(event.data))
            if event.fin:
                self._inbox.append(InputEnded())
        elif channel is Channel.RESIZE and (size := resized(event.data)):
            self._inbox.append(size)

    def _reset(self, event: spdy.StreamReset) -> None:
        if self._channels.get(event.stream) is Channel.STDIN:
            self._inbox.append(InputEnded())

    def _ping(self, event: spdy.PingReceived) -> None:
        self._writer.write(self._session.ping(event.id))


_HANDLERS: dict[type, Callable[..., None]] = {
    spdy.StreamOpened: SpdyTransport._opened,
    spdy.DataReceived: SpdyTransport._data,
    spdy.StreamReset: SpdyTransport._reset,
    spdy.PingReceived: SpdyTransport._ping,
}
