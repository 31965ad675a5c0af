"""The shell and `kx run` with each real kubectl on a cluster: interactive, scripted, and from another shell."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pexpect
import pytest

import kx
from tests.e2e.conftest import DEADLINE, Desk

pytestmark = pytest.mark.e2e

ROOT = str(Path(kx.__file__).parent.parent)
IMAGE = "saman2000h/net-utils:1.2"


def environment(desk: Desk) -> dict[str, str]:
    return {**desk.env, "PYTHONPATH": ROOT, "PROMPT_TOOLKIT_NO_CPR": "1", "LANG": "C.UTF-8"}


def test_a_lesson_typed_by_hand(desk: Desk) -> None:
    terminal = pexpect.spawn(
        sys.executable,
        ["-m", "kx"],
        env=environment(desk),
        cwd=str(desk.folder),
        encoding="utf-8",
        timeout=DEADLINE,
        dimensions=(40, 100),
    )
    prompt, question = f"{desk.namespace}[^❯]*❯", r"Run it\? \[Y/n/\?\]"

    def line(text: str, *shown: str) -> None:
        terminal.expect(prompt)
        terminal.send(f"{text}\r")
        for pattern in shown:
            terminal.expect(pattern)

    line(f"run net-utils --image={IMAGE} sleep infinite", "CREATE", question)
    terminal.send("\r")
    terminal.expect("pod/net-utils created")
    line("wait --for=condition=Ready pod/net-utils --timeout=100s", "condition met")
    line(f"run net-utils --image={IMAGE}", "is there already", question)
    terminal.send("n\r")
    line("exec net-utils -it -- bash", question)
    terminal.send("\r")
    terminal.expect("# ")
    terminal.sendintr()  # reaches the program in the pod, not kx
    terminal.send("echo hello-from-$((6*7)) || echo\r")
    terminal.expect("hello-from")
    terminal.send("exit\r")
    line("get pods --watch", r"net-utils +1/1 +Running")
    terminal.sendintr()
    line("get pods | grep net-utils", "net-utils +1/1 +Running")
    line("exit")
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert terminal.exitstatus == 0


def test_a_script_runs_line_by_line_and_stops_at_a_failure(desk: Desk) -> None:
    script = (
        f"create deployment web --image={IMAGE} --dry-run=client -o yaml > web.yaml\n"
        "apply -f web.yaml\n"
        "apply -f - <<EOF\n"
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\n"
        "EOF\n"
        "get deployment web -o name\n"
        "get deployment nothing\n"
        "delete deployment web\n"
    )
    done = subprocess.run(
        [sys.executable, "-m", "kx"],
        input=script,
        env=environment(desk),
        cwd=desk.folder,
        capture_output=True,
        text=True,
        timeout=DEADLINE,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    assert done.stdout == "deployment.apps/web created\nconfigmap/settings created\ndeployment.apps/web\n"
    assert "NotFound" in done.stderr
    assert desk.ok("kubectl get deployment web -o name") == "deployment.apps/web\n"


def test_kx_run_passes_output_and_status_on(desk: Desk) -> None:
    def run(*words: str) -> subprocess.CompletedProcess[str]:
        argv = [sys.executable, "-m", "kx", "run", "--explain", "off", *words]
        return subprocess.run(
            argv, env=environment(desk), capture_output=True, text=True, timeout=DEADLINE, check=False
        )

    assert run("--", "get", "namespace", desk.namespace, "-o", "name").stdout == f"namespace/{desk.namespace}\n"
    elsewhere = run("-n", "kube-system", "--", "config", "view", "--minify", "-o", "jsonpath={..namespace}")
    assert elsewhere.stdout == "kube-system"
    assert run("--", "get", "pod", "nothing").returncode == 1
