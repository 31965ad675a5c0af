"""One container instance: its main program, who listens to it, its log, and how signals reach it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from kx.practice.node.files import Files
from kx.practice.node.live import LiveSession, Wires
from kx.practice.node.logbuffer import LogBuffer
from kx.practice.node.pipes import Input
from kx.practice.node.process import SIGNALS, Box, Main, Process, deliver, run
from kx.practice.node.session import STDERR, STDOUT
from kx.practice.node.terminal import Terminal

_log = logging.getLogger("kx.practice.node")

_CRASHED = 139  # what a segmentation fault gives: a bug of the simulated program, told in the server's log


@dataclass(frozen=True)
class Launch:
    """Everything needed to start a container."""

    namespace: str
    pod: str
    uid: str
    name: str
    id: str  # 64 hex digits
    image: str
    family: str
    argv: tuple[str, ...]
    env: dict[str, str]
    cwd: str
    user: str
    hostname: str
    address: str  # the pod's IP
    stdin: bool
    stdin_once: bool
    tty: bool
    files: Files
    declared: frozenset[int] = frozenset()  # ports the spec speaks of
    node: str = ""  # where it runs
    host_network: bool = False
    # Whose process table it has: its "own", its "pod"'s, its node's ("host"), or the named container's ("of:NAME").
    shares: str = "own"
    tag: str = ""  # of the image


class _Heard:
    """An output that reaches a log and every session of a container."""

    def __init__(self, channel: int, log: LogBuffer | None, sessions: list[LiveSession]) -> None:
        self._channel = channel
        self._log = log
        self._sessions = sessions

    def write(self, data: bytes) -> None:
        if self._log:
            self._log.write(self._channel, data)
        for session in self._sessions:
            session.push(self._channel, data)

    async def drain(self) -> None:
        await asyncio.sleep(0)
        for session in tuple(self._sessions):
            await session.room()


class _Shown:
    """An output that goes through a terminal first."""

    def __init__(self, terminal: Terminal, heard: _Heard) -> None:
        self._terminal = terminal
        self._heard = heard

    def write(self, data: bytes) -> None:
        if data:
            self._terminal.show(data)

    async def drain(self) -> None:
        await self._heard.drain()


class Program:
    """A running program with its streams: a container's main one, or one that exec started."""

    def __init__(
        self, main: Main, box: Box, launch: Launch, argv: Sequence[str], tty: bool, stdin: bool, log: LogBuffer | None
    ) -> None:
        self.sessions: list[LiveSession] = []
        self.exit_code: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        # A terminal without stdin has nobody at its keys, but it does not end.
        self.input = Input(closed=not stdin and not tty)
        heard = _Heard(STDOUT, log, self.sessions)
        self.terminal = Terminal(self.input, heard.write) if tty else None
        out = _Shown(self.terminal, heard) if self.terminal else heard
        env = dict(launch.env)
        env.setdefault("HOME", "/root")
        if tty:
            env.setdefault("TERM", "xterm")
        self.process = Process(
            argv=tuple(argv),
            env=env,
            stdin=self.input,
            stdout=out,
            stderr=out if self.terminal else _Heard(STDERR, log, self.sessions),
            box=box,
            terminal=self.terminal,
            cwd=launch.cwd,
            user=launch.user,
        )
        if self.terminal:
            self.terminal.interrupt = lambda: self.signal("INT")
        self._log = log
        task = asyncio.get_running_loop().create_task(run(main, self.process))
        self.process.task = task
        task.add_done_callback(self._done)

    @property
    def running(self) -> bool:
        return not self.exit_code.done()

    def handles(self, signal: str) -> bool:
        """Whether the program does something of its own on this signal."""
        return signal in self.process.handlers

    def signal(self, name: str) -> None:
        """Deliver a signal from outside of the container."""
        if self.running:
            deliver(self.process, name)

    def session(
        self, stdin: bool, close: Callable[[], None], detach: Callable[[], None], tells_code: bool = True
    ) -> LiveSession:
        """A new listener; ``close`` is what the end of the client's stdin does."""

        def write(data: bytes) -> None:
            if stdin and self.running:
                (self.terminal.receive if self.terminal else self.input.feed)(data)

        def resize(columns: int, rows: int) -> None:
            if self.terminal:
                self.terminal.resize(columns, rows)
                self.signal("WINCH")

        def leave() -> None:
            if session in self.sessions:
                self.sessions.remove(session)
            detach()

        session = LiveSession(Wires(write, close, resize, leave), self.exit_code, tells_code)
        if self.running:
            self.sessions.append(session)
        else:
            session.end()
        return session

    def _done(self, task: asyncio.Task[int]) -> None:
        code = 128 + (self.process.killed or SIGNALS["KILL"])
        if not task.cancelled():
            bug = task.exception()
            if bug is not None:
                _log.error("%s: a bug of the simulated program", self.process.argv[:1], exc_info=bug)
            code = _CRASHED if bug is not None else task.result() & 0xFF
        if self._log:
            self._log.end()
        self.exit_code.set_result(code)
        for session in self.sessions:
            session.end()
        self.sessions.clear()


@dataclass
class Container:
    """One instance of a container of a pod."""

    launch: Launch
    box: Box
    log: LogBuffer
    program: Program
    finished: datetime | None = None

    @property
    def exit_code(self) -> int | None:
        """None while it runs."""
        return None if self.program.running else self.program.exit_code.result()
