"""sh and bash: how they are started, where their commands come from, and the prompt.

``-c`` runs a script, a file name runs that file; otherwise commands come from stdin, with a prompt and line editing
when there is a terminal. Without stdin the shell sees the end at once and is done: that is the crash-looping pod of
the training.
"""

from __future__ import annotations

import asyncio
import posixpath
import re
from dataclasses import dataclass

from kx.practice.node.process import Process
from kx.practice.node.programs.builtins import switch_on
from kx.practice.node.programs.complete import complete
from kx.practice.node.programs.flow import ExitShell, LoopControl, ReturnControl
from kx.practice.node.programs.interpreter import Interpreter
from kx.practice.node.programs.lineedit import InterruptedLineError, LineEditor
from kx.practice.node.programs.script import parse
from kx.practice.node.programs.tokens import IncompleteError, ScriptError

_BASH_VERSION = {"alpine": "5.1", "debian": "5.2"}


@dataclass(frozen=True)
class _Call:
    """How the shell was called."""

    script: str | None = None
    file: str = ""
    name: str = "sh"
    arguments: tuple[str, ...] = ()
    switches: tuple[str, ...] = ()  # -e, -x, -o pipefail and so on


async def main(process: Process) -> int:
    call = _read_call(tuple(process.argv))
    if call is None:
        process.complain(f"{process.argv[0]}: -c: option requires an argument")
        return 2
    shell = Interpreter(process, call.name, call.arguments)
    for switch in call.switches:
        flags, _, name = switch.partition(" ")
        switch_on(shell, flags, [name])
    try:
        return await _run(shell, call)
    except ExitShell as leaving:
        return leaving.code
    except ReturnControl as leaving:
        return leaving.code
    except LoopControl:
        return shell.status
    except RecursionError:
        process.complain(f"{shell.name}: too deeply nested")
        return 2
    except asyncio.CancelledError:
        if shell.trapped_exit is None:
            raise
        return shell.trapped_exit
    finally:
        for task in tuple(shell.background):
            task.cancel()


async def _run(shell: Interpreter, call: _Call) -> int:
    process = shell.process
    if call.script is not None:
        shell.line = 1
        return await shell.run_text(call.script)
    if call.file:
        path = process.path(call.file)
        if not process.files.exists(path) or process.files.is_folder(path):
            process.complain(f"{call.name}: {call.file}: No such file or directory")
            return 127
        return await shell.run_text(process.files.read(path).decode("utf-8", "replace"))
    if process.terminal:
        return await _interact(shell)
    return await _read_commands(shell)


def _read_call(argv: tuple[str, ...]) -> _Call | None:
    name, words = posixpath.basename(argv[0]), list(argv[1:])
    script_follows = False
    switches: list[str] = []
    while words and words[0][:1] in ("-", "+") and len(words[0]) > 1:
        word = words.pop(0)
        if word == "--":
            break
        if not word.startswith("--"):
            script_follows |= word[0] == "-" and "c" in word
            name_of_option = words.pop(0) if "o" in word and words else ""
            switches.append(f"{word} {name_of_option}")
    if script_follows:
        if not words:
            return None
        script, rest = words[0], words[1:]
        return _Call(script=script, name=rest[0] if rest else name, arguments=tuple(rest[1:]), switches=tuple(switches))
    if words and words[0] != "-":
        return _Call(file=words[0], name=words[0], arguments=tuple(words[1:]), switches=tuple(switches))
    return _Call(name=name, switches=tuple(switches))


async def _read_commands(shell: Interpreter) -> int:
    """Commands from stdin, each run as soon as it is complete."""
    text = ""
    while line := await shell.process.stdin.read_line():
        shell.line += 1
        text += line.decode("utf-8", "replace")
        if not _is_complete(text):
            continue
        await shell.run_text(text)
        text = ""
    if text:
        await shell.run_text(text)
    return shell.status


async def _interact(shell: Interpreter) -> int:
    shell.interactive = True
    process = shell.process
    editor = LineEditor(process, shell.history, lambda before: complete(shell, before))
    text = ""
    if process.terminal:
        process.terminal.interrupt = None  # Ctrl-C at the prompt is the editor's
    while True:
        try:
            line = await editor.read("> " if text else _prompt(shell))
        except InterruptedLineError:
            text, shell.status = "", 130
            continue
        if line is None:
            process.stdout.write(b"exit\n" if shell.name.endswith("bash") else b"\n")
            return shell.status
        text += line + "\n"
        if not _is_complete(text):
            continue
        shell.line += 1
        command, text = text, ""
        try:
            await shell.run_text(command)
        except ReturnControl as leaving:
            shell.status = leaving.code
        except ExitShell:
            if shell.name.endswith("bash"):
                process.stdout.write(b"exit\n")
            raise
        except LoopControl:
            pass


def _is_complete(text: str) -> bool:
    if text.endswith("\\\n"):
        return False
    try:
        parse(text)
    except IncompleteError:
        return False
    except ScriptError:
        return True
    return True


def _prompt(shell: Interpreter) -> str:
    """PS1 where somebody has set it, else as each image's shell shows it."""
    box, cwd = shell.process.box, shell.process.cwd
    sign = "#" if shell.process.files.uid == 0 else "$"
    wanted = shell.get("PS1")
    if wanted is not None:
        return _filled(shell, wanted, sign)
    if shell.name.endswith("bash"):
        if box.family == "debian":
            home = shell.get("HOME") or "/root"
            shown = "~" + cwd[len(home) :] if cwd == home or cwd.startswith(home + "/") else cwd
            user = "I have no name!" if shell.process.user.isdecimal() else shell.process.user
            return f"{user}@{box.hostname}:{shown}{sign} "
        return f"bash-{_BASH_VERSION.get(box.family, '5.1')}{sign} "
    return f"{sign} " if box.family == "debian" else f"{_home_as_tilde(shell, cwd)} {sign} "


def _filled(shell: Interpreter, wanted: str, sign: str) -> str:
    cwd = _home_as_tilde(shell, shell.process.cwd)
    known = {"u": shell.process.user, "h": shell.process.box.hostname, "H": shell.process.box.hostname, "$": sign}
    known |= {"w": cwd, "W": posixpath.basename(cwd) or "/", "n": "\n", "[": "", "]": "", "e": "\x1b", "s": shell.name}
    return re.sub(r"\\(.)", lambda match: known.get(match.group(1), match.group()), wanted)


def _home_as_tilde(shell: Interpreter, cwd: str) -> str:
    return "~" if cwd == shell.get("HOME") else cwd
