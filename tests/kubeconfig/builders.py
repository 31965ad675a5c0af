"""Small kubeconfig files for tests."""

from __future__ import annotations

import os
from pathlib import Path

# How many generated cases a test tries: few in every run, thousands by hand.
CASES = int(os.environ.get("KX_CASES", "300"))


def entry(name: str, *, cluster: str = "", user: str = "", namespace: str = "") -> str:
    """One context entry in the shape kubectl writes."""
    spaced = f"\n    namespace: {namespace}" if namespace else ""
    return f"- context:\n    cluster: {cluster or name}\n    user: {user or name}{spaced}\n  name: {name}\n"


def config(*entries: str, current: str = "", servers: dict[str, str] | None = None) -> str:
    """A whole file."""
    clusters = "".join(
        f"- cluster:\n    server: {server}\n  name: {name}\n" for name, server in (servers or {}).items()
    )
    return (
        "apiVersion: v1\nkind: Config\npreferences: {}\n"
        + (f"clusters:\n{clusters}" if clusters else "")
        + (f"contexts:\n{''.join(entries)}" if entries else "")
        + (f"current-context: {current}\n" if current else "")
    )


def write(path: Path, text: str) -> Path:
    """``text`` as a file; returns its path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path
