"""Which version a kubectl binary is. Asking it starts a process, so the answer is remembered until the file changes."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

from kx import paths

_VERSION = re.compile(r"v?(\d+)\.(\d+)")
_SECONDS = 20


def client_version(kubectl: Path, env: Mapping[str, str]) -> str:
    """``"1.32"`` for a kubectl v1.32.x, whatever follows the number; "" when the binary does not say.

    The answer is kept in kx's cache folder, under the binary's path, size and time of change.
    """
    key = identity(kubectl)
    remembered = _remembered(env)
    if key not in remembered:
        remembered[key] = _ask(kubectl, env)
        _remember(remembered, env)
    return remembered[key]


def known_version(kubectl: Path, env: Mapping[str, str]) -> str:
    """As ``client_version``, but never starts a process: "" when the answer is not remembered."""
    return _remembered(env).get(identity(kubectl), "")


def parse(text: str) -> str:
    """``"1.32"`` from ``"v1.32.4-dispatcher"``; "" from anything that is not a version."""
    match = _VERSION.match(text)
    return f"{match[1]}.{match[2]}" if match else ""


def identity(kubectl: Path) -> str:
    """What tells one state of a binary from another: its path, size and time of change."""
    real = os.path.realpath(kubectl)
    try:
        status = os.stat(real)
    except OSError:
        return real
    return f"{real}:{status.st_size}:{status.st_mtime_ns}"


def _ask(kubectl: Path, env: Mapping[str, str]) -> str:
    # A dispatcher picks another binary by the server's version; with no kubeconfig it says its own and asks nobody.
    quiet = {**env, "KUBECONFIG": os.devnull}
    try:
        done = subprocess.run(
            [str(kubectl), "version", "--client", "-o", "json"],
            env=quiet,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
        found = json.loads(done.stdout)["clientVersion"]["gitVersion"]
    except (OSError, subprocess.TimeoutExpired, ValueError, KeyError, TypeError):
        return ""
    return parse(str(found))


def _file(env: Mapping[str, str]) -> Path:
    return paths.cache_dir(env) / "kubectl-versions.json"


def _remembered(env: Mapping[str, str]) -> dict[str, str]:
    try:
        found = json.loads(_file(env).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(key): str(value) for key, value in found.items()} if isinstance(found, dict) else {}


def _remember(versions: dict[str, str], env: Mapping[str, str]) -> None:
    paths.keep(_file(env), json.dumps(versions))
