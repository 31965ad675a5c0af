"""After a switch: note where one was, and say where one is now."""

from __future__ import annotations

from kx.contexts import talk

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from kx.contexts.desk import Desk
    from kx.contexts.state import Place


def arrived(
    desk: Desk, remember: Callable[[Place, Place], str], before: Place, now: Place, *, told: bool = False
) -> None:
    """``told``: the namespace was chosen too, and is said."""
    trouble = remember(before, now) if before != now else ""
    talk.success(desk, f'Switched to context "{talk.name(desk, now.context)}"{desk.told}.')
    if told:
        talk.success(desk, f'Active namespace is "{talk.name(desk, now.namespace or "default")}"{desk.told}.')
    if trouble:
        talk.warning(desk, trouble)
