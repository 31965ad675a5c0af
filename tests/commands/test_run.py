from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import kx
from tests.shell.conftest import Desk

ROOT = str(Path(kx.__file__).parent.parent)


def run(desk: Desk, *words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "kx", *words],
        input=stdin,
        env={**desk.env, "PYTHONPATH": ROOT},
        capture_output=True,
        text=True,
        check=False,
    )


def test_it_explains_on_stderr_and_leaves_stdout_to_kubectl(desk: Desk) -> None:
    done = run(desk, "run", "--", "get", "pods", "-o", "wide")
    assert (done.returncode, done.stdout) == (0, "ran get pods -o wide\n")
    assert "READ" in done.stderr
    assert desk.calls == [["get", "pods", "-o", "wide"]]


def test_the_status_is_kubectls(desk: Desk) -> None:
    assert run(desk, "run", "--", "get", "fail").returncode == 3


@pytest.mark.parametrize(
    ("words", "calls"),
    [
        (["run", "--", "kubectl", "get", "pods"], ["get", "pods"]),
        (["run", "get", "pods", "-n", "web"], ["get", "pods", "-n", "web"]),
        (["run", "--explain", "off", "--", "exec", "p", "--", "sh", "-c", "a | b"], None),
        (["run", "--", "get", "pods", "-l", "a in (b, c)", ""], ["get", "pods", "-l", "a in (b, c)", ""]),
    ],
)
def test_words_reach_kubectl_as_they_are(desk: Desk, words: list[str], calls: list[str] | None) -> None:
    run(desk, *words)
    expected = calls if calls is not None else ["exec", "p", "--", "sh", "-c", "a | b"]
    assert desk.log.read_text(encoding="utf-8") == "\n".join(expected) + "\n\n"


@pytest.mark.parametrize(
    ("mode", "full", "brief"), [("full", True, False), ("brief", False, True), ("off", False, False)]
)
def test_how_much_is_explained(desk: Desk, mode: str, full: bool, brief: bool) -> None:
    done = run(desk, "run", "--explain", mode, "--", "get", "pods")
    assert ("asks" in done.stderr, "READ practice/default" in done.stderr) == (full, brief)


def test_with_nobody_to_ask_changes_run_and_traps_do_not(desk: Desk) -> None:
    assert run(desk, "run", "--", "delete", "pod", "web").returncode == 0
    trap = ["delete", "pod", "web", "--cascade", "orphan"]
    done = run(desk, "run", "--", *trap)
    assert done.returncode == 1
    assert "STOP" in done.stderr
    assert run(desk, "run", "-y", "--", *trap).returncode == 0
    assert run(desk, "-y", "run", "--", *trap).returncode == 0
    assert desk.calls == [["delete", "pod", "web"], trap, trap]


def test_context_and_namespace_are_explained_and_used(desk: Desk, tmp_path: Path) -> None:
    kubectl = Path(desk.env["KX_KUBECTL"])
    kubectl.write_text('#!/bin/sh\necho "$KUBECONFIG"; cat "${KUBECONFIG%%:*}"\n', encoding="utf-8")
    done = run(desk, "run", "--context", "prod", "-n", "mine", "--", "get", "pods")
    assert "context prod, namespace mine" in done.stderr
    assert done.stdout.splitlines()[0].endswith(f":{desk.env['KUBECONFIG']}")
    assert 'current-context: "prod"' in done.stdout
    assert 'namespace: "mine"' in done.stdout


def test_a_context_named_in_the_line_is_explained(desk: Desk) -> None:
    done = run(desk, "run", "--", "get", "pods", "--context", "prod")
    assert "context prod, namespace web" in done.stderr
    assert desk.calls == [["get", "pods", "--context", "prod"]]


@pytest.mark.parametrize(
    ("words", "status", "says"),
    [
        (["run", "--context", "nope", "--", "get", "pods"], 1, 'context "nope" does not exist'),
        (["run", "--kubeconfig", "/nowhere", "--", "get", "pods"], 1, "/nowhere does not exist"),
        (["run"], 2, "Missing argument"),
        (["run", "--explain", "loud", "--", "get"], 2, "Invalid value"),
    ],
)
def test_mistakes(desk: Desk, words: list[str], status: int, says: str) -> None:
    done = run(desk, *words)
    assert (done.returncode, done.stdout) == (status, "")
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_no_kubectl_at_all_is_said(desk: Desk, tmp_path: Path) -> None:
    del desk.env["KX_KUBECTL"]
    desk.env["PATH"] = str(tmp_path)
    done = run(desk, "run", "--", "get", "pods")
    assert done.returncode == 1
    assert "READ" in done.stderr
    assert "kx kubectl install" in done.stderr


def test_settings_are_read_and_their_mistakes_said(desk: Desk, tmp_path: Path) -> None:
    folder = tmp_path / ".config" / "kx"
    folder.mkdir(parents=True)
    (folder / "config.toml").write_text('explain = "off"\n', encoding="utf-8")
    assert "READ" not in run(desk, "run", "--", "get", "pods").stderr
    (folder / "config.toml").write_text("explain = 1\n", encoding="utf-8")
    done = run(desk, "run", "--", "get", "pods")
    assert done.returncode == 1
    assert str(folder / "config.toml") in done.stderr
