"""Short options as getopt reads them, for the simulated tools."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kx.practice.node.process import Process, ProgramError


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
        return int(text) if text.lstrip("+-").isdigit() else default


def read_options(process: Process, plain: str, valued: str = "") -> Options:
    """Read ``argv``; long options and unknown ones are a ProgramError, said as the tools say it."""
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
            raise ProgramError(f"{tool}: {word}: this option is not emulated in the practice cluster")
        if word[1:].isdigit() and "n" in valued:
            flags["n"] = word[1:]
            continue
        letters = word[1:]
        while letters:
            letter, letters = letters[0], letters[1:]
            if letter in valued:
                if not letters and not words:
                    raise ProgramError(f"{tool}: option requires an argument -- '{letter}'")
                flags[letter] = letters or words.pop(0)
                letters = ""
            elif letter in plain:
                flags[letter] = ""
            else:
                raise ProgramError(f"{tool}: invalid option -- '{letter}'")
    return Options(flags, tuple(operands))
