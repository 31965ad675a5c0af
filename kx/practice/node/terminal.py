"""The line discipline between a user's keys and a program: echo, erasing, Ctrl-C and Ctrl-D, and the way back.

Follows the defaults of a Linux tty (icanon echo icrnl onlcr isig). A program that edits its own lines
(the shell) switches to raw keys while it prompts. Knows no escape codes.
"""

from __future__ import annotations

from collections.abc import Callable

from kx.practice.node.pipes import Input

_INTERRUPT, _END, _KILL_LINE, _KILL_WORD, _QUIT = b"\x03", b"\x04", b"\x15", b"\x17", b"\x1c"
_ERASE = (b"\x7f", b"\x08")


class Terminal:
    """One tty: ``receive`` takes the user's keys, ``show`` sends the program's output with CR LF."""

    def __init__(self, keys: Input, send: Callable[[bytes], None]) -> None:
        self.input = keys
        self._raw = False
        self._held = b""  # typed ahead while a shell was reading its line: for whatever runs next
        self.columns, self.rows = 80, 24
        self.interrupt: Callable[[], None] | None = None  # what Ctrl-C reaches: the foreground program
        self._send = send
        self._line = bytearray()

    @property
    def raw(self) -> bool:
        """Keys go to the program as they are, unseen."""
        return self._raw

    def read_raw(self) -> bytes:
        """From now on raw; gives the keys that were typed ahead and nobody has read."""
        self._raw = True
        ahead, self._held = bytes(self._line) + self._held, b""
        self._line.clear()
        return ahead

    def leave_raw(self, ahead: bytes = b"") -> None:
        """Back to lines; ``ahead`` are keys that came after the end of the shell's line."""
        self._raw = False
        self._held = ahead

    def foreground(self, interrupt: Callable[[], None] | None) -> None:
        """A program runs in front: Ctrl-C reaches it through ``interrupt``, and so does what was typed ahead."""
        self.interrupt = interrupt
        ahead, self._held = self._held, b""
        self.receive(ahead)

    def resize(self, columns: int, rows: int) -> None:
        self.columns, self.rows = columns, rows

    def show(self, data: bytes) -> None:
        self._send(data.replace(b"\n", b"\r\n"))

    def receive(self, data: bytes) -> None:
        if self.raw:
            self.input.feed(data)
            return
        for index in range(len(data)):
            if self.raw:  # a program switched in the middle of what was typed ahead
                self.input.feed(data[index:])
                return
            self._key(data[index : index + 1])

    def _key(self, key: bytes) -> None:
        if key in (b"\r", b"\n"):
            self.show(b"\n")
            self._hand_over(b"\n")
        elif key in _ERASE:
            self._erase(1)
        elif key == _KILL_LINE:
            self._erase(len(self._line))
        elif key == _KILL_WORD:
            self._erase(len(self._line) - (bytes(self._line).rstrip().rfind(b" ") + 1))
        elif key == _END:
            if self._line:
                self._hand_over(b"")
            else:
                self.input.end_once()
        elif key in (_INTERRUPT, _QUIT):
            self._line.clear()
            self.show(b"^C" if key == _INTERRUPT else b"^\\")
            if self.interrupt:
                self.interrupt()
        else:
            self._line += key
            self.show(_echo(key))

    def _hand_over(self, end: bytes) -> None:
        self.input.feed(bytes(self._line) + end)
        self._line.clear()

    def _erase(self, count: int) -> None:
        for _ in range(min(count, len(self._line))):
            # One character may be several bytes of UTF-8.
            while self._line and self._line[-1] & 0xC0 == 0x80:
                self._line.pop()
            gone = self._line.pop() if self._line else ord(" ")
            self.show(b"\b \b" * len(_echo(bytes([gone]))))


def _echo(key: bytes) -> bytes:
    """What is shown of a key: control characters as ``^X``, Tab as it is."""
    return b"^" + bytes([key[0] ^ 0x40]) if key[0] < 0x20 and key != b"\t" else key
