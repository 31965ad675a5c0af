"""What one container instance has written: whole lines with the time they were finished, the newest of them.

Bounded, as a rotated log file is. Knows nothing of pods or of options of ``kubectl logs``.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

_KEPT_BYTES = 2 * 1024 * 1024
_LONGEST_LINE = 16 * 1024  # containerd splits longer ones


@dataclass(frozen=True)
class LogLine:
    """One line with its newline (the last may lack it)."""

    number: int
    time: datetime
    data: bytes


class LogBuffer:
    """Takes pieces of output per stream, gives lines."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._lines: deque[LogLine] = deque()
        self._bytes = 0
        self._next = 0
        self._partial: dict[int, bytearray] = {}
        self._changed = asyncio.Event()
        self.ended = False

    def write(self, stream: int, data: bytes) -> None:
        partial = self._partial.setdefault(stream, bytearray())
        partial += data
        while partial:
            end = partial.find(b"\n") + 1 or (_LONGEST_LINE if len(partial) >= _LONGEST_LINE else 0)
            if not end:
                break
            self._append(bytes(partial[:end]))
            del partial[:end]

    def end(self) -> None:
        """The container is over: what it left unfinished becomes the last line."""
        for partial in self._partial.values():
            if partial:
                self._append(bytes(partial))
        self._partial.clear()
        self.ended = True
        self._wake()

    def lines(self, after: int = -1) -> Iterator[LogLine]:
        """The lines numbered above ``after`` that are still kept."""
        return (line for line in tuple(self._lines) if line.number > after)

    async def changed(self) -> None:
        """Wait for the next line or the end."""
        await self._changed.wait()

    def _append(self, data: bytes) -> None:
        self._lines.append(LogLine(self._next, self._now(), data))
        self._next += 1
        self._bytes += len(data)
        while self._bytes > _KEPT_BYTES and len(self._lines) > 1:
            self._bytes -= len(self._lines.popleft().data)
        self._wake()

    def _wake(self) -> None:
        # Each waiter sees the event set once; later waiters get a fresh one.
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()
