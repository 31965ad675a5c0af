"""Find the program a simple command runs, behind assignments, shell keywords and wrappers such as sudo and watch.

Knows names only; looks at no PATH.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from kx.records import dataclass

_ASSIGNMENT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\+?=")
_KEYWORDS = frozenset({"!", "{", "}", "if", "then", "elif", "else", "fi", "while", "until", "do", "done", "esac"})
_KUBECTL = frozenset({"kubectl", "k"})


@dataclass(frozen=True)
class _Wrapper:
    """A program that runs the program named after it."""

    valued: str = ""  # its one-letter options that take the next word
    long_valued: tuple[str, ...] = ()
    operands: int = 0  # words of its own before the program
    assignments: bool = False  # NAME=value words may stand before the program
    only_kubectl: bool = False  # its other words are its own business


_WRAPPERS = {
    "sudo": _Wrapper("ughpCDRTrtU", ("--user", "--group", "--host", "--prompt", "--chdir"), assignments=True),
    "doas": _Wrapper("uC"),
    "env": _Wrapper("uCS", ("--unset", "--chdir"), assignments=True),
    "time": _Wrapper("fo", ("--format", "--output")),
    "watch": _Wrapper("nqs", ("--interval", "--equexit")),
    "nohup": _Wrapper(),
    "nice": _Wrapper("n", ("--adjustment",)),
    "timeout": _Wrapper("ks", ("--kill-after", "--signal"), operands=1),
    "xargs": _Wrapper("adEILnPs", ("--arg-file", "--delimiter", "--max-args", "--max-procs", "--max-lines")),
    "exec": _Wrapper("a"),
    "command": _Wrapper(),
    "k3s": _Wrapper(only_kubectl=True),
    "microk8s": _Wrapper(only_kubectl=True),
}


@dataclass(frozen=True)
class Program:
    """Where the program's name stands among the words, and what it is called; ``at`` is None if there is none."""

    at: int | None
    name: str = ""

    @property
    def is_kubectl(self) -> bool:
        """Whether this is kubectl, by whatever path."""
        return self.name == "kubectl"


def find_program(words: Sequence[str]) -> Program:
    """The program that ``words`` run in the end. A wrapper with nothing behind it is the program itself."""
    at = skip_prefix(words)
    if at == len(words):
        return Program(None)
    name = program_name(words[at])
    wrapper = _WRAPPERS.get(name)
    if wrapper is None:
        return Program(at, name)
    behind = _behind(words, at + 1, wrapper)
    if behind >= len(words):
        return Program(at, name)
    inner = find_program(words[behind:])
    if inner.at is None or (wrapper.only_kubectl and not inner.is_kubectl):
        return Program(at, name)
    return Program(behind + inner.at, inner.name)


def skip_prefix(words: Sequence[str]) -> int:
    """How many words at the start are the shell's: assignments and keywords."""
    at = 0
    while at < len(words) and (words[at] in _KEYWORDS or _ASSIGNMENT.match(words[at])):
        at += 1
    return at


def program_name(word: str) -> str:
    """The name a program goes by: without folder and ``.exe``; ``k`` is kubectl's usual alias."""
    name = re.split(r"[/\\]", word)[-1]
    name = name[:-4] if name.lower().endswith(".exe") else name
    return "kubectl" if name in _KUBECTL else name


def _behind(words: Sequence[str], at: int, wrapper: _Wrapper) -> int:
    """Where the wrapped command begins."""
    operands = wrapper.operands
    while at < len(words):
        word = words[at]
        if word == "--":
            return at + 1 + operands
        if word.startswith("-") and len(word) > 1:
            short = len(word) == 2 and word[1] in wrapper.valued
            at += 2 if short or word in wrapper.long_valued else 1
        elif wrapper.assignments and _ASSIGNMENT.match(word):
            at += 1
        elif operands:
            operands -= 1
            at += 1
        else:
            break
    return at
