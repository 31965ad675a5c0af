"""Files that say whether the process that made them still lives: it holds a lock on them, which dies with it.

The system's own lock (flock) is gone the moment a process is, however it ended; a file's name is not. So a file found
with its lock free was left by a dead process, and may be taken over or removed.
"""

from __future__ import annotations

import fcntl
import os


def create(folder: str, prefix: str, mode: int = 0o600) -> tuple[int, str]:
    """A new file of its own name, held by this process while the descriptor is open. Raises ``OSError``."""
    while True:
        path = os.path.join(folder, f"{prefix}{os.getpid()}-{os.urandom(4).hex()}")
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        if is_at(descriptor, path):
            return descriptor, path
        os.close(descriptor)  # before it was held, somebody took it for a dead process's and removed it


def take(path: str) -> int | None:
    """Hold a file that a dead process left. None if it is gone, in other hands, or not ours to open."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if is_at(descriptor, path):
            return descriptor
    except OSError:
        pass
    os.close(descriptor)
    return None


def is_at(descriptor: int, path: str) -> bool:
    """Whether an open file is (still) the one of that name."""
    try:
        return os.path.samestat(os.fstat(descriptor), os.lstat(path))
    except FileNotFoundError:
        return False


def sweep(folder: str, prefix: str) -> None:
    """Remove what dead processes left in ``folder`` under names that begin with ``prefix``."""
    with os.scandir(folder) as entries:
        left = [entry.path for entry in entries if entry.name.startswith(prefix)]
    for path in left:
        descriptor = take(path)
        if descriptor is not None:
            remove(path)
            os.close(descriptor)


def remove(path: str) -> None:
    """Remove a file that may be gone already."""
    try:
        os.unlink(path)
    except FileNotFoundError:
        pass
