"""Run a program only for what it says: no input, no terminal, little time, and no more of its output than is wanted."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import IO

_MOST = 500_000  # bytes of each stream


@dataclass(frozen=True)
class Said:
    """What a program wrote, as text."""

    out: str
    error: str


def listen(argv: Sequence[str], env: Mapping[str, str], seconds: float) -> Said | None:
    """What the program says within ``seconds``; None if it cannot be started or does not end in time.

    It runs in a session of its own, away from this terminal, and whatever it started ends with it.
    """
    try:
        process = subprocess.Popen(
            list(argv),
            env=dict(env),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
    except (OSError, ValueError):
        return None
    deadline = time.monotonic() + seconds
    streams = [stream for stream in (process.stdout, process.stderr) if stream is not None]
    heard = [_Reader(stream) for stream in streams]
    try:
        for reader in heard:
            reader.join(max(0.0, deadline - time.monotonic()))
        ended = _ends(process, deadline) and not any(reader.is_alive() for reader in heard)
    finally:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    return Said(*(reader.text.decode("utf-8", "replace") for reader in heard)) if ended else None


class _Reader(threading.Thread):
    """Reads one stream up to the limit, then closes it: a program that goes on writing is told so by the system."""

    def __init__(self, stream: IO[bytes]) -> None:
        super().__init__(daemon=True)
        self.text = b""
        self._stream = stream
        self.start()

    def run(self) -> None:
        with contextlib.suppress(OSError), self._stream:
            self.text = self._stream.read(_MOST)


def _ends(process: subprocess.Popen[bytes], deadline: float) -> bool:
    try:
        process.wait(max(0.0, deadline - time.monotonic()))
    except subprocess.TimeoutExpired:
        return False
    return True
