"""Keys at a shell's prompt, and what the screen then shows."""

from __future__ import annotations

import asyncio

import pytest

from kx.practice.node.programs.columns import in_columns
from tests.practice.node.simulation import Simulation, drain, pod, simulated

PROMPT = "bash-5.1# "


async def screen(simulation: Simulation, keys: list[str], columns: int = 80, rows: int = 24) -> list[str]:
    """The rows of a terminal after these keys, by a small emulation of one."""
    simulation.create(pod("box", command=["sleep", "infinity"]))
    await simulation.run(3)
    session = await simulation.runtime.exec("default", "box", "", ["bash"], True)
    session.resize(columns, rows)
    reading = asyncio.ensure_future(drain(session))
    await simulation.settle()
    for key in keys:
        session.write_stdin(key.encode())
        await simulation.run(0.3)
    session.detach()
    return rendered((await reading).decode(), columns)


def rendered(text: str, columns: int) -> list[str]:
    """What a screen shows: letters, CR, LF, BS, and the escape codes that the editor uses."""
    lines: list[list[str]] = [[]]
    row = column = at = 0
    while at < len(text):
        sign = text[at]
        at += 1
        if sign == "\x1b":
            end = next(index for index in range(at + 1, len(text)) if text[index].isalpha())
            number, code, at = text[at + 1 : end], text[end], end + 1
            if code == "A":
                row -= int(number)
            elif code == "C":
                column += int(number)
            elif code == "K":
                del lines[row][column:]
            elif code == "J":
                del lines[row][column:], lines[row + 1 :]
            continue
        if sign == "\r":
            column = 0
        elif sign == "\n":
            row += 1
        elif sign == "\b":
            column = max(0, column - 1)
        elif sign.isprintable():
            if column >= columns:
                row, column = row + 1, 0
            while len(lines) <= row:
                lines.append([])
            lines[row] += " " * (column - len(lines[row]))
            lines[row][column : column + 1] = [sign]
            column += 1
        while len(lines) <= row:
            lines.append([])
    return ["".join(line).rstrip() for line in lines]


KEYS = [
    (["cat /etc/hostn\t\r"], [PROMPT + "cat /etc/hostname", "box"]),
    (
        ["ls /et\t\t\t"],
        [PROMPT + "ls /etc/", "hostname     hosts        os-release   passwd       resolv.conf", PROMPT + "ls /etc/"],
    ),
    (["whoa\t\r"], [PROMPT + "whoami", "root"]),
    (["X=1; echo $HOSTN\t\r"], [PROMPT + "X=1; echo $HOSTNAME", "box"]),
    (["echo > '/tmp/a b'\r", "cat /tmp/a\t\r"], [PROMPT + "echo > '/tmp/a b'", PROMPT + "cat /tmp/a\\ b"]),
    (["nosuch\t\t"], [PROMPT + "nosuch"]),
    (
        ["echo one\r", "echo two\r", "\x12one", "\r"],
        [PROMPT + "echo one", "one", PROMPT + "echo two", "two", PROMPT + "echo one", "one"],
    ),
    (["echo ab\x1bb\x1bfc\r"], [PROMPT + "echo abc", "abc"]),
    (["echo one two\x1b\x7f\x1b\x7fx\r"], [PROMPT + "echo x", "x"]),
    (["echo ba\x14\r"], [PROMPT + "echo ab", "ab"]),
    (["echo a\r", "history\r"], [PROMPT + "echo a", "a", PROMPT + "history", "    1  echo a", "    2  history"]),
    (["cat <<END\r", "a\r", "END\r"], [PROMPT + "cat <<END", "> a", "> END", "a"]),
    (
        ["PS1='\\u@\\h:\\w\\$ '\r", "cd /tmp\r"],
        [PROMPT + "PS1='\\u@\\h:\\w\\$ '", "root@box:/# cd /tmp", "root@box:/tmp#"],
    ),
]


@pytest.mark.parametrize(("keys", "shown"), KEYS, ids=[repr(row[0]) for row in KEYS])
def test_keys(keys: list[str], shown: list[str]) -> None:
    @simulated
    async def story(simulation: Simulation) -> None:
        lines = await screen(simulation, keys)
        assert lines[: len(shown)] == shown

    story()


LONG = "echo " + "0123456789" * 5


@pytest.mark.parametrize(
    ("keys", "line"),
    [
        ([LONG], LONG),
        ([LONG, "\x01", "x"], "x" + LONG),
        ([LONG, "\x01", "\x1b[3~" * 5], LONG[5:]),
        ([LONG, "\x7f" * 30], LONG[:-30]),
        ([LONG, "\x1b[D" * 30, "X", "\x05", "Y"], LONG[:-30] + "X" + LONG[-30:] + "Y"),
        ([LONG, "\x15", "short"], "short"),
        ([LONG + "\r", "\x1b[A", "\x1b[B", "b"], "b"),
        ([*LONG], LONG),
        (["a" * 30], "a" * 30),
        (["a" * 30, "b", "\x7f\x7f"], "a" * 29),
    ],
)
def test_a_line_longer_than_the_screen_is_wide(keys: list[str], line: str) -> None:
    @simulated
    async def story(simulation: Simulation) -> None:
        lines = await screen(simulation, keys, columns=40)
        whole = PROMPT + line
        expected = [whole[at : at + 40].rstrip() for at in range(0, len(whole), 40)]
        shown = [one for one in lines if one]
        assert shown[-len(expected) :] == expected

    story()


def test_columns_are_read_downwards() -> None:
    assert in_columns(("a", "b", "c"), 6) == "a  c\nb\n"
    assert in_columns(("a",), 1) == "a\n"
