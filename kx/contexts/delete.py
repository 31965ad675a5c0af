"""``-d A B .``: remove contexts; ``--prune`` takes along what nobody else needs; ``--undo`` puts all back."""

from __future__ import annotations

from kx.contexts import operations as op
from kx.contexts import talk, writing
from kx.contexts.desk import Desk
from kx.contexts.refused import RefusedError, prefixed
from kx.errors import KxError


def delete_contexts(desk: Desk, wanted: op.Delete) -> int:
    """Remove one after the other; the first that cannot be removed ends it, and those before it stay removed."""
    for name in wanted.names:
        _delete(desk, name, wanted.prune)
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
        writing.delete_context(desk.env, desk.kubeconfig, name)
    except KxError as error:
        raise prefixed(f'error deleting context "{name}"', error) from error
    if typed == ".":
        talk.warning(desk, f'You deleted the current context. Use "{desk.program}" to select a new context.')
    talk.success(desk, f"Deleted context {talk.name(desk, name)}.")
    if typed != "." and name == config.current_context:
        talk.hint(desk, f"It was the current context. `{desk.program} NAME` chooses another.")
