"""kubectl's own lock on a kubeconfig file: a file of the same name with ``.lock`` behind it, which must not exist.

kubectl (client-go, tools/clientcmd/loader.go) makes it, fails at once if it is there, and removes it. It has no way to
tell a lock that is held from one that a killed process left. Ours are made so that kx can: they appear with kx's mark
in them and under a lock of the system (``alive``) in one step, so a marked one whose lock is free is a dead kx's, and
is taken over. Any other is left alone.
"""

from __future__ import annotations

import errno
import os
import time

from kx.errors import KxError
from kx.kubeconfig import alive

TYPE_CHECKING = False
if TYPE_CHECKING:  # at run time neither is needed, and importing them would cost a fifth of a switch
    from os import PathLike
    from types import TracebackType

PATIENCE = 2.0  # seconds; kubectl itself holds its lock for milliseconds
_PAUSE = 0.01
_MARK = b"kx\n"
_NO_LINKS = frozenset({errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK})


class locked:  # noqa: N801  (reads as what it is for: ``with locked(path, …):``)
    """Hold kubectl's lock on ``path``, spelled as kubectl would be given it. Raises ``KxError`` if it stays taken.

    ``prefix`` begins the name of a file that exists for a moment before the lock does, in the same folder.
    """

    def __init__(self, path: str | PathLike[str], prefix: str, patience: float = PATIENCE) -> None:
        self._lock = _of(path)
        self._prefix = prefix
        self._patience = patience

    def __enter__(self) -> None:
        self._descriptor = _acquire(self._lock, self._prefix, time.monotonic() + self._patience)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        _release(self._lock, self._descriptor)


def is_taken(path: str | PathLike[str]) -> bool:
    """Whether some program is (or was) writing ``path``."""
    return os.path.lexists(_of(path))


def recover(path: str | PathLike[str]) -> None:
    """Remove the lock on ``path`` if a killed kx left it: kubectl would refuse to write as long as it is there."""
    lock = _of(path)
    descriptor = _abandoned(lock)
    if descriptor is not None:
        _release(lock, descriptor)


def _of(path: str | PathLike[str]) -> str:
    return f"{os.fspath(path)}.lock"


def _release(lock: str, descriptor: int) -> None:
    """The name goes first: nobody may find a lock that no living process holds."""
    try:
        alive.remove(lock)
    finally:
        os.close(descriptor)


def _acquire(lock: str, prefix: str, until: float) -> int:
    while True:
        descriptor = _make(lock, prefix)
        if descriptor is None:
            descriptor = _abandoned(lock)
        if descriptor is not None:
            return descriptor
        if time.monotonic() > until:
            raise _taken(lock)
        time.sleep(_PAUSE)


def _make(lock: str, prefix: str) -> int | None:
    """A lock of our own, marked and held before it has its name; None if there is one of that name."""
    if os.path.lexists(lock):
        return None
    descriptor, fresh = alive.create(os.path.dirname(lock) or ".", prefix)
    try:
        os.write(descriptor, _MARK)
        _link(fresh, lock)
    except FileExistsError:
        os.close(descriptor)
        return None
    except BaseException:
        os.close(descriptor)
        raise
    finally:
        alive.remove(fresh)
    return descriptor


def _link(fresh: str, lock: str) -> None:
    """Give a file its second name, as long as nobody has it. Without hard links (FAT), by the only other such way."""
    try:
        os.link(fresh, lock)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        os.close(os.open(lock, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))


def _abandoned(lock: str) -> int | None:
    """The lock of a dead kx, which is ours from now on; None if there is none, or it is somebody else's."""
    descriptor = alive.take(lock)
    if descriptor is None:
        return None
    if os.pread(descriptor, len(_MARK) + 1, 0) == _MARK:
        return descriptor
    os.close(descriptor)
    return None


def _taken(lock: str) -> KxError:
    try:
        age = f", {_age(time.time() - os.lstat(lock).st_mtime)} old"
    except OSError:
        age = ""
    return KxError(
        f"another program is writing this kubeconfig: its lock is {lock}{age}",
        f"If no kubectl is running any more, it was left behind; then remove it: rm {lock}",
    )


def _age(seconds: float) -> str:
    for size, unit in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= size:
            count = int(seconds // size)
            return f"{count} {unit}{'s' if count > 1 else ''}"
    return f"{max(int(seconds), 0)} seconds"
