"""sed as far as one-liners go: s, p, d, q, =, y, a, i, c with addresses, -n, -i, -E."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kx.practice.node.process import Process, ProgramError
from kx.practice.node.programs.options import read_options
from kx.practice.node.programs.patterns import PatternError, basic, compile_pattern, longest_line
from kx.practice.node.programs.text import contents

_ADDRESS = re.compile(r"(\d+|\$)")
_LONG = {"quiet": "n", "silent": "n", "expression": "e", "regexp-extended": "E", "in-place": "i", "file": "f"}


@dataclass(frozen=True)
class _Command:
    """One command: from which line to which, and what."""

    name: str
    first: int | str | re.Pattern[str] | None
    last: int | str | re.Pattern[str] | None
    negated: bool
    pattern: re.Pattern[str] | None = None
    text: str = ""
    flags: str = ""


class _ScriptError(Exception):
    """The script is none; the message says why."""


async def main(process: Process) -> int:
    options = read_options(process, "nEris", "ef", long=_LONG)
    operands = list(options.operands)
    script = options.text("e", "")
    if "f" in options:
        script = process.files.read(process.path(options.text("f", ""))).decode("utf-8", "replace")
    elif "e" not in options:
        if not operands:
            raise ProgramError("Usage: sed [-i] [-nE] [-e CMD] [CMD] [FILE]...")
        script = operands.pop(0)
    try:
        commands = list(_Script(script, "E" in options or "r" in options).commands())
    except (_ScriptError, PatternError) as problem:
        raise ProgramError(f"sed: {problem}" if process.box.family != "debian" else f"sed: -e {problem}") from problem
    status = 0
    async for name, data in contents(process, operands):
        if data is None:
            status = 1
            continue
        edited = _Edit(commands, "n" in options).run(data.decode("utf-8", "replace"))
        if "i" in options and name != "-":
            process.files.write(process.path(name), edited.encode())
        else:
            process.stdout.write(edited.encode())
    return status


class _Script:
    """Reads a script from left to right."""

    def __init__(self, text: str, extended: bool) -> None:
        self._text = text
        self._at = 0
        self._extended = extended

    def commands(self) -> Iterator[_Command]:
        while True:
            self._skip(" \t\n;")
            if self._at >= len(self._text):
                return
            if self._text[self._at] == "#":
                end = self._text.find("\n", self._at)
                self._at = len(self._text) if end < 0 else end
                continue
            yield self._command()

    def _skip(self, signs: str) -> None:
        while self._at < len(self._text) and self._text[self._at] in signs:
            self._at += 1

    def _take(self) -> str:
        if self._at >= len(self._text):
            raise _ScriptError("missing command")
        self._at += 1
        return self._text[self._at - 1]

    def _command(self) -> _Command:
        first, last = self._address(), None
        if first is not None and self._text[self._at : self._at + 1] == ",":
            self._at += 1
            last = self._address()
        self._skip(" ")
        negated = self._text[self._at : self._at + 1] == "!"
        self._at += negated
        self._skip(" ")
        name = self._take()
        if name == "s":
            return self._substitution(first, last, negated)
        if name == "y":
            mark = self._take()
            source, target = self._until(mark), self._until(mark)
            if len(source) != len(target):
                raise _ScriptError("strings for `y' command are different lengths")
            return _Command(name, first, last, negated, text=source + target)
        if name in "aic":
            rest = self._text[self._at :]
            self._at = len(self._text)
            return _Command(name, first, last, negated, text=re.sub(r"^\s*(\\\n|\\)?", "", rest))
        if name not in "pdq=":
            raise _ScriptError(f"the command `{name}' is not emulated in the practice cluster")
        return _Command(name, first, last, negated)

    def _address(self) -> int | str | re.Pattern[str] | None:
        match = _ADDRESS.match(self._text, self._at)
        if match:
            self._at = match.end()
            return "$" if match.group() == "$" else int(match.group()[:9])
        if self._text[self._at : self._at + 1] != "/":
            return None
        self._at += 1
        return self._compiled(self._until("/", "unterminated address regex"), 0)

    def _until(self, mark: str, what: str = "unterminated `s' command") -> str:
        start = self._at
        while self._at < len(self._text) and self._text[self._at] != mark:
            self._at += 2 if self._text[self._at] == "\\" else 1
        if self._at >= len(self._text):
            raise _ScriptError(what)
        self._at += 1
        return self._text[start : self._at - 1].replace("\\" + mark, mark)

    def _compiled(self, pattern: str, flags: int) -> re.Pattern[str]:
        return compile_pattern(pattern if self._extended else basic(pattern), flags)

    def _substitution(
        self, first: int | str | re.Pattern[str] | None, last: int | str | re.Pattern[str] | None, negated: bool
    ) -> _Command:
        mark = self._take()
        pattern, replacement = self._until(mark), self._until(mark)
        flags = re.compile(r"[gpiI0-9]*").match(self._text, self._at)
        assert flags is not None
        self._at = flags.end()
        if self._at < len(self._text) and self._text[self._at] not in " ;\n}":
            raise _ScriptError("unknown option to `s'")
        ignore = re.IGNORECASE if set("iI") & set(flags.group()) else 0
        return _Command("s", first, last, negated, self._compiled(pattern, ignore), replacement, flags.group())


class _Edit:
    """One run over one file's lines."""

    def __init__(self, commands: list[_Command], quiet: bool) -> None:
        self._commands = commands
        self._quiet = quiet
        self._inside: set[int] = set()  # ranges that have begun and not ended

    def run(self, text: str) -> str:
        ends = text.endswith("\n")
        lines = text.removesuffix("\n").split("\n") if text else []
        out: list[str] = []
        for number, line in enumerate(lines, 1):
            go_on = self._line(line, number, number == len(lines), out)
            if not go_on:
                break
        return "".join(f"{line}\n" for line in out)[: None if ends or not out else -1]

    def _line(self, line: str, number: int, is_last: bool, out: list[str]) -> bool:
        after: list[str] = []
        shown, go_on = not self._quiet, True
        for index, command in enumerate(self._commands):
            if self._applies(index, command, line, number, is_last) == command.negated:
                continue
            if command.name == "s":
                line, changed = _substituted(command, line)
                if changed and "p" in command.flags:
                    out.append(line)
            elif command.name == "y":
                half = len(command.text) // 2
                line = line.translate(str.maketrans(command.text[:half], command.text[half:]))
            elif command.name == "d":
                return True
            elif command.name == "c":
                out.append(command.text)
                return True
            elif command.name == "q":
                go_on = False
                break
            else:
                {"p": out, "=": out, "i": out, "a": after}[command.name].append(
                    {"p": line, "=": str(number)}.get(command.name, command.text)
                )
        if shown:
            out.append(line)
        out += after
        return go_on

    def _applies(self, index: int, command: _Command, line: str, number: int, is_last: bool) -> bool:
        if command.first is None:
            return True
        if command.last is None:
            return _fits(command.first, line, number, is_last)
        if index in self._inside:
            if _fits(command.last, line, number, is_last) or (isinstance(command.last, int) and number > command.last):
                self._inside.discard(index)
                return not (isinstance(command.last, int) and number > command.last)
            return True
        if not _fits(command.first, line, number, is_last):
            return False
        if not (isinstance(command.last, int) and command.last <= number):
            self._inside.add(index)
        return True


def _fits(address: int | str | re.Pattern[str], line: str, number: int, is_last: bool) -> bool:
    if isinstance(address, int):
        return number == address
    if isinstance(address, str):
        return is_last
    return bool(address.search(_checked(address, line)))


def _checked(pattern: re.Pattern[str], line: str) -> str:
    if len(line) > longest_line(pattern):
        raise ProgramError("sed: a line is too long for this expression in the practice cluster")
    return line


def _substituted(command: _Command, line: str) -> tuple[str, bool]:
    assert command.pattern is not None
    digits = re.sub(r"\D", "", command.flags)[:6]
    wanted, every = int(digits or 1), "g" in command.flags
    seen = 0

    def replacement(match: re.Match[str]) -> str:
        nonlocal seen
        seen += 1
        if seen < wanted or (seen > wanted and not every):
            return match.group()
        return re.sub(r"\\(.)|&", lambda part: _filled(part, match), command.text, flags=re.DOTALL)

    changed = command.pattern.sub(replacement, _checked(command.pattern, line))
    return changed[: 1 << 20], seen >= wanted


def _filled(part: re.Match[str], match: re.Match[str]) -> str:
    sign = part.group(1)
    if sign is None:
        return match.group()
    if sign.isdecimal() and sign.isascii():
        return (match.group(int(sign)) or "") if int(sign) <= (match.re.groups) else ""
    return {"n": "\n", "t": "\t"}.get(sign, sign)
