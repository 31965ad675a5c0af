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
from typing import TYPE_CHECKING, Any, Literal, Protocol

from kx.practice.node.clock import Clock
from kx.practice.node.dns import Reply
from kx.practice.node.files import FileError, Files
from kx.practice.node.pids import PidTable
from kx.practice.node.pipes import Input, Output
from kx.practice.node.resolver import Resolving
from kx.practice.node.terminal import Terminal

if TYPE_CHECKING:
    from kx.practice.node.dialog import Dialog


Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class HttpAnswer:
    """What a simulated server answers. Its length is told by whoever sends it."""

    status: int
    body: bytes = b""
    content_type: str = "text/plain; charset=utf-8"
    headers: Headers = ()  # further ones


class ProgramError(Exception):
    """A program gives up with a message on stderr and an exit code."""

    def __init__(self, message: str, code: int = 1) -> None:
        super().__init__(message)
        self.code = code


# What becomes of a packet that no program takes: its machine says no; nobody has the address; nothing ever comes back;
# or the way leads out of the practice cluster, which no packet leaves.
Fate = Literal["refused", "no-route", "lost", "outside"]


class Network(Protocol):
    """The simulated pod network: names to addresses, addresses to listening programs."""

    def addresses(self, host: str, port: int) -> tuple[tuple[str, int], ...] | None:
        """Where a connection to host:port may land, in (IP, port); empty: nobody; None: unknown name."""

    def listener(self, address: str, port: int) -> Listener | None:
        """What listens there; None: connection refused."""

    def resolve(self, name: str) -> tuple[str, tuple[str, ...]] | None:
        """What cluster DNS answers: the full name and its addresses."""

    @property
    def resolving(self) -> Resolving:
        """Whom programs ask for names, and how."""

    def ask(self, server: str, name: str, kind: str) -> Reply | None:
        """One question (a full name, a record's type) to one name server; None when it does not answer."""

    def fate(self, address: str, port: int) -> Fate:
        """What becomes of a packet that no program takes."""


@dataclass(frozen=True)
class HttpCall:
    """One request: what is asked, from which address, and the program it names as its user agent."""

    path: str  # with its query, as sent
    client: str
    agent: str
    method: str = "GET"
    headers: Headers = ()  # as sent, Host included
    body: bytes = b""

    def header(self, name: str, default: str = "") -> str:
        """The first value of a header, whatever its case."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), default)


@dataclass(frozen=True)
class Secure:
    """HTTP inside TLS, as far as clients in pods can tell: who vouches for the server, and under which names."""

    authority: str  # the certificate that signed the server's, as PEM
    names: frozenset[str]
    answer: Callable[[HttpCall], Awaitable[HttpAnswer]]


@dataclass(frozen=True)
class Listener:
    """A port a program listens on: one of these is set.

    ``get`` answers HTTP; ``accept`` opens a connection of any other protocol for a client's address.
    """

    get: Callable[[HttpCall], HttpAnswer] | None = None
    accept: Callable[[str], Dialog] | None = None
    secure: Secure | None = None


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
    tag: str = ""  # of the image
    pids: PidTable = field(default_factory=PidTable)
    shells: int = 0  # how many parts of pipelines and background jobs run
    programs: tuple[str, ...] = ()  # what can be found on PATH, for those who complete names

    @property
    def processes(self) -> dict[int, Process]:
        """The processes started in the container's PID namespace."""
        return self.pids.processes


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
    task: asyncio.Task[Any] | None = None  # while it runs
    killed: int = 0  # the number of the signal that ended it

    def __post_init__(self) -> None:
        if not self.pid:
            self.pid = self.box.pids.take()

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


SIGNALS = {"HUP": 1, "INT": 2, "QUIT": 3, "KILL": 9, "USR1": 10, "USR2": 12, "PIPE": 13, "TERM": 15, "WINCH": 28}
BROKEN_PIPE = 128 + SIGNALS["PIPE"]
_HARMLESS = ("WINCH",)


async def run(main: Main, process: Process) -> int:
    """Run a program in the current task, with its place in the process table; its exit code."""
    process.box.processes[process.pid] = process
    process.task = asyncio.current_task()
    tool = process.argv[0].rpartition("/")[2]
    try:
        return await main(process)
    except ProgramError as error:
        process.complain(str(error))
        return error.code
    except FileError as error:
        process.complain(f"{tool}: {error}")
        return 1
    except BrokenPipeError:
        return BROKEN_PIPE
    finally:
        process.box.processes.pop(process.pid, None)


def deliver(process: Process, name: str, from_inside: bool = False) -> None:
    """A signal reaches a process. As in Linux, process 1 ignores those it has no handler for.

    From outside of its container even process 1 is killed by KILL.
    """
    handler = process.handlers.get(name)
    first = process.pid == 1
    if handler and name != "KILL":
        handler()
    elif name not in _HARMLESS and process.task and (not first or (name == "KILL" and not from_inside)):
        process.killed = SIGNALS.get(name, SIGNALS["TERM"])
        process.task.cancel()


async def run_child(
    main: Main, child: Process, seconds: float | None = None, on_start: Callable[[], None] | None = None
) -> int:
    """Run a program as a child in a task of its own, where signals can end it; 124 when ``seconds`` are over."""
    task = asyncio.ensure_future(run(main, child))
    child.task = task
    if on_start:
        on_start()
    timer = asyncio.ensure_future(child.clock.sleep(seconds)) if seconds is not None else None
    try:
        if timer:
            await asyncio.wait({task, timer}, return_when=asyncio.FIRST_COMPLETED)
            if not task.done():
                task.cancel()
                await asyncio.wait({task})
                return 124
        return await task
    except asyncio.CancelledError:
        if child.killed:
            return 128 + child.killed
        raise
    finally:
        task.cancel()
        if timer:
            timer.cancel()


async def until_signalled(process: Process, exits: dict[str, int]) -> int:
    """Stay up until one of these signals comes; its exit code."""
    ended: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def on(code: int) -> Callable[[], None]:
        return lambda: None if ended.done() else ended.set_result(code)

    process.handlers.update({name: on(code) for name, code in exits.items()})
    return await ended
