"""What a stream handler sees of a running container: one conversation, and who can open one.

Knows no socket and no framing; the channels are those of ``v5.channel.k8s.io`` (1 stdout, 2 stderr).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from kx.practice.node.process import Listener
from kx.practice.status import ApiError

STDOUT = 1
STDERR = 2


class KubeletError(ApiError):
    """What the kubelet, not the API server, answers to an exec or attach: how the client hears it is the stream's.

    ``words`` are the kubelet's own; ``upgraded`` says whether it had taken the connection over when it failed.
    """

    def __init__(self, words: str, upgraded: bool) -> None:
        whole = words if upgraded else f"unable to upgrade connection: {words}"
        super().__init__(500, "InternalError", f"Internal error occurred: {whole}")
        self.words = words
        self.upgraded = upgraded


class Session(Protocol):
    """One exec or attach. With a terminal everything arrives on channel 1, as from a real one."""

    def begin(self) -> None:
        """Start a program that was held until its terminal has a size."""

    def write_stdin(self, data: bytes) -> None:
        """Hand keys or bytes to the program; dropped when it has no stdin or has ended."""

    async def taken(self) -> None:
        """Wait until the program has read most of what was written, or will read no more."""

    def close_stdin(self) -> None:
        """The client's stdin has ended. A terminal has no end; an attach ends the program's only with ``stdinOnce``."""

    async def read(self) -> tuple[int, bytes] | None:
        """The next output as (channel, bytes); None after the last of it."""

    def resize(self, columns: int, rows: int) -> None:
        """The client's window changed."""

    async def wait(self) -> int:
        """The program's exit code (128 + n when a signal ended it).

        An attach has none of its own: as with a real runtime it gives 0, however the program ended.
        """

    def detach(self) -> None:
        """The client is gone. As with containerd, what it has started or joined runs on.

        Nobody reads the output of an exec any more: once it has filled what its pipe holds, its program waits for ever.
        """


class Streams(Protocol):
    """Opens sessions. Both raise ApiError (404, 400) worded as the API server words it, and ``KubeletError``."""

    async def exec(
        self,
        namespace: str,
        pod: str,
        container: str,
        argv: Sequence[str],
        tty: bool,
        stdin: bool = True,
        held: bool = False,
    ) -> Session:
        """Start ``argv`` in a running container (``container`` "" means the default one).

        ``stdin`` false: the program sees the end of its input at once. ``held``: it starts with the session's first
        ``resize`` or ``begin``.
        """

    async def attach(self, namespace: str, pod: str, container: str) -> Session:
        """Join the main program of a running container: its coming output, and its stdin if it has one.

        The session takes the container's own ``tty``; see ``spec.containers[].tty``.
        """

    def ports(self, uid: str) -> Mapping[int, Listener] | None:
        """What listens inside a pod, by port; None when the pod is not there (any more)."""
