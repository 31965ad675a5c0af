"""The request log as `kx practice requests` shows it: whole, followed through a restart, without secrets."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.practice_server import PracticeServer, until


@pytest.fixture
def server(tmp_path: Path) -> Iterator[PracticeServer]:
    made = PracticeServer(tmp_path)
    made.start()
    yield made
    made.stop()


def kx(server: PracticeServer, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "kx", "practice", *arguments]
    return subprocess.run(command, env=server.env, capture_output=True, text=True, timeout=120, check=False)


def ok(server: PracticeServer, *arguments: str) -> str:
    done = kx(server, *arguments)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


class Follower:
    """``kx practice requests -f``, running; everything it has said so far."""

    def __init__(self, server: PracticeServer, folder: Path) -> None:
        self.out, self.err = folder / "out", folder / "err"
        command = [sys.executable, "-m", "kx", "practice", "requests", "-f", "-o", "json"]
        with self.out.open("w") as out, self.err.open("w") as err:
            self.process = subprocess.Popen(command, env=server.env, stdout=out, stderr=err)

    def paths(self) -> list[str]:
        lines = self.out.read_text().splitlines(keepends=True)
        return [json.loads(line)["path"] for line in lines if line.endswith("\n")]

    def sees(self, path: str, times: int = 1) -> None:
        until(lambda: self.paths().count(path) == times, f"{path} to be told {times} times")


def test_requests_are_followed_through_a_restart_and_ctrl_c_ends_it(server: PracticeServer, tmp_path: Path) -> None:
    server.ask("GET", "/api/v1/namespaces/default/configmaps/before")
    follower = Follower(server, tmp_path)
    follower.sees("/api/v1/namespaces/default/configmaps/before")
    server.ask("GET", "/api/v1/namespaces/default/configmaps/during?limit=1")
    follower.sees("/api/v1/namespaces/default/configmaps/during")
    server.stop()
    until(lambda: "waiting" in follower.err.read_text(), "the end to be noticed")
    server.start()
    server.ask("GET", "/api/v1/namespaces/default/configmaps/after")
    follower.sees("/api/v1/namespaces/default/configmaps/after")
    follower.process.send_signal(signal.SIGINT)
    assert follower.process.wait(timeout=60) == 130
    assert follower.err.read_text().strip() == "The practice cluster has ended; waiting for it to be started again."
    assert follower.paths().count("/api/v1/namespaces/default/configmaps/during") == 1
    assert not [path for path in follower.paths() if path.startswith("/kx")]


def test_requests_as_text_and_json(server: PracticeServer) -> None:
    secret = "do-not-tell"
    body = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}, "stringData": {"key": secret}}
    server.ask("POST", "/api/v1/namespaces/default/secrets", body, headers={"user-agent": "tester/1 (x)"})
    text, lines = ok(server, "requests"), ok(server, "requests", "-o", "json")
    assert text.splitlines()[0].split() == ["TIME", "METHOD", "STATUS", "SENT", "AGENT", "REQUEST"]
    last = json.loads(lines.splitlines()[-1])
    assert (last["verb"], last["method"], last["path"], last["status"], last["body_kind"], last["agent"]) == (
        "create",
        "POST",
        "/api/v1/namespaces/default/secrets",
        201,
        "v1 Secret",
        "tester/1 (x)",
    )
    assert text.splitlines()[-1].split()[1:] == [
        "POST",
        "201",
        "v1",
        "Secret",
        "tester/1",
        "/api/v1/namespaces/default/secrets",
    ]
    assert secret not in text + lines
    for token in (server.headers()["Authorization"].split()[1], "Bearer"):
        assert token not in text + lines
    server.stop()
    refused = kx(server, "requests")
    assert (refused.returncode, "not running" in refused.stderr, refused.stdout) == (1, True, "")
