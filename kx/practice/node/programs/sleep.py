"""sleep, in its two tempers: busybox takes any word beginning with "inf"; coreutils only what strtod reads.

``infinite`` is the word in question: busybox's sleep stays up, coreutils refuses it.
"""

from __future__ import annotations

import re

from kx.practice.node.process import Process

_UNITS = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0, "": 1.0}
_NUMBER = re.compile(r"^(\d+\.?\d*|\.\d+)([smhd]?)$")
_FOREVER = 10.0 * 365 * 86400  # longer than any practice


async def busybox(process: Process) -> int:
    words = process.argv[1:]
    if not words:
        process.complain("BusyBox v1.36.1 multi-call binary.\n\nUsage: sleep [N]...\n")
        return 1
    total = 0.0
    for word in words:
        seconds = _FOREVER if word.startswith("inf") else _seconds(word)
        if seconds is None:
            process.complain(f"sleep: invalid number '{word}'")
            return 1
        total += seconds
    await process.clock.sleep(total)
    return 0


async def coreutils(process: Process) -> int:
    words = process.argv[1:]
    if not words:
        process.complain("sleep: missing operand\nTry 'sleep --help' for more information.")
        return 1
    numbers = [(word, _FOREVER if word.lower() in ("infinity", "inf") else _seconds(word)) for word in words]
    wrong = [word for word, seconds in numbers if seconds is None]
    for word in wrong:
        process.complain(f"sleep: invalid time interval '{word}'")
    if wrong:
        process.complain("Try 'sleep --help' for more information.")
        return 1
    await process.clock.sleep(sum(seconds or 0.0 for _, seconds in numbers))
    return 0


def _seconds(word: str) -> float | None:
    match = _NUMBER.match(word)
    return float(match.group(1)) * _UNITS[match.group(2)] if match else None
