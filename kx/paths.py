"""Where kx keeps things: the XDG base folders, resolved from an environment that is passed in.

Nothing is created here but by ``private_folder``; whoever writes a file decides its mode.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from kx.errors import KxError

_APP = "kx"


def _base(env: Mapping[str, str], variable: str, fallback: str) -> Path:
    value = env.get(variable, "")
    # The XDG specification: a relative path in these variables is invalid and must be ignored.
    if value and os.path.isabs(value):
        return Path(value) / _APP
    return home(env) / fallback / _APP


def home(env: Mapping[str, str] = os.environ) -> Path:
    """The user's home folder: ``HOME`` if set, else what the system's user database says."""
    return Path(env.get("HOME") or os.path.expanduser("~"))


def config_dir(env: Mapping[str, str] = os.environ) -> Path:
    """Settings (``config.toml``)."""
    return _base(env, "XDG_CONFIG_HOME", ".config")


def data_dir(env: Mapping[str, str] = os.environ) -> Path:
    """What must be kept: an installed kubectl, the practice cluster's state."""
    return _base(env, "XDG_DATA_HOME", ".local/share")


def cache_dir(env: Mapping[str, str] = os.environ) -> Path:
    """What can be made again: schemas derived from the kubernetes package."""
    return _base(env, "XDG_CACHE_HOME", ".cache")


def state_dir(env: Mapping[str, str] = os.environ) -> Path:
    """History and logs."""
    return _base(env, "XDG_STATE_HOME", ".local/state")


def private_folder(path: Path) -> Path:
    """Make ``path`` (mode 0700 for what is new) and return it. Raises ``NoFolderError``."""
    try:
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise NoFolderError(path, error) from error
    return path


def keep(file: Path, text: str) -> None:
    """Write what is only nice to have (mode 0600, in one step). Where it cannot be written, it is just not kept."""
    fresh = file.with_suffix(f".{os.getpid()}")
    try:
        private_folder(file.parent)
        with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as stream:
            stream.write(text)
        os.replace(fresh, file)
    except (OSError, NoFolderError):
        return


class NoFolderError(KxError):
    """A folder that kx needs cannot be made."""

    def __init__(self, path: Path, error: OSError) -> None:
        super().__init__(
            f"cannot make the folder {path}: {error.strerror}",
            "kx keeps its files in the folders that HOME and the XDG variables name; name one you may write to.",
        )
