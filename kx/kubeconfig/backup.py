"""What was taken out of kubeconfig files, kept so that it can be put back: one small file for each deletion.

It lies in kx's state folder, mode 0600, and holds the deleted entries and nothing else. When users were deleted too,
their credentials are among them. The oldest go when there are more than ``MOST``. Knows no kubeconfig's inside.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from kx import paths
from kx.errors import KxError
from kx.kubeconfig.splice import Splice
from kx.records import asdict, dataclass, field

MOST = 20


@dataclass(frozen=True)
class Entry:
    """One deleted entry, in two spellings: its own lines, and one line in brackets that fits into any list."""

    section: str
    name: str
    lines: str
    brackets: str


@dataclass(frozen=True)
class Deleted:
    """What was taken out of one file. The ``steps`` take it back, the last first, in a text with that digest."""

    path: str
    after: str
    steps: tuple[tuple[Splice, ...], ...]
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Backup:
    """A deletion; ``file`` is where it is kept."""

    file: Path
    deleted: tuple[Deleted, ...] = field(default_factory=tuple)


def digest(text: str) -> str:
    """Says whether a text is still the same."""
    return sha256(text.encode("utf-8")).hexdigest()


def new(env: Mapping[str, str]) -> Backup:
    """A backup that holds nothing yet, the newest of all."""
    folder = paths.private_folder(_folder(env))
    for old in _files(env)[MOST - 1 :]:
        old.unlink(missing_ok=True)
    return Backup(file=folder / f"{time.time_ns():020}-{os.getpid()}.json")


def save(backup: Backup) -> None:
    """Write a backup to the disk."""
    data = json.dumps({"version": 1, "deleted": [asdict(deleted) for deleted in backup.deleted]}, indent=1)
    fresh = backup.file.with_suffix(".new")
    with open(
        os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600), "w", encoding="utf-8"
    ) as out:
        out.write(data)
        out.flush()
        os.fsync(out.fileno())
    os.replace(fresh, backup.file)


def newest(env: Mapping[str, str]) -> Backup | None:
    """The last deletion that was not taken back. Raises ``KxError`` for a file that was damaged."""
    for file in _files(env):
        try:
            data = json.loads(file.read_text(encoding="utf-8"))
            return Backup(file=file, deleted=tuple(_deleted(item) for item in data["deleted"]))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise KxError(
                f"the backup {file} cannot be read", "It was damaged; move it away to reach older ones."
            ) from error
    return None


def _deleted(item: dict[str, Any]) -> Deleted:
    """A ``Deleted`` as it was written."""
    return Deleted(
        path=item["path"],
        after=item["after"],
        steps=tuple(tuple(Splice(**piece) for piece in step) for step in item["steps"]),
        entries=tuple(Entry(**entry) for entry in item["entries"]),
    )


def _files(env: Mapping[str, str]) -> list[Path]:
    """The backups, the newest first."""
    return sorted(_folder(env).glob("*.json"), reverse=True)


def _folder(env: Mapping[str, str]) -> Path:
    return paths.state_dir(env) / "kubeconfig-backups"
