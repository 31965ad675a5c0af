"""The manager: one look per key, appointments on a clock, conflicts at once, bugs apart."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone

import pytest

from kx.practice.controllers.manager import Manager
from kx.practice.controllers.world import Key, World
from kx.practice.history import Event
from kx.practice.status import Obj, conflict, not_found
from kx.practice.store import Store
from tests.practice.controllers.cluster import Clock, local_api


class Looker:
    """A controller of config maps that does what it is told."""

    name = "looker"

    def __init__(self, act: Callable[[Key], float | None] = lambda key: None) -> None:
        self.watches = {"configmaps": self._key}
        self.looks: list[Key] = []
        self._act = act

    def _key(self, event: Event) -> Iterator[Key]:
        yield event.object["metadata"]["namespace"], event.object["metadata"]["name"]

    def reconcile(self, world: World, key: Key) -> float | None:
        self.looks.append(key)
        return self._act(key)


def config_map(name: str) -> Obj:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, "namespace": "default"}}


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(clock: Clock) -> Iterator[Store]:
    store = Store(now=clock.now)
    yield store
    store.close()


def manage(store: Store, clock: Clock, *lookers: Looker) -> Manager:
    world = World(store, clock.now, local_api(store, clock.now))
    return Manager(world, lookers, monotonic=clock.monotonic, stopwatch=lambda: 0.0)


def test_what_was_there_before_is_looked_at_once(store: Store, clock: Clock) -> None:
    looker = Looker()
    created = store.create("configmaps", config_map("a"))
    manager = manage(store, clock, looker)
    manager.settle()
    store.update("configmaps", {**created, "data": {"k": "1"}})
    store.update("configmaps", {**created, "metadata": {"name": "a", "namespace": "default"}, "data": {"k": "2"}})
    manager.settle()
    assert looker.looks == [("default", "a")] * 2


def test_an_appointment_is_kept_when_the_clock_reaches_it(store: Store, clock: Clock) -> None:
    looker = Looker(lambda key: 10.0)
    store.create("configmaps", config_map("a"))
    manager = manage(store, clock, looker)
    manager.settle()
    assert len(looker.looks) == 1
    manager.settle(clock.advance, within=9.9)
    assert len(looker.looks) == 1
    manager.settle(clock.advance, within=10.2)
    assert len(looker.looks) == 3


def test_a_conflict_is_tried_again_at_once_but_not_for_ever(store: Store, clock: Clock) -> None:
    def refuse(key: Key) -> None:
        raise conflict("configmaps", key[1])

    looker = Looker(refuse)
    store.create("configmaps", config_map("a"))
    manage(store, clock, looker).settle()
    assert 2 <= len(looker.looks) <= 10


def test_refusals_are_tried_again_after_growing_pauses(store: Store, clock: Clock) -> None:
    at: list[float] = []

    def refuse(key: Key) -> None:
        at.append(clock.monotonic())
        raise not_found("configmaps", key[1])

    store.create("configmaps", config_map("a"))
    manage(store, clock, Looker(refuse)).settle(clock.advance, within=10)
    gaps = [later - earlier for earlier, later in zip(at, at[1:], strict=False)]
    assert len(gaps) > 3
    assert gaps == sorted(gaps)


def test_a_bug_is_logged_and_the_others_go_on(store: Store, clock: Clock, caplog: pytest.LogCaptureFixture) -> None:
    def stumble(key: Key) -> None:
        raise ZeroDivisionError("a bug")

    looker = Looker()
    manager = manage(store, clock, Looker(stumble), looker)

    async def run() -> None:
        manager.start(asyncio.get_running_loop())
        store.create("configmaps", config_map("a"))
        while not looker.looks:
            await asyncio.sleep(0)
        manager.stop()

    with caplog.at_level(logging.ERROR):
        asyncio.run(run())
    assert "a bug while looking at default/a" in caplog.text
    assert "ZeroDivisionError" in caplog.text


def test_a_controller_that_cannot_hear_does_not_deafen_the_others(
    store: Store, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    class Deaf(Looker):
        def _key(self, event: Event) -> Iterator[Key]:
            raise ZeroDivisionError("a bug")

    looker = Looker()
    manager = manage(store, clock, Deaf(), looker)

    async def run() -> None:
        manager.start(asyncio.get_running_loop())
        store.create("configmaps", config_map("a"))
        while not looker.looks:
            await asyncio.sleep(0)
        manager.stop()

    asyncio.run(run())
    assert "a bug while hearing of configmaps a" in caplog.text


def test_a_key_that_takes_long_is_left_alone_for_a_while(store: Store, clock: Clock) -> None:
    looker = Looker(lambda key: clock.advance(1.0))
    world = World(store, clock.now, local_api(store, clock.now))
    manager = Manager(world, [looker], monotonic=clock.monotonic, stopwatch=clock.monotonic)
    made = store.create("configmaps", config_map("a"))
    manager.settle()
    store.update("configmaps", {**made, "data": {"changed": "yes"}})
    manager.settle(clock.advance, within=3.0)
    assert len(looker.looks) == 1
    manager.settle(clock.advance, within=3.0)
    assert len(looker.looks) == 2


def test_on_a_loop_appointments_ring_by_themselves(store: Store) -> None:
    looker = Looker(lambda key: 0.01)
    world = World(store, lambda: datetime.now(timezone.utc), local_api(store, lambda: datetime.now(timezone.utc)))
    manager = Manager(world, [looker])

    async def run() -> None:
        manager.start(asyncio.get_running_loop())
        store.create("configmaps", config_map("a"))
        end = datetime.now() + timedelta(seconds=30)
        while len(looker.looks) < 3 and datetime.now() < end:
            await asyncio.sleep(0.005)
        manager.stop()

    asyncio.run(run())
    assert len(looker.looks) >= 3
