"""The picker: its state, its keys through a pipe, and what a person sees."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from prompt_toolkit.data_structures import Size
from prompt_toolkit.input import PipeInput, create_pipe_input
from prompt_toolkit.output.vt100 import Vt100_Output

from kx.contexts import picker
from kx.contexts.choice import Choice, window
from kx.contexts.desk import Desk
from kx.contexts.picker_screen import run
from kx.contexts.refused import RefusedError
from tests.contexts.callers import Terminal

NAMES = ("dev-eu", "dev-us", *(f"prod-{number}" for number in range(1, 31)))
UP, DOWN, PAGE_DOWN, ENTER, ESCAPE, CTRL_C, BACKSPACE = "\x1b[A", "\x1b[B", "\x1b[6~", "\r", "\x1b", "\x03", "\x7f"


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("", NAMES),
        ("dev", ("dev-eu", "dev-us")),
        ("US", ("dev-us",)),
        ("30 prod", ("prod-30",)),
        ("nothing", ()),
    ],
)
def test_typing_makes_the_list_shorter(typed: str, found: Sequence[str]) -> None:
    assert Choice(NAMES).retyped(typed).found == found


def test_the_cursor_stays_on_its_name_and_inside_the_list() -> None:
    choice = Choice(NAMES, index=NAMES.index("prod-12"))
    assert choice.retyped("prod").chosen == "prod-12"
    assert choice.retyped("dev").chosen == "dev-eu"
    assert choice.retyped("nothing").chosen == ""
    assert choice.retyped("nothing").moved(3).retyped("dev").chosen == "dev-eu"
    assert Choice(NAMES).moved(-1).index == 0
    assert Choice(NAMES).moved(1000).chosen == "prod-30"


@pytest.mark.parametrize(
    ("index", "height", "shown"), [(0, 5, range(5)), (31, 5, range(27, 32)), (10, 5, range(8, 13)), (3, 99, range(32))]
)
def test_the_cursor_is_in_sight(index: int, height: int, shown: range) -> None:
    assert window(Choice(NAMES, index=index), height) == shown


@pytest.fixture
def keyboard() -> Iterator[PipeInput]:
    with create_pipe_input() as pipe:
        yield pipe


def pressed(keyboard: PipeInput, keys: str, rows: int = 24) -> tuple[str, str]:
    """What was chosen, and all that was written on the screen."""
    screen = io.StringIO()
    output = Vt100_Output(screen, lambda: Size(rows=rows, columns=80), term="xterm")
    keyboard.send_text(keys)
    choice = Choice(NAMES, index=1)
    return run(choice, "dev-us", "context", colour=False, height=12, input=keyboard, output=output), screen.getvalue()


@pytest.mark.parametrize(
    ("keys", "chosen"),
    [
        (ENTER, "dev-us"),
        (DOWN + ENTER, "prod-1"),
        (UP + UP + UP + ENTER, "dev-eu"),
        (PAGE_DOWN + ENTER, "prod-10"),
        ("prod-7" + ENTER, "prod-7"),
        ("prodx" + BACKSPACE + ENTER, "prod-1"),
        ("nothing" + ENTER, ""),
        (ESCAPE, ""),
        ("\x04", ""),
    ],
)
def test_keys(keyboard: PipeInput, keys: str, chosen: str) -> None:
    assert pressed(keyboard, keys)[0] == chosen


def test_ctrl_c_is_an_interruption(keyboard: PipeInput) -> None:
    with pytest.raises(KeyboardInterrupt):
        pressed(keyboard, CTRL_C)


@pytest.mark.parametrize("rows", [24, 5, 3])
def test_the_current_one_is_told_in_words_on_every_screen(keyboard: PipeInput, rows: int) -> None:
    _, screen = pressed(keyboard, ENTER, rows)
    assert "dev-us  (current)" in screen


def desk(folder: Path, **env: str) -> Desk:
    env = {"HOME": str(folder), "PATH": os.environ["PATH"], "TERM": "dumb", **env}
    return Desk(env=env, out=Terminal(), err=Terminal(), program="kx ctx", interactive=True)


@pytest.mark.parametrize(
    ("answer", "chosen"), [("2\n", "dev-us"), ("prod-9\n", "prod-9"), ("eu\n", "dev-eu"), ("32\n", "prod-30")]
)
def test_a_dumb_terminal_gets_numbers(
    answer: str, chosen: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(answer))
    assert picker.pick(desk(tmp_path), NAMES, "dev-us", "context") == chosen


@pytest.mark.parametrize("answer", ["", "\n", "0\n", "33\n", "prod\n"])
def test_no_choice_is_refused_in_kubectx_words(answer: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(answer))
    with pytest.raises(RefusedError, match="you did not choose any of the options"):
        picker.pick(desk(tmp_path), NAMES, "dev-us", "context")


def test_those_who_prefer_fzf_get_fzf(tmp_path: Path) -> None:
    """A program of that name that takes the second line, as fzf would let one do."""
    program = tmp_path / "bin" / "fzf"
    program.parent.mkdir()
    program.write_text('#!/bin/sh\n[ "$*" = "--ansi --no-preview" ] && sed -n 2p | sed "s/\\x1b[^m]*m//g"\n')
    program.chmod(0o755)
    (tmp_path / ".config" / "kx").mkdir(parents=True)
    (tmp_path / ".config" / "kx" / "config.toml").write_text('picker = "fzf"\n')
    asked = desk(tmp_path, PATH=f"{program.parent}:/usr/bin:/bin")
    assert picker.pick(asked, NAMES, "dev-us", "context") == "dev-us"
