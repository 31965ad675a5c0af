"""The real program in a real terminal, with keys as a person types them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import termios
from collections.abc import Callable, Iterator
from pathlib import Path

import pexpect
import pytest

import kx
from tests.kubeconfig.builders import write
from tests.kubectls import Kubectl, find_kubectls
from tests.shell.conftest import Desk

ROOT = str(Path(kx.__file__).parent.parent)
# Colours stand between the words of the prompt.
PROMPT = "practice/default[^❯]*❯"
NOWHERE = "no context[^❯]*❯"
UP, DOWN, TAB = "\x1b[A", "\x1b[B", "\t"

newest_kubectl = pytest.mark.parametrize("kubectl", find_kubectls()[-1:], ids=lambda kubectl: kubectl.version)

Start = Callable[..., pexpect.spawn]


@pytest.fixture
def start(desk: Desk) -> Iterator[Start]:
    terminals: list[pexpect.spawn] = []

    def start_kx(*words: str, kubectl: str = "", **env: str) -> pexpect.spawn:
        if kubectl:
            write(Path(desk.env["KX_KUBECTL"]), kubectl)
        terminal = pexpect.spawn(
            sys.executable,
            ["-m", "kx", *words],
            env={**desk.env, "PYTHONPATH": ROOT, "PROMPT_TOOLKIT_NO_CPR": "1", **env},
            encoding="utf-8",
            timeout=60,
            dimensions=(24, 80),
        )
        terminals.append(terminal)
        return terminal

    yield start_kx
    for terminal in terminals:
        terminal.close(force=True)


def ended(terminal: pexpect.spawn) -> int:
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert terminal.exitstatus is not None
    return int(terminal.exitstatus)


def test_a_session(start: Start, desk: Desk) -> None:
    terminal = start()
    terminal.expect(PROMPT)
    terminal.send("get pods\r")
    terminal.expect("READ")
    terminal.expect("ran get pods")
    terminal.expect(PROMPT)
    terminal.send("exit 5\r")
    assert ended(terminal) == 5


def test_ctrl_c_clears_and_ctrl_d_leaves(start: Start, desk: Desk) -> None:
    terminal = start()
    terminal.expect(PROMPT)
    terminal.send("delete everything")
    terminal.expect("everything")
    terminal.sendintr()
    terminal.expect(PROMPT)
    terminal.send("\x04")
    assert ended(terminal) == 0
    assert desk.calls == []


@newest_kubectl
def test_no_cluster_is_needed_to_read_explain_and_ask(start: Start, desk: Desk, kubectl: Kubectl) -> None:
    terminal = start(KX_KUBECTL=str(kubectl.path))  # nobody listens where this kubeconfig points to
    terminal.expect(PROMPT)
    terminal.send("run web --image=nginx\r")
    terminal.expect("CREATE")
    terminal.expect(r"Run it\? \[Y/n/\?\]")
    terminal.send("n\r")
    terminal.expect("Not run.")
    terminal.expect(PROMPT)
    terminal.send("\x04")
    assert ended(terminal) == 0


def test_tab_completes_and_enter_on_a_choice_does_not_run_it(start: Start, desk: Desk) -> None:
    terminal = start(kubectl="#!/bin/sh\necho words: $@\n")
    terminal.expect(PROMPT)
    terminal.send("get deploym")
    terminal.expect("a Deployment keeps")
    terminal.send(DOWN)
    terminal.expect("deployments")
    terminal.send("\r")
    terminal.send("-o name\r")
    terminal.expect("words: get deployments -o name")
    terminal.expect(PROMPT)
    terminal.send("\x04")
    assert ended(terminal) == 0


def test_earlier_lines_come_back_in_the_next_session(start: Start, desk: Desk) -> None:
    kubectl = "#!/bin/sh\necho words: $@\n"
    first = start(kubectl=kubectl)
    first.expect(PROMPT)
    first.send("get configmaps\r")
    first.expect("words: get configmaps")
    first.expect(PROMPT)
    first.send("\x04")
    assert ended(first) == 0
    second = start(kubectl=kubectl)
    second.expect(PROMPT)
    second.send(UP)
    second.expect("configmaps")
    second.send("\r")
    second.expect("words: get configmaps")
    second.send("\x04")
    assert ended(second) == 0


def test_the_command_has_the_terminal_and_ctrl_c_is_its_own(start: Start, desk: Desk) -> None:
    kubectl = f"""#!{sys.executable}
import os, signal, sys
if "version" in sys.argv: sys.exit(1)
print("size", *os.get_terminal_size(), all(os.isatty(n) for n in (0, 1, 2)), flush=True)
signal.signal(signal.SIGINT, signal.SIG_DFL)
signal.pause()
"""
    terminal = start(kubectl=kubectl)
    terminal.expect(PROMPT)
    terminal.send("logs web -f\r")
    terminal.expect("size 80 24 True")
    terminal.sendintr()
    terminal.expect(PROMPT)
    terminal.send("exit\r")
    assert ended(terminal) == 0


def test_a_command_killed_in_raw_mode_leaves_a_sound_terminal(start: Start, desk: Desk) -> None:
    kubectl = f"""#!{sys.executable}
import os, signal, sys, tty
if "version" in sys.argv: sys.exit(1)
tty.setraw(0)
os.kill(os.getpid(), signal.SIGKILL)
"""
    terminal = start("run", "--explain", "off", "--", "get", "pods", kubectl=kubectl)
    before = termios.tcgetattr(terminal.child_fd)
    terminal.expect(pexpect.EOF)
    after = termios.tcgetattr(terminal.child_fd)
    terminal.close()
    assert terminal.exitstatus == 137
    assert after == before


@pytest.mark.parametrize(
    ("keys", "status", "calls"),
    [
        ("\r", 0, [["delete", "pod", "web"]]),
        ("y\r", 0, [["delete", "pod", "web"]]),
        ("n\r", 130, []),
        ("?\rn\r", 130, []),
        ("\x03", 130, []),
        ("\x04", 130, []),
    ],
)
def test_kx_run_asks_on_a_terminal(start: Start, desk: Desk, keys: str, status: int, calls: list[list[str]]) -> None:
    terminal = start("run", "--", "delete", "pod", "web")
    terminal.expect(r"Run it\? \[Y/n/\?\]")
    terminal.send(keys)
    assert ended(terminal) == status
    assert desk.calls == calls


def test_no_cluster_at_all_is_said_and_the_practice_cluster_offered(start: Start, desk: Desk, tmp_path: Path) -> None:
    terminal = start(KUBECONFIG=str(tmp_path / "none"))
    terminal.expect("No cluster is configured")
    terminal.expect("Start the practice cluster")
    terminal.send("n\r")
    terminal.expect(NOWHERE)
    terminal.send("scale deployment web --replicas=2\r")
    terminal.expect("CHANGE")
    terminal.expect(r"Run it\? \[Y/n/\?\]")
    terminal.send("n\r")
    terminal.expect(NOWHERE)
    terminal.send("\x04")
    assert ended(terminal) == 0


def test_a_broken_kubeconfig_is_said_and_the_shell_opens(start: Start, desk: Desk) -> None:
    write(Path(desk.env["KUBECONFIG"]), "contexts: {}\n")
    terminal = start()
    terminal.expect("contexts is not a list")
    terminal.expect(NOWHERE)
    terminal.send("\x04")
    assert ended(terminal) == 0


def test_lines_on_standard_input_are_a_script(desk: Desk) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "kx"],
        input="get pods\nget fail\nget svc\n",
        env={**desk.env, "PYTHONPATH": ROOT},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (3, "ran get pods\n")
    assert "practice/default ❯ get fail" in done.stderr
    assert desk.calls == [["get", "pods"], ["get", "fail"]]


def test_the_first_prompt_loads_nothing_heavy(desk: Desk) -> None:
    code = """
import json, os, sys
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput
from kx.shell.loop import run_prompt
from kx.shell.open import opened
with opened(os.environ) as session, create_pipe_input() as pipe:
    pipe.send_text("\\x04")
    run_prompt(session, stdin=pipe, stdout=DummyOutput())
print(json.dumps(sorted(sys.modules)))
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**desk.env, "PYTHONPATH": ROOT},
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = {name.partition(".")[0] for name in json.loads(done.stdout)}
    assert not loaded & {"kubernetes", "tabulate", "yaml", "cryptography", "aiohttp", "pydantic", "h11", "urllib3"}
    assert os.path.exists(desk.env["KUBECONFIG"])
