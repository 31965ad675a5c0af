"""Probes: when each is due, what it asks of the simulated program, and what its answers add up to.

Rules and words are the kubelet's (pkg/kubelet/prober). ``probing`` carries a question out; what cannot be asked at all
is told and counts for nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from kx.practice.node.container import Container, Program
from kx.practice.node.live import LiveSession
from kx.practice.node.probing import Answer, ask, cannot_execute
from kx.practice.node.runtime import Runtime
from kx.practice.status import Obj

_KINDS = {"startupProbe": "Startup", "livenessProbe": "Liveness", "readinessProbe": "Readiness"}
_LONGEST_OUTPUT = 1024
_STARTING_SECONDS = 0.3  # before that no program answers


@dataclass
class _State:
    """One probe of one running instance."""

    due: datetime
    succeeded: int = 0
    failed: int = 0
    good: bool | None = None  # None: no verdict yet
    running: bool = False
    answer: Answer | None = None  # of an exec that has ended


@dataclass(frozen=True)
class Looked:
    """What a look at a container's probes gave."""

    failures: tuple[str, ...] = ()  # what to tell of probes that failed
    kill: str = ""  # "liveness" or "startup": the instance must go
    wake: datetime | None = None


@dataclass
class Prober:
    """The probes of all running containers. ``look_soon(namespace, pod)`` asks for another look."""

    runtime: Runtime
    look_soon: Callable[[str, str], None]
    _states: dict[tuple[str, str, str], _State] = field(default_factory=dict)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def reset(self, uid: str, container: str) -> None:
        """A new instance starts: nothing is known of it."""
        for kind in _KINDS:
            self._states.pop((uid, container, kind), None)

    def forget(self, uid: str) -> None:
        for key in [key for key in self._states if key[0] == uid]:
            del self._states[key]

    def up(self, uid: str, container: Obj) -> bool:
        """No startup probe is outstanding."""
        return "startupProbe" not in container or self._good(uid, container, "startupProbe")

    def ready(self, uid: str, container: Obj) -> bool:
        """Started, and the readiness probe agrees."""
        probed = "readinessProbe" not in container or self._good(uid, container, "readinessProbe")
        return probed and self.up(uid, container)

    def look(self, pod: Obj, container: Obj, address: str, started: datetime) -> Looked:
        """Run what is due, judge what has been answered."""
        uid = pod["metadata"]["uid"]
        instance = self.runtime.find(uid, container["name"])
        if instance is None:
            return Looked()
        failures: list[str] = []
        kill = ""
        wakes: list[datetime] = []
        for kind in _KINDS:
            if kind not in container or (kind != "startupProbe" and not self.up(uid, container)):
                continue
            state = self._state(uid, container, kind, started)
            if kind == "startupProbe" and state.good:
                continue
            answer = self._ask(pod, container, kind, state, address, instance)
            if answer is not None and answer.good is None:
                failures.append(f"{_KINDS[kind]} probe errored and resulted in unknown state: {answer.message}")
            elif answer is not None and not _judge(state, container[kind], bool(answer.good)):
                failures.append(f"{_KINDS[kind]} probe failed: {answer.message}")
            if state.good is False and kind != "readinessProbe":
                kill = kill or _KINDS[kind].lower()
            if not state.running:
                wakes.append(state.due)
        return Looked(tuple(failures), kill, min(wakes, default=None))

    def _good(self, uid: str, container: Obj, kind: str) -> bool:
        state = self._states.get((uid, container["name"], kind))
        return bool(state and state.good)

    def _state(self, uid: str, container: Obj, kind: str, started: datetime) -> _State:
        key = (uid, container["name"], kind)
        if key not in self._states:
            delay = max(container[kind].get("initialDelaySeconds", 0), _STARTING_SECONDS)
            self._states[key] = _State(started + timedelta(seconds=delay))
        return self._states[key]

    def _ask(
        self, pod: Obj, container: Obj, kind: str, state: _State, address: str, instance: Container
    ) -> Answer | None:
        """The answer of a probe, or None while there is none."""
        if state.answer is not None:
            answer, state.answer = state.answer, None
            return answer
        now = self.runtime.clock.now()
        if state.running or now < state.due:
            return None
        probe = container[kind]
        state.due = now + timedelta(seconds=probe.get("periodSeconds", 10))
        if "exec" in probe:
            self._execute(pod, probe, state, instance)
            return None
        return ask(probe, container, address, instance, self.runtime.network.listener)

    def _execute(self, pod: Obj, probe: Obj, state: _State, instance: Container) -> None:
        argv = probe["exec"].get("command") or [""]
        main = instance.box.find(argv[0])
        if main is None:
            state.answer = Answer(None, cannot_execute(argv[0]))
            self.look_soon(pod["metadata"]["namespace"], pod["metadata"]["name"])
            return
        program = Program(main, instance.box, instance.launch, argv, False, False, None)
        state.running = True
        session = program.session(False, lambda: None, lambda: None)
        task = asyncio.get_running_loop().create_task(self._finish(pod, probe, state, program, session))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _finish(self, pod: Obj, probe: Obj, state: _State, program: Program, session: LiveSession) -> None:
        seconds = probe.get("timeoutSeconds", 1)
        timer = asyncio.get_running_loop().create_task(self.runtime.clock.sleep(seconds))
        await asyncio.wait({timer, asyncio.ensure_future(session.wait())}, return_when=asyncio.FIRST_COMPLETED)
        if program.running:
            program.signal("KILL")
            command = " ".join(probe["exec"].get("command") or ())
            state.answer = Answer(False, f'command timed out: "{command}" timed out after {seconds}s')
        else:
            timer.cancel()
            parts: list[bytes] = []
            while (piece := await session.read()) is not None:
                parts.append(piece[1])
            output = b"".join(parts)[:_LONGEST_OUTPUT].decode("utf-8", "replace")
            state.answer = Answer(await session.wait() == 0, output)
        state.running = False
        self.look_soon(pod["metadata"]["namespace"], pod["metadata"]["name"])


def _judge(state: _State, probe: Obj, good: bool) -> bool:
    """Count an answer, which is given back."""
    if good:
        state.succeeded, state.failed = state.succeeded + 1, 0
        if state.succeeded >= probe.get("successThreshold", 1):
            state.good = True
    else:
        state.succeeded, state.failed = 0, state.failed + 1
        if state.failed >= probe.get("failureThreshold", 3):
            state.good = False
    return good
