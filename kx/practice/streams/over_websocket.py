"""Remote commands over WebSocket (kubectl from 1.30): the first byte of each binary message names its channel."""

from __future__ import annotations

import base64
import hashlib
from collections import deque
from collections.abc import Sequence

from wsproto.connection import Connection as Framing
from wsproto.connection import ConnectionType
from wsproto.events import BytesMessage, CloseConnection, Event, Ping, Pong
from wsproto.utilities import LocalProtocolError, RemoteProtocolError

from kx.practice.http import Connection, Request, encode
from kx.practice.status import Obj
from kx.practice.streams.remote import Channel, FromClient, Input, InputEnded, resized

PROTOCOLS = ("v5.channel.k8s.io", "v4.channel.k8s.io")
_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455, 1.3
_PIECE = 1 << 16
_NORMAL = 1000


def wanted(request: Request) -> bool:
    """Whether the client asks for a WebSocket."""
    return request.header("upgrade").lower() == "websocket"


def chosen_protocol(request: Request) -> str | None:
    """The first remote command protocol of ours that the client offers."""
    return chosen(request, PROTOCOLS)


def chosen(request: Request, spoken: Sequence[str]) -> str | None:
    """The first of the protocols ``spoken`` here that the client offers."""
    offered = {part.strip() for part in request.header("sec-websocket-protocol").split(",")}
    return next((protocol for protocol in spoken if protocol in offered), None)


def handshake(request: Request, protocol: str) -> bytes:
    """The answer that turns the connection into a WebSocket."""
    key = request.header("sec-websocket-key").encode("ascii", "replace")
    # SHA-1 is what RFC 6455 prescribes here; it guards nothing.
    answer = base64.b64encode(hashlib.sha1(key + _GUID, usedforsecurity=False).digest())
    return (
        b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: "
        + answer
        + f"\r\nSec-WebSocket-Protocol: {protocol}\r\n\r\n".encode("ascii")
    )


class WebSocketTransport:
    """A ``Transport`` over one WebSocket."""

    def __init__(self, connection: Connection) -> None:
        self._reader, self._writer = connection.reader, connection.writer
        self._framing = Framing(ConnectionType.SERVER, trailing_data=connection.leftover)
        self._inbox: deque[FromClient] = deque()
        self._channel: int | None = None  # of the message that is arriving
        self._payload = bytearray()  # of a resize message that is arriving
        self._over = False

    async def accept(self, request: Request, protocol: str) -> None:
        """Answer the upgrade."""
        self._writer.write(handshake(request, protocol))
        await self._writer.drain()

    async def receive(self) -> FromClient | None:
        while not self._inbox and not self._over:
            self._take()
            if not self._inbox and not self._over:
                await self._read_more()
        return self._inbox.popleft() if self._inbox else None

    async def send(self, channel: Channel, data: bytes) -> None:
        if data and not self._over:
            self._write(BytesMessage(bytes([channel]) + data))
            await self._writer.drain()

    async def finish(self, status: Obj) -> None:
        await self.send(Channel.ERROR, encode(status))
        if not self._over:
            self._write(CloseConnection(_NORMAL))
            await self._writer.drain()
        # Wait for the client's own close, so that the last output is not cut off.
        while not self._over:
            await self._read_more()
            self._take()

    async def _read_more(self) -> None:
        try:
            data = await self._reader.read(_PIECE)
        except ConnectionError:
            data = b""
        if not data:
            self._over = True
            return
        try:
            self._framing.receive_data(data)
        except (RemoteProtocolError, LocalProtocolError):
            self._over = True

    def _take(self) -> None:
        try:
            for event in self._framing.events():
                self._handle(event)
        except RemoteProtocolError:
            self._over = True

    def _handle(self, event: Event) -> None:
        if isinstance(event, BytesMessage):
            self._message(bytes(event.data), event.message_finished)
        elif isinstance(event, Ping):
            self._write(event.response())
        elif isinstance(event, CloseConnection):
            self._over = True
            self._write(event.response())

    def _message(self, data: bytes, finished: bool) -> None:
        # A message arrives in pieces; only its first byte names the channel.
        if self._channel is None and data:
            self._channel, data = data[0], data[1:]
        if self._channel == Channel.STDIN and data:
            self._inbox.append(Input(data))
        elif self._channel in (Channel.RESIZE, Channel.CLOSE) and len(self._payload) < 1024:
            self._payload += data
        if finished:
            self._complete()

    def _complete(self) -> None:
        if self._channel == Channel.RESIZE and (size := resized(bytes(self._payload))):
            self._inbox.append(size)
        elif self._channel == Channel.CLOSE and self._payload[:1] == bytes([Channel.STDIN]):
            self._inbox.append(InputEnded())
        self._channel = None
        self._payload.clear()

    def _write(self, event: BytesMessage | CloseConnection | Ping | Pong) -> None:
        try:
            self._writer.write(self._framing.send(event))
        except LocalProtocolError:
            # The close handshake is under way already: there is nobody left to tell.
            self._over = True
