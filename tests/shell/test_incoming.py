"""Lines of a script: whole, in any pieces, and never deaf to signals."""

from __future__ import annotations

import os
import signal
import threading
from typing import Any

import pytest

from kx.shell.incoming import lines


def read(*pieces: bytes, encoding: str = "utf-8") -> list[str]:
    reader, writer = os.pipe()

    def write() -> None:
        for piece in pieces:
            os.write(writer, piece)
        os.close(writer)

    thread = threading.Thread(target=write)
    thread.start()
    with open(reader, encoding=encoding) as stream:
        found = list(lines(stream))
    thread.join()
    return found


@pytest.mark.parametrize(
    ("pieces", "found"),
    [
        ((), []),
        ((b"a\n",), ["a\n"]),
        ((b"a\nb",), ["a\n", "b"]),
        ((b"a", b"b\n\nc\r\n"), ["ab\n", "\n", "c\r\n"]),
        ((b"\xc3", b"\xbc\n"), ["ü\n"]),
        ((b"\xff\nx\n",), ["\udcff\n", "x\n"]),
        ((b"x" * 200_000 + b"\n",), ["x" * 200_000 + "\n"]),
    ],
)
def test_lines_in_pieces(pieces: tuple[bytes, ...], found: list[str]) -> None:
    assert read(*pieces) == found


def test_a_signal_is_heard_while_nothing_comes() -> None:
    def leave(number: int, frame: Any) -> None:
        raise SystemExit(number)

    reader, writer = os.pipe()
    before = signal.signal(signal.SIGTERM, leave)
    os.write(writer, b"first\n")
    try:
        with open(reader, encoding="utf-8") as stream:
            found = lines(stream)
            assert next(found) == "first\n"
            threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGTERM)).start()
            with pytest.raises(SystemExit):
                next(found)
            found.close()  # type: ignore[attr-defined]
    finally:
        signal.signal(signal.SIGTERM, before)
        os.close(writer)
    assert signal.set_wakeup_fd(-1) == -1, "nothing is left behind"
