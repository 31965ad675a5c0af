"""The kubectl binaries at hand, for tests: the one on PATH and those beside it, one per minor version."""

from __future__ import annotations

import os
import subprocess
from functools import cache
from pathlib import Path

from kx.kubectl.catalog import build
from kx.kubectl.catalog.probe import Kubectl

__all__ = ["Kubectl", "find_kubectls", "header", "run_offline"]


@cache
def find_kubectls() -> list[Kubectl]:
    """Every kubectl found, oldest first: ``.path`` and ``.version`` (``1.33``)."""
    return list(build.find_kubectls())


def header() -> str:
    """A line for the report of a test run: a run without kubectl must not look like a run with seven."""
    versions = ", ".join(kubectl.version for kubectl in find_kubectls())
    return f"kubectl found: {versions or 'NONE: whatever needs a real kubectl is skipped'}"


def run_offline(
    kubectl: Kubectl, *arguments: str, home: Path | None = None, stdin: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run a kubectl that can reach no cluster, no plugin and nobody's configuration."""
    environment = {"HOME": str(home or "/nonexistent"), "KUBECONFIG": os.devnull, "PATH": "", "GOGC": "off"}
    return subprocess.run(
        [kubectl.path, *arguments],
        env=environment,
        input=stdin,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
