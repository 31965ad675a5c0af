"""What flows between programs, terminals and sessions: inputs that can be waited for, outputs that can be heard."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Protocol

_ENOUGH = 256 * 1024  # unread bytes before whoever writes has to wait


class Input:
    """Bytes to be read by one program; ends when ``close`` was called and all is read."""

    def __init__(self, data: bytes = b"", closed: bool = False) -> None:
        self._buffer = bytearray(data)
        self._closed = closed
        self._changed = asyncio.Event()
        self._room = asyncio.Event()
        self._room.set()

    def feed(self, data: bytes) -> None:
        if not self._closed:
            self._buffer += data
            self._changed.set()
            if len(self._buffer) >= _ENOUGH:
                self._room.clear()

    def close(self) -> None:
        self._closed = True
        self._changed.set()
        self._room.set()

    async def room(self) -> None:
        """Wait until the reader has taken most of what is there, or nothing more can come."""
        await self._room.wait()

    def end_once(self) -> None:
        """End of file as Ctrl-D in a terminal gives it: for one read, not for good."""
        self._ended_once = True
        self._changed.set()

    _ended_once = False

    async def read(self, limit: int = 65536) -> bytes:
        """Some bytes; b"" at the end."""
        while not self._buffer and not self._closed and not self._ended_once:
            self._changed.clear()
            await self._changed.wait()
        if not self._buffer:
            self._ended_once = False
            return b""
        data = bytes(self._buffer[:limit])
        del self._buffer[:limit]
        if len(self._buffer) < _ENOUGH:
            self._room.set()
        return data

    async def read_line(self) -> bytes:
        """Up to and with the next newline; the rest without one at the end."""
        line = bytearray()
        while not line.endswith(b"\n"):
            some = await self.read(1)
            if not some:
                break
            line += some
        return bytes(line)

    async def read_all(self) -> bytes:
        """Everything up to the end."""
        parts = []
        while some := await self.read():
            parts.append(some)
        return b"".join(parts)


class Output(Protocol):
    """Where a program writes."""

    def write(self, data: bytes) -> None:
        """Take the bytes at once."""

    async def drain(self) -> None:
        """Wait until whoever listens has caught up."""


class Sink:
    """An output that hands each piece to a function; nobody has to catch up."""

    def __init__(self, take: Callable[[bytes], None]) -> None:
        self._take = take

    def write(self, data: bytes) -> None:
        if data:
            self._take(data)

    async def drain(self) -> None:
        await asyncio.sleep(0)


class Buffer:
    """An output that keeps what was written, up to ``most`` bytes; then it is a broken pipe."""

    def __init__(self, most: int = 1 << 30) -> None:
        self._parts: list[bytes] = []
        self._room = most

    def write(self, data: bytes) -> None:
        self._room -= len(data)
        if self._room < 0:
            raise BrokenPipeError
        self._parts.append(data)

    async def drain(self) -> None:
        await asyncio.sleep(0)

    def taken(self) -> bytes:
        return b"".join(self._parts)
