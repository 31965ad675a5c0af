"""What a person at a terminal is told after a command: a real kx and a real terminal, and a kubectl that fails."""

from __future__ import annotations

import sys
from pathlib import Path

import pexpect
import pytest

import kx
from tests.kubeconfig.builders import write
from tests.shell.conftest import Desk

# Answers as kubectl does: a refusal on stderr, a table on stdout.
_KUBECTL = """#!/bin/sh
case "$*" in
  "version --client -o json") echo '{"clientVersion": {"gitVersion": "v1.33.1"}}'; exit 0;;
  *--ignore-not-found*) exit 0;;
  "get pods") printf 'NAME   READY   STATUS             RESTARTS   AGE\\n'
              printf 'web    0/1     ImagePullBackOff   0          5m\\n';;
  *) echo 'Error from server (NotFound): pods "wbe" not found' >&2; exit 1;;
esac
"""


@pytest.fixture
def failing(desk: Desk) -> Desk:
    kubectl = write(Path(desk.env["KX_KUBECTL"]), _KUBECTL)
    kubectl.chmod(0o755)
    return desk


def shown(desk: Desk, command: str) -> str:
    """What `sh -c command` shows at a terminal of 80 columns; ``KX`` is kx."""
    env = {**desk.env, "PYTHONPATH": str(Path(kx.__file__).parent.parent), "NO_COLOR": "1", "LANG": "C.UTF-8"}
    line = command.replace("KX", f"{sys.executable} -m kx")
    terminal = pexpect.spawn("/bin/sh", ["-c", line], env=env, encoding="utf-8", timeout=60, dimensions=(24, 80))
    terminal.expect(pexpect.EOF)
    terminal.close()
    return str(terminal.before).replace("\r\n", "\n")


def test_why_and_next(failing: Desk) -> None:
    text = shown(failing, "printf 'get pods\\nget pod wbe\\n' | KX")
    assert "  why    web: the image cannot be fetched: a typo in its name or tag, or a" in text
    assert "  next   kubectl describe pod web   (see Events at the end)\n" in text
    assert "There is no pod called wbe in the namespace default. Near to it: web.\n" in text
    assert "  next   kubectl get pods web   (this one?)\n         kubectl get pods       (those there are)\n" in text
    assert max(map(len, text.splitlines())) <= 80


def test_brief_is_one_line_and_off_is_none(failing: Desk) -> None:
    brief = shown(failing, "KX run --explain brief -- get pod wbe")
    assert brief.count("  why    ") == 1
    assert "next" not in brief
    assert "why" not in shown(failing, "KX run --explain off -- get pod wbe")


@pytest.mark.parametrize("command", ["KX run -- get pod wbe 2>/dev/null", "KX run -- get pod wbe 2>&1 | cat"])
def test_nothing_is_said_where_nobody_reads(failing: Desk, command: str) -> None:
    assert "why  " not in shown(failing, command)


def test_output_that_goes_to_a_file_is_the_commands_own(failing: Desk) -> None:
    assert "why    There is no pod called wbe" in shown(failing, "KX run -- get pod wbe > /dev/null")
    assert "why    web" not in shown(failing, f"KX run -- get pods > {failing.env['HOME']}/file")


def test_a_pipe_inside_a_line_is_left_alone(failing: Desk) -> None:
    assert "why  " not in shown(failing, "echo 'get pods | cat' | KX")
