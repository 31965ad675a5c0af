"""Runs a script's tree: lists, pipelines, redirections, variables, built-ins, and the container's programs.

One Interpreter is one shell process. It prints no prompt and reads no keys: see ``shell`` and ``lineedit``.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from kx.practice.node.files import FileError
from kx.practice.node.pipes import Buffer, Input, Output
from kx.practice.node.process import BROKEN_PIPE, SIGNALS, Process, deliver, run, run_child
from kx.practice.node.programs import builtins
from kx.practice.node.programs.compound import run_compound
from kx.practice.node.programs.expansion import Context, ExpansionError, fields, single
from kx.practice.node.programs.flow import ExitShell, LoopControl, ReturnControl
from kx.practice.node.programs.functions import assigned, call
from kx.practice.node.programs.outputs import Pipe, redirected
from kx.practice.node.programs.parameters import SPECIAL
from kx.practice.node.programs.script import parse
from kx.practice.node.programs.tokens import ScriptError
from kx.practice.node.programs.tree import (
    Body,
    Command,
    Pipeline,
    Redirect,
    Simple,
)
from kx.practice.node.terminal import Terminal

_DEEPEST_CALL = 30
_MOST_SHELLS = 200
_LONGEST_SUBSTITUTION = 1 << 20
_PLAIN = re.compile(r"[\w@%+=:,./-]+", re.ASCII)


def quoted(word: str) -> str:
    """A word as a shell would have to be given it."""
    return word if _PLAIN.fullmatch(word) else "'" + word.replace("'", "'\\''") + "'"


class Interpreter:
    """The state of one shell: variables, positional parameters, exit status."""

    def __init__(self, process: Process, name: str, arguments: tuple[str, ...] = ()) -> None:
        self.process: Process = process
        self.name: str = name
        self.arguments: tuple[str, ...] = arguments
        self.status: int = 0
        self.started: datetime = process.clock.now()
        self.variables: dict[str, str] = {}  # not exported; exported ones are the process' environment
        self.background: set[asyncio.Task[int]] = set()
        self.last_background: int = 0
        self.depth = 0  # of functions that call functions
        self.exit_on_error = False
        self.interactive: bool = False
        self.line: int = 0
        self.trapped_exit: int | None = None  # a trap's script has called exit
        self._trap: asyncio.Future[None] | None = None
        self.turns = 0  # of loops
        self.functions: dict[str, Command] = {}
        self.frames: list[dict[str, str | None]] = []  # what local variables hide, for each function called
        self.history: list[str] = []  # what was typed at the prompt
        self.trace = self.strict = self.pipe_fails = False  # set -x, -u, -o pipefail

    # Running

    async def run_text(self, text: str) -> int:
        """Parse and run; a syntax error is told and gives 2."""
        try:
            tree = parse(text, self._is_bash)
        except ScriptError as error:
            self.complain(f"syntax error: {error}")
            self.status = 2
            return 2
        except RecursionError:
            self.complain("syntax error: too deeply nested")
            self.status = 2
            return 2
        await self.run(tree)
        return self.status

    def enter(self) -> None:
        """One script or function deeper; ExitShell when that goes on for ever."""
        if self.depth >= _DEEPEST_CALL:
            self.complain(f"maximum nesting level exceeded ({_DEEPEST_CALL})")
            raise ExitShell(1)
        self.depth += 1

    def leave(self) -> None:
        self.depth -= 1

    async def run(self, body: Body) -> None:
        for index, link in enumerate(body):
            if (link.when == "&&" and self.status != 0) or (link.when == "||" and self.status == 0):
                continue
            if link.background:
                self._start_background(link.pipeline)
                continue
            await self._pipeline(link.pipeline)
            tested = index + 1 < len(body) and body[index + 1].when != ";"
            if self.exit_on_error and self.status != 0 and not link.pipeline.negated and not tested:
                raise ExitShell(self.status)

    def complain(self, text: str) -> None:
        """A message of the shell itself."""
        bash, line = self._is_bash, max(1, self.line)
        if self.interactive or (not bash and self.process.box.family != "debian"):
            where = ""
        else:
            where = f"line {line}: " if bash else f"{line}: "
        self.process.complain(f"{self.name}: {where}{text}")

    def get(self, name: str) -> str | None:
        """A parameter's value."""
        if name.isdecimal():
            index = int(name)
            if index == 0:
                return self.name
            return self.arguments[index - 1] if index <= len(self.arguments) else None
        special = SPECIAL.get(name)
        if special:
            return special(self)
        return self.variables.get(name, self.process.env.get(name))

    def at_signal(self, script: str) -> Callable[[], None]:
        """What a trap does when its signal comes; ``exit`` in it ends this shell and what it waits for."""
        task = asyncio.current_task()

        async def run_trap() -> None:
            try:
                await self.run_text(script)
            except ExitShell as leaving:
                self.trapped_exit = leaving.code
                if task:
                    task.cancel()

        def handle() -> None:
            if script:
                self._trap = asyncio.ensure_future(run_trap())

        return handle

    def put(self, name: str, value: str) -> None:
        """Set a variable where it is: exported ones stay so."""
        (self.process.env if name in self.process.env else self.variables)[name] = value

    @property
    def context(self) -> Context:
        process = self.process
        return Context(
            get=self.get,
            put=self.put,
            arguments=lambda: self.arguments,
            substitute=self._substitute,
            files=process.files,
            cwd=lambda: self.process.cwd,
            bash=self._is_bash,
            strict=lambda: self.strict,
        )

    async def _pipeline(self, pipeline: Pipeline) -> None:
        if len(pipeline.commands) == 1:
            await self.run_command(pipeline.commands[0])
        else:
            await self._joined(pipeline.commands)
        if pipeline.negated:
            self.status = int(self.status == 0)

    async def _joined(self, commands: tuple[Command, ...]) -> None:
        """Run all parts at once, each in a subshell, joined by pipes; the last one's status counts."""
        self._may_fork(len(commands))
        tasks: list[asyncio.Task[int]] = []
        source, upstream = self.process.stdin, None
        for index, command in enumerate(commands):
            pipe = Pipe() if index < len(commands) - 1 else None
            shell = self.subshell(stdin=source, stdout=pipe)
            tasks.append(asyncio.ensure_future(shell._run_part(command, upstream, pipe)))
            source, upstream = pipe.input if pipe else source, pipe
        try:
            codes = [await task for task in tasks]
            failed = [code for code in codes if code] if self.pipe_fails else []
            self.status = failed[-1] if failed else codes[-1]
        finally:
            for task in tasks:
                task.cancel()

    async def _run_part(self, command: Command, upstream: Pipe | None, pipe: Pipe | None) -> int:
        """One command of a pipeline: whoever writes to it or reads from it learns of its end."""
        self.process.box.shells += 1
        try:
            await self.run_command(command)
        except (ExitShell, ReturnControl) as leaving:
            self.status = leaving.code
        except LoopControl:
            pass
        except BrokenPipeError:
            self.status = BROKEN_PIPE
        finally:
            self.process.box.shells -= 1
            if upstream:
                upstream.leave()
            if pipe:
                pipe.input.close()
        return self.status

    def _start_background(self, pipeline: Pipeline) -> None:
        self._may_fork(1)
        shell = self.subshell(stdin=Input(closed=True))
        task = asyncio.ensure_future(run(lambda _: shell._run_whole(pipeline), shell.process))
        shell.process.task = task
        shell.process.box.processes[shell.process.pid] = shell.process
        self.background.add(task)
        task.add_done_callback(self.background.discard)
        self.last_background = shell.process.pid
        self.status = 0

    async def _run_whole(self, pipeline: Pipeline) -> int:
        self.process.box.shells += 1
        try:
            await self._pipeline(pipeline)
        except (ExitShell, ReturnControl) as leaving:
            self.status = leaving.code
        except LoopControl:
            pass
        finally:
            self.process.box.shells -= 1
        return self.status

    def _may_fork(self, count: int) -> None:
        """A container has room for so many processes, or a fork bomb would be one."""
        box = self.process.box
        if box.shells + len(box.processes) + count > _MOST_SHELLS:
            self.complain(
                "fork: Resource temporarily unavailable"
                if self._is_bash
                else "can't fork: Resource temporarily unavailable"
            )
            raise ExitShell(254)

    def subshell(self, stdin: Input | None = None, stdout: Output | None = None) -> Interpreter:
        """A copy of this shell, whose changes stay its own."""
        child = self.process.child(self.process.argv, stdin, stdout)
        shell = Interpreter(child, self.name, self.arguments)
        shell.variables = dict(self.variables)
        shell.status, shell.line, shell.exit_on_error = self.status, self.line, self.exit_on_error
        shell.interactive = self.interactive
        shell.functions, shell.depth = dict(self.functions), self.depth
        shell.trace, shell.strict, shell.pipe_fails = self.trace, self.strict, self.pipe_fails
        return shell

    async def _substitute(self, text: str) -> str:
        kept = Buffer(_LONGEST_SUBSTITUTION)
        shell = self.subshell(stdout=kept)
        shell.enter()
        try:
            self.status = await shell.run_text(text)
        except (ExitShell, ReturnControl) as leaving:
            self.status = leaving.code
        except LoopControl:
            self.status = shell.status
        except BrokenPipeError:
            self.status = BROKEN_PIPE
        return kept.taken().decode("utf-8", "replace").rstrip("\n")

    # Commands

    async def run_command(self, command: Command) -> None:
        """Run one command of the tree; what goes wrong in it is told."""
        try:
            await self._dispatch(command)
        except ExpansionError as error:
            self.complain(str(error))
            self.status = 1
            if not self.interactive:
                raise ExitShell(2 if "syntax" in str(error) else 1) from error
        except FileError as error:
            self.complain(str(error))
            self.status = 1

    async def _dispatch(self, command: Command) -> None:
        if isinstance(command, Simple):
            await self._simple(command)
            return
        before = self.process
        self.process = await self._redirected(command.redirects)
        try:
            await run_compound(self, command)
        finally:
            before.cwd, before.env = self.process.cwd, self.process.env
            self.process = before

    async def _simple(self, command: Simple) -> None:
        if command.words[:1] == ("[[",):
            words = ["[[", *[await single(word, self.context) for word in command.words[1:]]]
        else:
            words = await fields(command.words, self.context)
        values = await assigned(self, command)
        if self.trace:
            told = [f"{name}={value}" for name, value in values] + [quoted(word) for word in words]
            self.process.complain("+ " + " ".join(told))
        process = await self._redirected(command.redirects)
        if not words:
            for name, value in values:
                self.put(name, value)
            if not any("$(" in value or "`" in value for _, value in command.assignments):
                self.status = 0
            return
        if words[0] in self.functions:
            await call(self, process, words, values)
            return
        builtin = builtins.BUILTINS.get(words[0])
        if builtin:
            for name, value in values:
                self.put(name, value)
            before, self.process = self.process, process
            try:
                self.status = await builtin(self, words)
            finally:
                before.cwd, before.env = self.process.cwd, self.process.env
                self.process = before
            return
        self.status = await self._program(process, words, dict(values))

    async def run_words(self, words: list[str]) -> int:
        """Run a command whose words are expanded already."""
        if words[0] in self.functions:
            await call(self, self.process, words, [])
            return self.status
        builtin = builtins.BUILTINS.get(words[0])
        return await (builtin(self, words) if builtin else self.run_program(words))

    async def run_program(self, words: list[str]) -> int:
        """Run a program of the container, in front."""
        return await self._program(self.process, words, {})

    async def _program(self, process: Process, words: list[str], extra: Mapping[str, str]) -> int:
        main = process.box.find(words[0]) or (process.box.find(process.path(words[0])) if "/" in words[0] else None)
        if main is None:
            self._not_found(words[0])
            return 127
        self._may_fork(1)
        child = replace(process, argv=tuple(words), env={**process.env, **extra}, pid=0, handlers={}, task=None)
        terminal = process.terminal
        before = terminal.interrupt if terminal else None
        try:
            code = await run_child(main, child, on_start=_to_front(terminal, child))
        finally:
            if terminal:
                terminal.interrupt = before
        if terminal and child.killed == SIGNALS["INT"]:
            terminal.show(b"\n")
        await process.stdout.drain()
        return code

    def _not_found(self, name: str) -> None:
        folder = "/" in name and self.process.files.is_folder(self.process.path(name))
        words = "Is a directory" if folder else "not found"
        if self._is_bash and not folder:
            words = "No such file or directory" if "/" in name else "command not found"
        self.complain(f"{name}: {words}")

    @property
    def _is_bash(self) -> bool:
        return self.name.endswith("bash")

    async def _redirected(self, redirects: tuple[Redirect, ...]) -> Process:
        return await redirected(self.process, redirects, lambda word: single(word, self.context), self._is_bash)


def _to_front(terminal: Terminal | None, child: Process) -> Callable[[], None] | None:
    """What gives a starting program the terminal."""
    return (lambda: terminal.foreground(lambda: deliver(child, "INT"))) if terminal else None
