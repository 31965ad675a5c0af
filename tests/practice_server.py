"""A real practice cluster for tests: its own folder, its own process, and kubectl pointed at it."""

from __future__ import annotations

import http.client
import json
import os
import re
import shutil
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kx.practice import lifecycle
from kx.practice.home import find

KUBECTL_SECONDS = 60


@dataclass(frozen=True)
class Answer:
    """What the server sent back."""

    status: int
    headers: Mapping[str, str]  # names in lower case
    body: bytes

    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


class PracticeServer:
    """One running practice cluster in ``folder``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.env = {
            **{name: value for name, value in os.environ.items() if not name.startswith("KUBE")},
            "KX_PRACTICE_HOME": str(folder / "cluster"),
        }

    def start(self) -> None:
        """Start it (again)."""
        lifecycle.start(self.env)

    def stop(self) -> None:
        """Stop it, keeping what is in it."""
        lifecycle.stop(self.env)

    @property
    def home(self) -> Path:
        """Where it keeps its files."""
        return find(self.env).folder

    @property
    def kubeconfig(self) -> Path:
        """The kubeconfig to use it with."""
        return find(self.env).kubeconfig

    @property
    def port(self) -> int:
        """Where it listens."""
        running = lifecycle.state(self.env).running
        assert running is not None
        return running.port

    @property
    def pid(self) -> int:
        """The server's process."""
        running = lifecycle.state(self.env).running
        assert running is not None
        return running.pid

    def kubectl(
        self, *arguments: str, input: str | None = None, binary: str = "kubectl", check: bool = False
    ) -> subprocess.CompletedProcess[str]:
        """Run kubectl against it, with a discovery cache of its own."""
        env = {**self.env, "KUBECONFIG": str(self.kubeconfig), "HOME": str(self.folder), "KUBECACHEDIR": ""}
        return subprocess.run(
            [binary, *arguments],
            input=input if input is not None else "",
            capture_output=True,
            text=True,
            env=env,
            timeout=KUBECTL_SECONDS,
            check=check,
        )

    def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
        token: str | None = None,
    ) -> Answer:
        """One HTTP request; ``token`` "" sends no credentials. A body that is no bytes is sent as JSON."""
        with self.connection() as connection:
            data = body if isinstance(body, bytes | None) else json.dumps(body).encode()
            connection.request(method, path, data, self.headers(headers, token, data is not None))
            response = connection.getresponse()
            return Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())

    def headers(
        self, headers: Mapping[str, str] | None = None, token: str | None = None, has_body: bool = False
    ) -> dict[str, str]:
        """The headers of a request that is let in."""
        known = (self.home / "token").read_text() if token is None else token
        made = {"Authorization": f"Bearer {known}"} if known else {}
        return made | ({"Content-Type": "application/json"} if has_body else {}) | dict(headers or {})

    @contextmanager
    def connection(self) -> Iterator[http.client.HTTPSConnection]:
        """A connection that trusts the cluster's own CA only."""
        context = ssl.create_default_context(cafile=str(self.home / "ca.crt"))
        connection = http.client.HTTPSConnection("127.0.0.1", self.port, context=context, timeout=KUBECTL_SECONDS)
        try:
            yield connection
        finally:
            connection.close()

    def requests(self, since: int = 0) -> list[dict[str, Any]]:
        """What it was asked since a number (see kx/practice/requestlog.py)."""
        found: list[dict[str, Any]] = self.ask("GET", f"/kx/requests?since={since}").json()["requests"]
        return found

    def asked(self) -> int:
        """The number to give ``requests`` later."""
        return int(self.ask("GET", "/kx/requests").json()["next"])


def kubectls() -> list[str]:
    """Every kubectl at hand, oldest first: those beside the installed one named kubectl.1.N, else that one."""
    found = shutil.which("kubectl")
    if found is None:
        return []
    beside = Path(os.path.realpath(found)).parent
    versions = [each for each in beside.iterdir() if re.fullmatch(r"kubectl\.1\.\d+", each.name)]
    ordered = sorted(versions, key=lambda each: int(each.name.rpartition(".")[2]))
    return [str(each) for each in ordered] or [found]


def until(condition: Callable[[], bool], what: str, seconds: float = 30.0) -> None:
    """Wait for a condition; fails with ``what`` when it does not come true."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"timed out waiting: {what}"
        time.sleep(0.02)


@contextmanager
def practice_server(folder: Path) -> Iterator[PracticeServer]:
    """A fresh cluster that is stopped at the end."""
    server = PracticeServer(folder)
    server.start()
    try:
        yield server
    finally:
        server.stop()
