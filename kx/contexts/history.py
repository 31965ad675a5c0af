"""``kx ctx --history``: where one has been, newest last."""

from __future__ import annotations

import time

from kx import term
from kx.contexts import operations as op
from kx.contexts import state, talk
from kx.contexts.desk import Desk


def show_history(desk: Desk, wanted: op.History) -> int:
    """One line for each switch: when, and to which context/namespace."""
    visits = state.history(desk.env)
    for visit in visits:
        when = time.strftime("%Y-%m-%d %H:%M", time.localtime(visit.when))
        namespace = visit.place.namespace or "default"
        print(f"{when}  {term.visible(visit.place.context)}/{term.visible(namespace)}", file=desk.out)
    desk.out.flush()
    if not visits:
        talk.hint(desk, "No switch has been made with kx yet.")
    return 0
