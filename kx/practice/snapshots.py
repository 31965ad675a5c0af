"""Copies of the whole cluster under names, kept beside its database.

Taken and given back while it runs as well as while it does not. Knows files and rows, and nothing of the server.
"""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path
from typing import Protocol

from kx.practice.journal import Row, read_copy
from kx.practice.status import ApiError, bad_request

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}")
_SUFFIX = ".db"


class Copied(Protocol):
    """What can be copied: the store of a running cluster, or the file of one that is stopped."""

    def copy_to(self, path: Path) -> None:
        """Write all objects into a new file."""


class Snapshots:
    """The snapshots in one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def names(self) -> list[str]:
        """All there are, in order."""
        return sorted(path.name.removesuffix(_SUFFIX) for path in self._folder.glob(f"*{_SUFFIX}"))

    def take(self, name: str, source: Copied, again: bool = False) -> None:
        """Copy all there is; ``again`` replaces a snapshot of that name."""
        path = self._path(name)
        if path.exists() and not again:
            raise ApiError(409, "AlreadyExists", f'a snapshot named "{name}" is there already')
        self._folder.mkdir(mode=0o700, exist_ok=True)
        # Under another name first, so that no half of a copy is ever taken for a snapshot.
        part = path.with_name(f".{name}.part")
        part.unlink(missing_ok=True)
        source.copy_to(part)
        part.chmod(0o600)
        part.replace(path)

    def read(self, name: str) -> tuple[list[Row], int]:
        """The objects of a snapshot, and the revision they were last changed at."""
        path = self._path(name)
        if not path.exists():
            there = ", ".join(self.names()) or "none"
            raise ApiError(404, "NotFound", f'there is no snapshot named "{name}" (there are: {there})')
        try:
            return read_copy(path)
        except (sqlite3.Error, TypeError) as error:
            raise bad_request(f"{path} cannot be read as a snapshot: {error}") from error

    def _path(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            words = "letters, digits, '.', '_' and '-', beginning with a letter or digit, at most 63 of them"
            raise bad_request(f'"{name}" cannot be the name of a snapshot: {words}')
        return self._folder / f"{name}{_SUFFIX}"
