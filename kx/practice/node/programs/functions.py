"""A shell's functions when they are called, and the assignments in front of a command."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kx.practice.node.process import Process
from kx.practice.node.programs.expansion import single
from kx.practice.node.programs.flow import ReturnControl
from kx.practice.node.programs.tree import Simple

if TYPE_CHECKING:
    from kx.practice.node.programs.interpreter import Interpreter


async def assigned(shell: Interpreter, command: Simple) -> list[tuple[str, str]]:
    """Assignments, one after the other: ``NAME+=`` adds to what is there."""
    values: list[tuple[str, str]] = []
    for name, word in command.assignments:
        value = await single(word, shell.context)
        if name.endswith("+"):
            name = name[:-1]
            value = dict(values).get(name, shell.get(name) or "") + value
        values.append((name, value))
    return values


async def call(shell: Interpreter, process: Process, words: list[str], values: list[tuple[str, str]]) -> None:
    """Run a function: its own arguments, and what it calls ``local``."""
    shell.enter()
    for name, value in values:
        shell.put(name, value)
    before, arguments = shell.process, shell.arguments
    shell.process, shell.arguments = process, tuple(words[1:])
    shell.frames.append({})
    try:
        await shell.run_command(shell.functions[words[0]])
    except ReturnControl as control:
        shell.status = control.code
    finally:
        shell.leave()
        before.cwd, before.env = shell.process.cwd, shell.process.env
        shell.process, shell.arguments = before, arguments
        for name, old in shell.frames.pop().items():
            if old is None:
                shell.variables.pop(name, None)
                shell.process.env.pop(name, None)
            else:
                shell.put(name, old)
