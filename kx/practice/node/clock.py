"""Time as nodes and their programs see it: told and waited for through one object, so that tests can hold it.

The real clock may run faster than the wall (``speed`` 10: a second lasts a tenth).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timezone
from typing import Protocol


class Clock(Protocol):
    """What tells the time and lets a coroutine wait."""

    def now(self) -> datetime:
        """The time, in UTC."""

    async def sleep(self, seconds: float) -> None:
        """Wait; zero or less only gives others their turn."""


class WallClock:
    """The clock of the host, read through ``now`` so that it agrees with the store's."""

    def __init__(self, now: Callable[[], datetime] | None = None, speed: float = 1.0) -> None:
        self._now = now or (lambda: datetime.now(timezone.utc))
        self._speed = speed

    def now(self) -> datetime:
        return self._now()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(max(0.0, seconds) / self._speed)


def stamp(moment: datetime) -> str:
    """RFC 3339 with whole seconds, as metav1.Time is written."""
    return moment.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def stamp_micro(moment: datetime) -> str:
    """RFC 3339 with microseconds, as metav1.MicroTime is written (Lease, Event)."""
    return moment.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def parse(text: str) -> datetime:
    """Read what :func:`stamp` and :func:`stamp_micro` write, and RFC 3339 with an offset or nanoseconds."""
    head, dot, tail = text.strip().upper().partition(".")
    if dot:
        digits = tail.rstrip("Z").split("+")[0].split("-")[0]
        zone = tail[len(digits) :]
        text = f"{head}.{digits[:6]:<06}{zone}"
    moment = datetime.fromisoformat(text.upper().replace("Z", "+00:00"))
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)
