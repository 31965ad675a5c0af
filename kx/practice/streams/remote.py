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


class Framing(Protocol):
    """How one connection frames the channels, without a socket: bytes in, events out; calls in, bytes out."""

    @property
    def ready(self) -> bool:
        """Whether the client has opened all the channels it announced."""

    @property
    def over(self) -> bool:
        """Whether the client has said goodbye, or broken the protocol so that nothing more can be understood."""

    def receive(self, data: bytes) -> list[FromClient]:
        """What these bytes complete; raises ``spdy.ProtocolError`` where there is no way to say goodbye."""

    def answers(self) -> bytes:
        """What the framing itself has to send by now, once."""

    def send(self, channel: Channel, data: bytes) -> bytes:
        """Output for the client."""

    def finish(self, status: Obj) -> bytes:
        """How the program ended, and the end of every stream."""

    def ping(self) -> bytes:
        """Something a client that is still there has to answer."""


class Transport(Protocol):
    """One upgraded connection."""

    async def receive(self) -> FromClient | None:
        """What the client sent next; None when the connection is over."""

    async def send(self, channel: Channel, data: bytes) -> None:
        """Output for the client, waiting until the connection takes it."""

    async def finish(self, status: Obj) -> None:
        """Tell how the program ended and end the conversation."""

    def knock(self) -> bool:
        """Whether the client still seems to be there. For when nothing it sends can be read for a while."""


def resized(payload: bytes) -> Resized | None:
    """A terminal size as clients send it (``{"Width":80,"Height":24}``); None for anything else."""
    try:
        size = json.loads(payload)
    except (ValueError, RecursionError):
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
