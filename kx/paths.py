"""Where kx keeps things: the XDG base folders, resolved from an environment that is passed in.

Nothing is created here but by ``private_folder`` and ``keep``; whoever else writes a file decides its mode. Folders
come as names (``base``, ``home_name``) for what must answer at once, and as ``Path`` for all else: importing pathlib
takes as long as a switch of contexts may take.
"""

from __future__ import annotations

import os

from kx.errors import KxError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from os import PathLike
    from pathlib import Path

_APP = "kx"
_LONGEST_NAME = 200  # bytes of 255, with room for a process in front
# What is kept -> the variable that says where, and the folder in the user's home without it.
_BASES = {
    "config": ("XDG_CONFIG_HOME", ".config"),
    "data": ("XDG_DATA_HOME", ".local/share"),
    "cache": ("XDG_CACHE_HOME", ".cache"),
    "state": ("XDG_STATE_HOME", ".local/state"),
}


def base(env: Mapping[str, str], kind: str) -> str:
    """The name of kx's folder for ``config``, ``data``, ``cache`` or ``state``."""
    variable, fallback = _BASES[kind]
    value = env.get(variable, "")
    # The XDG specification: a relative path in these variables is invalid and must be ignored.
    return os.path.join(value if value and os.path.isabs(value) else os.path.join(home_name(env), fallback), _APP)


def home_name(env: Mapping[str, str] = os.environ) -> str:
    """The name of the user's home folder: ``HOME`` if set, else what the system's user database says."""
    return env.get("HOME") or os.path.expanduser("~")


def home(env: Mapping[str, str] = os.environ) -> Path:
    """The user's home folder."""
    return _path(home_name(env))


def config_dir(env: Mapping[str, str] = os.environ) -> Path:
    """Settings (``config.toml``)."""
    return _path(base(env, "config"))


def data_dir(env: Mapping[str, str] = os.environ) -> Path:
    """What must be kept: an installed kubectl, the practice cluster's state."""
    return _path(base(env, "data"))


def cache_dir(env: Mapping[str, str] = os.environ) -> Path:
    """What can be made again: schemas derived from the kubernetes package."""
    return _path(base(env, "cache"))


def state_dir(env: Mapping[str, str] = os.environ) -> Path:
    """History and logs."""
    return _path(base(env, "state"))


def _path(name: str) -> Path:
    from pathlib import Path  # late: see above

    return Path(name)


def private_folder(path: Path) -> Path:
    """Make ``path`` (mode 0700 for what is new) and return it. Raises ``NoFolderError``."""
    try:
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise NoFolderError(path, error) from error
    return path


def replace(file: str | PathLike[str], text: str) -> None:
    """Write a file anew in one step, for its user alone (mode 0600, its folder 0700). Raises ``OSError``."""
    folder, name = os.path.split(os.fspath(file))
    os.makedirs(folder or ".", mode=0o700, exist_ok=True)
    short = os.fsdecode(os.fsencode(name)[:_LONGEST_NAME])
    fresh = os.path.join(folder, f".{_APP}-{os.getpid()}-{short}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with open(descriptor, "w", encoding="utf-8") as stream:
        stream.write(text)
    os.replace(fresh, file)


def keep(file: str | PathLike[str], text: str) -> None:
    """``replace`` what is only nice to have: where it cannot be written, it is just not kept."""
    try:
        replace(file, text)
    except OSError:
        return


class NoFolderError(KxError):
    """A folder that kx needs cannot be made."""

    def __init__(self, path: Path, error: OSError) -> None:
        super().__init__(
            f"cannot make the folder {path}: {error.strerror}",
            "kx keeps its files in the folders that HOME and the XDG variables name; name one you may write to.",
        )
