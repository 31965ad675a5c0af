"""Simulated nodes under a clock that tests move: no waiting, no sockets, the real store, manager and programs."""

from __future__ import annotations

import asyncio
import heapq
import itertools
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any, cast

from kx.practice.controllers.manager import Manager
from kx.practice.controllers.world import Api, World
from kx.practice.node.runtime import Runtime
from kx.practice.node.session import Session
from kx.practice.node.setup import controllers
from kx.practice.status import Obj
from kx.practice.store import Store

START = datetime(2026, 1, 1, 12, 0, 0, tzinfo=timezone.utc)
_TICK = 0.1
_TURNS = 30  # how many rounds of the loop let every coroutine come to rest


class FakeClock:
    """Time that stands still until it is moved."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._order = itertools.count()
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []

    def now(self) -> datetime:
        return START + timedelta(seconds=self.seconds)

    async def sleep(self, seconds: float) -> None:
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self.seconds + seconds, next(self._order), woken))
        await woken

    def move(self, seconds: float) -> None:
        self.seconds += seconds
        while self._sleepers and self._sleepers[0][0] <= self.seconds + 1e-9:
            woken = heapq.heappop(self._sleepers)[2]
            if not woken.done():
                woken.set_result(None)


class Simulation:
    """A store, three nodes and their controllers; use it inside a running loop."""

    def __init__(self, store: Store | None = None, clock: FakeClock | None = None) -> None:
        self.clock = clock or FakeClock()
        self.store = store or Store(None, self.clock.now)
        # Nodes write to the store themselves; nothing here may go through the API's pipeline.
        self.world = World(self.store, self.clock.now, cast(Api, None))
        self.runtime = Runtime(self.store, self.clock)
        self.manager = Manager(
            self.world,
            controllers(self.world, self.runtime),
            monotonic=lambda: self.clock.seconds,
            stopwatch=lambda: 0.0,
        )

    async def settle(self) -> None:
        """Let everything that can happen now happen."""
        for _ in range(_TURNS):
            self.manager.settle()
            await asyncio.sleep(0)

    async def run(self, seconds: float) -> None:
        """Let time pass."""
        await self.settle()
        for _ in range(round(seconds / _TICK)):
            self.clock.move(_TICK)
            for _ in range(4):
                self.manager.settle()
                await asyncio.sleep(0)
        await self.settle()

    async def stop(self) -> None:
        self.manager.stop()
        self.runtime.stop()
        await asyncio.sleep(0)

    def pod(self, name: str) -> Obj:
        return self.store.get("pods", "default", name)

    def status(self, name: str) -> Obj:
        return cast(Obj, self.pod(name)["status"]["containerStatuses"][0])

    def events(self, name: str) -> list[tuple[str, str, int]]:
        """(reason, message, count) of a pod's events, in the order they first happened."""
        found = [one for one in self.store.list("events") if one["involvedObject"]["name"] == name]
        found.sort(key=lambda one: int(one["metadata"]["name"].rpartition(".")[2], 16))
        return [(one["reason"], one["message"], one["count"]) for one in found]

    def create(self, obj: Obj) -> Obj:
        return self.store.create("pods", obj)

    def delete(self, name: str, grace: int = 30) -> None:
        """Mark for deletion as the API server does."""
        pod = self.pod(name)
        when = (self.clock.now() + timedelta(seconds=grace)).strftime("%Y-%m-%dT%H:%M:%SZ")
        metadata = {**pod["metadata"], "deletionTimestamp": when, "deletionGracePeriodSeconds": grace}
        self.store.update("pods", {**pod, "metadata": metadata})


def pod(name: str, image: str = "saman2000h/net-utils:1.2", **changes: Any) -> Obj:
    """A pod as the API server stores it, with one container named after it; ``changes`` go to that container."""
    spec = changes.pop("spec", {})
    container = {"name": name, "image": image, "imagePullPolicy": "IfNotPresent", "resources": {}, **changes}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": "default", "generation": 1, "labels": {"run": name}},
        "spec": {
            "containers": [container],
            "restartPolicy": "Always",
            "terminationGracePeriodSeconds": 30,
            "schedulerName": "default-scheduler",
            "enableServiceLinks": True,
            **spec,
        },
        "status": {"phase": "Pending", "qosClass": "BestEffort"},
    }


def simulated(story: Callable[[Simulation], Awaitable[None]]) -> Callable[[], None]:
    """Make a test of a coroutine that is handed a fresh simulation."""

    def test() -> None:
        async def play() -> None:
            simulation = Simulation()
            try:
                await story(simulation)
            finally:
                await simulation.stop()
                simulation.store.close()

        asyncio.run(play())

    test.__name__, test.__doc__ = story.__name__, story.__doc__
    return test


async def execute(
    simulation: Simulation, name: str, argv: Sequence[str], stdin: bytes | None = None
) -> tuple[int, str]:
    """``kubectl exec``: exit code and output, while time goes on."""
    session = await simulation.runtime.exec("default", name, "", argv, False, stdin is not None)
    if stdin is not None:
        session.write_stdin(stdin)
        session.close_stdin()
    ended = asyncio.ensure_future(drain(session))
    for _ in range(600):
        if ended.done():
            break
        await simulation.run(_TICK)
    return await session.wait(), (await ended).decode()


async def drain(session: Session) -> bytes:
    """All output of a session, to its end."""
    parts = []
    while (piece := await session.read()) is not None:
        parts.append(piece[1])
    return b"".join(parts)
