"""Type into a program that wants a terminal, as a person would: look at the screen, then press keys."""

from __future__ import annotations

import fcntl
import os
import re
import select
import struct
import subprocess
import termios
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from kx.cheat.chapter import Keys
from kx.errors import KxError

# Control sequences move the cursor and clear lines; what is left is the text a person reads.
_CONTROL = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]")
_SIZE = struct.pack("HHHH", 24, 80, 0, 0)


def converse(
    argv: Sequence[str], keys: Sequence[Keys], env: Mapping[str, str], folder: Path, deadline: float
) -> tuple[int, str]:
    """Run ``argv`` in a terminal of its own; returns its exit status and all text that the terminal showed.

    Each of ``keys`` is typed once what was shown since the last one ends with its pattern. Raises ``KxError`` when
    that, or the end, takes longer than ``deadline`` seconds.
    """
    ours, theirs = os.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, _SIZE)
    with open(ours, "r+b", buffering=0) as screen:
        child = subprocess.Popen(argv, env=dict(env), cwd=folder, stdin=theirs, stdout=theirs, stderr=theirs)
        os.close(theirs)
        try:
            shown = _type(screen, list(keys), time.monotonic() + deadline, argv)
        finally:
            if child.poll() is None:
                with suppress(subprocess.TimeoutExpired):
                    child.wait(timeout=5)
            if child.poll() is None:
                child.kill()
            child.wait()
    return child.returncode, shown


def _type(screen: BinaryIO, keys: list[Keys], until: float, argv: Sequence[str]) -> str:
    raw, since = b"", 0
    while True:
        shown = _CONTROL.sub("", raw.decode("utf-8", "replace"))
        if keys and re.search(f"(?:{keys[0].after})$", shown[since:]):
            screen.write(keys.pop(0).type.encode())
            since = len(shown)
        ready, _, _ = select.select([screen], [], [], max(0.0, until - time.monotonic()))
        if not ready:
            raise KxError(f"{' '.join(argv)} waits for something that the demonstration does not know:\n{shown}")
        piece = _read(screen)
        if not piece:
            return shown
        raw += piece


def _read(screen: BinaryIO) -> bytes:
    """What the terminal shows next; empty once the program has closed it (Linux says so with EIO)."""
    try:
        return os.read(screen.fileno(), 65536)
    except OSError:
        return b""
