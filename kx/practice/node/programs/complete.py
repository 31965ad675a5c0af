"""What Tab makes of the word before the cursor: programs and built-ins, files of the container, variables."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from kx.practice.node.programs.builtins import BUILTINS
from kx.practice.node.programs.completion import Completion

if TYPE_CHECKING:
    from kx.practice.node.programs.interpreter import Interpreter

_WORD = re.compile(r"(?:\\.|[^\s;|&<>()\"'=:])*$")
_COMMAND_FOLLOWS = re.compile(r"(?:^|[;|&(]|\b(?:then|do|else|exec|sudo|time)\s)\s*$")
_ODD = re.compile(r"([\s;|&<>()\"'\\$*?\[\]#`!])")


def complete(shell: Interpreter, before: str) -> Completion:
    """``before`` is the line up to the cursor."""
    match = _WORD.search(before)
    word = match.group() if match else ""
    head = before[: len(before) - len(word)]
    if word.startswith("$"):
        return _chosen(word[1:], _variables(shell), lambda name: "")
    if _COMMAND_FOLLOWS.search(head) and "/" not in word:
        return _chosen(word, _commands(shell), lambda name: " ")
    return _files(shell, re.sub(r"\\(.)", r"\1", word))


def _variables(shell: Interpreter) -> set[str]:
    return {*shell.process.env, *shell.variables}


def _commands(shell: Interpreter) -> set[str]:
    return {*BUILTINS, *shell.functions, *shell.process.box.programs}


def _files(shell: Interpreter, word: str) -> Completion:
    folder, name = posixpath.split(word)
    path = shell.process.path((shell.get("HOME") or "/root") + folder[1:] if folder[:1] == "~" else folder or ".")
    files = shell.process.files
    if not files.is_folder(path):
        return Completion()
    names = {one for one in files.names(path) if name[:1] == "." or not one.startswith(".")}
    return _chosen(name, names, lambda one: "/" if files.is_folder(posixpath.join(path, one)) else " ")


def _chosen(word: str, names: set[str], ending: Callable[[str], str]) -> Completion:
    found = sorted(name for name in names if name.startswith(word))
    if len(found) == 1:
        return Completion(_escaped(found[0][len(word) :]) + ending(found[0]))
    shared = _shared(found)[len(word) :]
    if shared:
        return Completion(_escaped(shared))
    marks = [name + ("/" if ending(name) == "/" else "") for name in found]
    return Completion("", tuple(marks))


def _shared(names: list[str]) -> str:
    """What all names begin with."""
    if not names:
        return ""
    first, last = names[0], names[-1]  # sorted: they differ the most
    length = next((at for at, sign in enumerate(first) if last[at : at + 1] != sign), len(first))
    return first[:length]


def _escaped(text: str) -> str:
    return _ODD.sub(r"\\\1", text)
