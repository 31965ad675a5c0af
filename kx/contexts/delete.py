"""``-d A B .``: remove contexts; ``--prune`` takes along what nobody else needs; ``--undo`` puts all back."""

from __future__ import annotations

from kx.contexts import operations as op
from kx.contexts import talk, writing
from kx.contexts.desk import Desk
from kx.contexts.refused import RefusedError, prefixed
from kx.errors import KxError
from kx.kubeconfig.change import DeletedEntries


def delete_contexts(desk: Desk, wanted: op.Delete) -> int:
    """Remove one after the other; the first that cannot be removed ends it, and those before it stay removed."""
    for name in wanted.names:
        _delete(desk, name, wanted.prune)
    talk.hint(desk, f"`{desk.program} --undo` puts back what was deleted last.")
    return 0


def undo(desk: Desk, wanted: op.Undo) -> int:
    """Put back what the last deletion removed; said again, what the one before it removed."""
    back = writing.undo_delete(desk.env)
    for name in back.contexts:
        talk.success(desk, f"Context {talk.name(desk, name)} is back.")
    _tell_others(desk, back, "is back")
    return 0


def _delete(desk: Desk, typed: str, prune: bool) -> None:
    name = ""  # as kubectx tells it while the files have not been read
    try:
        config = desk.load()
        if typed == "." and not config.current_context:
            raise RefusedError("can't use '.' as the no active context is set")
        name = config.current_context if typed == "." else typed
        if name not in config.contexts:
            raise RefusedError("context does not exist")
        gone = writing.delete_context(desk.env, desk.kubeconfig, name, prune)
    except KxError as error:
        raise prefixed(f'error deleting context "{name}"', error) from error
    if typed == ".":
        talk.warning(desk, f'You deleted the current context. Use "{desk.program}" to select a new context.')
    talk.success(desk, f"Deleted context {talk.name(desk, name)}.")
    if gone is not None and prune:
        _tell_others(desk, gone, "went with it")
    if typed != "." and name == config.current_context:
        talk.hint(desk, f"It was the current context. `{desk.program} NAME` chooses another.")


def _tell_others(desk: Desk, entries: DeletedEntries, told: str) -> None:
    """Clusters and users, which only --prune touches."""
    for kind, names in (("Cluster", entries.clusters), ("User", entries.users)):
        for name in names:
            talk.success(desk, f"{kind} {talk.name(desk, name)} {told}.")
