"""Line editing for an interactive shell: what readline does for the keys beginners use, and history.

Reads raw keys, echoes by itself, and gives whole lines. Knows nothing of what the lines mean.
"""

from __future__ import annotations

from collections.abc import Callable

from kx.practice.node.process import Process

_CLEAR_LINE = b"\x1b[K"
_LONGEST_HISTORY = 500


class InterruptedLineError(Exception):
    """Ctrl-C: the line is given up."""


class LineEditor:
    """One shell's editor. ``read`` gives a line without its end, or None at Ctrl-D on an empty one."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self._pending = bytearray()  # keys typed ahead of the current line's end
        self._history: list[str] = []
        self._prompt = ""
        self._line: list[str] = []
        self._at = 0
        self._place = 0  # in the history
        self._kept = ""  # what was typed before looking into the history

    async def read(self, prompt: str) -> str | None:
        """Show the prompt and take keys until Enter. Raises InterruptedLineError on Ctrl-C."""
        terminal = self._process.terminal
        self._prompt, self._line, self._at, self._place = prompt, [], 0, len(self._history)
        self._write(prompt.encode())
        if terminal:
            self._pending[:0] = terminal.read_raw()
        self._process.handlers["WINCH"] = self._redraw
        try:
            return await self._take_keys()
        finally:
            self._process.handlers.pop("WINCH", None)
            if terminal:
                terminal.leave_raw(bytes(self._pending))
                self._pending.clear()

    async def _take_keys(self) -> str | None:
        while True:
            key = await self._key()
            if key in ("\r", "\n"):
                self._write(b"\n")
                line = "".join(self._line)
                if line.strip() and self._history[-1:] != [line]:
                    self._history = [*self._history, line][-_LONGEST_HISTORY:]
                return line
            if key == "" or (key == "\x04" and not self._line):
                return None
            if key == "\x03":
                self._write(b"^C\n")
                raise InterruptedLineError
            action = _ACTIONS.get(key)
            if action:
                action(self)
            elif key.isprintable():
                self._insert(key)

    async def _key(self) -> str:
        """One character or escape sequence; "" at the end of input."""
        first = await self._byte()
        if first == b"\x1b":
            second = await self._byte()
            if second not in (b"[", b"O"):
                return "\x1b" + second.decode("latin-1")
            sequence = second
            while True:
                more = await self._byte()
                sequence += more
                if not more or more.isalpha() or more == b"~":
                    return "\x1b" + sequence.decode("latin-1")
        count = 0 if not first else _utf8_length(first[0]) - 1
        for _ in range(count):
            first += await self._byte()
        return first.decode("utf-8", "replace")

    async def _byte(self) -> bytes:
        if not self._pending:
            self._pending += await self._process.stdin.read()
        taken = bytes(self._pending[:1])
        del self._pending[:1]
        return taken

    # What keys do

    def _insert(self, text: str) -> None:
        self._line[self._at : self._at] = text
        self._at += len(text)
        tail = "".join(self._line[self._at :])
        self._write(text.encode() + tail.encode() + b"\b" * len(tail))

    def _move(self, place: int) -> None:
        place = max(0, min(len(self._line), place))
        if place < self._at:
            self._write(b"\b" * (self._at - place))
        else:
            self._write("".join(self._line[self._at : place]).encode())
        self._at = place

    def _cut(self, start: int, end: int) -> None:
        start, end = max(0, start), min(len(self._line), end)
        if start >= end:
            return
        self._move(start)
        del self._line[start:end]
        tail = "".join(self._line[start:])
        self._write(tail.encode() + _CLEAR_LINE + b"\b" * len(tail))

    def _cut_word(self) -> None:
        start = self._at
        while start and self._line[start - 1] == " ":
            start -= 1
        while start and self._line[start - 1] != " ":
            start -= 1
        self._cut(start, self._at)

    def _recall(self, step: int) -> None:
        place = self._place + step
        if not 0 <= place <= len(self._history):
            return
        if self._place == len(self._history):
            self._kept = "".join(self._line)
        self._place = place
        text = self._history[place] if place < len(self._history) else self._kept
        self._move(0)
        self._line = list(text)
        self._at = len(self._line)
        self._write(text.encode() + _CLEAR_LINE)

    def _clear_screen(self) -> None:
        self._write(b"\x1b[H\x1b[2J")
        self._redraw()

    def _redraw(self) -> None:
        """Show prompt and line again where they stand, as readline does when the window changes."""
        tail = len(self._line) - self._at
        self._write(b"\r" + (self._prompt + "".join(self._line)).encode() + _CLEAR_LINE + b"\b" * tail)

    def _write(self, data: bytes) -> None:
        self._process.stdout.write(data)


def _utf8_length(first: int) -> int:
    return 1 if first < 0xC0 else 2 if first < 0xE0 else 3 if first < 0xF0 else 4


Action = Callable[[LineEditor], None]
_ACTIONS: dict[str, Action] = {
    "\x7f": lambda editor: editor._cut(editor._at - 1, editor._at),
    "\b": lambda editor: editor._cut(editor._at - 1, editor._at),
    "\x04": lambda editor: editor._cut(editor._at, editor._at + 1),
    "\x1b[3~": lambda editor: editor._cut(editor._at, editor._at + 1),
    "\x01": lambda editor: editor._move(0),
    "\x1b[H": lambda editor: editor._move(0),
    "\x1b[1~": lambda editor: editor._move(0),
    "\x05": lambda editor: editor._move(len(editor._line)),
    "\x1b[F": lambda editor: editor._move(len(editor._line)),
    "\x1b[4~": lambda editor: editor._move(len(editor._line)),
    "\x02": lambda editor: editor._move(editor._at - 1),
    "\x1b[D": lambda editor: editor._move(editor._at - 1),
    "\x1bOD": lambda editor: editor._move(editor._at - 1),
    "\x06": lambda editor: editor._move(editor._at + 1),
    "\x1b[C": lambda editor: editor._move(editor._at + 1),
    "\x1bOC": lambda editor: editor._move(editor._at + 1),
    "\x15": lambda editor: editor._cut(0, editor._at),
    "\x0b": lambda editor: editor._cut(editor._at, len(editor._line)),
    "\x17": lambda editor: editor._cut_word(),
    "\x0c": lambda editor: editor._clear_screen(),
    "\x10": lambda editor: editor._recall(-1),
    "\x1b[A": lambda editor: editor._recall(-1),
    "\x1bOA": lambda editor: editor._recall(-1),
    "\x0e": lambda editor: editor._recall(1),
    "\x1b[B": lambda editor: editor._recall(1),
    "\x1bOB": lambda editor: editor._recall(1),
}
