"""Change the user's kubeconfig files as `kubectl config` would, but byte-exactly and safely (`edit`, `write`).

Which file is written is kubectl's rule (client-go, tools/clientcmd/config.go): the current-context goes to the first
file that exists, everything else to the file that owns it, the first that names it. Every function returns whether
anything was written; a file that says so already is left alone. All raise ``KxError``: for what does not exist, for
files that cannot be read or written, and ``KubectlNeededError`` where only kubectl itself can make the change.

``kubeconfig`` is the value of a ``--kubeconfig`` option, or a path list, as everywhere in this package.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import TypeVar

from kx.errors import KxError
from kx.kubeconfig import edit, find, lock, read, write
from kx.kubeconfig.model import Kubeconfig
from kx.records import dataclass

Env = Mapping[str, str]
_T = TypeVar("_T")


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


@dataclass(frozen=True)
class DeletedEntries:
    """What ``delete_contexts`` took away. A name that another file has too is there again, as that file says it."""

    contexts: tuple[str, ...] = ()
    clusters: tuple[str, ...] = ()
    users: tuple[str, ...] = ()
    files: tuple[Path, ...] = ()  # the files that were written
    was_current: bool = False  # the current context is among them; it stays current, as with kubectl


def use_context(env: Env, kubeconfig: str | None, name: str) -> bool:
    """Make ``name`` the current context. Raises ``KxError`` when no file has it."""
    config = _load(env, kubeconfig, (name,))
    if config.current_context == name:
        return False
    path = find.default_file(find.files(env, kubeconfig))
    return _write(path, (edit.current(name),), ("set", "--", "current-context", name))


def unset_context(env: Env, kubeconfig: str | None) -> bool:
    """Have no current context in the first file that names one; what a later file names is current then."""
    for path in find.files(env, kubeconfig):
        if path.exists() and read.load_file(path).current_context:
            return _write(path, (edit.current(""),), ("unset", "current-context"))
    return False


def set_namespace(env: Env, kubeconfig: str | None, context: str, namespace: str | None) -> bool:
    """Make ``namespace`` the one of ``context``, or take it away. Raises ``KxError`` when no file has that context."""
    entry = _load(env, kubeconfig, (context,)).contexts[context]
    if entry.namespace == (namespace or ""):
        return False
    words = ("set-context", f"--namespace={namespace or ''}", "--", context)
    return _write(_owner(entry.source), (edit.namespace(context, namespace or ""),), words)


def rename_context(env: Env, kubeconfig: str | None, old: str, new: str) -> bool:
    """Name the context ``old`` ``new``, in the current-context too. Raises ``KxError`` when there is a ``new``."""
    config = _load(env, kubeconfig, (old,))
    if old == new:
        return False
    if new in config.contexts:
        raise KxError(f'there is a context "{new}" already', "Delete or rename that one first.")
    owner = _owner(config.contexts[old].source)
    holder = next((path for path in config.files if read.load_file(path).current_context), owner)
    if config.current_context != old:
        return _write(owner, (edit.rename(old, new),), ("rename-context", "--", old, new))
    if holder == owner:
        return _write(owner, (edit.rename(old, new), edit.current(new)), ("rename-context", "--", old, new))
    _write(owner, (edit.rename(old, new),), ("rename-context", "--", old, new))
    return _write(holder, (edit.current(new),), ("set", "--", "current-context", new))


def delete_contexts(env: Env, kubeconfig: str | None, names: Collection[str]) -> DeletedEntries:
    """Take contexts out of the files that own them. Where a name is in no file, ``KxError``, and nothing is written."""
    names = tuple(dict.fromkeys(names))
    config = _load(env, kubeconfig, names)
    owned: dict[Path, list[str]] = {}
    for name in names:
        owned.setdefault(_owner(config.contexts[name].source), []).append(name)
    for path, gone in owned.items():
        _write(path, (edit.delete("contexts", gone),), *(("delete-context", "--", name) for name in gone))
    return DeletedEntries(contexts=names, files=tuple(owned), was_current=config.current_context in names)


def _load(env: Env, kubeconfig: str | None, names: Collection[str]) -> Kubeconfig:
    """The merged files, which must have contexts of these names."""

    def loaded() -> Kubeconfig:
        config = read.load(env, kubeconfig)
        for name in names:
            if name not in config.contexts:
                raise read.no_such_context(name, config)
        return config

    return _steadily(find.files(env, kubeconfig), loaded)


def _steadily(files: tuple[Path, ...], action: Callable[[], _T]) -> _T:
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


def _owner(source: Path | None) -> Path:
    assert source is not None  # entries of files have one
    return source


def _write(path: Path, changes: tuple[edit.Change, ...], *commands: tuple[str, ...]) -> bool:
    """Make the changes in one file, in one go; ``commands`` do the same with `kubectl config`."""
    try:
        return write.rewrite(path, lambda text: edit.apply(text, *changes))
    except edit.CannotEditError as error:
        lines = tuple(("config", f"--kubeconfig={path}", *words) for words in commands)
        raise KubectlNeededError(path, str(error), lines) from error
