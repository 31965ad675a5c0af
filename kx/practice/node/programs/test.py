"""``test`` and ``[``: conditions on strings, numbers and the container's files."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Callable, Sequence

from kx.practice.node.process import Process
from kx.practice.node.programs.patterns import PatternError, compile_pattern

_NUMBERS: dict[str, Callable[[int, int], bool]] = {
    "-eq": lambda a, b: a == b,
    "-ne": lambda a, b: a != b,
    "-lt": lambda a, b: a < b,
    "-le": lambda a, b: a <= b,
    "-gt": lambda a, b: a > b,
    "-ge": lambda a, b: a >= b,
}
# In [[ ]] the right side is a pattern.
_PATTERNS: dict[str, Callable[[str, str], bool]] = {
    "=": fnmatch.fnmatchcase,
    "==": fnmatch.fnmatchcase,
    "!=": lambda a, b: not fnmatch.fnmatchcase(a, b),
    "=~": lambda a, b: bool(compile_pattern(b).search(a)),
}
_STRINGS: dict[str, Callable[[str, str], bool]] = {
    "=": lambda a, b: a == b,
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    ">": lambda a, b: a > b,
}


async def main(process: Process) -> int:
    """The program of that name, where no shell's built-in is asked."""
    return evaluate(process, list(process.argv))


def evaluate(process: Process, words: Sequence[str]) -> int:
    """0 true, 1 false, 2 not understood."""
    name, operands = words[0], list(words[1:])
    closing = {"[": "]", "[[": "]]"}.get(name)
    if closing:
        if not operands or operands[-1] != closing:
            process.complain(f"{name}: missing {closing}")
            return 2
        operands.pop()
    try:
        return 0 if _either(process, operands, closing == "]]") else 1
    except (ValueError, PatternError) as error:
        process.complain(f"{name}: {error}")
        return 2


def _either(process: Process, words: list[str], double: bool) -> bool:
    for joint, combine in (("-o", any), ("||", any), ("-a", all), ("&&", all)):
        if joint in words[1:]:
            at = words.index(joint, 1)
            return combine([_either(process, words[:at], double), _either(process, words[at + 1 :], double)])
    return _one(process, words, double)


def _one(process: Process, words: list[str], double: bool) -> bool:
    if words and words[0] == "!":
        return not _one(process, words[1:], double)
    if not words:
        return False
    if len(words) > 2 and words[0] == "(" and words[-1] == ")":
        return _either(process, words[1:-1], double)
    if len(words) == 1:
        return bool(words[0])
    if len(words) == 2:
        return _unary(process, *words)
    if len(words) == 3:
        return _binary(words[0], words[1], words[2], double)
    raise ValueError("too many arguments")


def _unary(process: Process, operator: str, value: str) -> bool:
    path = process.path(value)
    folder, exists = process.files.is_folder(path), process.files.exists(path)
    answers: dict[str, Callable[[], bool]] = {
        "-z": lambda: not value,
        "-n": lambda: bool(value),
        "-e": lambda: exists,
        "-f": lambda: exists and not folder,
        "-d": lambda: folder,
        "-r": lambda: exists,
        "-w": lambda: exists,
        "-x": lambda: exists and bool(process.files.stat(path, follow=True).mode & 0o111),
        "-L": lambda: process.files.is_link(path),
        "-h": lambda: process.files.is_link(path),
        "-s": lambda: exists and not folder and bool(process.files.read(path)),
        "-t": lambda: process.terminal is not None,
    }
    if operator not in answers:
        raise ValueError(f"{operator}: unary operator expected")
    return answers[operator]()


def _binary(left: str, operator: str, right: str, double: bool) -> bool:
    if double and operator in _PATTERNS:
        return _PATTERNS[operator](left, right)
    if operator in _STRINGS:
        return _STRINGS[operator](left, right)
    if operator not in _NUMBERS:
        raise ValueError(f"{operator}: binary operator expected")
    for number in (left, right):
        if not re.fullmatch(r"\s*[+-]?\d{1,18}\s*", number, re.ASCII):
            raise ValueError(f"{number}: integer expression expected")
    return _NUMBERS[operator](int(left), int(right))
