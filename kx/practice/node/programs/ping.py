"""busybox's ping: pods and nodes answer, a Service's address does not, as kube-proxy carries no ICMP."""

from __future__ import annotations

import asyncio
import random
import re

from kx.practice.node.process import Process, ProgramError
from kx.practice.node.programs.dial import UnknownHostError, lookup
from kx.practice.node.programs.options import read_options

_NUMBER = re.compile(r"\d+(\.\d+)?")
_WAIT_SECONDS = 10.0  # for the last answer


async def main(process: Process) -> int:
    options = read_options(process, "4q6nvA", "cWwisItTp")
    if len(options.operands) != 1:
        raise ProgramError("BusyBox v1.36.1 multi-call binary.\n\nUsage: ping [OPTIONS] HOST")
    host = options.operands[0]
    try:
        address = lookup(process, host)[0]
    except UnknownHostError as error:
        raise ProgramError(f"ping: bad address '{host}'") from error
    size = options.number("s", 56)
    process.say(f"PING {host} ({address}): {size} data bytes")
    if _fate(process, address) == "outside":
        glibc = process.box.family != "alpine"
        raise ProgramError(f"ping: sendto: Network {'is ' if glibc else ''}unreachable")
    interrupted = asyncio.Event()
    process.handlers["INT"] = interrupted.set
    tries = _Tries(process, address, size, quiet="q" in options)
    limits = {name: _seconds(options.text(name, ""), default) for name, default in _DEFAULTS.items()}
    await tries.run(options.number("c", 0), limits, interrupted)
    process.say(f"\n--- {host} ping statistics ---\n{tries.summary()}")
    return 0 if tries.times else 1


_DEFAULTS = {"i": 1.0, "w": 0.0, "W": _WAIT_SECONDS}


def _seconds(text: str, default: float) -> float:
    return float(text) if _NUMBER.fullmatch(text) else default


def _fate(process: Process, address: str) -> str:
    # A port nobody has: what is told is the machine's, not a program's.
    return process.box.network.fate(address, 0)


class _Tries:
    """Packets sent, and how long each took to come back."""

    def __init__(self, process: Process, address: str, size: int, quiet: bool) -> None:
        self._process = process
        self._address = address
        self._size = size
        self._quiet = quiet
        self.sent = 0
        self.times: list[float] = []

    async def run(self, count: int, limits: dict[str, float], interrupted: asyncio.Event) -> None:
        begun = self._process.clock.now()
        while not interrupted.is_set():
            self._send()
            await self._process.stdout.drain()
            if count and self.sent >= count:
                if not self.times:
                    await self._pause(limits["w"] or limits["W"], interrupted)
                return
            await self._pause(max(0.002, limits["i"]), interrupted)
            if limits["w"] and (self._process.clock.now() - begun).total_seconds() >= limits["w"]:
                return

    async def _pause(self, seconds: float, interrupted: asyncio.Event) -> None:
        sleeping = asyncio.ensure_future(self._process.clock.sleep(seconds))
        waiting = asyncio.ensure_future(interrupted.wait())
        try:
            await asyncio.wait({sleeping, waiting}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            sleeping.cancel()
            waiting.cancel()

    def _send(self) -> None:
        number, self.sent = self.sent, self.sent + 1
        if _fate(self._process, self._address) != "refused":
            return
        own = self._process.box.address.rpartition(".")[0]
        near = self._address.startswith((f"{own}.", "127."))
        taken = round(random.uniform(0.04, 0.12) + (0.0 if near else 0.15), 3)
        self.times.append(taken)
        if not self._quiet:
            hops = 64 if near else 62
            told = f"seq={number} ttl={hops} time={taken:.3f} ms"
            self._process.say(f"{self._size + 8} bytes from {self._address}: {told}")

    def summary(self) -> str:
        lost = 100 - len(self.times) * 100 // self.sent if self.sent else 0
        lines = f"{self.sent} packets transmitted, {len(self.times)} packets received, {lost}% packet loss"
        if self.times:
            least, mean, most = min(self.times), sum(self.times) / len(self.times), max(self.times)
            lines += f"\nround-trip min/avg/max = {least:.3f}/{mean:.3f}/{most:.3f} ms"
        return lines
