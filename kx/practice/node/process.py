"""A program's view of the world: its words, environment, streams, files and clock. Nothing else exists for it.

A program is ``async def main(process: Process) -> int``. It is a coroutine of this very process: it starts no
program of the host, reads no file of the host and opens no connection.
"""

from __future__ import annotations

import asyncio
import posixpath
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from kx.practice.node.clock import Clock
from kx.practice.node.files import Files
from kx.practice.node.pipes import Input, Output
from kx.practice.node.terminal import Terminal


@dataclass(frozen=True)
class HttpAnswer:
    """What a simulated server answers to GET."""

    status: int
    body: bytes = b""
    content_type: str = "text/plain; charset=utf-8"


class Network(Protocol):
    """The simulated pod network: names to addresses, addresses to listening programs."""

    def addresses(self, host: str, port: int) -> tuple[tuple[str, int], ...] | None:
        """Where a connection to host:port may land, in (IP, port); empty: nobody; None: unknown name."""

    def listener(self, address: str, port: int) -> Listener | None:
        """What listens there; None: connection refused."""


@dataclass(frozen=True)
class Listener:
    """A port a program listens on. ``get`` answers HTTP; ``talk`` is any other protocol's simple call."""

    get: Callable[[str], HttpAnswer] | None = None
    talk: Callable[[tuple[str, ...]], str] | None = None


@dataclass
class Box:
    """One container, as the programs in it share it."""

    image: str
    family: str  # alpine, busybox, debian, none
    hostname: str
    namespace: str
    address: str
    files: Files
    clock: Clock
    network: Network
    find: Callable[[str], Main | None]  # a program's name or path -> its main
    ports: dict[int, Listener]  # shared by the containers of the pod, as the network namespace is
    started: datetime
    declared: frozenset[int] = frozenset()  # ports the container's spec speaks of
    processes: dict[int, Process] = field(default_factory=dict)
    next_pid: int = 1


@dataclass
class Process:
    """One running program."""

    argv: Sequence[str]
    env: dict[str, str]
    stdin: Input
    stdout: Output
    stderr: Output
    box: Box
    terminal: Terminal | None = None
    cwd: str = "/"
    pid: int = 0
    user: str = "root"
    handlers: dict[str, Callable[[], None]] = field(default_factory=dict)  # signal name -> what it does

    def __post_init__(self) -> None:
        if not self.pid:
            self.pid = self.box.next_pid
            self.box.next_pid += 1

    @property
    def clock(self) -> Clock:
        return self.box.clock

    @property
    def files(self) -> Files:
        return self.box.files

    def say(self, text: str) -> None:
        """Write one line to stdout."""
        self.stdout.write(text.encode() + b"\n")

    def complain(self, text: str) -> None:
        """Write one line to stderr."""
        self.stderr.write(text.encode() + b"\n")

    def path(self, name: str) -> str:
        """A name as an absolute path."""
        return posixpath.normpath(posixpath.join(self.cwd, name))

    def child(self, argv: Sequence[str], stdin: Input | None = None, stdout: Output | None = None) -> Process:
        """A process started by this one, with its streams unless others are given."""
        return Process(
            argv=tuple(argv),
            env=dict(self.env),
            stdin=stdin or self.stdin,
            stdout=stdout or self.stdout,
            stderr=self.stderr,
            box=self.box,
            terminal=self.terminal,
            cwd=self.cwd,
            user=self.user,
        )


Main = Callable[[Process], Awaitable[int]]


async def run(main: Main, process: Process) -> int:
    """Run a program with its place in the process table; its exit code."""
    process.box.processes[process.pid] = process
    try:
        return await main(process)
    finally:
        process.box.processes.pop(process.pid, None)


async def until_signalled(process: Process, exits: dict[str, int]) -> int:
    """Stay up until one of these signals comes; its exit code."""
    ended: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def on(code: int) -> Callable[[], None]:
        return lambda: None if ended.done() else ended.set_result(code)

    process.handlers.update({name: on(code) for name, code in exits.items()})
    return await ended
