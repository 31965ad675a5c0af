"""Runs controllers: turns the store's events into keys, and looks at each key when its turn comes.

A key waits at most once per controller however often it is named. A conflict is tried again at once, another refusal
of the API and a bug after a growing pause; bugs are logged with their traceback and never stop the other controllers.
A look that took long and is done is not repeated before four times as long has passed: no key eats the loop.
Idle costs nothing: there is one timer, for the earliest appointment.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
import logging
import math
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from kx.practice.controllers.world import Controller, Key, World
from kx.practice.history import Event
from kx.practice.status import ApiError

_SLICE_SECONDS = 0.005  # how long looks may go on before requests get their turn
_CONFLICTS_AT_ONCE = 5
_FIRST_PAUSE, _LONGEST_PAUSE = 0.05, 30.0
_NOTICEABLE_SECONDS = 0.005
_REST = 4.0
_LOOKS_PER_SETTLE = 1_000_000

_log = logging.getLogger("kx.practice.controllers")

Job = tuple[int, Key]  # which controller, which key


@dataclass
class _Memory:
    """What is remembered of a job between two looks."""

    failures: int = 0
    rest_until: float = 0.0


class Manager:
    """Drives ``controllers`` over ``world``, on an asyncio loop (``start``) or step by step (``settle``)."""

    def __init__(
        self,
        world: World,
        controllers: Sequence[Controller],
        monotonic: Callable[[], float] = time.monotonic,
        stopwatch: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._world = world
        self._controllers = tuple(controllers)
        self._monotonic = monotonic
        self._stopwatch = stopwatch
        self._interested: dict[str, list[int]] = {}
        for number, controller in enumerate(self._controllers):
            for resource in controller.watches:
                self._interested.setdefault(resource, []).append(number)
        self._events: deque[Event] = deque()
        self._ready: dict[Job, None] = {}  # a queue whose members are unique
        self._timers: list[tuple[float, int, Job]] = []
        self._due: dict[Job, float] = {}  # the earliest appointment of each job; other timers are stale
        self._order = itertools.count()
        self._memories: dict[Job, _Memory] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._wakeup: asyncio.Handle | None = None
        self._unsubscribe: Callable[[], None] | None = None

    # On a loop

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        """Look at everything there is, then follow the store until ``stop``."""
        self._loop = loop
        self._attend()
        self._schedule()

    def stop(self) -> None:
        """Look at nothing any more."""
        if self._unsubscribe:
            self._unsubscribe()
            self._unsubscribe = None
        if self._wakeup:
            self._wakeup.cancel()
            self._wakeup = None
        self._loop = None

    # Step by step

    def settle(self, advance: Callable[[float], None] | None = None, within: float = 0.0) -> None:
        """Do all that is to be done now; with ``advance``, also all appointments ``within`` so many seconds.

        ``advance(seconds)`` moves the clock that ``monotonic`` reads. Bugs of controllers are raised here.
        """
        self._attend()
        end = self._monotonic() + within
        for _ in range(_LOOKS_PER_SETTLE):
            if self.step():
                continue
            due = self._next_due()
            if advance is None or due is None or due > end:
                break
            advance(due - self._monotonic())
        else:
            raise RuntimeError(f"the controllers never settle; still waiting: {list(self._ready)[:5]}")
        if advance is not None and end > self._monotonic():
            advance(end - self._monotonic())

    def step(self) -> bool:
        """One look, if any is due. False when there is nothing to do now."""
        self._attend()
        self._spread()
        job = self._take()
        if job is None:
            return False
        self._look(job, strict=True)
        return True

    # Inside

    def _attend(self) -> None:
        """Follow the store from now on, treating what is there as just added."""
        if self._unsubscribe:
            return
        self._unsubscribe = self._world.store.subscribe(self._note)
        revision = self._world.store.revision
        for resource in self._interested:
            for obj in self._world.store.list(resource):
                self._events.append(Event("ADDED", resource, obj, None, revision))

    def _note(self, event: Event) -> None:
        if event.resource in self._interested:
            self._events.append(event)
            self._schedule()

    def _schedule(self) -> None:
        """See to it that the loop comes back when something is to be done."""
        if self._loop is None:
            return
        if self._events or self._ready:
            if isinstance(self._wakeup, asyncio.TimerHandle):
                self._wakeup.cancel()
                self._wakeup = None
            if self._wakeup is None:
                self._wakeup = self._loop.call_soon(self._work)
            return
        due = self._next_due()
        if self._wakeup is None and due is not None:
            self._wakeup = self._loop.call_later(max(0.0, due - self._monotonic()), self._work)

    def _work(self) -> None:
        self._wakeup = None
        end = self._stopwatch() + _SLICE_SECONDS
        while self._stopwatch() < end:
            # Events first, all of them: many name the same keys.
            self._spread(end)
            job = None if self._events else self._take()
            if job is None:
                break
            self._look(job, strict=False)
        self._schedule()

    def _take(self) -> Job | None:
        self._ring()
        for job in self._ready:
            del self._ready[job]
            return job
        return None

    def _spread(self, end: float = math.inf) -> None:
        """Turn the events that came in into jobs, until the stopwatch shows ``end``."""
        while self._events and self._stopwatch() < end:
            event = self._events.popleft()
            for number in self._interested[event.resource]:
                for key in self._keys_of(number, event):
                    self._want((number, key))

    def _keys_of(self, number: int, event: Event) -> Iterable[Key]:
        controller = self._controllers[number]
        try:
            return tuple(controller.watches[event.resource](event))
        except Exception:  # the edge of one controller: its bug is logged whole, and the others go on
            if self._loop is None:
                raise
            name = event.object["metadata"]["name"]
            _log.exception("%s: a bug while hearing of %s %s", controller.name, event.resource, name)
            return ()

    def _want(self, job: Job) -> None:
        memory = self._memories.get(job)
        if memory and memory.rest_until > self._monotonic():
            self._appoint(job, memory.rest_until)
        else:
            self._ready[job] = None

    def _appoint(self, job: Job, due: float) -> None:
        if self._due.get(job, due + 1) <= due:
            return
        self._due[job] = due
        heapq.heappush(self._timers, (due, next(self._order), job))

    def _next_due(self) -> float | None:
        while self._timers and self._due.get(self._timers[0][2]) != self._timers[0][0]:
            heapq.heappop(self._timers)
        return self._timers[0][0] if self._timers else None

    def _ring(self) -> None:
        """Make ready what has its appointment now."""
        while (due := self._next_due()) is not None and due <= self._monotonic():
            job = heapq.heappop(self._timers)[2]
            del self._due[job]
            self._ready[job] = None

    def _look(self, job: Job, strict: bool) -> None:
        number, key = job
        controller = self._controllers[number]
        self._due.pop(job, None)
        began = self._stopwatch()
        try:
            again = controller.reconcile(self._world, key)
        except ApiError as error:
            self._try_again(job, error)
            return
        except Exception:  # as above; tests are strict and let it through
            if strict:
                raise
            _log.exception("%s: a bug while looking at %s/%s", controller.name, *key)
            self._pause(job)
            return
        # Who asks for another look at once is in the middle of something.
        self._rest(job, 0.0 if again == 0 else self._stopwatch() - began)
        if again is not None:
            self._appoint(job, self._monotonic() + again)

    def _try_again(self, job: Job, error: ApiError) -> None:
        memory = self._memories.setdefault(job, _Memory())
        if error.reason == "Conflict" and memory.failures < _CONFLICTS_AT_ONCE:
            memory.failures += 1
            self._ready[job] = None
            return
        number, key = job
        _log.warning("%s: %s/%s: %s", self._controllers[number].name, *key, error.message)
        self._pause(job)

    def _pause(self, job: Job) -> None:
        memory = self._memories.setdefault(job, _Memory())
        self._appoint(job, self._monotonic() + min(_FIRST_PAUSE * 2**memory.failures, _LONGEST_PAUSE))
        memory.failures = min(memory.failures + 1, 20)

    def _rest(self, job: Job, seconds: float) -> None:
        """Forget the failures; after a long look, remember to leave the key alone for a while."""
        if seconds < _NOTICEABLE_SECONDS:
            self._memories.pop(job, None)
        else:
            self._memories[job] = _Memory(rest_until=self._monotonic() + _REST * seconds)
