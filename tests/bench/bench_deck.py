"""The deck on the practice cluster: how long until it answers, memory before and after, /api through port-forward.

Rivals in the same run: a server of Python's own library that answers the same, asked without a cluster in between.
"""

from __future__ import annotations

import http.client
import json
import re
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from kx.cheat.manifest import ORDER, write_out
from tests.bench.bench_practice import megabytes, seconds
from tests.practice_server import PracticeServer, until

REQUESTS = 1_000
CLIENTS = 4


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        server = PracticeServer(Path(folder))
        try:
            server.start()
            _measure(server, Path(folder))
        finally:
            server.stop()


def _measure(server: PracticeServer, folder: Path) -> None:
    server.kubectl("get", "nodes", check=True)
    idle = megabytes(server.pid)
    write_out(folder / "deck")
    took = seconds(lambda: _deploy(server, folder / "deck"))
    print(f"the deck's six manifests, from the first apply until three visitors answer: {took:.1f} s")
    with _forwarded(server) as port, _rival() as other:
        for clients in (1, CLIENTS):
            ours, theirs = _rate(port, clients), _rate(other, clients)
            print(f"/api through kubectl port-forward, {clients} client(s): {ours:.0f} requests/s against ", end="")
            print(f"{theirs:.0f} of Python's http.server asked directly: {theirs / ours:.1f}x slower")
    print(f"memory of the practice cluster: {idle:.0f} MB idle, {megabytes(server.pid):.0f} MB after the deck")


def _deploy(server: PracticeServer, folder: Path) -> None:
    for name in ORDER:
        server.kubectl("apply", "-f", str(folder / name), check=True)
    until(lambda: _ready(server) == ["true"] * 3, "three visitors", 120)


def _ready(server: PracticeServer) -> list[str]:
    found = server.kubectl(
        "get", "pods", "-l", "app=visitors", "-o", "jsonpath={.items[*].status.containerStatuses[0].ready}", check=True
    )
    return found.stdout.split()


@contextmanager
def _forwarded(server: PracticeServer) -> Iterator[int]:
    """The port of this machine that leads to the visitors."""
    env = {**server.env, "KUBECONFIG": str(server.kubeconfig), "HOME": str(server.folder)}
    command = ["kubectl", "port-forward", "service/visitors-service", ":80"]
    with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        found = re.search(r"127\.0\.0\.1:(\d+)", process.stdout.readline())
        threading.Thread(target=process.stdout.read, daemon=True).start()
        try:
            assert found
            yield int(found.group(1))
        finally:
            process.terminate()


class _Answer(BaseHTTPRequestHandler):
    visits = 0

    def do_GET(self) -> None:  # noqa: N802 - the library's name
        _Answer.visits += 1
        body = json.dumps({"hostname": "rival", "visits": str(_Answer.visits)}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def _rival() -> Iterator[int]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Answer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield server.server_port
        finally:
            server.shutdown()


def _rate(port: int, clients: int) -> float:
    """Requests per second, each on a connection of its own, so many clients at once."""
    threads = [threading.Thread(target=_ask, args=(port, REQUESTS // clients)) for _ in range(clients)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return REQUESTS / (time.perf_counter() - began)


def _ask(port: int, times: int) -> None:
    for _ in range(times):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        connection.request("GET", "/api")
        answer = connection.getresponse()
        assert answer.status == 200 and b'"visits"' in answer.read()
        connection.close()


if __name__ == "__main__":
    main()
