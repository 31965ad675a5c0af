"""nc and telnet of busybox: bytes by hand to a program that listens, or listening for one connection oneself."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable

from kx.practice.node.dialog import Dialog
from kx.practice.node.process import Listener, Process, ProgramError
from kx.practice.node.programs.dial import Link, NoConnectionError, UnknownHostError, connect
from kx.practice.node.programs.options import read_options

_USAGE = (
    "BusyBox v1.36.1 multi-call binary.\n\nUsage: nc [OPTIONS] HOST PORT  - connect\nnc [OPTIONS] -l -p PORT  - listen"
)
_PORT = re.compile(r"\d{1,5}")


async def nc(process: Process) -> int:
    options = read_options(process, "lzvnukN", "pwiqse")
    if "e" in options:
        raise ProgramError("nc: -e is not emulated in the practice cluster")
    if "l" in options:
        return await _listen(process, options.text("p", next(iter(options.operands), "")), "k" in options)
    if len(options.operands) != 2:
        raise ProgramError(_USAGE)
    if "u" in options:
        raise ProgramError("nc: UDP is not emulated in the practice cluster")
    host, text = options.operands
    seconds = float(options.text("w", "")) if _PORT.fullmatch(options.text("w", "")) else None
    link = await _dial(process, host, text, seconds)
    if "v" in options:
        process.complain(f"{host} ({link.address}:{link.port}) open")
    return 0 if "z" in options else await _talk(process, link)


async def telnet(process: Process) -> int:
    words = [word for word in process.argv[1:] if not word.startswith("-")]
    if not words:
        raise ProgramError("BusyBox v1.36.1 multi-call binary.\n\nUsage: telnet HOST [PORT]")
    host, text = words[0], words[1] if len(words) > 1 else "23"
    try:
        link = await connect(process, host, _port("telnet", text))
    except UnknownHostError as error:
        raise ProgramError(f"telnet: bad address '{host}'") from error
    except NoConnectionError as error:
        reason = error.reason(musl=process.box.family == "alpine")
        raise ProgramError(f"telnet: can't connect to remote host ({error.address}): {reason}") from error
    process.say(f"Connected to {host}\n\nEntering character mode\nEscape character is '^]'.\n")
    code = await _talk(process, link)
    process.complain("Connection closed by foreign host")
    return code or 1


def _port(tool: str, text: str) -> int:
    known = {"http": 80, "https": 443, "redis": 6379, "postgresql": 5432, "mysql": 3306}.get(text)
    if known is None and not (_PORT.fullmatch(text) and int(text) < 65536):
        raise ProgramError(f"{tool}: bad port '{text}'")
    return known or int(text)


async def _dial(process: Process, host: str, text: str, seconds: float | None) -> Link:
    port = _port("nc", text)
    try:
        return await connect(process, host, port, seconds)
    except UnknownHostError as error:
        raise ProgramError(f"nc: bad address '{host}'") from error
    except TimeoutError as error:
        raise ProgramError(f"nc: {host} ({host}:{port}): Operation timed out") from error
    except NoConnectionError as error:
        reason = error.reason(musl=process.box.family == "alpine")
        raise ProgramError(f"nc: {host} ({error.address}:{port}): {reason}") from error


async def _talk(process: Process, link: Link) -> int:
    """What is typed goes there, what comes back is shown, until one side has ended."""
    while not link.dialog.over:
        data = await process.stdin.read()
        process.stdout.write(link.dialog.feed(data))
        if not data:
            break
        await process.stdout.drain()
    if link.listener.secure:
        process.stdout.write(link.dialog.feed(b""))
    return 0


class _Heard:
    """The connection that a listening nc has accepted; satisfies ``process.Dialog``."""

    def __init__(self, process: Process, ended: asyncio.Event, said: bytearray, silent: asyncio.Event) -> None:
        self.over = False
        self._process = process
        self._ended = ended
        self._said = said
        self._silent = silent  # nothing more will be said

    def feed(self, data: bytes) -> bytes:
        if self.over:
            return b""
        self._process.stdout.write(data)
        told = bytes(self._said)
        self._said.clear()
        if not data or self._silent.is_set():
            self.over = True
            self._ended.set()
        return told


def _hearing(process: Process, ended: asyncio.Event, said: bytearray, silent: asyncio.Event) -> Callable[[str], Dialog]:
    return lambda client: _Heard(process, ended, said, silent)


async def _listen(process: Process, text: str, keeps: bool) -> int:
    port = _port("nc", text or "0")
    if not port:
        raise ProgramError(_USAGE)
    if port in process.box.ports:
        raise ProgramError("nc: bind: Address already in use")
    said, silent = bytearray(), asyncio.Event()

    async def hear() -> None:
        while some := await process.stdin.read():
            said.extend(some)
        silent.set()

    hearing = asyncio.ensure_future(hear())
    try:
        while True:
            ended = asyncio.Event()
            process.box.ports[port] = Listener(accept=_hearing(process, ended, said, silent))
            await ended.wait()
            if not keeps:
                return 0
    finally:
        hearing.cancel()
        process.box.ports.pop(port, None)
