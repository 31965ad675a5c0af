"""A session as the runtime keeps it: what was written and not yet read, and whom its keys reach."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

_ENOUGH = 256 * 1024  # unread bytes before a program has to wait for its reader


@dataclass(frozen=True)
class Wires:
    """Whom a session reaches. Each may be called after the program has ended."""

    write: Callable[[bytes], None]
    close: Callable[[], None]
    resize: Callable[[int, int], None]
    detach: Callable[[], None]


class LiveSession:
    """One end of an exec or attach; see ``session.Session``."""

    def __init__(self, wires: Wires, exit_code: asyncio.Future[int], tells_code: bool = True) -> None:
        self._wires = wires
        self._exit_code = exit_code
        self._tells_code = tells_code
        self.has_written = False  # the client has sent something
        self._queue: deque[tuple[int, bytes]] = deque()
        self._unread = 0
        self._ended = False
        self._changed = asyncio.Event()
        self._room = asyncio.Event()
        self._room.set()

    # The client's side

    def write_stdin(self, data: bytes) -> None:
        if not self._ended:
            self.has_written = True
            self._wires.write(data)

    def close_stdin(self) -> None:
        self._wires.close()

    async def read(self) -> tuple[int, bytes] | None:
        while not self._queue:
            if self._ended:
                return None
            self._changed.clear()
            await self._changed.wait()
        channel, data = self._queue.popleft()
        self._unread -= len(data)
        if self._unread < _ENOUGH:
            self._room.set()
        return channel, data

    def resize(self, columns: int, rows: int) -> None:
        self._wires.resize(columns, rows)

    async def wait(self) -> int:
        code = await asyncio.shield(self._exit_code)
        return code if self._tells_code else 0

    def detach(self) -> None:
        if not self._ended:
            self.end()
            self._wires.detach()
        self._queue.clear()

    # The program's side

    def push(self, channel: int, data: bytes) -> None:
        """Output for the client; dropped after the end."""
        if self._ended or not data:
            return
        self._queue.append((channel, data))
        self._unread += len(data)
        if self._unread >= _ENOUGH:
            self._room.clear()
        self._changed.set()

    async def room(self) -> None:
        """Wait until the client has read most of what is there, or is gone."""
        await self._room.wait()

    def end(self) -> None:
        """Nothing comes after this."""
        self._ended = True
        self._room.set()
        self._changed.set()
