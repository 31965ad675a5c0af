"""``-s`` and ``-r``: real shells on the practice cluster, and a look at what is left of them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import kx
from tests.kubectls import find_kubectls
from tests.practice_server import PracticeServer, practice_server

ROOT = str(Path(kx.__file__).parent.parent)
pytestmark = pytest.mark.skipif(not find_kubectls(), reason="no kubectl found: a shell cannot be cut out")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PracticeServer]:
    with practice_server(tmp_path_factory.mktemp("cluster")) as running:
        yield running


def shell(server: PracticeServer, folder: Path, flag: str, *lines: str) -> str:
    """What the lines print in the shell that ``kx ctx FLAG practice`` opens."""
    program = folder / "shell"
    program.write_text("#!/bin/sh\n" + "\n".join(lines) + "\n", encoding="utf-8")
    program.chmod(0o755)
    kubectl = find_kubectls()[-1].path
    env = {
        **server.env,
        "HOME": str(folder),
        "KUBECONFIG": str(server.kubeconfig),
        "KUBECTL": str(kubectl),
        "kubectl": str(kubectl),
        "SHELL": str(program),
        "PYTHONPATH": ROOT,
    }
    done = subprocess.run(
        [sys.executable, "-m", "kx", "ctx", flag, "practice"],
        env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0
    assert [
        path for path in folder.rglob("*") if path.is_file() and path != program and "cache" not in path.parts
    ] == []
    return done.stdout


def test_an_isolated_shell_knows_one_context_and_reaches_its_cluster(server: PracticeServer, tmp_path: Path) -> None:
    said = shell(
        server,
        tmp_path,
        "-s",
        "echo $KUBECTX_ISOLATED_SHELL $(stat -c %a $KUBECONFIG)",
        "$kubectl config get-contexts -o name",
        "$kubectl get namespace default -o name",
        "exit 3",
    )
    assert said.splitlines() == [
        "[ISOLATED SHELL] kubectl context is practice in this shell — type 'exit' to leave.",
        "1 600",
        "practice",
        "namespace/default",
        "[ISOLATED SHELL EXITED] kubectl context is now practice.",
    ]


def test_a_read_only_shell_looks_and_does_not_touch(server: PracticeServer, tmp_path: Path) -> None:
    said = shell(
        server,
        tmp_path,
        "-r",
        "echo $KUBECTX_READONLY_SHELL",
        "$kubectl config current-context",
        "$kubectl get namespace default -o name",
        "$kubectl create namespace new",
        "$kubectl delete namespace default",
        "$kubectl create namespace new --dry-run=server -o name",
        "$kubectl auth can-i create pods",
        "grep -c token $KUBECONFIG",
        "server=$($kubectl config view -o 'jsonpath={.clusters[0].cluster.server}')",
        "$kubectl --kubeconfig=/dev/null --server=${server%/*}/guess get --raw /api",
    )
    assert said.splitlines() == [
        "[READONLY SHELL] kubectl context is practice in READ-ONLY mode — type 'exit' to leave.",
        "1",
        "practice[RO]",
        "namespace/default",
        "Error from server (MethodNotAllowed): [kx] readonly mode: POST requests are not allowed",
        "Error from server (MethodNotAllowed): [kx] readonly mode: DELETE requests are not allowed",
        "namespace/new",
        "yes",
        "0",
        "Error from server (Forbidden): this door is another user's",
        "[READONLY SHELL EXITED] kubectl context is now practice.",
    ]
    assert "new" not in server.kubectl("get", "namespaces", "-o", "name").stdout
