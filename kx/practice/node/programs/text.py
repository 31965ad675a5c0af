"""Tools that print and filter text: echo, printf, cat, head, tail, grep, wc, sort, uniq, cut, tr, tee, seq, date."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Sequence

from kx.practice.node.files import FileError
from kx.practice.node.process import Process
from kx.practice.node.programs.options import read_options

_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "\\": "\\", "e": "\x1b", "0": "\0"}
_POLL = 0.5


async def echo(process: Process) -> int:
    words = list(process.argv[1:])
    newline, escapes = True, False
    while words and re.fullmatch(r"-[neE]+", words[0]):
        flags = words.pop(0)
        newline &= "n" not in flags
        escapes |= "e" in flags
    text = " ".join(words)
    process.stdout.write((unescape(text) if escapes else text).encode() + (b"\n" if newline else b""))
    return 0


async def printf(process: Process) -> int:
    if len(process.argv) < 2:
        process.complain("printf: usage: printf format [arguments]")
        return 2
    form, words = unescape(process.argv[1]), list(process.argv[2:])
    while True:
        before = len(words)
        shown = re.sub(r"%(-?\d*)(?:\.(\d+))?([sdixfc%])", lambda match: _formatted(match, words), form)
        process.stdout.write(shown.encode())
        if not words or len(words) == before:
            return 0


def _formatted(match: re.Match[str], words: list[str]) -> str:
    width, precision, kind = match.groups()
    if kind == "%":
        return "%"
    word = words.pop(0) if words else ""
    if kind == "s":
        text = word[: int(precision)] if precision else word
    elif kind == "c":
        text = word[:1]
    elif kind == "f":
        text = f"{float(word or '0'):.{precision or 6}f}"
    else:
        number = int(word or "0", 0)
        text = f"{number:x}" if kind == "x" else str(number)
    size = int(width or 0)
    return text.ljust(-size) if size < 0 else text.rjust(size)


def unescape(text: str) -> str:
    """Backslash escapes as echo -e and printf read them."""
    return re.sub(r"\\([ntrabe\\0])", lambda match: _ESCAPES[match.group(1)], text)


async def cat(process: Process) -> int:
    options = read_options(process, "nbeEtTuvA")
    if "n" not in options and options.operands in ((), ("-",)):
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
    options = read_options(process, "q", "nc")
    if "c" not in options and options.operands in ((), ("-",)):
        # Line by line: what comes later may never end.
        for _ in range(options.number("n", 10)):
            process.stdout.write(await process.stdin.read_line())
        return 0
    status = 0
    async for _, data in contents(process, options.operands):
        if data is None:
            status = 1
        elif "c" in options:
            process.stdout.write(data[: options.number("c", 10)])
        else:
            process.stdout.write(b"".join(data.splitlines(True)[: options.number("n", 10)]))
    return status


async def tail(process: Process) -> int:
    """Also ``tail -f FILE``, which never ends by itself; ``tail -f /dev/null`` is a favourite to keep a pod up."""
    options = read_options(process, "fFq", "ncs")
    status = 0
    async for _, data in contents(process, options.operands):
        if data is None:
            status = 1
            continue
        text = options.text("n", "10")
        lines = data.splitlines(True)
        count = abs(options.number("n", 10))
        chosen = lines[count - 1 :] if text.startswith("+") else lines[-count:] if count else []
        process.stdout.write(data[-options.number("c", 0) :] if "c" in options else b"".join(chosen))
    if "f" in options or "F" in options:
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
    options = read_options(process, "lwcm")
    chosen = [flag for flag in "lwc" if flag in options] or list("lwc")
    status = 0
    async for name, data in contents(process, options.operands):
        if data is None:
            status = 1
            continue
        counts = {"l": data.count(b"\n"), "w": len(data.split()), "c": len(data)}
        numbers = [str(counts[flag]) for flag in chosen]
        shown = numbers[0] if len(numbers) == 1 else " ".join(number.rjust(7) for number in numbers)
        process.say(f"{shown} {name}" if name != "-" else shown)
    return status


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
    options = read_options(process, "s", "dfc")
    wanted = [int(part) for part in options.text("f", options.text("c", "1")).split(",") if part.isdigit()]
    mark = options.text("d", "\t")
    async for _, data in contents(process, options.operands):
        for line in (data or b"").decode("utf-8", "replace").splitlines():
            parts = list(line) if "c" in options else line.split(mark)
            if "c" not in options and len(parts) == 1:
                process.say(line)
                continue
            joint = "" if "c" in options else mark
            process.say(joint.join(parts[number - 1] for number in wanted if number <= len(parts)))
    return 0


async def tee(process: Process) -> int:
    options = read_options(process, "ai")
    for name in options.operands:
        process.files.write(process.path(name), b"", append="a" in options)
    while data := await process.stdin.read():
        process.stdout.write(data)
        for name in options.operands:
            process.files.write(process.path(name), data, append=True)
    return 0


async def seq(process: Process) -> int:
    numbers = [int(word) for word in process.argv[1:] if word.lstrip("-").isdigit()]
    if len(numbers) not in (1, 2, 3) or len(numbers) != len(process.argv) - 1:
        process.complain("seq: needs one to three whole numbers")
        return 1
    first = numbers[0] if len(numbers) > 1 else 1
    step = numbers[1] if len(numbers) == 3 else 1
    last = numbers[-1]
    for number in range(first, last + (1 if step > 0 else -1), step or 1):
        process.say(str(number))
        await asyncio.sleep(0)
    return 0


async def date(process: Process) -> int:
    now = process.clock.now()
    forms = [word for word in process.argv[1:] if word.startswith("+")]
    form = forms[0][1:] if forms else "%a %b %e %H:%M:%S UTC %Y"
    form = form.replace("%s", str(int(now.timestamp()))).replace("%N", f"{now.microsecond * 1000:09d}")
    process.say(now.strftime(form))
    return 0


async def yes(process: Process) -> int:
    line = (" ".join(process.argv[1:]) or "y") + "\n"
    while True:
        process.stdout.write(line.encode())
        await process.stdout.drain()
        await process.clock.sleep(0.01)


async def contents(process: Process, names: Sequence[str]) -> AsyncIterator[tuple[str, bytes | None]]:
    """Each file's name and data, stdin for none or "-"; None where it cannot be read, which is told."""
    for name in names or ("-",):
        yield name, await process.stdin.read_all() if name == "-" else _read(process, name)


def _read(process: Process, name: str) -> bytes | None:
    try:
        return process.files.read(process.path(name))
    except FileError as error:
        tool = process.argv[0].rpartition("/")[2]
        opening = "can't open " if process.box.family in ("alpine", "busybox") else ""
        shown = f"'{name}'" if opening else name
        process.complain(f"{tool}: {opening}{shown}: {error.reason}")
        return None
