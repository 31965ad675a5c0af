"""``new=old``: give a context another name, everywhere it is named."""

from __future__ import annotations

from kx.contexts import operations as op
from kx.contexts import talk, writing
from kx.contexts.desk import Desk
from kx.contexts.refused import RefusedError


def rename_context(desk: Desk, wanted: op.Rename) -> int:
    """Rename a context; one that has the new name already is overwritten, as kubectx does it."""
    config = desk.load()
    old = config.current_context if wanted.old == "." else wanted.old
    if old not in config.contexts:
        raise RefusedError(f'context "{old}" not found, can\'t rename it')
    if old == wanted.new:
        raise RefusedError(f'context "{old}" has that name already')
    if wanted.new in config.contexts:
        talk.warning(desk, f'context "{wanted.new}" exists, overwriting it.')
        writing.delete_context(desk.env, desk.kubeconfig, wanted.new)
    writing.rename_context(desk.env, desk.kubeconfig, old, wanted.new)
    talk.success(desk, f"Context {talk.name(desk, old)} renamed to {talk.name(desk, wanted.new)}.")
    return 0
