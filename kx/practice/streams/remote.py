"""The remote command protocol, whatever carries it: what a client may send, and how a program's end is told.

Channels: ``v4.channel.k8s.io`` and ``v5.channel.k8s.io`` (which adds the end of stdin). Knows no frame and no socket.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import IntEnum
from typing import Protocol

from kx.practice.status import Obj


class Channel(IntEnum):
    """The streams of one exec or attach."""

    STDIN = 0
    STDOUT = 1
    STDERR = 2
    ERROR = 3
    RESIZE = 4
    CLOSE = 255


@dataclass(frozen=True)
class Input:
    """Bytes for the program's stdin."""

    data: bytes


@dataclass(frozen=True)
class InputEnded:
    """The client has no more stdin; its other streams go on."""


@dataclass(frozen=True)
class Resized:
    """The client's window has a new size."""

    columns: int
    rows: int


FromClient = Input | InputEnded | Resized


class Transport(Protocol):
    """One upgraded connection, with its framing."""

    async def receive(self) -> FromClient | None:
        """What the client sent next; None when the connection is over."""

    async def send(self, channel: Channel, data: bytes) -> None:
        """Output for the client, waiting until the connection takes it."""

    async def finish(self, status: Obj) -> None:
        """Tell how the program ended and end the conversation."""


def resized(payload: bytes) -> Resized | None:
    """A terminal size as clients send it (``{"Width":80,"Height":24}``); None for anything else."""
    try:
        size = json.loads(payload)
    except ValueError:
        return None
    if not isinstance(size, dict):
        return None
    width, height = size.get("Width"), size.get("Height")
    if not (isinstance(width, int) and isinstance(height, int) and 0 < width < 65536 and 0 < height < 65536):
        return None
    return Resized(columns=width, rows=height)


def exit_status(code: int) -> Obj:
    """The Status object that carries a program's exit code."""
    if code == 0:
        return {"metadata": {}, "status": "Success"}
    return {
        "metadata": {},
        "status": "Failure",
        "message": f"command terminated with non-zero exit code: exit status {code}",
        "reason": "NonZeroExitCode",
        "details": {"causes": [{"reason": "ExitCode", "message": str(code)}]},
    }
