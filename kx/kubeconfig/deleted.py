"""What a deletion took away, or its undoing put back: for messages."""

from __future__ import annotations

from pathlib import Path

from kx.records import dataclass


@dataclass(frozen=True)
class DeletedEntries:
    """What was taken away, or put back. A name that another file has too is there again, as that file says it."""

    contexts: tuple[str, ...] = ()
    clusters: tuple[str, ...] = ()
    users: tuple[str, ...] = ()
    files: tuple[Path, ...] = ()  # the files that were written
    was_current: bool = False  # the current context is among them; it stays current, as with kubectl
    backup: Path | None = None  # where they are kept; with ``users``, it holds their credentials
