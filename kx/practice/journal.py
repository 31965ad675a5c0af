"""The SQLite file beneath the store: rows of JSON, and the revision that is never used twice.

Each change is one transaction in the write-ahead log: once a call returns, the death of the process loses nothing.
(Only the loss of the whole machine may cost the last instants: the log is not flushed to the disk on every write.)
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

_SCHEMA = """
CREATE TABLE IF NOT EXISTS objects (
    resource TEXT NOT NULL, namespace TEXT NOT NULL, name TEXT NOT NULL, body BLOB NOT NULL,
    PRIMARY KEY (resource, namespace, name)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
INSERT OR IGNORE INTO meta VALUES ('revision', 0);
"""

Key = tuple[str, str, str]  # resource, namespace, name
Row = tuple[str, str, str, bytes]  # the key and the JSON


class Journal:
    """One open file; ``path`` None keeps everything in memory."""

    def __init__(self, path: Path | None) -> None:
        self._database = sqlite3.connect(str(path) if path else ":memory:", isolation_level=None)
        self._database.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;" + _SCHEMA)

    def revision(self) -> int:
        """The revision of the last change."""
        return int(self._database.execute("SELECT value FROM meta WHERE key = 'revision'").fetchone()[0])

    def rows(self) -> Iterator[tuple[str, bytes]]:
        """Every object: resource and JSON."""
        for resource, body in self._database.execute("SELECT resource, body FROM objects"):
            yield resource, bytes(body)

    def put(self, key: Key, body: bytes, revision: int) -> None:
        """Store one object's JSON."""
        self._commit("INSERT OR REPLACE INTO objects VALUES (?, ?, ?, ?)", (*key, body), revision)

    def drop(self, key: Key, revision: int) -> None:
        """Remove one object."""
        self._commit("DELETE FROM objects WHERE resource = ? AND namespace = ? AND name = ?", key, revision)

    def replace(self, rows: Iterable[Row], revision: int) -> None:
        """Forget every object and store ``rows`` instead, all in one transaction."""
        execute = self._database.execute
        execute("BEGIN IMMEDIATE")
        try:
            execute("DELETE FROM objects")
            self._database.executemany("INSERT INTO objects VALUES (?, ?, ?, ?)", rows)
            execute("UPDATE meta SET value = ? WHERE key = 'revision'", (revision,))
            execute("COMMIT")
        except sqlite3.Error:
            if self._database.in_transaction:
                execute("ROLLBACK")
            raise

    def copy_to(self, path: Path) -> None:
        """Write all there is now into a new file that needs no other file beside it."""
        with closing(sqlite3.connect(str(path), isolation_level=None)) as copy:
            self._database.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")

    def close(self) -> None:
        """Let go of the file. Nothing is pending: every write is already there."""
        self._database.close()

    def _commit(self, statement: str, row: tuple[object, ...], revision: int) -> None:
        execute = self._database.execute
        execute("BEGIN IMMEDIATE")
        try:
            execute(statement, row)
            execute("UPDATE meta SET value = ? WHERE key = 'revision'", (revision,))
            execute("COMMIT")
        except sqlite3.Error:
            if self._database.in_transaction:
                execute("ROLLBACK")
            raise


def read_copy(path: Path) -> tuple[list[Row], int]:
    """The objects and the revision of a file that ``copy_to`` wrote. Raises ``sqlite3.Error`` for any other file."""
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as copy:
        rows = copy.execute("SELECT resource, namespace, name, body FROM objects").fetchall()
        revision = copy.execute("SELECT value FROM meta WHERE key = 'revision'").fetchone()
    return [(resource, namespace, name, bytes(body)) for resource, namespace, name, body in rows], int(revision[0])
