"""Read the user's kubeconfig files for a change, and make it in one of them: steadily, whoever else writes.

Knows no single change; see ``change`` for those.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Collection, Mapping
from pathlib import Path

from kx.errors import KxError
from kx.kubeconfig import edit, find, lock, read, write
from kx.kubeconfig.model import Kubeconfig

TYPE_CHECKING = False
if TYPE_CHECKING:  # at run time nothing of `typing` is needed, and importing it would cost a tenth of a switch
    from typing import TypeVar

    _T = TypeVar("_T")

Env = Mapping[str, str]


class KubectlNeededError(KxError):
    """A change that cannot be made in one place of ``path``; ``commands`` are the kubectl command lines that make it.

    They rewrite the whole file: comments, unknown keys and the order of things are lost. It was not written yet.
    """

    def __init__(self, path: Path, why: str, commands: tuple[tuple[str, ...], ...]) -> None:
        super().__init__(
            f"cannot change {path} without touching the rest of it: {why}",
            "kubectl can do it, but writes the whole file anew: comments and unknown keys get lost.",
        )
        self.path = path
        self.why = why
        self.commands = commands


def load(env: Env, kubeconfig: str | None, names: Collection[str]) -> Kubeconfig:
    """The merged files, which must have contexts of these names."""

    def loaded() -> Kubeconfig:
        config = read.load(env, kubeconfig)
        for name in names:
            if name not in config.contexts:
                raise read.no_such_context(name, config)
        return config

    return steadily(find.files(env, kubeconfig), loaded)


def steadily(files: tuple[Path, ...], action: Callable[[], _T]) -> _T:
    """Do ``action``, again if it fails while another program writes: kubectl empties a file before it fills it."""
    until = time.monotonic() + lock.PATIENCE
    while True:
        before = _stamps(files)
        try:
            return action()
        except KxError:
            if time.monotonic() > until or _stamps(files) == before and not any(map(lock.is_taken, files)):
                raise
        time.sleep(0.01)


def _stamps(files: tuple[Path, ...]) -> list[tuple[int, int, int] | None]:
    found: list[tuple[int, int, int] | None] = []
    for path in files:
        try:
            status = os.stat(path)
            found.append((status.st_mtime_ns, status.st_size, status.st_ino))
        except OSError:
            found.append(None)
    return found


def owner(source: Path | None) -> Path:
    """The file of a merged entry."""
    assert source is not None  # entries of files have one
    return source


def write_changes(path: Path, changes: tuple[edit.Change, ...], *commands: tuple[str, ...]) -> bool:
    """Make the changes in one file, in one go; ``commands`` do the same with `kubectl config`."""
    return rewrite(path, lambda text: edit.apply(text, *changes), *commands)


def rewrite(path: Path, change: write.Edit, *commands: tuple[str, ...]) -> bool:
    """As ``write.rewrite``; what cannot be edited is for kubectl, which does the same with ``commands``."""
    try:
        return write.rewrite(path, change)
    except edit.CannotEditError as error:
        lines = tuple(("config", f"--kubeconfig={path}", *words) for words in commands)
        raise KubectlNeededError(path, str(error), lines) from error
