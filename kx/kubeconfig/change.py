"""Change the user's kubeconfig files as `kubectl config` would, but byte-exactly and safely (`edit`, `write`).

Which file is written is kubectl's rule (client-go, tools/clientcmd/config.go): the current-context goes to the first
file that exists, everything else to the file that owns it, the first that names it. Every function returns whether
anything was written; a file that says so already is left alone. All raise ``KxError``: for what does not exist, for
files that cannot be read or written, and ``KubectlNeededError`` where only kubectl itself can make the change.

``kubeconfig`` is the value of a ``--kubeconfig`` option, or a path list, as everywhere in this package.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from kx.errors import KxError
from kx.kubeconfig import edit, find, lock, read, write
from kx.kubeconfig.deleted import DeletedEntries
from kx.kubeconfig.files import KubectlNeededError, load, owner, steadily, write_changes

__all__ = [
    "DeletedEntries",
    "KubectlNeededError",
    "delete_contexts",
    "recover",
    "rename_context",
    "set_namespace",
    "undo_delete",
    "unset_context",
    "use_context",
]

Env = Mapping[str, str]


def recover(env: Env, kubeconfig: str | None = None) -> None:
    """Take away what a killed kx left beside the files: a lock would stop the next `kubectl config`.

    Every change does this for the file that it writes. It costs a look at one name per file when there is nothing.
    """
    for path in find.files(env, kubeconfig):
        if lock.is_taken(path):
            write.recover(path)


def use_context(env: Env, kubeconfig: str | None, name: str) -> bool:
    """Make ``name`` the current context. Raises ``KxError`` when no file has it."""
    config = load(env, kubeconfig, (name,))
    if config.current_context == name:
        return False
    path = find.default_file(find.files(env, kubeconfig))
    return write_changes(path, (edit.current(name),), ("set", "--", "current-context", name))


def unset_context(env: Env, kubeconfig: str | None) -> bool:
    """Have no current context in the first file that names one; what a later file names is current then."""
    for config in steadily(find.files(env, kubeconfig), lambda: read.load_each(env, kubeconfig)):
        if config.current_context:
            return write_changes(config.files[0], (edit.current(""),), ("unset", "current-context"))
    return False


def set_namespace(env: Env, kubeconfig: str | None, context: str, namespace: str | None) -> bool:
    """Make ``namespace`` the one of ``context``, or take it away. Raises ``KxError`` when no file has that context."""
    entry = load(env, kubeconfig, (context,)).contexts[context]
    if entry.namespace == (namespace or ""):
        return False
    words = ("set-context", f"--namespace={namespace or ''}", "--", context)
    return write_changes(owner(entry.source), (edit.namespace(context, namespace or ""),), words)


def rename_context(env: Env, kubeconfig: str | None, old: str, new: str) -> bool:
    """Name the context ``old`` ``new``, in the current-context too. Raises ``KxError`` when there is a ``new``."""
    config = load(env, kubeconfig, (old,))
    if old == new:
        return False
    if new in config.contexts:
        raise KxError(f'there is a context "{new}" already', "Delete or rename that one first.")
    owned = owner(config.contexts[old].source)
    holder = next((path for path in config.files if read.load_file(path).current_context), owned)
    if config.current_context != old:
        return write_changes(owned, (edit.rename(old, new),), ("rename-context", "--", old, new))
    if holder == owned:
        return write_changes(owned, (edit.rename(old, new), edit.current(new)), ("rename-context", "--", old, new))
    write_changes(owned, (edit.rename(old, new),), ("rename-context", "--", old, new))
    return write_changes(holder, (edit.current(new),), ("set", "--", "current-context", new))


def delete_contexts(env: Env, kubeconfig: str | None, names: Collection[str], prune: bool = False) -> DeletedEntries:
    """Take contexts out of the files that own them. Where a name is in no file, ``KxError``, and nothing is written.

    With ``prune``, clusters and users go too that were theirs and that no context of any file refers to any more.
    What is deleted is kept for ``undo_delete``.
    """
    from kx.kubeconfig import delete  # late: what keeps and restores entries is not needed for a switch

    return delete.delete_contexts(env, kubeconfig, names, prune)


def undo_delete(env: Env) -> DeletedEntries:
    """Put back what was deleted last: byte for byte if the file is still the same, else at the end of its lists.

    Raises ``KxError`` when nothing was deleted, and when an entry of that name is there again.
    """
    from kx.kubeconfig import delete  # late: as above

    return delete.undo_delete(env)
