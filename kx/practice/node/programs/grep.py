"""grep: lines that match, in the container's files or in stdin."""

from __future__ import annotations

import posixpath
import re
from collections import deque
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

from kx.practice.node.process import Process, ProgramError
from kx.practice.node.programs.options import Options, read_options
from kx.practice.node.programs.patterns import PatternError, basic, compile_pattern, longest_line
from kx.practice.node.programs.text import contents
from kx.practice.node.programs.walking import descends

_LONG = {
    "ignore-case": "i",
    "invert-match": "v",
    "count": "c",
    "line-number": "n",
    "recursive": "r",
    "quiet": "q",
    "extended-regexp": "E",
    "fixed-strings": "F",
    "word-regexp": "w",
    "only-matching": "o",
    "line-regexp": "x",
    "files-with-matches": "l",
    "files-without-match": "L",
    "no-messages": "s",
    "no-filename": "h",
    "with-filename": "H",
    "regexp": "e",
    "max-count": "m",
    "after-context": "A",
    "before-context": "B",
    "context": "C",
    "silent": "q",
    "color": "",
    "colour": "",
    "perl-regexp": "P",
    "line-buffered": "",
}


async def main(process: Process) -> int:
    name = posixpath.basename(process.argv[0])
    options = read_options(process, "ivnclLqosEFrRwxhHPaIzU", "emABCf", long=_LONG)
    operands = list(options.operands)
    if "e" not in options and "f" not in options:
        if not operands:
            raise ProgramError(_usage(process), 2)
        pattern = operands.pop(0)
    else:
        pattern = options.text("e", "")
        if "f" in options:
            pattern = process.files.read(process.path(options.text("f", ""))).decode("utf-8", "replace").rstrip("\n")
    matcher = _matcher(options, pattern, name)
    recursive = bool({"r", "R"} & options.flags.keys())
    names = _below(process, operands or ["."]) if recursive else operands
    search = _Search(process, options, matcher, recursive or len(operands) > 1)
    return await search.run(names)


def _usage(process: Process) -> str:
    if process.box.family == "debian":
        return "Usage: grep [OPTION]... PATTERNS [FILE]...\nTry 'grep --help' for more information."
    return (
        "BusyBox v1.36.1 multi-call binary.\n\n"
        "Usage: grep [-HhnlLoqvsrRiwFE] [-m N] [-A|B|C N] { PATTERN | -e PATTERN... | -f FILE... } [FILE]..."
    )


def _matcher(options: Options, pattern: str, name: str) -> re.Pattern[str]:
    extended = "E" in options or "P" in options or name == "egrep"
    parts = [_expression(one, extended, "F" in options or name == "fgrep") for one in pattern.split("\n")]
    whole = "|".join(parts)
    if "w" in options:
        whole = rf"\b({whole})\b"
    elif "x" in options:
        whole = f"^({whole})$"
    try:
        return compile_pattern(whole, re.IGNORECASE if "i" in options else 0)
    except PatternError as error:
        raise ProgramError(f"grep: {error}", 2) from error


def _expression(pattern: str, extended: bool, fixed: bool) -> str:
    if fixed:
        return re.sub(r"([^\w\s])", r"\\\1", pattern, flags=re.ASCII)
    return pattern if extended else basic(pattern)


def _below(process: Process, operands: list[str]) -> list[str]:
    """All files in these folders, as ``grep -r`` names them."""
    return [found for name in operands for found in _files(process, name, 0)]


def _files(process: Process, name: str, depth: int) -> Iterator[str]:
    path = process.path(name)
    if not descends(process, path) or depth > 50:
        yield name
        return
    for inner in process.files.names(path):
        yield from _files(process, posixpath.join(name, inner) if name != "." else f"./{inner}", depth + 1)


@dataclass
class _Search:
    """One grep over its files."""

    process: Process
    options: Options
    matcher: re.Pattern[str]
    many: bool
    named: bool = False

    async def run(self, names: list[str]) -> int:
        found = failed = False
        self.named = (self.many or "H" in self.options) and "h" not in self.options
        if not names and not self._waits_for_all:
            return 0 if await self._stream() else 1
        async for name, data in self._contents(names):
            if data is None:
                failed = True
                continue
            found |= self._file(name, data)
            await self.process.stdout.drain()
            if found and "q" in self.options:
                return 0
        return 2 if failed and not found else 0 if found else 1

    @property
    def _waits_for_all(self) -> bool:
        return bool(set("clLABC") & self.options.flags.keys())

    async def _contents(self, names: list[str]) -> AsyncIterator[tuple[str, bytes | None]]:
        async for pair in contents(self.process, names, silent="s" in self.options):
            yield pair

    async def _stream(self) -> bool:
        """Line by line, for what comes through a pipe and may never end."""
        count, most = 0, self.options.number("m", 1 << 30)
        number = 0
        while line := await self.process.stdin.read_line():
            number += 1
            text = line.decode("utf-8", "replace").rstrip("\n")
            if self._matches(text):
                count += 1
                if "q" in self.options:
                    return True
                self._show("(standard input)", number, text, ":")
                await self.process.stdout.drain()
                if count >= most:
                    break
        return count > 0

    def _matches(self, line: str) -> bool:
        if len(line) > longest_line(self.matcher):
            raise ProgramError("grep: a line is too long for this expression in the practice cluster", 2)
        return bool(self.matcher.search(line)) != ("v" in self.options)

    def _file(self, name: str, data: bytes) -> bool:
        lines = data.decode("utf-8", "replace").split("\n")
        if lines and not lines[-1]:
            lines.pop()
        hits = [number for number, line in enumerate(lines) if self._matches(line)]
        hits = hits[: self.options.number("m", len(hits))]
        shown = "(standard input)" if name == "-" else name
        if "q" in self.options:
            return bool(hits)
        if "c" in self.options:
            self.process.say(f"{shown}:{len(hits)}" if self.named else str(len(hits)))
        elif "l" in self.options or "L" in self.options:
            if bool(hits) == ("l" in self.options):
                self.process.say(shown)
        else:
            self._with_context(shown, lines, hits)
        return bool(hits)

    def _with_context(self, name: str, lines: list[str], hits: list[int]) -> None:
        around = self.options.number("C", 0)
        before, after = self.options.number("B", around), self.options.number("A", around)
        matching, last = set(hits), -1
        pending = deque(hits)
        while pending:
            hit = pending.popleft()
            first = max(last + 1, hit - before)
            if (before or after) and last >= 0 and first > last + 1:
                self.process.say("--")
            for number in range(first, min(len(lines), hit + after + 1)):
                self._show(name, number + 1, lines[number], ":" if number in matching else "-")
                last = number

    def _show(self, name: str, number: int, line: str, mark: str) -> None:
        where = (f"{name}{mark}" if self.named else "") + (f"{number}{mark}" if "n" in self.options else "")
        if "o" not in self.options:
            self.process.say(where + line)
            return
        for match in self.matcher.finditer(line) if "v" not in self.options else ():
            if match.group():
                self.process.say(where + match.group())
