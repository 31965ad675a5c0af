"""What a command printed, kept to be read afterwards: the beginning and the end, however much there was. Bytes in,
text out; knows nothing of terminals and never looks into what it keeps.
"""

from __future__ import annotations

KEPT = 64 * 1024  # bytes of the beginning, and as many of the end


class Recording:
    """The first and the last ``KEPT`` bytes of a stream."""

    def __init__(self) -> None:
        self._head = bytearray()
        self._tail = bytearray()
        self._dropped = False

    def add(self, data: bytes) -> None:
        """Take what was just printed."""
        room = KEPT - len(self._head)
        self._head += data[:room]
        self._tail += data[max(room, 0) :]
        if len(self._tail) > 2 * KEPT:  # now and then, not at every piece
            del self._tail[:-KEPT]
            self._dropped = True

    def text(self) -> str:
        """What was kept, as text. Where something is missing between its two parts, no half line stays."""
        head, tail = bytes(self._head), bytes(self._tail)
        if self._dropped:
            head = head[: head.rfind(b"\n") + 1]
            tail = tail[tail.find(b"\n") + 1 :]
        return (head + tail).decode("utf-8", "replace")
