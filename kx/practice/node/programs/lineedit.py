"""Line editing for an interactive shell: what readline does for the keys beginners use, and history.

Reads raw keys, echoes by itself, and gives whole lines. Knows nothing of what the lines mean.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from kx.practice.node.process import Process
from kx.practice.node.programs.columns import in_columns, width
from kx.practice.node.programs.completion import Completion

_CLEAR_LINE = b"\x1b[K"
_ESCAPES = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_LONGEST_HISTORY = 500


class InterruptedLineError(Exception):
    """Ctrl-C: the line is given up."""


class LineEditor:
    """One shell's editor. ``read`` gives a line without its end, or None at Ctrl-D on an empty one."""

    def __init__(
        self,
        process: Process,
        history: list[str] | None = None,
        complete: Callable[[str], Completion] | None = None,
    ) -> None:
        self._process = process
        self._complete = complete
        self._pending = bytearray()  # keys typed ahead of the current line's end
        self._history = history if history is not None else []
        self._tabbed = False  # the last key was Tab, and there was more than one choice
        self._rows = 1  # of the screen that the prompt and the line take
        self._row = 0  # of these, the one the cursor is in
        self._prompt = ""
        self._line: list[str] = []
        self._at = 0
        self._place = 0  # in the history
        self._kept = ""  # what was typed before looking into the history

    async def read(self, prompt: str) -> str | None:
        """Show the prompt and take keys until Enter. Raises InterruptedLineError on Ctrl-C."""
        terminal = self._process.terminal
        self._prompt, self._line, self._at, self._place = prompt, [], 0, len(self._history)
        self._rows, self._row, self._tabbed = 1, 0, False
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
                self._move(len(self._line))
                self._write(b"\n")
                line = "".join(self._line)
                if line.strip() and self._history[-1:] != [line]:
                    self._history.append(line)
                    del self._history[:-_LONGEST_HISTORY]
                return line
            if key == "" or (key == "\x04" and not self._line):
                return None
            if key == "\x03":
                self._write(b"^C\n")
                raise InterruptedLineError
            if key == "\x12":
                await self._search()
                continue
            tabbed, self._tabbed = self._tabbed, False
            if key == "\t":
                self._tab(tabbed)
                continue
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
        if self._fits:
            self._write(text.encode() + tail.encode() + b"\b" * width(tail))
        else:
            self._redraw()

    def _move(self, place: int) -> None:
        place = max(0, min(len(self._line), place))
        low, high = sorted((place, self._at))
        between = "".join(self._line[low:high])
        back = place < self._at
        self._at = place
        if not self._fits:
            self._redraw()
        elif back:
            self._write(b"\b" * width(between))
        else:
            self._write(between.encode())

    def _cut(self, start: int, end: int) -> None:
        start, end = max(0, start), min(len(self._line), end)
        if start >= end:
            return
        fitted = self._fits
        if fitted:
            self._move(start)
        self._at = start
        del self._line[start:end]
        tail = "".join(self._line[start:])
        if fitted:
            self._write(tail.encode() + _CLEAR_LINE + b"\b" * width(tail))
        else:
            self._redraw()

    def _swap(self) -> None:
        """Ctrl-T: the two characters around the cursor change places."""
        at = min(self._at, len(self._line) - 1)
        if at < 1:
            return
        self._line[at - 1 : at + 1] = self._line[at], self._line[at - 1]
        self._at = at + 1
        self._redraw()

    def _word_start(self) -> int:
        at = self._at
        while at and not self._line[at - 1].isalnum():
            at -= 1
        while at and self._line[at - 1].isalnum():
            at -= 1
        return at

    def _word_end(self) -> int:
        at = self._at
        while at < len(self._line) and not self._line[at].isalnum():
            at += 1
        while at < len(self._line) and self._line[at].isalnum():
            at += 1
        return at

    def _tab(self, again: bool) -> None:
        """Complete the word before the cursor; a second Tab shows what there is to choose from."""
        if self._complete is None:
            return
        found = self._complete("".join(self._line[: self._at]))
        if found.insert:
            self._insert(found.insert)
            return
        self._write(b"\a")
        if not found.choices or not again:
            self._tabbed = bool(found.choices)
            return
        self._tabbed = True
        self._write(b"\n" + in_columns(found.choices, self._columns).encode())
        self._rows, self._row = 1, 0
        self._redraw()

    async def _search(self) -> None:
        """Ctrl-R: the newest line of the history that holds what is typed; Enter and others take it as it is."""
        sought, found = "", "".join(self._line)
        while True:
            self._write(f"\r(reverse-i-search)`{sought}': {found}".encode() + _CLEAR_LINE)
            key = await self._key()
            if key in ("\x7f", "\b"):
                sought = sought[:-1]
            elif key.isprintable() and key:
                sought += key
            elif key != "\x12":
                break
            lines = [line for line in reversed(self._history) if sought and sought in line]
            older = lines[lines.index(found) + 1 :] if key == "\x12" and found in lines else lines
            found = next(iter(older), found)
        if key in ("\x07", "\x03"):
            found = ""
        self._line, self._at = list(found), len(found)
        self._rows, self._row = 1, 0
        self._redraw()
        if key not in ("\x07", "\x03"):
            self._pending[:0] = key.encode("utf-8", "replace")

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
        fitted = self._fits
        if fitted:
            self._move(0)
        self._line = list(text)
        self._at = len(self._line)
        if fitted and self._fits:
            self._write(text.encode() + _CLEAR_LINE)
        else:
            self._redraw()

    def _clear_screen(self) -> None:
        self._write(b"\x1b[H\x1b[2J")
        self._rows, self._row = 1, 0
        self._redraw()

    @property
    def _columns(self) -> int:
        return max(2, self._process.terminal.columns if self._process.terminal else 80)

    @property
    def _fits(self) -> bool:
        """Prompt and line stand in one row of the screen, and so did what was shown before."""
        return self._rows == 1 and width(self._shown_prompt + "".join(self._line)) < self._columns

    @property
    def _shown_prompt(self) -> str:
        return _ESCAPES.sub("", self._prompt.rpartition("\n")[2])

    def _redraw(self) -> None:
        """Show prompt and line again where they stand, over as many rows of the screen as they take."""
        text, columns = "".join(self._line), self._columns
        before = width(self._shown_prompt + "".join(self._line[: self._at]))
        whole = width(self._shown_prompt + text)
        out = b"\r" + (b"\x1b[%dA" % self._row if self._row else b"")
        out += (self._prompt.rpartition("\n")[2] + text).encode() + (_CLEAR_LINE if whole < columns else b"")
        if self._rows > 1 or whole >= columns:
            # A full row leaves the cursor behind its end: one more column brings it to the next.
            out += (b" \r" if whole and whole % columns == 0 else b"") + b"\x1b[J"
            up = whole // columns - before // columns
            out += (b"\x1b[%dA" % up if up else b"") + b"\r"
            out += b"\x1b[%dC" % (before % columns) if before % columns else b""
        else:
            out += b"\b" * (whole - before)
        self._rows, self._row = whole // columns + 1, before // columns
        self._write(out)

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
    "\x14": lambda editor: editor._swap(),
    "\x1b\x7f": lambda editor: editor._cut(editor._word_start(), editor._at),
    "\x1bd": lambda editor: editor._cut(editor._at, editor._word_end()),
    "\x1bb": lambda editor: editor._move(editor._word_start()),
    "\x1bf": lambda editor: editor._move(editor._word_end()),
    "\x1b[1;5D": lambda editor: editor._move(editor._word_start()),
    "\x1b[1;5C": lambda editor: editor._move(editor._word_end()),
    "\x1bOH": lambda editor: editor._move(0),
    "\x1bOF": lambda editor: editor._move(len(editor._line)),
    "\x0c": lambda editor: editor._clear_screen(),
    "\x10": lambda editor: editor._recall(-1),
    "\x1b[A": lambda editor: editor._recall(-1),
    "\x1bOA": lambda editor: editor._recall(-1),
    "\x0e": lambda editor: editor._recall(1),
    "\x1b[B": lambda editor: editor._recall(1),
    "\x1bOB": lambda editor: editor._recall(1),
}
