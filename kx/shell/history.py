"""The lines of earlier sessions, in a file only its user can read. Lines with secrets are never kept."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from prompt_toolkit.history import FileHistory

from kx import paths
from kx.shell.secrets import holds_secret


class PrivateHistory(FileHistory):
    """prompt_toolkit's history file (mode 0600) without the lines that hold secrets.

    Where the file cannot be used, the session remembers its own lines; ``problem`` then says why, else it is empty.
    """

    def __init__(self, file: Path) -> None:
        self.problem = ""
        super().__init__(str(file))
        try:
            paths.private_folder(file.parent)
            # Made here with its mode, before anything opens it; an older file that others may read is closed to them.
            os.close(os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
            file.chmod(0o600)
        except paths.NoFolderError as error:
            self.problem = error.message
        except OSError as error:
            self.problem = f"{file}: {error.strerror}"

    def append_string(self, string: str) -> None:
        """Remember a line, unless it holds a secret, is blank, or repeats the one before."""
        if string.strip() and not holds_secret(string) and self._newest() != string:
            super().append_string(string)

    def load_history_strings(self) -> Iterable[str]:
        """The remembered lines, newest first; secrets that an older kx or an editor let in are left out."""
        if self.problem:
            return ()
        return (string for string in super().load_history_strings() if not holds_secret(string))

    def store_string(self, string: str) -> None:
        """Write a line to the file; a file that cannot be written any more is left alone from then on."""
        if self.problem:
            return
        try:
            super().store_string(string)
        except OSError as error:
            self.problem = f"{self.filename!s}: {error.strerror}"

    def _newest(self) -> str | None:
        return self._loaded_strings[0] if self._loaded_strings else None


def file(env: Mapping[str, str]) -> Path:
    """Where the history is kept."""
    return paths.state_dir(env) / "history"
