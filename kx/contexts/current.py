"""``-c`` and ``-u``: which context is current, and choosing none."""

from __future__ import annotations

from kx import term
from kx.contexts import operations as op
from kx.contexts import talk
from kx.contexts.desk import Desk
from kx.contexts.refused import RefusedError

_UNSET = "Active context unset for kubectl."


def show_context(desk: Desk, wanted: op.Current) -> int:
    """Print the current context."""
    current = desk.load().current_context
    if not current:
        raise RefusedError("current-context is not set", f"Choose one: {desk.program} NAME")
    print(term.visible(current), file=desk.out, flush=True)
    return 0


def unset_context(desk: Desk, wanted: op.Unset) -> int:
    """Choose no context."""
    desk.load()
    desk.reach.unset()
    talk.success(desk, "This session follows the kubeconfig again." if desk.narrow else _UNSET)
    return 0
