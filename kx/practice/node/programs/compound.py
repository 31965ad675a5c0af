"""A shell's groups, conditions and loops: they run other commands, or do not."""

from __future__ import annotations

import asyncio
import fnmatch
from typing import TYPE_CHECKING

from kx.practice.node.programs.expansion import fields, single
from kx.practice.node.programs.flow import ExitShell, LoopControl, ReturnControl
from kx.practice.node.programs.tree import Body, Case, For, Function, Group, If, While

if TYPE_CHECKING:
    from kx.practice.node.programs.interpreter import Interpreter

_BREATH = 0.01  # a loop that does nothing lets others live
_TURNS_PER_BREATH = 20


async def run_compound(shell: Interpreter, command: Group | If | While | For | Case | Function) -> None:
    """Run one; the shell's status is its."""
    if isinstance(command, Group):
        await _group(shell, command)
    elif isinstance(command, If):
        await _if(shell, command)
    elif isinstance(command, While):
        await _while(shell, command)
    elif isinstance(command, For):
        await _for(shell, command)
    elif isinstance(command, Case):
        await _case(shell, command)
    else:
        shell.functions[command.name] = command.body
        shell.status = 0


async def _group(shell: Interpreter, command: Group) -> None:
    if not command.subshell:
        await shell.run(command.body)
        return
    inner = shell.subshell()
    inner.enter()
    try:
        await inner.run(command.body)
        shell.status = inner.status
    except (ExitShell, ReturnControl) as leaving:
        shell.status = leaving.code
    except LoopControl:
        shell.status = inner.status


async def _if(shell: Interpreter, command: If) -> None:
    for condition, body in command.branches:
        if await _holds(shell, condition):
            await shell.run(body)
            return
    shell.status = 0
    await shell.run(command.otherwise)


async def _while(shell: Interpreter, command: While) -> None:
    status = 0
    while await _holds(shell, command.condition) != command.negated:
        going_on = await _turn(shell, command.body)
        status = shell.status
        if not going_on:
            break
    shell.status = status


async def _for(shell: Interpreter, command: For) -> None:
    words = list(shell.arguments) if command.words is None else await fields(command.words, shell.context)
    shell.status = 0
    for word in words:
        shell.put(command.name, word)
        if not await _turn(shell, command.body):
            break


async def _case(shell: Interpreter, command: Case) -> None:
    value = await single(command.word, shell.context)
    for patterns, body in command.branches:
        for pattern in patterns:
            if fnmatch.fnmatchcase(value, await single(pattern, shell.context)):
                shell.status = 0
                await shell.run(body)
                return
    shell.status = 0


async def _turn(shell: Interpreter, body: Body) -> bool:
    """One time round; False when the loop is left."""
    try:
        await shell.run(body)
    except LoopControl as control:
        if control.levels > 1:
            raise LoopControl(control.kind, control.levels - 1) from control
        shell.status = 0
        if control.kind == "break":
            return False
    shell.turns += 1
    await asyncio.sleep(0)
    if shell.turns % _TURNS_PER_BREATH == 0:
        await shell.process.stdout.drain()
        await shell.process.clock.sleep(_BREATH)
    return True


async def _holds(shell: Interpreter, condition: Body) -> bool:
    strict, shell.exit_on_error = shell.exit_on_error, False
    try:
        await shell.run(condition)
    finally:
        shell.exit_on_error = strict
    return shell.status == 0
