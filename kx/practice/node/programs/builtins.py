"""The commands a shell carries out itself: they change its variables, folder or course."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from kx.practice.node.programs.flow import ExitShell, LoopControl
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
    if len(words) > 1 and not words[1].lstrip("-").isdigit():
        shell.complain(f"exit: {words[1]}: numeric argument required")
        raise ExitShell(2)
    raise ExitShell(int(words[1]) & 0xFF if len(words) > 1 else shell.status)


async def _loop(shell: Interpreter, words: list[str]) -> int:
    levels = int(words[1]) if len(words) > 1 and words[1].isdigit() else 1
    raise LoopControl(words[0], levels)


async def _set(shell: Interpreter, words: list[str]) -> int:
    if len(words) == 1:
        for name, value in sorted({**shell.process.env, **shell.variables}.items()):
            shell.process.say(f"{name}='{value}'")
    for word in words[1:]:
        if word.startswith("-") and "e" in word:
            shell.exit_on_error = True
        elif word.startswith("+") and "e" in word:
            shell.exit_on_error = False
    return 0


async def _wait(shell: Interpreter, words: list[str]) -> int:
    if shell.background:
        await asyncio.wait(set(shell.background))
    return 0


async def _shift(shell: Interpreter, words: list[str]) -> int:
    count = int(words[1]) if len(words) > 1 and words[1].isdigit() else 1
    shell.arguments = shell.arguments[count:]
    return 0


async def _read(shell: Interpreter, words: list[str]) -> int:
    names = [word for word in words[1:] if not word.startswith("-")] or ["REPLY"]
    line = await shell.process.stdin.read_line()
    parts = line.decode("utf-8", "replace").rstrip("\n").split(None, len(names) - 1)
    for index, name in enumerate(names):
        shell.put(name, parts[index].rstrip() if index < len(parts) else "")
    return 0 if line.endswith(b"\n") else 1


async def _exec(shell: Interpreter, words: list[str]) -> int:
    if len(words) == 1:
        return 0
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
        if name in BUILTINS:
            shell.process.say(name if words[0] == "command" else f"{name} is a shell builtin")
        elif found:
            shell.process.say(f"/usr/bin/{name}" if words[0] == "command" else f"{name} is /usr/bin/{name}")
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
    "read": _read,
    "exec": _exec,
    "trap": _trap,
    "type": _type,
    "command": _type,
    "test": _test,
    "[": _test,
    "[[": _test,
    "eval": _eval,
    "local": _export,
    "umask": _nothing,
    "ulimit": _nothing,
    "jobs": _nothing,
    "alias": _nothing,
}
