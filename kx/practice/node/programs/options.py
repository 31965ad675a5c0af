"""Short options as getopt reads them, for the simulated tools."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from kx.practice.node.process import Process, ProgramError

_WHOLE = re.compile(r"[+-]?\d{1,15}", re.ASCII)


@dataclass(frozen=True)
class Options:
    """Flags given, values of those that have one, and the other words."""

    flags: Mapping[str, str]
    operands: tuple[str, ...]

    def __contains__(self, flag: str) -> bool:
        return flag in self.flags

    def text(self, flag: str, default: str) -> str:
        return self.flags.get(flag, default)

    def number(self, flag: str, default: int) -> int:
        text = self.flags.get(flag, str(default))
        return int(text) if _WHOLE.fullmatch(text) else default


def read_options(process: Process, plain: str, valued: str = "", long: Mapping[str, str] | None = None) -> Options:
    """Read ``argv``; unknown options are a ProgramError, said as the tools say it.

    ``long`` gives the letter of each long option, "" for one without any effect here. Negative numbers are no options.
    """
    tool = process.argv[0].rpartition("/")[2]
    flags: dict[str, str] = {}
    operands: list[str] = []
    words = list(process.argv[1:])
    while words:
        word = words.pop(0)
        if word == "--":
            operands += words
            break
        if word == "-" or not word.startswith("-"):
            operands.append(word)
            continue
        if word.startswith("--"):
            _read_long(tool, word, words, flags, plain, long or {})
            continue
        if "n" in valued and _WHOLE.fullmatch(word[1:]):
            flags["n"] = word[1:]
            continue
        letters = word[1:]
        while letters:
            letter, letters = letters[0], letters[1:]
            if letter in valued:
                if not letters and not words:
                    raise ProgramError(_needs_value(process, tool, letter))
                value = letters or words.pop(0)
                # -e given twice means both.
                flags[letter] = f"{flags[letter]}\n{value}" if letter == "e" and "e" in flags else value
                letters = ""
            elif letter in plain:
                flags[letter] = ""
            else:
                raise ProgramError(_unknown(process, tool, letter), _USAGE_CODES.get(tool, 1))
    return Options(flags, tuple(operands))


def _read_long(
    tool: str, word: str, words: list[str], flags: dict[str, str], plain: str, long: Mapping[str, str]
) -> None:
    name, equals, value = word[2:].partition("=")
    if name not in long:
        raise ProgramError(f"{tool}: {word}: this option is not emulated in the practice cluster")
    letter = long[name]
    if letter and (letter in plain or equals):
        flags[letter] = value
    elif letter:
        if not words:
            raise ProgramError(f"{tool}: option '--{name}' requires an argument")
        flags[letter] = words.pop(0)


_USAGE_CODES = {"ls": 2, "grep": 2, "sort": 2}


def _is_busybox(process: Process) -> bool:
    return process.box.family in ("alpine", "busybox")


def _needs_value(process: Process, tool: str, letter: str) -> str:
    if _is_busybox(process):
        return f"{tool}: option requires an argument: {letter}"
    return f"{tool}: option requires an argument -- '{letter}'\nTry '{tool} --help' for more information."


def _unknown(process: Process, tool: str, letter: str) -> str:
    if process.box.family == "alpine":
        return f"{tool}: unrecognized option: {letter}"
    if process.box.family == "busybox":
        return f"{tool}: invalid option -- '{letter}'"
    return f"{tool}: invalid option -- '{letter}'\nTry '{tool} --help' for more information."
