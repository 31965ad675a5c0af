"""What kx says each line will send, against what every kubectl at hand really sends to a practice cluster.

The lines are in ``lines/``. Of a line that a version of kubectl refuses (because it has no such flag, say) kx must say
so, and nothing may be sent.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import pytest

from kx.explain import as_json
from kx.explain.explanation import Explanation, Request
from kx.explain.facade import explain_text
from kx.kubeconfig.where import Where
from kx.kubectl.catalog.load import load
from kx.kubectl.manifests import reader
from tests.e2e import linetable
from tests.e2e.linetable import Row
from tests.kubectls import Kubectl
from tests.practice_server import PracticeServer, practice_server
from tests.told import unexplained

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(bool(os.environ.get("KX_E2E_KUBECONFIG")), reason="only the practice cluster has a request log"),
]

DEADLINE = 60.0  # seconds that a line may take; none comes near
CLUSTERS = 3  # at a time, each with its own request log, so that lines can run side by side
# Requests that say nothing about the objects of a command.
_BACKGROUND = ("/openapi", "/kx/", "/version", "/healthz", "/livez", "/readyz")


@dataclass(frozen=True)
class Bench:
    """A cluster, a kubectl, and a folder with the files that the lines of one group name."""

    cluster: PracticeServer
    kubectl: Kubectl
    folder: Path
    group: str
    seen: list[int] = field(default_factory=lambda: [0])  # numbers of the last requests that are accounted for

    def prepare(self) -> None:
        """Lay the files out, and a kubeconfig that works in the group's namespace."""
        shutil.copytree(linetable.FILES, self.folder)
        told = self.cluster.kubeconfig.read_text(encoding="utf-8")
        (self.folder / "kubeconfig").write_text(told.replace("namespace: default", f"namespace: {self.group}"))
        tools = self.folder / "tools"
        tools.mkdir()
        (tools / "kubectl").symlink_to(self.kubectl.path)
        done = self.run(f"kubectl create namespace {self.group}")
        assert done.returncode == 0, done.stderr
        self.seen.append(self.cluster.asked())

    def run(self, line: str) -> subprocess.CompletedProcess[str]:
        """Run a line as typed."""
        return subprocess.run(
            ["/bin/sh", "-c", line],
            env=self._environment(),
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=DEADLINE,
            check=False,
        )

    def _environment(self) -> dict[str, str]:
        return {
            **{name: value for name, value in os.environ.items() if not name.startswith(("KUBE", "XDG_"))},
            "PATH": f"{self.folder / 'tools'}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(self.folder.parent),  # the discovery cache is shared between the groups
            "KUBECONFIG": str(self.folder / "kubeconfig"),
            "GOGC": "off",  # too short-lived to tidy up
        }

    def sent_by(
        self, line: str, told: Collection[str]
    ) -> tuple[list[dict[str, Any]], subprocess.CompletedProcess[str]]:
        """The requests a line sends, in order, and how it ended. Of those that are not about objects, only ``told``."""
        done = self.run(line)
        log = self.cluster.requests(self.seen[-1])
        self.seen.append(log[-1]["number"] if log else self.seen[-1])
        sent = [each for each in log if each["agent"].startswith("kubectl/")]
        return [each for each in sent if each["path"] in told or about_objects(each["path"])], done


def about_objects(path: str) -> bool:
    """Whether a request is one about objects: not discovery, not a schema."""
    parts = path.strip("/").split("/")
    discovery = len(parts) <= {"api": 2, "apis": 3}.get(parts[0], 0)
    return not discovery and not path.startswith(_BACKGROUND)


def told_for(row: Row, version: str, folder: Path = linetable.FILES) -> Explanation:
    """What kx tells of a line that is typed in ``folder``, for one version of kubectl."""
    return explain_text(row.line, Where(namespace=row.group), catalog=load(version), manifests=reader(str(folder)))


def wrong_about(row: Row, bench: Bench) -> str:
    """What is wrong with what was told of a line, or ""."""
    explained = told_for(row, bench.kubectl.version, bench.folder)
    told = [Request(**each) for each in as_json.as_dict(explained)["requests"]]
    try:
        sent, done = bench.sent_by(row.line, {each.path for each in told})
    except subprocess.TimeoutExpired:
        return f"did not end within {DEADLINE} seconds"
    if (row.fails or bool(explained.problems)) != (done.returncode != 0):
        return f"ended with {done.returncode}: {(done.stdout + done.stderr)[-400:]}"
    if row.setup:
        return ""
    return unexplained(told, sent, failed=row.fails)


def minor_of(kubectl: Kubectl) -> int:
    """27 for 1.27."""
    return int(kubectl.version.partition(".")[2])


def run_group(group: str, kubectl: Kubectl, idle: SimpleQueue[tuple[PracticeServer, Path]]) -> list[str]:
    """Run the lines of one group against a cluster that is idle; returns what was wrong."""
    cluster, home = idle.get()
    try:
        bench = Bench(cluster, kubectl, home / group, group)
        bench.prepare()
        rows = (row for row in linetable.rows(group) if row.since <= minor_of(kubectl) <= row.until)
        return [f"{row}\n    {why}" for row in rows if (why := wrong_about(row, bench))]
    finally:
        idle.put((cluster, home))


@pytest.fixture
def idle_clusters(tmp_path: Path) -> Iterator[SimpleQueue[tuple[PracticeServer, Path]]]:
    """Fresh clusters that nobody uses, each with a folder."""
    found: SimpleQueue[tuple[PracticeServer, Path]] = SimpleQueue()
    with ExitStack() as stack:
        for number in range(CLUSTERS):
            folder = tmp_path / f"cluster-{number}"
            found.put((stack.enter_context(practice_server(folder)), folder))
        yield found


def test_every_line_sends_what_was_told(
    kubectl: Kubectl, idle_clusters: SimpleQueue[tuple[PracticeServer, Path]]
) -> None:
    with ThreadPoolExecutor(CLUSTERS) as pool:
        futures = [pool.submit(run_group, group, kubectl, idle_clusters) for group in linetable.groups()]
        wrong = [each for future in futures for each in future.result()]
    assert wrong == [], "\n".join(["", *wrong])
