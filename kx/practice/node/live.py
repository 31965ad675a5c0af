"""A session as the runtime keeps it: what was written and not yet read, and whom its keys reach."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

_ENOUGH = 256 * 1024  # unread bytes before a program has to wait for its reader
_PIECE = 64 * 1024  # what a reader gets at once


@dataclass(frozen=True)
class Wires:
    """Whom a session reaches. Each may be called after the program has ended."""

    begin: Callable[[], None]
    write: Callable[[bytes], None]
    room: Callable[[], Awaitable[None]]
    close: Callable[[], None]
    resize: Callable[[int, int], None]
    detach: Callable[[], None]


class LiveSession:
    """One end of an exec or attach; see ``session.Session``."""

    def __init__(self, wires: Wires, exit_code: asyncio.Future[int], tells_code: bool = True) -> None:
        self._wires = wires
        self._exit_code = exit_code
        self._tells_code = tells_code
        self._queue: deque[tuple[int, memoryview]] = deque()
        self._unread = 0
        self._ended = False
        self._left = False  # the client is gone
        self._changed = asyncio.Event()
        self._room = asyncio.Event()
        self._room.set()

    # The client's side

    def begin(self) -> None:
        self._wires.begin()

    def write_stdin(self, data: bytes) -> None:
        if not self._ended:
            self._wires.write(data)

    async def taken(self) -> None:
        if not self._ended:
            await self._wires.room()

    def close_stdin(self) -> None:
        self._wires.close()

    async def read(self) -> tuple[int, bytes] | None:
        while not self._queue:
            if self._ended or self._left:
                return None
            self._changed.clear()
            await self._changed.wait()
        channel, data = self._queue.popleft()
        if len(data) > _PIECE:
            self._queue.appendleft((channel, data[_PIECE:]))
            data = data[:_PIECE]
        self._unread -= len(data)
        if self._unread < _ENOUGH:
            self._room.set()
        return channel, bytes(data)

    def resize(self, columns: int, rows: int) -> None:
        self._wires.resize(columns, rows)

    async def wait(self) -> int:
        code = await asyncio.shield(self._exit_code)
        return code if self._tells_code else 0

    def detach(self) -> None:
        if not self._ended and not self._left:
            self._left = True
            self._changed.set()
            self._wires.detach()
        self._queue.clear()

    # The program's side

    def push(self, channel: int, data: bytes) -> None:
        """Output for the client; dropped after the end. What comes when the client is gone is only counted."""
        if self._ended or not data:
            return
        if not self._left:
            self._queue.append((channel, memoryview(bytes(data))))
        self._unread += len(data)
        if self._unread >= _ENOUGH:
            self._room.clear()
        self._changed.set()

    async def room(self) -> None:
        """Wait until the client has read most of what is there, or the session is over."""
        await self._room.wait()

    def end(self) -> None:
        """Nothing comes after this."""
        self._ended = True
        self._room.set()
        self._changed.set()
