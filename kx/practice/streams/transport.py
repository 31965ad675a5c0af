"""One upgraded connection with a framing: the only place where the bytes of exec and attach are waited for."""

from __future__ import annotations

import asyncio
from collections import deque

from kx.practice.http import Connection
from kx.practice.status import Obj
from kx.practice.streams.carriers import Plain
from kx.practice.streams.remote import Channel, Framing, FromClient

_GOODBYE_SECONDS = 10.0  # for a client to close once it was told the end


class FramedTransport:
    """A ``remote.Transport``."""

    def __init__(self, connection: Connection, framing: Framing) -> None:
        self._plain = Plain(connection)
        self._writer = connection.writer
        self._framing = framing
        self._inbox: deque[FromClient] = deque()
        self._over = False

    async def accept(self, handshake: bytes) -> bool:
        """Answer the upgrade and wait for every announced channel; False if the client went away before."""
        await self._plain.write(handshake)
        while not self._framing.ready and not self._over:
            await self._read_more()
        return self._framing.ready

    async def receive(self) -> FromClient | None:
        while not self._inbox and not self._over:
            await self._read_more()
        return self._inbox.popleft() if self._inbox else None

    async def send(self, channel: Channel, data: bytes) -> None:
        if not self._over:
            await self._plain.write(self._framing.send(channel, data))

    async def finish(self, status: Obj) -> None:
        if self._over:
            return
        await self._plain.write(self._framing.finish(status))
        # The client closes once it has read the status; closing first could cut the last output off.
        try:
            await asyncio.wait_for(self._see_off(), _GOODBYE_SECONDS)
        except asyncio.TimeoutError:
            pass

    def knock(self) -> bool:
        self._writer.write(self._framing.ping())
        return not self._writer.is_closing()

    async def _see_off(self) -> None:
        while not self._over:
            await self._read_more()
            self._inbox.clear()

    async def _read_more(self) -> None:
        data = await self._plain.read()
        if not data:
            self._over = True
            return
        self._inbox.extend(self._framing.receive(data))
        answers = self._framing.answers()
        if answers:
            await self._plain.write(answers)
        self._over = self._framing.over
