"""Replace a kubeconfig file whole: at any moment, killed or not, the old or the new one is there.

The new text is written beside the file, brought to the disk and renamed over it, under kubectl's own lock. Where the
file lies behind a symbolic link, its target is replaced. Mode, owner and access list stay. Knows nothing of what the
text says.
"""

from __future__ import annotations

import errno
import os
import stat

from kx.errors import KxError
from kx.kubeconfig import alive, lock
from kx.kubeconfig.splice import CannotEditError
from kx.kubeconfig.text import decoded, holds

TYPE_CHECKING = False
if TYPE_CHECKING:  # at run time none of it is needed, and importing it would cost a fifth of a switch
    from collections.abc import Callable
    from os import PathLike
    from types import TracebackType
    from typing import TypeAlias

    Edit: TypeAlias = Callable[[str], str]
    Fill: TypeAlias = Callable[[int], None]  # writes a whole new text to an open file


def rewrite(path: str | PathLike[str], edit: Edit) -> bool:
    """Let ``edit`` make a new text of the one in ``path``; whether that was another one, and so was written.

    ``path`` is spelled as kubectl would be given it, because its lock is made beside that name. ``edit`` may be called
    again when another program writes in between. Raises ``CannotEditError`` (from ``edit``, and for a file that can be
    written but not replaced) and ``KxError``.
    """
    path = os.fspath(path)
    target = os.path.realpath(path)
    recover(path)
    try:
        done = _prepared(path, target, edit)
        return _under_lock(path, target, edit) if done is None else done
    except OSError as error:
        raise unwritable(path, error.strerror or str(error)) from error


def swap(path: str, fill: Fill, still: Callable[[], bool]) -> bool:
    """Replace a file by what ``fill`` writes, if it is ``still``, under the lock, the one that was meant.

    Else nothing is done, and the result is False. Raises ``CannotEditError`` and ``KxError`` as ``rewrite`` does.
    """
    recover(path)
    try:
        return _swapped(path, os.path.realpath(path), fill, still)
    except OSError as error:
        raise unwritable(path, error.strerror or str(error)) from error


def _prepared(path: str, target: str, edit: Edit) -> bool | None:
    """Make all ready before the lock is taken, so that it is held for a moment only. None: somebody came between."""
    before = _text(path)
    try:
        after = edit(before)
    except (CannotEditError, KxError):
        return None  # perhaps a file that is just being written; under the lock, there is no doubt
    if after == before:
        return False
    expected = before.encode("utf-8")
    return _swapped(path, target, _filler(after), lambda: holds(path, expected)) or None


def _swapped(path: str, target: str, fill: Fill, still: Callable[[], bool]) -> bool:
    with _Fresh(path, target, fill) as fresh:
        with lock.locked(path, _prefix(target)):
            if not still():
                return False
            _replace(fresh, target)
        _sync(os.path.dirname(target))
    return True


def _under_lock(path: str, target: str, edit: Edit) -> bool:
    _require_writable(path, target)
    with lock.locked(path, _prefix(target)):
        before = _text(path)
        after = edit(before)
        if after == before:
            return False
        with _Fresh(path, target, _filler(after)) as fresh:
            _replace(fresh, target)
    _sync(os.path.dirname(target))
    return True


def _filler(text: str) -> Fill:
    def fill(descriptor: int) -> None:
        with open(descriptor, "wb", closefd=False) as stream:
            stream.write(text.encode("utf-8"))

    return fill


def _text(path: str) -> str:
    text, encoding = decoded(path)
    if encoding != "utf-8":
        raise CannotEditError("it is UTF-16 text, and would become UTF-8")
    return text


def _prefix(target: str) -> str:
    return f".{os.path.basename(target)}.kx-"


class _Fresh:
    """A file beside ``target``, with its text on the disk, that may take its place; gone if it did not."""

    def __init__(self, path: str, target: str, fill: Fill) -> None:
        _require_writable(path, target)
        self._target, self._fill = target, fill

    def __enter__(self) -> str:
        self._descriptor, self._name = alive.create(os.path.dirname(self._target), _prefix(self._target))
        try:
            self._fill(self._descriptor)
            _liken(self._descriptor, self._target)
            os.fsync(self._descriptor)
        except BaseException:
            self._leave()
            raise
        return self._name

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._leave()

    def _leave(self) -> None:
        try:
            if alive.is_at(self._descriptor, self._name):
                os.unlink(self._name)
        finally:
            os.close(self._descriptor)


def _require_writable(path: str, target: str) -> None:
    """Raise for a file that kubectl could not write either, or that cannot be replaced."""
    status = os.stat(target)
    if not stat.S_ISREG(status.st_mode):
        raise unwritable(path, "it is not a regular file")
    if not os.access(target, os.W_OK):
        raise unwritable(path, "it is read-only for you", "Give yourself the right to, if it is meant to change.")
    for folder in _folders(path, target):
        if not os.access(folder, os.W_OK | os.X_OK):
            raise unwritable(path, f"its folder {folder} is read-only for you", "kubectl needs to write there too.")
    if status.st_nlink > 1:
        raise CannotEditError("the file has more than one name (hard links), and replacing it would part them")


def _liken(descriptor: int, target: str) -> None:
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


def _copy_attributes(descriptor: int, target: str) -> None:
    try:
        for name in os.listxattr(target):
            os.setxattr(descriptor, name, os.getxattr(target, name))
    except OSError as error:
        # Some file systems know none, and some attributes (SELinux labels) are for the system to give.
        if error.errno not in (errno.ENOTSUP, errno.EPERM, errno.ENODATA, errno.EACCES):
            raise


def _replace(fresh: str, target: str) -> None:
    try:
        os.replace(fresh, target)
    except OSError as error:
        if error.errno == errno.EBUSY:
            raise CannotEditError("the file is mounted by itself, and can be written but not replaced") from error
        raise


def _sync(folder: str) -> None:
    """Bring the new name to the disk too."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    except OSError:
        pass  # not every file system can; the file itself is on the disk
    finally:
        os.close(descriptor)


def recover(path: str | PathLike[str]) -> None:
    """Take away what a killed kx left beside ``path``: a lock, which would stop kubectl, and unfinished files."""
    path = os.fspath(path)
    target = os.path.realpath(path)
    try:
        lock.recover(path)
        for folder in _folders(path, target):
            alive.sweep(folder, _prefix(target))
    except OSError:
        pass  # a folder that cannot be read or written to holds nothing of ours


def _folders(path: str, target: str) -> set[str]:
    """Where kubectl makes its lock, and where the file itself lies behind a link."""
    return {os.path.dirname(path) or ".", os.path.dirname(target)}


def unwritable(path: str, why: str, hint: str = "") -> KxError:
    """The error for a kubeconfig file that cannot be written."""
    return KxError(f"cannot write the kubeconfig file {path}: {why}", hint or "It is as it was.")
