"""The practice cluster: cold start to the first answered `kubectl get nodes`, memory, 1,000 creates, 10,000 pods."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.practice_server import PracticeServer

STARTS = 5
CREATES = 1_000
PODS = 10_000
_PATH = "/api/v1/namespaces/default/pods"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        server = PracticeServer(Path(folder))
        try:
            _starts(server)
            _reset(server)
            _pods(server)
        finally:
            server.stop()


def _starts(server: PracticeServer) -> None:
    server.start()  # derives the schemas, makes the certificates: not what is measured
    times = []
    for _ in range(STARTS):
        server.stop()
        times.append(_seconds(lambda: _cold_start(server)))
    print(f"practice cluster, cold start to answered `kubectl get nodes`: {min(times):.2f} s best, ", end="")
    print(f"{max(times):.2f} s worst of {STARTS} (reach: <= 1.0 s)")
    print(f"its memory then: {_megabytes(server.pid):.0f} MB (reach: <= 120 MB)")


def _reset(server: PracticeServer) -> None:
    command = [sys.executable, "-m", "kx", "practice", "reset"]
    times = [
        _seconds(lambda: subprocess.run(command, env=server.env, check=True, capture_output=True)) for _ in range(5)
    ]
    print(
        f"`kx practice reset` while it runs: {min(times):.2f} s best, {max(times):.2f} s worst of 5 (reach: <= 0.5 s)"
    )


def _cold_start(server: PracticeServer) -> None:
    command = [sys.executable, "-m", "kx", "practice", "start"]
    subprocess.run(command, env=server.env, check=True, capture_output=True)
    server.kubectl("get", "nodes", check=True)


def _pods(server: PracticeServer) -> None:
    first = _seconds(lambda: _create(server, 0, CREATES))
    print(f"{CREATES} creates of pods through one client: {first:.2f} s")
    server_side = PODS - CREATES
    rest = _seconds(lambda: _create(server, CREATES, server_side))
    last = _seconds(lambda: _create(server, PODS, CREATES))
    print(f"{server_side} more: {rest:.2f} s; then {CREATES} again: {last:.2f} s ({last / first:.1f}x the first)")
    listed = min(_seconds(lambda: server.ask("GET", "/api/v1/pods")) for _ in range(3))
    size = len(server.ask("GET", "/api/v1/pods").body)
    print(f"LIST of {PODS + CREATES} pods ({size / 1e6:.0f} MB): {listed:.2f} s; ", end="")
    table = {"Accept": "application/json;as=Table;v=v1;g=meta.k8s.io"}
    paged = min(_seconds(lambda: server.ask("GET", "/api/v1/pods?limit=500", headers=table)) for _ in range(3))
    print(f"a page of 500 as a Table: {paged * 1000:.0f} ms; memory {_megabytes(server.pid):.0f} MB")


def _create(server: PracticeServer, first: int, count: int) -> None:
    headers = server.headers(has_body=True)
    with server.connection() as connection:
        for number in range(first, first + count):
            connection.request("POST", _PATH, json.dumps(_pod(number)), headers)
            response = connection.getresponse()
            assert response.status == 201, response.read()
            response.read()


def _pod(number: int) -> dict[str, object]:
    # No node has this label: the pods stay Pending, so that the API is measured and not the simulated nodes.
    spec = {"containers": [{"name": "c", "image": "nginx"}], "nodeSelector": {"none": "such"}}
    metadata = {"name": f"p{number:05}", "labels": {"app": f"a{number % 100}"}}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}


def _seconds(action: Callable[[], object]) -> float:
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def _megabytes(pid: int) -> float:
    shown = subprocess.run(["ps", "-o", "rss=", "-p", str(pid)], capture_output=True, text=True, check=True)
    return int(shown.stdout) / 1024


if __name__ == "__main__":
    main()
