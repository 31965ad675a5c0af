"""Tools that print what they are told: echo, printf, seq, yes."""

from __future__ import annotations

import re

from kx.practice.node.process import Process, ProgramError

_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "\\": "\\", "e": "\x1b", "f": "\f", "v": "\v"}
_ESCAPE = re.compile(r"\\(?:0([0-7]{0,3})|x([0-9a-fA-F]{1,2})|([ntrabefv\\]))")


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
        shown = re.sub(
            r"%([-0+ ]*)(\d{0,4})(?:\.(\d{1,4}))?([sdiuxXofcbq%])", lambda match: _formatted(match, words), form
        )
        process.stdout.write(shown.encode())
        await process.stdout.drain()
        if not words or len(words) == before:
            return 0


def _formatted(match: re.Match[str], words: list[str]) -> str:
    flags, width, precision, kind = match.groups()
    if kind == "%":
        return "%"
    text = _converted(kind, words.pop(0) if words else "", precision)
    if "+" in flags and kind in "dif" and not text.startswith("-"):
        text = "+" + text
    size = int(width or 0)
    if "-" in flags:
        return text.ljust(size)
    return text.zfill(size) if "0" in flags and kind not in "sc" else text.rjust(size)


def _converted(kind: str, word: str, precision: str | None) -> str:
    if kind in "sbq":
        text = unescape(word) if kind == "b" else word
        return text[: int(precision)] if precision else text
    if kind == "c":
        return word[:1]
    try:
        if kind == "f":
            return f"{float(word or '0'):.{int(precision or 6)}f}"
        number = ord(word[1]) if word[:1] in ("'", '"') and len(word) > 1 else int((word or "0")[:40], 0)
    except ValueError as error:
        raise ProgramError(f"printf: invalid number '{word}'") from error
    return format(number, {"x": "x", "X": "X", "o": "o"}.get(kind, "d"))


def unescape(text: str) -> str:
    """Backslash escapes as echo -e and printf read them."""
    return _ESCAPE.sub(_unescaped, text)


def _unescaped(match: re.Match[str]) -> str:
    octal, hexadecimal, letter = match.groups()
    return (
        chr(int(octal or "0", 8) & 0xFF)
        if octal is not None
        else chr(int(hexadecimal, 16))
        if hexadecimal
        else _ESCAPES[letter]
    )


_INTEGER = re.compile(r"-?\d{1,15}", re.ASCII)


async def seq(process: Process) -> int:
    options = [word for word in process.argv[1:] if not _INTEGER.fullmatch(word)]
    numbers = [int(word) for word in process.argv[1:] if _INTEGER.fullmatch(word)]
    joint = "\n"
    if options and options[0].startswith("-s") and "".join(options) != "-s":
        joint, options = "".join(options)[2:], []
    if len(numbers) not in (1, 2, 3) or options:
        process.complain("seq: needs one to three whole numbers")
        return 1
    first = numbers[0] if len(numbers) > 1 else 1
    step = numbers[1] if len(numbers) == 3 else 1
    last = numbers[-1]
    sequence = range(first, last + (1 if step > 0 else -1), step or 1)
    for index, number in enumerate(sequence):
        process.stdout.write(f"{number}{joint if index + 1 < len(sequence) else chr(10)}".encode())
        if index % _BREATH == 0:
            await process.stdout.drain()
    return 0


_BREATH = 200  # lines after which others get their turn


async def yes(process: Process) -> int:
    line = (" ".join(process.argv[1:]) or "y") + "\n"
    while True:
        process.stdout.write(line.encode())
        await process.stdout.drain()
        await process.clock.sleep(0.01)
