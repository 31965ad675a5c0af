"""The commands a shell carries out itself: they change its variables, folder or course."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from kx.practice.node.programs import jobs
from kx.practice.node.programs.arithmetic import ArithmeticProblem, calculate
from kx.practice.node.programs.flow import ExitShell, LoopControl, ReturnControl
from kx.practice.node.programs.reading import read
from kx.practice.node.programs.system import place_of
from kx.practice.node.programs.test import evaluate

if TYPE_CHECKING:
    from kx.practice.node.programs.interpreter import Interpreter

Builtin = Callable[["Interpreter", list[str]], Awaitable[int]]


async def _cd(shell: Interpreter, words: list[str]) -> int:
    target = words[1] if len(words) > 1 else shell.get("HOME") or "/root"
    if target == "-":
        target = shell.get("OLDPWD") or shell.process.cwd
        shell.process.say(target)
    path = shell.process.path(target)
    if not shell.process.files.is_folder(path):
        reason = "Not a directory" if shell.process.files.exists(path) else "No such file or directory"
        shell.complain(
            f"cd: {target}: {reason}" if shell.name.endswith("bash") else f"cd: can't cd to {target}: {reason}"
        )
        return 1
    shell.variables["OLDPWD"] = shell.process.cwd
    shell.process.cwd = path
    return 0


async def _export(shell: Interpreter, words: list[str]) -> int:
    if len(words) == 1 or words[1] == "-p":
        for name, value in sorted(shell.process.env.items()):
            shell.process.say(f"export {name}='{value}'")
        return 0
    for word in words[1:]:
        name, equals, value = word.partition("=")
        shell.process.env[name] = value if equals else shell.get(name) or ""
        shell.variables.pop(name, None)
    return 0


async def _unset(shell: Interpreter, words: list[str]) -> int:
    for name in words[1:]:
        shell.variables.pop(name, None)
        shell.process.env.pop(name, None)
    return 0


async def _exit(shell: Interpreter, words: list[str]) -> int:
    if len(words) > 1 and not words[1].lstrip("-").isdecimal():
        shell.complain(f"exit: {words[1]}: numeric argument required")
        raise ExitShell(2)
    raise ExitShell(int(words[1]) & 0xFF if len(words) > 1 else shell.status)


async def _loop(shell: Interpreter, words: list[str]) -> int:
    levels = int(words[1]) if len(words) > 1 and words[1].isdecimal() else 1
    raise LoopControl(words[0], levels)


_SWITCHES = {"e": "exit_on_error", "x": "trace", "u": "strict"}
_LONG_SWITCHES = {"errexit": "exit_on_error", "xtrace": "trace", "nounset": "strict", "pipefail": "pipe_fails"}


async def _set(shell: Interpreter, words: list[str]) -> int:
    if len(words) == 1:
        for name, value in sorted({**shell.process.env, **shell.variables}.items()):
            shell.process.say(f"{name}='{value}'")
    rest = words[1:]
    while rest and rest[0][:1] in ("-", "+") and len(rest[0]) > 1:
        word = rest.pop(0)
        if word == "--":
            shell.arguments = tuple(rest)
            return 0
        switch_on(shell, word, rest)
    if rest:
        shell.arguments = tuple(rest)
    return 0


def switch_on(shell: Interpreter, word: str, rest: list[str]) -> None:
    """A shell's own options: ``-eux``, ``+e``, ``-o pipefail`` (whose name is taken from ``rest``)."""
    wanted = word[0] == "-"
    for letter in word[1:]:
        name = _LONG_SWITCHES.get(rest.pop(0), "") if letter == "o" and rest else _SWITCHES.get(letter, "")
        if name:
            setattr(shell, name, wanted)


async def _wait(shell: Interpreter, words: list[str]) -> int:
    if shell.background:
        await asyncio.wait(set(shell.background))
    return 0


async def _shift(shell: Interpreter, words: list[str]) -> int:
    count = int(words[1]) if len(words) > 1 and words[1].isdecimal() else 1
    shell.arguments = shell.arguments[count:]
    return 0


async def _exec(shell: Interpreter, words: list[str]) -> int:
    if len(words) == 1:
        return 0
    words = [words[0], *words[words.index("--") + 1 :]] if words[1] == "--" else words
    main = shell.process.box.find(words[1])
    if main is None:
        shell.complain(f"exec: {words[1]}: not found")
        raise ExitShell(127)
    # The program takes the shell's place: its process, and with it the signals that reach it.
    shell.process.argv = tuple(words[1:])
    raise ExitShell(await main(shell.process))


async def _trap(shell: Interpreter, words: list[str]) -> int:
    """Run a script at a signal; "" ignores the signal, "-" gives its default back."""
    for word in words[2:]:
        name = word.removeprefix("SIG").upper()
        if name == "EXIT" or words[1] == "-":
            shell.process.handlers.pop(name, None)
        else:
            shell.process.handlers[name] = shell.at_signal(words[1])
    return 0


async def _type(shell: Interpreter, words: list[str]) -> int:
    status = 0
    for name in words[1:]:
        if name.startswith("-"):
            continue
        found = shell.process.box.find(name) is not None
        if name in shell.functions:
            shell.process.say(name if words[0] == "command" else f"{name} is a function")
        elif name in BUILTINS:
            shell.process.say(name if words[0] == "command" else f"{name} is a shell builtin")
        elif found:
            place = place_of(shell.process, name)
            shell.process.say(place if words[0] == "command" else f"{name} is {place}")
        else:
            status = 127
            if words[0] == "type":
                shell.process.complain(f"{name}: not found")
    return status


async def _test(shell: Interpreter, words: list[str]) -> int:
    return evaluate(shell.process, words)


async def _pwd(shell: Interpreter, words: list[str]) -> int:
    shell.process.say(shell.process.cwd)
    return 0


async def _nothing(shell: Interpreter, words: list[str]) -> int:
    return 0


async def _eval(shell: Interpreter, words: list[str]) -> int:
    return await shell.run_text(" ".join(words[1:]))


async def _command(shell: Interpreter, words: list[str]) -> int:
    """``command -v NAME`` tells, ``command NAME …`` runs it whatever functions there are."""
    if len(words) < 2 or words[1] in ("-v", "-V"):
        return await _type(shell, ["command" if words[1:2] != ["-V"] else "type", *words[2:]])
    builtin = BUILTINS.get(words[1])
    return await (builtin(shell, words[1:]) if builtin else shell.run_program(words[1:]))


async def _return(shell: Interpreter, words: list[str]) -> int:
    code = int(words[1]) & 0xFF if len(words) > 1 and words[1].lstrip("-").isdecimal() else shell.status
    raise ReturnControl(code)


async def _local(shell: Interpreter, words: list[str]) -> int:
    if not shell.frames:
        shell.complain(
            "local: can only be used in a function" if shell.name.endswith("bash") else "local: not in a function"
        )
        return 1
    for word in words[1:]:
        name, _, value = word.partition("=")
        if not name.startswith("-"):
            shell.frames[-1].setdefault(name, shell.get(name))
            shell.put(name, value)
    return 0


async def _declare(shell: Interpreter, words: list[str]) -> int:
    for word in words[1:]:
        name, equals, value = word.partition("=")
        if equals:
            shell.put(name, value)
    return 0


async def _let(shell: Interpreter, words: list[str]) -> int:
    value = 0
    for word in words[1:]:
        try:
            value = calculate(word, shell.get, shell.put)
        except ArithmeticProblem as problem:
            shell.complain(f"let: {problem}")
            return 1
    return int(value == 0)


async def _source(shell: Interpreter, words: list[str]) -> int:
    if len(words) < 2:
        shell.complain(f"{words[0]}: filename argument required")
        return 2
    path = shell.process.path(words[1])
    if not shell.process.files.exists(path) or shell.process.files.is_folder(path):
        shell.complain(f"{words[1]}: No such file or directory")
        return 1
    before = shell.arguments
    shell.arguments = tuple(words[2:]) or before
    shell.enter()
    try:
        return await shell.run_text(shell.process.files.read(path).decode("utf-8", "replace"))
    except ReturnControl as control:
        return control.code
    finally:
        shell.leave()
        shell.arguments = before


BUILTINS: dict[str, Builtin] = {
    ":": _nothing,
    "true": _nothing,
    "cd": _cd,
    "pwd": _pwd,
    "export": _export,
    "unset": _unset,
    "exit": _exit,
    "logout": _exit,
    "break": _loop,
    "continue": _loop,
    "set": _set,
    "wait": _wait,
    "shift": _shift,
    "read": read,
    "exec": _exec,
    "trap": _trap,
    "type": _type,
    "command": _command,
    "return": _return,
    "let": _let,
    "source": _source,
    ".": _source,
    "history": jobs.history,
    "time": jobs.timed,
    "declare": _declare,
    "readonly": _declare,
    "typeset": _declare,
    "fg": jobs.refuse,
    "bg": jobs.refuse,
    "test": _test,
    "[": _test,
    "[[": _test,
    "eval": _eval,
    "local": _local,
    "umask": _nothing,
    "ulimit": _nothing,
    "jobs": jobs.running,
    "alias": _nothing,
}
