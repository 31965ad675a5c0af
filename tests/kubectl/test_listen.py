"""Programs that are run only for what they say."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from kx.kubectl.listen import Said, listen

ENV = {"PATH": os.environ.get("PATH", os.defpath)}


def test_both_streams_are_heard() -> None:
    assert listen(["sh", "-c", "echo a; echo b >&2; exit 3"], ENV, 20) == Said("a\n", "b\n")


def test_there_is_no_input_and_no_terminal() -> None:
    assert listen(["sh", "-c", "cat; tty </dev/tty 2>&1 || echo none"], ENV, 20) is not None
    said = listen(["sh", "-c", "cat; (: </dev/tty) 2>/dev/null || echo none"], ENV, 20)
    assert said is not None and said.out == "none\n"


def test_endless_output_is_cut() -> None:
    said = listen(["sh", "-c", "yes"], ENV, 20)
    assert said is not None and len(said.out) == 500_000


@pytest.mark.parametrize("then", ["wait", "exit", "trap '' TERM; wait"])
def test_whoever_takes_too_long_is_ended_with_all_it_started(then: str, tmp_path: Path) -> None:
    assert listen(["sh", "-c", f"sleep 60 & echo $! > {tmp_path}/child; {then}"], ENV, 1) is None
    child = (tmp_path / "child").read_text().strip()
    state = subprocess.run(["ps", "-o", "stat=", "-p", child], capture_output=True, text=True, check=False).stdout
    assert state.strip()[:1] in ("", "Z")


@pytest.mark.parametrize("argv", [["/no/such/program"], ["/"], ["a\0b"]])
def test_what_cannot_start_says_nothing(argv: list[str]) -> None:
    assert listen(argv, ENV, 20) is None
