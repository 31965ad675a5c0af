"""The practice cluster: cold start to the first answered `kubectl get nodes`, memory, 1,000 creates, 10,000 pods.

Rivals in the same run: an empty Python and a warm kubectl for the start, SQLite alone for what is written and read.
"""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from tests.bench.race import best
from tests.practice_server import PracticeServer

ROUNDS = 5
CREATES = 1_000
PODS = 10_000
_PATH = "/api/v1/namespaces/default/pods"
_TABLE = {"Accept": "application/json;as=Table;v=v1;g=meta.k8s.io"}


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        server = PracticeServer(Path(folder))
        try:
            _starts(server)
            _reset(server)
            _creates(server)
            _lists(server, Path(folder))
        finally:
            server.stop()


def _starts(server: PracticeServer) -> None:
    server.start()  # derives the schemas, makes the certificates: not what is measured
    times, empty, warm = [], [], []
    for _ in range(ROUNDS):
        server.stop()
        times.append(seconds(lambda: _cold_start(server)))
        empty.append(best([sys.executable, "-c", "pass"]))
        warm.append(seconds(lambda: server.kubectl("get", "nodes", check=True)))
    print(f"practice cluster, cold start to answered `kubectl get nodes`: {min(times):.2f} s best, ", end="")
    print(f"{max(times):.2f} s worst of {ROUNDS} (reach: <= 1.0 s); ", end="")
    print(f"{min(times) / min(empty):.0f}x python -c pass, {min(times) / min(warm):.1f}x the same kubectl warm")
    print(f"its memory then: {megabytes(server.pid):.0f} MB (reach: <= 120 MB)")


def _reset(server: PracticeServer) -> None:
    command = [sys.executable, "-m", "kx", "practice", "reset"]
    times = [
        seconds(lambda: subprocess.run(command, env=server.env, check=True, capture_output=True)) for _ in range(5)
    ]
    print(
        f"`kx practice reset` while it runs: {min(times):.2f} s best, {max(times):.2f} s worst of 5 (reach: <= 0.5 s)"
    )


def _cold_start(server: PracticeServer) -> None:
    command = [sys.executable, "-m", "kx", "practice", "start"]
    subprocess.run(command, env=server.env, check=True, capture_output=True)
    server.kubectl("get", "nodes", check=True)


def _creates(server: PracticeServer) -> None:
    first = seconds(lambda: _create(server, 0, CREATES))
    rest = PODS - CREATES
    more = seconds(lambda: _create(server, CREATES, rest))
    last = seconds(lambda: _create(server, PODS, CREATES))
    bodies = _bodies(server)[:CREATES]
    with tempfile.TemporaryDirectory() as folder:
        alone = seconds(lambda: _insert(Path(folder, "raw.db"), bodies))
    print(f"{CREATES} creates of pods through one client: {first:.2f} s, ", end="")
    print(f"{first / alone:.0f}x as many inserts of SQLite alone ({alone:.2f} s)")
    print(f"{rest} more: {more:.2f} s; then {CREATES} again: {last:.2f} s ({last / first:.1f}x the first)")


def _lists(server: PracticeServer, folder: Path) -> None:
    bodies = _bodies(server)
    _insert(folder / "all.db", bodies)
    raw = min(seconds(lambda: _select(folder / "all.db")) for _ in range(ROUNDS))
    listed = min(seconds(lambda: server.ask("GET", "/api/v1/pods")) for _ in range(ROUNDS))
    size = sum(map(len, bodies))
    print(f"LIST of {len(bodies)} pods ({size / 1e6:.0f} MB): {listed:.2f} s, ", end="")
    print(f"{listed / raw:.1f}x the same rows read from SQLite ({raw:.2f} s)")
    paged = min(seconds(lambda: server.ask("GET", "/api/v1/pods?limit=500", headers=_TABLE)) for _ in range(ROUNDS))
    table = min(seconds(lambda: server.ask("GET", "/api/v1/pods", headers=_TABLE)) for _ in range(ROUNDS))
    shown = min(seconds(lambda: server.kubectl("get", "pods", check=True)) for _ in range(ROUNDS))
    print(f"the same as a Table: {table:.2f} s, its first page of 500: {paged * 1000:.0f} ms; ", end="")
    print(f"`kubectl get pods`: {shown:.2f} s; memory {megabytes(server.pid):.0f} MB")


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


def _bodies(server: PracticeServer) -> list[bytes]:
    """All pods as they are stored."""
    return [json.dumps(pod).encode() for pod in server.ask("GET", "/api/v1/pods").json()["items"]]


def _insert(path: Path, bodies: list[bytes]) -> None:
    """Each row a transaction of its own, in the same mode as the practice cluster's file."""
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.executescript(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; CREATE TABLE rows (name TEXT PRIMARY KEY, body BLOB);"
        )
        for number, body in enumerate(bodies):
            database.execute("INSERT INTO rows VALUES (?, ?)", (str(number), body))


def _select(path: Path) -> int:
    with closing(sqlite3.connect(path)) as database:
        return len(b",".join(bytes(row[0]) for row in database.execute("SELECT body FROM rows ORDER BY name")))


def seconds(action: Callable[[], object]) -> float:
    """How long ``action`` takes."""
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def megabytes(pid: int) -> float:
    """The memory a process holds."""
    shown = subprocess.run(["ps", "-o", "rss=", "-p", str(pid)], capture_output=True, text=True, check=True)
    return int(shown.stdout) / 1024


if __name__ == "__main__":
    main()
