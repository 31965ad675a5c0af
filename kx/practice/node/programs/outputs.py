"""Where a shell sends what its commands write: pipes to the next command, and files of the container."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

from kx.practice.node.files import FileError
from kx.practice.node.pipes import Input, Output
from kx.practice.node.process import Process
from kx.practice.node.programs.script import Redirect


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

    def write(self, data: bytes) -> None:
        if self._forward:
            self._forward.write(data)
        else:
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
        if one.operator == "2>&1":
            changed.stderr = changed.stdout
        elif one.operator in (">&2", "1>&2"):
            changed.stdout = changed.stderr
        else:
            _open(changed, one, await expand(one.target), bash)
    return changed


def _open(process: Process, redirect: Redirect, name: str, bash: bool) -> None:
    path = process.path(name)
    try:
        if redirect.operator == "<":
            process.stdin = Input(process.files.read(path), closed=True)
            return
        target = FileOutput(process, path, name, append=redirect.operator.endswith(">>"))
    except FileError as error:
        verb = "open" if redirect.operator == "<" else "create"
        raise FileError(f"{name}: {error.reason}" if bash else f"can't {verb} {name}: {error.reason}") from error
    if redirect.operator.startswith("2"):
        process.stderr = target
    else:
        process.stdout = target
