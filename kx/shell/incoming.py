"""The lines of a script as they come, with an ear for signals: a request to end is heard also while nothing comes.

Python hears a signal only when its own code runs. One that arrives in the moment before a blocking read would wait for
the next line, which may never come; so the wait is on the stream and on the signals together.
"""

from __future__ import annotations

import codecs
import os
import select
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

_PIECE = 1 << 16


def lines(stream: TextIO) -> Iterator[str]:
    """The lines of ``stream``, each with its line end. Must be called in the main thread."""
    descriptor = stream.fileno()
    # Bytes that are no text must not stop the rest; a command that is given them gets them as they were.
    decoder = codecs.getincrementaldecoder(stream.encoding or "utf-8")("surrogateescape")
    rest = ""
    with _signals() as signals:
        while True:
            ready, _, _ = select.select([descriptor, signals], [], [])
            if signals in ready:
                os.read(signals, _PIECE)  # that was all: the handler has run by now
            if descriptor not in ready:
                continue
            data = os.read(descriptor, _PIECE)
            *whole, rest = (rest + decoder.decode(data, final=not data)).split("\n")
            yield from (f"{line}\n" for line in whole)
            if not data:
                break
    if rest:
        yield rest


@contextmanager
def _signals() -> Iterator[int]:
    """A descriptor that has something to read after each signal."""
    reader, writer = os.pipe()
    os.set_blocking(reader, False)
    os.set_blocking(writer, False)
    before = signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    try:
        yield reader
    finally:
        signal.set_wakeup_fd(before)
        os.close(reader)
        os.close(writer)
