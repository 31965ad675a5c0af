"""What kx knows of a kubeconfig: contexts, servers and the current context. Credentials are never kept."""

from __future__ import annotations

from pathlib import Path

from kx.records import dataclass, field


@dataclass(frozen=True)
class Context:
    """One context entry, as the first file that names it has it."""

    name: str
    cluster: str = ""
    user: str = ""
    namespace: str = ""  # "" means kubectl's "default"
    source: Path | None = None  # the file that owns the entry


@dataclass(frozen=True)
class Kubeconfig:
    """One file, or several merged as kubectl merges them."""

    contexts: dict[str, Context] = field(default_factory=dict)
    servers: dict[str, str] = field(default_factory=dict)  # cluster name -> server URL
    users: frozenset[str] = frozenset()  # names only
    current_context: str = ""
    files: tuple[Path, ...] = ()  # the files that exist, in order
