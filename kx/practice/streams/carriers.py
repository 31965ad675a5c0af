"""An upgraded connection as plain bytes both ways: by itself, or inside the binary messages of a WebSocket."""

from __future__ import annotations

from typing import Protocol

from wsproto.connection import Connection as Framing
from wsproto.connection import ConnectionType
from wsproto.events import BytesMessage, CloseConnection, Event, Ping
from wsproto.utilities import LocalProtocolError, RemoteProtocolError

from kx.practice.http import Connection

_PIECE = 1 << 16


class Carrier(Protocol):
    """Bytes from and to the client."""

    async def read(self) -> bytes:
        """Some bytes; b"" when the client is gone."""

    async def write(self, data: bytes) -> None:
        """Send, waiting until the connection takes it."""


class Plain:
    """The connection itself."""

    def __init__(self, connection: Connection) -> None:
        self._reader, self._writer = connection.reader, connection.writer
        self._leftover = connection.leftover

    async def read(self) -> bytes:
        data, self._leftover = self._leftover, b""
        if data:
            return data
        try:
            return await self._reader.read(_PIECE)
        except ConnectionError:
            return b""

    async def write(self, data: bytes) -> None:
        self._writer.write(data)
        await self._writer.drain()


class Tunnel:
    """Bytes in binary messages; where a message ends means nothing."""

    def __init__(self, connection: Connection) -> None:
        self._plain = Plain(connection)
        self._framing = Framing(ConnectionType.SERVER)
        self._arrived = bytearray()
        self._over = False

    async def read(self) -> bytes:
        while not self._arrived and not self._over:
            data = await self._plain.read()
            self._over = not data
            await self._take(data)
        arrived, self._arrived = bytes(self._arrived), bytearray()
        return arrived

    async def write(self, data: bytes) -> None:
        if not self._over:
            await self._plain.write(self._framing.send(BytesMessage(data)))

    async def _take(self, data: bytes) -> None:
        if not data:
            return
        try:
            self._framing.receive_data(data)
            for event in self._framing.events():
                await self._handle(event)
        except (RemoteProtocolError, LocalProtocolError):
            self._over = True

    async def _handle(self, event: Event) -> None:
        if isinstance(event, BytesMessage):
            self._arrived += event.data
        elif isinstance(event, Ping | CloseConnection):
            self._over = self._over or isinstance(event, CloseConnection)
            await self._plain.write(self._framing.send(event.response()))
