"""The background process: one per user, found again, stopped, killed, started again with everything in it."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kx.practice import lifecycle
from tests.practice_server import PracticeServer, until


@pytest.fixture
def server(tmp_path: Path) -> Iterator[PracticeServer]:
    made = PracticeServer(tmp_path)
    yield made
    made.stop()


def kx(server: PracticeServer, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "kx", "practice", *arguments]
    return subprocess.run(command, env=server.env, capture_output=True, text=True, timeout=120, check=False)


def put(server: PracticeServer, name: str) -> None:
    body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}}
    assert server.ask("POST", "/api/v1/namespaces/default/configmaps", body).status == 201


def has(server: PracticeServer, name: str) -> bool:
    return server.ask("GET", f"/api/v1/namespaces/default/configmaps/{name}").status == 200


def test_start_says_how_to_use_it_and_status_tells_of_it(server: PracticeServer) -> None:
    assert kx(server, "status").stdout == "not running\n"
    started = kx(server, "start")
    assert started.returncode == 0, started.stderr
    assert started.stdout == ""
    assert "export KUBECONFIG=$(kx practice kubeconfig)" in started.stderr
    status = kx(server, "status")
    assert status.returncode == 0
    assert f"https://127.0.0.1:{server.port}" in status.stdout
    assert kx(server, "kubeconfig").stdout == f"{server.kubeconfig}\n"
    assert "already" in kx(server, "start").stderr
    assert kx(server, "stop").returncode == 0
    stopped = kx(server, "status")
    assert (stopped.returncode, stopped.stdout) == (1, "not running\n")
    assert "not running" in kx(server, "stop").stderr


def test_two_starts_at_once_give_one_server(server: PracticeServer) -> None:
    command = [sys.executable, "-m", "kx", "practice", "start"]
    both = [subprocess.Popen(command, env=server.env, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    said = [process.communicate(timeout=120)[1] for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    assert sorted("already" in words for words in said) == [False, True]


def test_the_server_is_nobodys_child_and_holds_no_terminal(server: PracticeServer) -> None:
    server.start()
    pid = server.pid
    assert pid != os.getpid()
    assert os.getsid(pid) != os.getsid(0)
    if Path("/proc").is_dir():
        assert os.readlink(f"/proc/{pid}/cwd") == "/"
        inherited = [os.readlink(f"/proc/{pid}/fd/{number}") for number in (0, 1, 2)]
        assert inherited == ["/dev/null", str(server.home / "practice.log"), str(server.home / "practice.log")]


def test_a_killed_server_is_noticed_and_started_again_with_everything(server: PracticeServer) -> None:
    server.start()
    put(server, "kept")
    port, pid = server.port, server.pid
    os.kill(pid, signal.SIGKILL)
    until(lambda: lifecycle.state(server.env).running is None, "the death to be noticed")
    status = kx(server, "status")
    assert status.returncode == 1
    assert "ended without being stopped" in status.stdout
    server.start()
    assert server.pid != pid
    assert server.port == port
    assert has(server, "kept")


def test_stop_keeps_the_objects_and_reset_does_not(server: PracticeServer) -> None:
    server.start()
    put(server, "kept")
    port, token = server.port, server.headers()
    server.stop()
    server.start()
    assert has(server, "kept")
    assert kx(server, "reset").returncode == 0
    assert not has(server, "kept")
    assert server.ask("GET", "/api/v1/namespaces/default").status == 200
    assert (server.port, server.headers()) == (port, token)
    server.stop()
    assert "empty" in kx(server, "reset").stderr
    assert lifecycle.state(server.env).running is None


def test_stop_ends_open_watches(server: PracticeServer) -> None:
    server.start()
    with server.connection() as connection:
        connection.request("GET", "/api/v1/pods?watch=true", headers=server.headers())
        response = connection.getresponse()
        server.stop()
        with pytest.raises((http.client.IncompleteRead, ssl.SSLError, ConnectionError)):
            if response.read() == b"":
                raise ConnectionResetError
    log = (server.home / "practice.log").read_text()
    assert log.endswith(" ended\n")  # by itself, not killed for taking too long
    assert "Traceback" not in log


def test_what_kubectl_writes_into_the_kubeconfig_stays(server: PracticeServer) -> None:
    server.start()
    changed = server.kubeconfig.read_text().replace("namespace: default", "namespace: mine")
    server.kubeconfig.write_text(changed)
    server.stop()
    server.start()
    assert server.kubeconfig.read_text() == changed


def test_a_port_taken_by_somebody_else_is_given_up(server: PracticeServer) -> None:
    server.start()
    port = server.port
    server.stop()
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        server.start()
        assert server.port != port
        assert f"127.0.0.1:{server.port}" in server.kubeconfig.read_text()
        assert server.ask("GET", "/api/v1/namespaces/default").status == 200


def test_a_server_that_cannot_start_says_why(server: PracticeServer, tmp_path: Path) -> None:
    home = tmp_path / "cluster"
    home.mkdir(mode=0o700)
    (home / "state.db").mkdir()
    failed = kx(server, "start")
    assert failed.returncode == 1
    assert "did not start" in failed.stderr
    assert "practice.log" in failed.stderr


def test_the_server_loads_nothing_that_is_slow_or_not_its_own() -> None:
    code = "import sys, kx.practice.serve; print(*{name.partition('.')[0] for name in sys.modules})"
    root = Path(__file__).parents[2]
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=root, check=True).stdout
    assert not {"kubernetes", "pydantic", "yaml", "cryptography", "click", "aiohttp"} & set(loaded.split())


def test_options_are_kept_until_named_anew_and_a_running_cluster_is_not_changed(server: PracticeServer) -> None:
    assert kx(server, "start", "--slice-size", "5", "--speed", "0").returncode == 0
    assert "options: --slice-size 5 --speed 0\n" in kx(server, "status").stdout
    same = kx(server, "start", "--slice-size", "5")
    assert (same.returncode, "already" in same.stderr) == (0, True)
    other = kx(server, "start", "--no-load-balancer")
    assert other.returncode == 1
    assert "running already, with --slice-size 5 --speed 0" in other.stderr
    assert "kx practice stop" in other.stderr
    assert "options: --slice-size 5 --speed 0\n" in kx(server, "status").stdout
    server.stop()
    server.start()
    assert "options: --slice-size 5 --speed 0\n" in kx(server, "status").stdout
    server.stop()
    assert kx(server, "start", "--slice-size", "100", "--no-load-balancer", "--speed", "1").returncode == 0
    assert "options: --no-load-balancer\n" in kx(server, "status").stdout


@pytest.mark.parametrize(
    "words", (("--slice-size", "0"), ("--speed", "-1"), ("--speed", "nan"), ("--ingress-port", "x"))
)
def test_options_that_cannot_be_are_refused(server: PracticeServer, words: tuple[str, ...]) -> None:
    refused = kx(server, "start", *words)
    assert refused.returncode == 2
    assert words[0] in refused.stderr
    assert "Traceback" not in refused.stderr
    assert lifecycle.state(server.env).running is None
