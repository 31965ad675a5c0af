"""Wakes those who watch a resource when something happens to it. Carries no data: watchers read the store's history."""

from __future__ import annotations

import asyncio

from kx.practice.history import Event
from kx.practice.store import Store


class Bell:
    """Rings once per change for everybody waiting on that resource."""

    def __init__(self, store: Store) -> None:
        self._waiting: dict[str, set[asyncio.Future[None]]] = {}
        store.subscribe(self._ring)

    async def wait(self, resource: str, seconds: float) -> None:
        """Return at the next change of ``resource``, or after ``seconds``."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        waiting = self._waiting.setdefault(resource, set())
        waiting.add(future)
        try:
            await asyncio.wait((future,), timeout=seconds)
        finally:
            waiting.discard(future)
            future.cancel()

    def ring_all(self) -> None:
        """Wake everybody: nothing is as it was."""
        for waiting in self._waiting.values():
            for future in waiting:
                if not future.done():
                    future.set_result(None)

    def _ring(self, event: Event) -> None:
        for future in self._waiting.get(event.resource, ()):
            if not future.done():
                future.set_result(None)
