"""Small tools that turn bytes into other bytes: tr, base64, checksums, rev, tac, nl, fold, xargs, diff, od."""

from __future__ import annotations

import base64 as base64_codec
import binascii
import difflib
import hashlib
import posixpath
import re
import textwrap
from collections.abc import Awaitable, Callable

from kx.practice.node.process import Process, ProgramError, run_child
from kx.practice.node.programs.options import read_options
from kx.practice.node.programs.printing import unescape
from kx.practice.node.programs.text import contents

_RANGE = re.compile(r"(.)-(.)", re.DOTALL)
_CLASSES = {
    "[:upper:]": "A-Z",
    "[:lower:]": "a-z",
    "[:digit:]": "0-9",
    "[:alpha:]": "A-Za-z",
    "[:alnum:]": "A-Za-z0-9",
    "[:space:]": " \t\n\r\v\f",
    "[:blank:]": " \t",
    "[:punct:]": "!-/:-@[-`{-~",
}


async def tr(process: Process) -> int:
    options = read_options(process, "dscC", "")
    sets = [_members(word) for word in options.operands]
    if not sets or (len(sets) < 2 and not {"d", "s"} & options.flags.keys()):
        raise ProgramError("tr: missing operand" if not sets else f"tr: missing operand after '{options.operands[0]}'")
    text = (await process.stdin.read_all()).decode("latin-1")
    first = sets[0]
    if "c" in options or "C" in options:
        first = "".join(chr(code) for code in range(256) if chr(code) not in first)
    if "d" in options:
        text = text.translate(dict.fromkeys(map(ord, first)))
    elif len(sets) > 1 and sets[1]:
        target = sets[1] + sets[1][-1] * max(0, len(first) - len(sets[1]))
        text = text.translate(str.maketrans(first, target[: len(first)]))
    if "s" in options:
        squeezed = re.escape(sets[-1] if len(sets) > 1 or "d" in options else first)
        text = re.sub(f"([{squeezed}])\\1+", r"\1", text) if squeezed else text
    process.stdout.write(text.encode("latin-1"))
    return 0


def _members(word: str) -> str:
    for name, members in _CLASSES.items():
        word = word.replace(name, members)
    text = unescape(word).encode("utf-8", "replace").decode("latin-1")
    return _RANGE.sub(lambda match: "".join(map(chr, range(ord(match[1]), ord(match[2]) + 1))), text)


async def base64(process: Process) -> int:
    options = read_options(process, "dDi", "w", long={"decode": "d", "wrap": "w"})
    async for _, data in contents(process, options.operands[:1]):
        if data is None:
            return 1
        if "d" in options or "D" in options:
            try:
                process.stdout.write(base64_codec.b64decode(b"".join(data.split()), validate=True))
            except binascii.Error as error:
                truncated = process.box.family in ("alpine", "busybox")
                raise ProgramError("base64: truncated input" if truncated else "base64: invalid input") from error
            continue
        width = options.number("w", 76)
        text = base64_codec.b64encode(data).decode()
        lines = [text[at : at + width] for at in range(0, len(text), width)] if width > 0 else [text]
        process.stdout.write(("\n".join(lines) + ("\n" if width > 0 and text else "")).encode())
    return 0


def checksum(name: str) -> Callable[[Process], Awaitable[int]]:
    """``md5sum`` and its like."""

    async def main(process: Process) -> int:
        options = read_options(process, "bt")
        status = 0
        async for file, data in contents(process, options.operands):
            if data is None:
                status = 1
            else:
                process.say(f"{hashlib.new(name, data).hexdigest()}  {file}")
        return status

    return main


async def rev(process: Process) -> int:
    return await _by_line(process, lambda lines: [line[::-1] for line in lines])


async def tac(process: Process) -> int:
    return await _by_line(process, lambda lines: lines[::-1])


async def nl(process: Process) -> int:
    numbers = iter(range(1, 1 << 30))
    return await _by_line(process, lambda lines: [f"{next(numbers):>6}\t{one}" if one else "       " for one in lines])


async def fold(process: Process) -> int:
    options = read_options(process, "s", "w")
    width = max(1, options.number("w", 80))
    process.argv = (process.argv[0], *options.operands)
    return await _by_line(
        process,
        lambda lines: [part for one in lines for part in (textwrap.wrap(one, width, drop_whitespace=False) or [""])],
    )


async def _by_line(process: Process, change: Callable[[list[str]], list[str]]) -> int:
    options = read_options(process, "bas", "")
    status = 0
    async for _, data in contents(process, options.operands):
        if data is None:
            status = 1
            continue
        for line in change(data.decode("utf-8", "replace").splitlines()):
            process.say(line)
    return status


async def xargs(process: Process) -> int:
    """Words from stdin become arguments of a command: all at once, ``-n`` at a time, or each line with ``-I``."""
    words = list(process.argv[1:])
    size, mark, nothing = 0, "", False
    while words and words[0].startswith("-") and len(words[0]) > 1:
        word = words.pop(0)
        if word[:2] in ("-n", "-I", "-P", "-d", "-L") and not word[2:] and words:
            word += words.pop(0)
        if word[:2] == "-n" and word[2:].isdecimal():
            size = int(word[2:])
        elif word[:2] == "-I":
            mark = word[2:]
        nothing |= word in ("-r", "--no-run-if-empty")
    text = (await process.stdin.read_all()).decode("utf-8", "replace")
    given = [line for line in text.splitlines() if line.strip()] if mark else text.split()
    if mark:
        calls = [[word.replace(mark, line.strip()) for word in words] for line in given]
    else:
        groups = [given[at : at + size] for at in range(0, len(given), size)] if size else [given]
        calls = [[*(words or ["echo"]), *group] for group in groups if group or not nothing]
    status = 0
    for argv in calls:
        main = process.box.find(argv[0]) if argv else None
        if main is None:
            process.complain(f"xargs: {argv[0] if argv else ''}: No such file or directory")
            return 127
        code = await run_child(main, process.child(argv))
        status = 123 if code else status
        await process.stdout.drain()
    return status


async def diff(process: Process) -> int:
    """Always in the unified form, as busybox shows it."""
    options = read_options(process, "uqrNabBwis", "U")
    if len(options.operands) != 2:
        raise ProgramError("Usage: diff [-abqruN] FILE1 FILE2", 2)
    texts = []
    async for _, data in contents(process, options.operands):
        if data is None:
            return 2
        texts.append(data.decode("utf-8", "replace").splitlines()[:10_000])
    if texts[0] == texts[1]:
        return 0
    first, second = options.operands
    if "q" in options:
        process.say(f"Files {first} and {second} differ")
        return 1
    for line in difflib.unified_diff(texts[0], texts[1], first, second, lineterm=""):
        process.say(line.rstrip("\n"))
    return 1


async def dirname(process: Process) -> int:
    for word in process.argv[1:]:
        process.say(posixpath.dirname(word.rstrip("/") or "/") or ".")
    return 0 if process.argv[1:] else 1


async def realpath(process: Process) -> int:
    names = [word for word in process.argv[1:] if not word.startswith("-")]
    for name in names:
        process.say(process.path(name))
    return 0
