"""Where a shell sends what its commands write: pipes to the next command, and files of the container."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

from kx.practice.node.files import FileError
from kx.practice.node.pipes import Input, Output, Sink
from kx.practice.node.process import Process
from kx.practice.node.programs.tree import Redirect

_LARGEST = 64 << 20  # bytes that one command may write into a file


class Pipe:
    """An output that another program reads as its input; broken when nobody reads any more."""

    def __init__(self) -> None:
        self.input = Input()
        self.broken = False

    def write(self, data: bytes) -> None:
        if self.broken:
            raise BrokenPipeError
        self.input.feed(data)

    async def drain(self) -> None:
        await asyncio.sleep(0)
        await self.input.room()

    def leave(self) -> None:
        """The reader is gone."""
        self.broken = True
        self.input.close()


class FileOutput:
    """An output into one of the container's files."""

    def __init__(self, process: Process, path: str, name: str, append: bool) -> None:
        self._forward: Output | None = None
        if name in ("/dev/stdout", "/proc/1/fd/1", "/proc/self/fd/1"):
            self._forward = process.stdout
        elif name in ("/dev/stderr", "/proc/1/fd/2", "/proc/self/fd/2"):
            self._forward = process.stderr
        else:
            process.files.write(path, b"", append)
        self._files, self._path = process.files, path
        self._room = _LARGEST

    def write(self, data: bytes) -> None:
        if self._forward:
            self._forward.write(data)
            return
        self._room -= len(data)
        if self._room < 0:
            raise FileError("No space left on device", self._path)
        self._files.write(self._path, data, append=True)

    async def drain(self) -> None:
        await asyncio.sleep(0)


async def redirected(
    process: Process, redirects: tuple[Redirect, ...], expand: Callable[[str], Awaitable[str]], bash: bool
) -> Process:
    """The process with its streams as the redirections say, from left to right; FileError when one fails."""
    if not redirects:
        return process
    changed = replace(process)
    for one in redirects:
        target = await expand(one.target)
        if one.kind in ("<<", "<<-", "<<<"):
            changed.stdin = Input(target.encode() + (b"\n" if one.kind == "<<<" else b""), closed=True)
        elif one.kind in (">&", "<&"):
            _duplicate(changed, one.descriptor, target, bash)
        elif one.kind.startswith("&>"):
            changed.stdout = changed.stderr = _target(process, target, one.kind.endswith(">>"), bash)
        elif one.kind == "<":
            changed.stdin = _source(process, target, bash)
        else:
            _set_output(changed, one.descriptor, _target(process, target, one.kind == ">>", bash))
    return changed


def _set_output(process: Process, descriptor: int, output: Output) -> None:
    if descriptor == 2:
        process.stderr = output
    else:
        process.stdout = output


def _duplicate(process: Process, descriptor: int, target: str, bash: bool) -> None:
    if target == "-":
        if descriptor == 0:
            process.stdin = Input(closed=True)
        else:
            _set_output(process, descriptor, Sink(lambda data: None))
    elif target in ("1", "2") and descriptor:
        _set_output(process, descriptor, process.stdout if target == "1" else process.stderr)
    elif descriptor == 1 and bash and not target.isdecimal():
        process.stdout = process.stderr = _target(process, target, append=False, bash=bash)
    elif target != str(descriptor):
        raise FileError(f"{target}: Bad file descriptor" if bash else f"dup2({target}): Bad file descriptor")


def _source(process: Process, name: str, bash: bool) -> Input:
    if name in ("/dev/stdin", "/dev/tty", "/proc/self/fd/0"):
        return process.stdin
    try:
        return Input(process.files.read(process.path(name)), closed=True)
    except FileError as error:
        raise _refused(name, "open", error, bash) from error


def _target(process: Process, name: str, append: bool, bash: bool) -> Output:
    try:
        return FileOutput(process, process.path(name), name, append)
    except FileError as error:
        raise _refused(name, "create", error, bash) from error


def _refused(name: str, verb: str, error: FileError, bash: bool) -> FileError:
    return FileError(f"{name}: {error.reason}" if bash else f"can't {verb} {name}: {error.reason}")
