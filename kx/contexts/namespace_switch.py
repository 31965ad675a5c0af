"""``kx ns NAME``: use another namespace in the current context, or the one before."""

from __future__ import annotations

from kx.contexts import operations as op
from kx.contexts import talk
from kx.contexts.desk import Desk
from kx.contexts.names import is_namespace
from kx.contexts.namespace import chosen_entry
from kx.contexts.refused import RefusedError
from kx.kubeconfig import read
from kx.kubeconfig.model import Context


def switch_namespace(desk: Desk, wanted: op.Switch) -> int:
    """Make a namespace the context's own. Whether it exists is asked, unless ``force``."""
    entry = chosen_entry(desk, "failed to get current namespace")
    name = wanted.target
    if name == "-" and not wanted.literal:
        name = _previous(desk, entry)
    if wanted.force:
        _require_possible(name)
    else:
        from kx.contexts import namespaces  # late: -f asks nobody

        name = namespaces.verified(desk, entry.name, name)
    return go(desk, entry, name)


def go(desk: Desk, entry: Context, name: str, end: str = "") -> int:
    """Write the choice, note the namespace before, and say so; ``end`` ends the sentence."""
    before = entry.namespace or read.DEFAULT_NAMESPACE
    desk.reach.set_namespace(entry, name)
    trouble = desk.reach.remember_namespace(entry.name, before, name) if before != name else ""
    talk.success(desk, f'Active namespace is "{talk.name(desk, name)}"{desk.told}{end}')
    if trouble:
        talk.warning(desk, trouble)
    return 0


def _previous(desk: Desk, entry: Context) -> str:
    before = desk.reach.previous_namespace(entry.name)
    if not before:
        raise RefusedError(f"No previous namespace found for current context ({entry.name})")
    return before


def _require_possible(name: str) -> None:
    """Even by force no name is written that no namespace can have: kubectl would fail from then on."""
    if not is_namespace(name):
        raise RefusedError(
            f'"{name}" cannot be the name of a namespace',
            "A name holds small letters, digits and -, begins and ends with one of the first two, and has at most 63.",
        )
