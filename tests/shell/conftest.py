"""A session on kubeconfig files of its own, with a kubectl that writes down what it was asked to do."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from kx.shell.open import opened
from kx.shell.session import Session
from tests.kubeconfig.builders import config, entry, write

# It answers what kx asks by itself, and writes down every other call: the words, one a line, then a blank line.
_KUBECTL = """#!/bin/sh
case "$*" in
  "version --client -o json") echo '{"clientVersion": {"gitVersion": "v1.33.1"}}'; exit 0;;
  "get --raw /api/v1/namespaces --"*)
    echo '{"items": [{"metadata": {"name": "default"}}, {"metadata": {"name": "kube-system"}}]}'; exit 0;;
  "get --raw /api/v1/namespaces/"*) exit 0;;
  *--ignore-not-found*) exit 0;;
esac
{ printf '%s\\n' "$@"; echo; } >> "$KX_TEST_LOG"
[ -t 0 ] || cat
case "$*" in *fail*) exit 3;; esac
echo "ran $*"
"""


@dataclass
class Desk:
    """An environment, and the kubectl calls made in it."""

    env: dict[str, str]
    log: Path

    @property
    def calls(self) -> list[list[str]]:
        """The words of every kubectl call, in order."""
        if not self.log.exists():
            return []
        text = self.log.read_text(encoding="utf-8")
        return [call.split("\n") for call in text.removesuffix("\n\n").split("\n\n")] if text else []


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    kubectl = write(tmp_path / "bin" / "kubectl", _KUBECTL)
    kubectl.chmod(0o755)
    base = write(
        tmp_path / "kube" / "config",
        config(
            entry("practice"),
            entry("prod", namespace="web"),
            current="practice",
            servers={"practice": "https://127.0.0.1:1", "prod": "https://127.0.0.1:2"},
        ),
    )
    runtime = tmp_path / "runtime"
    runtime.mkdir(mode=0o700)
    env = {
        "HOME": str(tmp_path),
        "PATH": os.defpath,
        "SHELL": "/bin/sh",
        "TERM": "xterm",
        "LANG": "C.UTF-8",
        "KUBECONFIG": str(base),
        "KX_KUBECTL": str(kubectl),
        "KX_TEST_LOG": str(tmp_path / "calls"),
        "XDG_RUNTIME_DIR": str(runtime),
    }
    return Desk(env=env, log=tmp_path / "calls")


@pytest.fixture
def session(desk: Desk) -> Iterator[Session]:
    with opened(desk.env) as session:
        yield session
