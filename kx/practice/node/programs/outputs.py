"""Where a shell sends what its commands write: pipes to the next command, and files of the container."""

from __future__ import annotations

import asyncio

from kx.practice.node.pipes import Input, Output
from kx.practice.node.process import Process


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
