"""Replace a kubeconfig file whole: at any moment, killed or not, the old or the new one is there.

The new text is written beside the file, brought to the disk and renamed over it, under kubectl's own lock. Where the
file lies behind a symbolic link, its target is replaced. Mode, owner and access list stay. Knows nothing of what the
text says.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from kx.errors import KxError
from kx.kubeconfig import alive, lock
from kx.kubeconfig.splice import CannotEditError
from kx.kubeconfig.text import decoded

Edit = Callable[[str], str]


def rewrite(path: Path, edit: Edit) -> bool:
    """Let ``edit`` make a new text of the one in ``path``; whether that was another one, and so was written.

    ``path`` is spelled as kubectl would be given it, because its lock is made beside that name. ``edit`` may be called
    again when another program writes in between. Raises ``CannotEditError`` (from ``edit``, and for a file that can be
    written but not replaced) and ``KxError``.
    """
    target = Path(os.path.realpath(path))
    recover(path)
    try:
        done = _prepared(path, target, edit)
        return _under_lock(path, target, edit) if done is None else done
    except OSError as error:
        raise unwritable(path, error.strerror or str(error)) from error


def _prepared(path: Path, target: Path, edit: Edit) -> bool | None:
    """Make all ready before the lock is taken, so that it is held for a moment only. None: somebody came between."""
    before = _text(path)
    try:
        after = edit(before)
    except (CannotEditError, KxError):
        return None  # perhaps a file that is just being written; under the lock, there is no doubt
    if after == before:
        return False
    with _fresh(path, target, after) as fresh:
        with lock.locked(path, _prefix(target)):
            if _text(path) != before:
                return None
            _replace(fresh, target)
        _sync(target.parent)
    return True


def _under_lock(path: Path, target: Path, edit: Edit) -> bool:
    _require_writable(path, target)
    with lock.locked(path, _prefix(target)):
        before = _text(path)
        after = edit(before)
        if after == before:
            return False
        with _fresh(path, target, after) as fresh:
            _replace(fresh, target)
    _sync(target.parent)
    return True


def _text(path: Path) -> str:
    text, encoding = decoded(path)
    if encoding != "utf-8":
        raise CannotEditError("it is UTF-16 text, and would become UTF-8")
    return text


def _prefix(target: Path) -> str:
    return f".{target.name}.kx-"


@contextmanager
def _fresh(path: Path, target: Path, text: str) -> Iterator[Path]:
    """A file beside ``target``, with ``text`` on the disk, that may take its place; gone if it did not."""
    _require_writable(path, target)
    descriptor, fresh = alive.create(target.parent, _prefix(target))
    try:
        with open(descriptor, "wb", closefd=False) as stream:
            stream.write(text.encode("utf-8"))
        _liken(descriptor, target)
        os.fsync(descriptor)
        yield fresh
    finally:
        if alive.is_at(descriptor, fresh):
            fresh.unlink()
        os.close(descriptor)


def _require_writable(path: Path, target: Path) -> None:
    """Raise for a file that kubectl could not write either, or that cannot be replaced."""
    status = os.stat(target)
    if not stat.S_ISREG(status.st_mode):
        raise unwritable(path, "it is not a regular file")
    if not os.access(target, os.W_OK):
        raise unwritable(path, "it is read-only for you", "Give yourself the right to, if it is meant to change.")
    for folder in {path.parent, target.parent}:
        if not os.access(folder, os.W_OK | os.X_OK):
            raise unwritable(path, f"its folder {folder} is read-only for you", "kubectl needs to write there too.")
    if status.st_nlink > 1:
        raise CannotEditError("the file has more than one name (hard links), and replacing it would part them")


def _liken(descriptor: int, target: Path) -> None:
    """Give a fresh file the owner, the mode and the extended attributes (access lists) of the old one."""
    old, new = os.stat(target), os.fstat(descriptor)
    if (old.st_uid, old.st_gid) != (new.st_uid, new.st_gid):
        try:
            os.fchown(descriptor, old.st_uid, old.st_gid)
        except PermissionError as error:
            raise CannotEditError("the file belongs to somebody else, and replacing it would make it yours") from error
    os.fchmod(descriptor, stat.S_IMODE(old.st_mode))
    if hasattr(os, "listxattr"):
        _copy_attributes(descriptor, target)


def _copy_attributes(descriptor: int, target: Path) -> None:
    try:
        for name in os.listxattr(target):
            os.setxattr(descriptor, name, os.getxattr(target, name))
    except OSError as error:
        # Some file systems know none, and some attributes (SELinux labels) are for the system to give.
        if error.errno not in (errno.ENOTSUP, errno.EPERM, errno.ENODATA, errno.EACCES):
            raise


def _replace(fresh: Path, target: Path) -> None:
    try:
        os.replace(fresh, target)
    except OSError as error:
        if error.errno == errno.EBUSY:
            raise CannotEditError("the file is mounted by itself, and can be written but not replaced") from error
        raise


def _sync(folder: Path) -> None:
    """Bring the new name to the disk too."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    except OSError:
        pass  # not every file system can; the file itself is on the disk
    finally:
        os.close(descriptor)


def recover(path: Path) -> None:
    """Take away what a killed kx left beside ``path``: a lock, which would stop kubectl, and unfinished files."""
    target = Path(os.path.realpath(path))
    try:
        lock.recover(path)
        for folder in {path.parent, target.parent}:
            alive.sweep(folder, f".{target.name}.kx-")
    except OSError:
        pass  # a folder that cannot be read or written to holds nothing of ours


def unwritable(path: Path, why: str, hint: str = "") -> KxError:
    """The error for a kubeconfig file that cannot be written."""
    return KxError(f"cannot write the kubeconfig file {path}: {why}", hint or "It is as it was.")
