"""Tools that pass text on, or parts of it: cat, head, tail, wc, sort, uniq, cut, tee."""

from __future__ import annotations

import re
import secrets
from collections.abc import AsyncIterator, Callable, Sequence

from kx.practice.node.files import FileError
from kx.practice.node.process import Process
from kx.practice.node.programs.options import Options, read_options

_POLL = 0.5


async def cat(process: Process) -> int:
    options = read_options(process, "nbeEtTuvA")
    if not options.flags and options.operands in ((), ("-",)):
        # Piece by piece: what comes later may never end.
        while some := await process.stdin.read():
            process.stdout.write(some)
            await process.stdout.drain()
        return 0
    status = 0
    async for _, data in contents(process, options.operands):
        if data is None:
            status = 1
        elif "n" in options:
            lines = data.decode("utf-8", "replace").splitlines()
            for number, line in enumerate(lines, 1):
                process.say(f"{number:>6}\t{line}")
        else:
            process.stdout.write(data)
    return status


async def head(process: Process) -> int:
    options = read_options(process, "qv", "nc", long={"lines": "n", "bytes": "c", "quiet": "q"})
    count = options.number("n", 10)
    if "c" not in options and options.operands in ((), ("-",)) and count >= 0:
        # Line by line: what comes later may never end.
        for _ in range(count):
            line = await process.stdin.read_line()
            process.stdout.write(line)
            await process.stdout.drain()
            if not line:
                break
        return 0
    return await _ends(
        process, options, lambda data: data[: options.number("c", 10)] if "c" in options else _lines(data)[:count]
    )


def _lines(data: bytes) -> _Lines:
    return _Lines(data.splitlines(True))


class _Lines:
    """Lines that are cut as bytes are."""

    def __init__(self, lines: list[bytes]) -> None:
        self._lines = lines

    def __getitem__(self, part: slice) -> bytes:
        return b"".join(self._lines[part])


async def _ends(process: Process, options: Options, cut: Callable[[bytes], bytes]) -> int:
    """A part of each file, below its name where there are several."""
    status, names = 0, options.operands
    first = True
    async for name, data in contents(process, names):
        if data is None:
            status = 1
            continue
        if ("v" in options or len(names) > 1) and "q" not in options:
            process.say(f"{'' if first else chr(10)}==> {'standard input' if name == '-' else name} <==")
        first = False
        process.stdout.write(cut(data))
    return status


async def tail(process: Process) -> int:
    """Also ``tail -f FILE``, which never ends by itself; ``tail -f /dev/null`` is a favourite to keep a pod up."""
    options = read_options(process, "fFqv", "ncs", long={"lines": "n", "bytes": "c", "follow": "f", "quiet": "q"})

    def cut(data: bytes) -> bytes:
        source: bytes | _Lines = data if "c" in options else _lines(data)
        text = options.text("c" if "c" in options else "n", "10")
        count = abs(options.number("c" if "c" in options else "n", 10))
        if text.startswith("+"):
            return source[max(0, count - 1) :]
        return source[-count:] if count else b""

    status = await _ends(process, options, cut)
    if {"f", "F"} & options.flags.keys():
        await process.stdout.drain()
        await _follow(process, options.operands)
    return status


async def _follow(process: Process, names: Sequence[str]) -> None:
    lengths = {name: len(_read(process, name) or b"") for name in names}
    while True:
        for name, length in lengths.items():
            data = _read(process, name) or b""
            if len(data) > length:
                process.stdout.write(data[length:])
            lengths[name] = len(data)
        await process.clock.sleep(_POLL)


async def wc(process: Process) -> int:
    options = read_options(process, "lwcmL", long={"lines": "l", "words": "w", "bytes": "c", "chars": "m"})
    chosen = [flag for flag in "lwmc" if flag in options] or list("lwc")
    rows: list[tuple[str, list[int]]] = []
    status = size = 0
    async for name, data in contents(process, options.operands):
        if data is None:
            status = 1
            continue
        size += len(data)
        characters = len(data.decode("utf-8", "replace")) if "m" in options else 0
        counts = {"l": data.count(b"\n"), "w": len(data.split()), "c": len(data), "m": characters}
        rows.append((name, [counts[flag] for flag in chosen]))
    if len(options.operands) > 1:
        rows.append(("total", [sum(column) for column in zip(*(numbers for _, numbers in rows), strict=True)]))
    width = _count_width(process, options, rows, len(chosen), size)
    for name, numbers in rows:
        shown = " ".join(str(number).rjust(width) for number in numbers)
        process.say(f"{shown} {name}" if name != "-" or "-" in options.operands else shown)
    return status


def _count_width(process: Process, options: Options, rows: list[tuple[str, list[int]]], columns: int, size: int) -> int:
    if process.box.family in ("alpine", "busybox"):
        return 0 if columns == 1 else 9
    if not options.operands or "-" in options.operands:
        return 0 if columns == 1 else 7
    return 0 if columns == 1 and len(rows) == 1 else len(str(size))


async def sort(process: Process) -> int:
    options = read_options(process, "nrufb", "kt")
    lines: list[str] = []
    async for _, data in contents(process, options.operands):
        lines += (data or b"").decode("utf-8", "replace").splitlines()
    lines.sort(key=_number if "n" in options else None, reverse="r" in options)
    for line in dict.fromkeys(lines) if "u" in options else lines:
        process.say(line)
    return 0


def _number(line: str) -> float:
    match = re.match(r"\s*-?\d+(\.\d+)?", line)
    return float(match.group()) if match else 0.0


async def uniq(process: Process) -> int:
    options = read_options(process, "cdu")
    lines: list[str] = []
    async for _, data in contents(process, options.operands[:1]):
        lines += (data or b"").decode("utf-8", "replace").splitlines()
    groups: list[tuple[str, int]] = []
    for line in lines:
        if groups and groups[-1][0] == line:
            groups[-1] = (line, groups[-1][1] + 1)
        else:
            groups.append((line, 1))
    for line, count in groups:
        if ("d" in options and count < 2) or ("u" in options and count > 1):
            continue
        process.say(f"{count:>7} {line}" if "c" in options else line)
    return 0


async def cut(process: Process) -> int:
    options = read_options(process, "s", "dfcb")
    by_sign = "c" in options or "b" in options
    wanted = _ranges(options.text("f", "") or options.text("c", "") or options.text("b", ""))
    if not wanted:
        process.complain("cut: expected a list of bytes, characters, or fields")
        return 1
    mark = options.text("d", "\t")
    async for _, data in contents(process, options.operands):
        for line in (data or b"").decode("utf-8", "replace").splitlines():
            parts = list(line) if by_sign else line.split(mark or "\t")
            if not by_sign and len(parts) == 1:
                if "s" not in options:
                    process.say(line)
                continue
            chosen = [
                part for number, part in enumerate(parts, 1) if any(low <= number <= high for low, high in wanted)
            ]
            process.say(("" if by_sign else mark).join(chosen))
    return 0


def _ranges(text: str) -> list[tuple[int, int]]:
    """``1,3-5,7-`` as pairs of numbers; nothing when it is no list."""
    found = []
    for part in text.split(","):
        match = re.fullmatch(r"(\d{0,9})(-?)(\d{0,9})", part, re.ASCII)
        if match is None or not part.strip("-"):
            return []
        low, dash, high = match.groups()
        found.append((int(low or 1), int(high or 1 << 30) if dash else int(low)))
    return found


async def tee(process: Process) -> int:
    options = read_options(process, "ai")
    for name in options.operands:
        process.files.write(process.path(name), b"", append="a" in options)
    while data := await process.stdin.read():
        process.stdout.write(data)
        for name in options.operands:
            process.files.write(process.path(name), data, append=True)
        await process.stdout.drain()
    return 0


async def contents(
    process: Process, names: Sequence[str], silent: bool = False
) -> AsyncIterator[tuple[str, bytes | None]]:
    """Each file's name and data, stdin for none or "-"; None where it cannot be read, which is told."""
    for name in names or ("-",):
        yield name, await process.stdin.read_all() if name == "-" else _read(process, name, silent)


_PLAIN_SPOKEN = ("cut", "egrep", "fgrep", "grep", "head", "sed", "wc")  # of busybox, those that say just the reason


def _read(process: Process, name: str, silent: bool = False) -> bytes | None:
    if name in ("/dev/zero", "/dev/urandom", "/dev/random"):
        return _device(name)
    try:
        return process.files.read(process.path(name))
    except FileError as error:
        if silent:
            return None
        tool = process.argv[0].rpartition("/")[2]
        small = process.box.family in ("alpine", "busybox")
        opening = "can't open " if small and tool not in _PLAIN_SPOKEN else ""
        shown = f"'{name}'" if opening else name
        process.complain(f"{tool}: {opening}{shown}: {error.reason}")
        return None


_DEVICE_BYTES = 4096  # an endless file, as far as anybody reads it here


def _device(name: str) -> bytes:
    return bytes(_DEVICE_BYTES) if name == "/dev/zero" else secrets.token_bytes(_DEVICE_BYTES)
