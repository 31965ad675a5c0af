"""The lines of earlier sessions, in a file only its user can read. Lines with secrets are never kept."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from prompt_toolkit.history import FileHistory

from kx import paths
from kx.shell.secrets import holds_secret


class PrivateHistory(FileHistory):
    """prompt_toolkit's history file (mode 0600) without the lines that hold secrets."""

    def __init__(self, file: Path) -> None:
        paths.private_folder(file.parent)
        # Made here with its mode, before anything opens it; an older file that others may read is closed to them.
        os.close(os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        file.chmod(0o600)
        super().__init__(str(file))

    def append_string(self, string: str) -> None:
        """Remember a line, unless it holds a secret, is blank, or repeats the one before."""
        if string.strip() and not holds_secret(string) and self._newest() != string:
            super().append_string(string)

    def load_history_strings(self) -> Iterable[str]:
        """The remembered lines, newest first; secrets that an older kx or an editor let in are left out."""
        return (string for string in super().load_history_strings() if not holds_secret(string))

    def _newest(self) -> str | None:
        return self._loaded_strings[0] if self._loaded_strings else None


def file(env: Mapping[str, str]) -> Path:
    """Where the history is kept."""
    return paths.state_dir(env) / "history"
