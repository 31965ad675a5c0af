"""Typing into a program in a terminal of its own."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from kx.cheat.chapter import Keys
from kx.cheat.terminal import converse
from kx.errors import KxError

ASK = "test -t 0 && test -t 1 && printf 'name? ' && read name && echo hello $name && stty size && exit 4"


def test_keys_are_typed_when_the_screen_asks_for_them(tmp_path: Path) -> None:
    status, shown = converse(["/bin/sh", "-c", ASK], [Keys(r"name\? ", "kx\r")], os.environ, tmp_path, 60)
    assert status == 4
    assert "hello kx" in shown
    assert "24 80" in shown


def test_a_program_that_waits_for_something_else_is_ended_and_named(tmp_path: Path) -> None:
    with pytest.raises(KxError, match=r"waits for something"):
        converse(["/bin/sh", "-c", "echo hi; read x"], [Keys("never", "x")], os.environ, tmp_path, 0.5)
