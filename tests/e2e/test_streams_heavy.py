"""A hundred megabytes and a hundred streams at once: what the server holds meanwhile. One kubectl is enough."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.e2e.conftest import DEADLINE, Desk
from tests.e2e.test_port_forward import forwarding
from tests.kubectls import Kubectl, find_kubectls

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="asks /proc what a process holds"),
    pytest.mark.skipif("KX_E2E_KUBECONFIG" in os.environ, reason="looks into the practice cluster's process"),
]
SIZE = 100_000_000
SLACK = 40_000_000  # bytes that may be on their way


@pytest.fixture(params=find_kubectls()[-1:], ids=lambda kubectl: kubectl.version)
def kubectl(request: pytest.FixtureRequest) -> Kubectl:
    """The newest kubectl only."""
    found: Kubectl = request.param
    return found


class Server:
    """What the operating system says of the practice cluster's process."""

    def __init__(self, pid: int) -> None:
        self._folder = Path("/proc") / str(pid)

    def memory(self) -> int:
        found = re.search(r"VmRSS:\s+(\d+) kB", (self._folder / "status").read_text())
        assert found
        return int(found.group(1)) * 1024

    def sockets(self) -> int:
        count = 0
        for each in (self._folder / "fd").iterdir():
            try:
                count += os.readlink(each).startswith("socket:")
            except FileNotFoundError:  # closed since it was listed
                continue
        return count


@pytest.fixture
def server(kubeconfig: Path) -> Server:
    """The server that the kubeconfig leads to."""
    return Server(json.loads((kubeconfig.parent / "server.json").read_text())["pid"])


@pytest.fixture(params=("true", "false"), ids=("websocket", "spdy"))
def at(desk: Desk, request: pytest.FixtureRequest) -> Desk:
    """The desk, with one of the two carriers forced."""
    switches = dict.fromkeys(("KUBECTL_REMOTE_COMMAND_WEBSOCKETS", "KUBECTL_PORT_FORWARD_WEBSOCKETS"), request.param)
    return replace(desk, env={**desk.env, **switches})


def eventually(condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + DEADLINE
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.1)


class Highest:
    """The most memory the server has held while something went on."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._over = threading.Event()
        self.value = 0

    def __enter__(self) -> Highest:
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()
        return self

    def _watch(self) -> None:
        while not self._over.wait(0.02):
            self.value = max(self.value, self._server.memory())

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()


def test_a_hundred_megabytes_are_held_once_and_carried_without_holding_them(at: Desk, server: Server) -> None:
    block = os.urandom(1_000_000)
    (at.folder / "big").write_bytes(block * (SIZE // len(block)))
    at.ok("kubectl run web --image=nginx:1.27")
    at.ok("kubectl wait --for=condition=Ready pod/web")
    before = server.memory()
    with Highest(server) as up:
        at.ok("kubectl cp big web:/usr/share/nginx/html/big")
    assert up.value - before < SIZE + SLACK
    held = server.memory()
    with Highest(server) as down:
        at.ok("kubectl cp web:/usr/share/nginx/html/big back")
        with forwarding(at, "pod/web", 80) as (port, _):
            fetched = urllib.request.urlopen(f"http://127.0.0.1:{port}/big", timeout=DEADLINE)
            with fetched, (at.folder / "fetched").open("wb") as target:
                for piece in iter(lambda: fetched.read(1 << 20), b""):
                    target.write(piece)
    assert down.value - held < SLACK
    for name in ("back", "fetched"):
        assert (at.folder / name).read_bytes() == (at.folder / "big").read_bytes(), name
    at.ok("kubectl exec web -- rm /usr/share/nginx/html/big")


def test_clients_that_are_killed_in_the_middle_leave_no_connection_behind(at: Desk, server: Server) -> None:
    at.ok("kubectl run web --image=nginx:1.27")
    at.ok("kubectl wait --for=condition=Ready pod/web")
    (at.folder / "big").write_bytes(bytes(SIZE))
    lines = (
        "kubectl exec -i web -- cat",
        "kubectl exec -i web -- sleep 1000 < /dev/zero",  # more input than the program takes
        "kubectl exec web -- yes",
        "kubectl attach web",
        "kubectl logs -f web",
        "kubectl cp big web:/tmp/big",
        "kubectl port-forward web :80",
        "kubectl get pods --watch",
    )
    before = server.sockets()
    running = [started(at, line) for line in lines]
    eventually(lambda: server.sockets() >= before + len(lines) - 1, "the clients never connected")
    for each in running:
        killed(each)
    eventually(lambda: server.sockets() <= before, "connections are left behind")
    assert at.ok("kubectl exec web -- echo alive") == "alive\n"


def started(at: Desk, line: str) -> subprocess.Popen[bytes]:
    """A line that runs by itself; nobody reads what it says."""
    pipe = subprocess.PIPE
    command = ["/bin/sh", "-c", f"exec {line}"]
    return subprocess.Popen(command, env=dict(at.env), cwd=at.folder, stdin=pipe, stdout=pipe, stderr=pipe)


def killed(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.communicate()


def test_a_hundred_streams_at_once(at: Desk, server: Server) -> None:
    at.ok("kubectl run web --image=nginx:1.27")
    at.ok("kubectl wait --for=condition=Ready pod/web")
    before = server.sockets()
    answers: list[bytes] = []
    with forwarding(at, "pod/web", 80) as (port, _):
        logs = [started(at, "kubectl logs -f web") for _ in range(10)]
        execs = list(talking(at, 20))
        connections = [socket.create_connection(("127.0.0.1", port), timeout=DEADLINE) for _ in range(70)]
        for connection in connections:
            connection.sendall(b"GET /none HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            connection.shutdown(socket.SHUT_WR)
        for number, each in enumerate(execs):
            out, err = each.communicate(f"{number}\n".encode(), timeout=DEADLINE)
            assert (out, each.returncode) == (f"{number}\n".encode(), 0), err
        for connection in connections:
            with connection, connection.makefile("rb") as answer:
                answers.append(answer.read())
        assert len(answers) == 70 and all(b"404" in answer and b"404 Not Found</h1>" in answer for answer in answers)
        for each in logs:
            assert each.poll() is None
            killed(each)
    eventually(lambda: server.sockets() <= before, "connections are left behind")


def talking(at: Desk, count: int) -> Iterator[subprocess.Popen[bytes]]:
    """That many `kubectl exec -i … cat` at once."""
    for _ in range(count):
        yield started(at, "kubectl exec -i web -- cat")
