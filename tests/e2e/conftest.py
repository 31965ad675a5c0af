"""The end-to-end desk: a cluster (the practice cluster, or KX_E2E_KUBECONFIG) and every kubectl at hand.

Each test works in a namespace of its own, with lines as a person types them, and leaves nothing behind.
"""

from __future__ import annotations

import itertools
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from kx.cheat.chapter import Keys
from kx.cheat.terminal import converse
from kx.kubeconfig import overlay
from kx.kubectl.find import Kubectl as Found
from kx.kubectl.run import shell_env
from tests.kubectls import Kubectl, find_kubectls

DEADLINE = 120.0  # seconds that a condition may take; nothing waits that long where all is well
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Desk:
    """A folder, a namespace and a kubectl; ``run`` takes lines as typed."""

    env: Mapping[str, str]
    folder: Path
    namespace: str
    version: str

    def run(self, line: str, timeout: float = DEADLINE) -> subprocess.CompletedProcess[str]:
        """Run a line with the shell; never raises for its exit status."""
        return subprocess.run(
            ["/bin/sh", "-c", line],
            env=dict(self.env),
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )

    def ok(self, line: str) -> str:
        """Run a line that must succeed; returns its stdout."""
        done = self.run(line)
        assert done.returncode == 0, f"{line}: {done.returncode}\n{done.stdout}{done.stderr}"
        return done.stdout

    def until(self, line: str, pattern: str) -> str:
        """Run a line again and again until its output shows ``pattern``; returns that output."""
        deadline = time.monotonic() + DEADLINE
        while True:
            done = self.run(line)
            if re.search(pattern, done.stdout + done.stderr):
                return done.stdout + done.stderr
            assert time.monotonic() < deadline, f"{line} never showed {pattern!r}:\n{done.stdout}{done.stderr}"
            time.sleep(0.1)

    def type(self, argv: list[str], *keys: tuple[str, str]) -> tuple[int, str]:
        """Run a command in a terminal of its own and type: (pattern to wait for, what is typed) each."""
        return converse(argv, [Keys(*each) for each in keys], self.env, self.folder, DEADLINE)


@pytest.fixture(scope="session")
def kubeconfig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The kubeconfig of the cluster under test; a practice cluster is started and stopped here."""
    given = os.environ.get("KX_E2E_KUBECONFIG")
    if given:
        yield Path(given)
        return
    home = tmp_path_factory.mktemp("practice")
    env = practice_env(home)
    kx(env, "practice", "start")
    yield Path(kx(env, "practice", "kubeconfig").stdout.strip())
    kx(env, "practice", "stop")


def practice_env(home: Path) -> dict[str, str]:
    """An environment whose practice cluster is nobody else's; what is derived once stays in the shared cache."""
    folders = {f"XDG_{name}_HOME": str(home / name.lower()) for name in ("DATA", "STATE", "CONFIG")}
    return {**os.environ, **folders, "HOME": str(home), "KUBECONFIG": "", "XDG_CACHE_HOME": str(shared_cache())}


def shared_cache() -> Path:
    """A cache folder inside the checkout, kept between test runs."""
    return Path(__file__).parent.parent.parent / ".pytest_cache" / "xdg"


def kx(env: Mapping[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run kx, which must succeed."""
    done = subprocess.run(
        [sys.executable, "-m", "kx", *arguments],
        env=dict(env),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done


@pytest.fixture(params=find_kubectls(), ids=lambda kubectl: kubectl.version)
def kubectl(request: pytest.FixtureRequest) -> Kubectl:
    """Each kubectl at hand."""
    found: Kubectl = request.param
    return found


@pytest.fixture
def desk(kubeconfig: Path, kubectl: Kubectl, tmp_path: Path) -> Iterator[Desk]:
    """A desk in a new namespace, which is deleted afterwards."""
    with desk_in(tmp_path, kubeconfig, kubectl) as made:
        yield made


@pytest.fixture
def desk_beside(kubeconfig: Path, kubectl: Kubectl, tmp_path: Path) -> Iterator[Desk]:
    """A second desk, with a namespace of its own: for what can happen at the same time."""
    with desk_in(tmp_path / "beside", kubeconfig, kubectl) as made:
        yield made


@contextmanager
def desk_in(place: Path, kubeconfig: Path, kubectl: Kubectl) -> Iterator[Desk]:
    """A desk that keeps its files in ``place``."""
    namespace = f"kx-e2e-{os.getpid()}-{next(_numbers)}"
    home, folder, tools = (place / name for name in ("home", "desk", "tools"))
    for each in (home, folder, tools):
        each.mkdir(parents=True)
    env = {**os.environ, "HOME": str(home), "XDG_RUNTIME_DIR": str(home), "TERM": "xterm"}
    with overlay.session(env, str(kubeconfig)) as session:
        session.switch(session.load().current_context, namespace)
        env = shell_env(Found(Path(kubectl.path), "path"), {**env, "KUBECONFIG": session.kubeconfig}, tools)
        made = Desk(env, folder, namespace, kubectl.version)
        made.ok(f"kubectl create namespace {namespace}")
        yield made
        made.ok(f"kubectl delete namespace {namespace} --wait=false")
