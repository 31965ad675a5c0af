"""Switch to a context: one that is named, or the one before, with the namespace it had."""

from __future__ import annotations

from kx.contexts import operations as op
from kx.contexts.arguments import is_glob
from kx.contexts.arrived import arrived
from kx.contexts.desk import Desk
from kx.contexts.names import Target, target
from kx.contexts.refused import RefusedError, prefixed
from kx.contexts.state import Place
from kx.errors import KxError
from kx.kubeconfig.model import Context, Kubeconfig


def switch_context(desk: Desk, wanted: op.Switch) -> int:
    """Make a context the current one, for every terminal that has not chosen for itself."""
    try:
        return _switch(desk, wanted)
    except KxError as error:
        raise prefixed("failed to switch context", error) from error


def _switch(desk: Desk, wanted: op.Switch) -> int:
    if wanted.target == "-" and not wanted.literal:
        return _back(desk)
    config = desk.load()
    if is_glob(wanted.target) and not wanted.literal and wanted.target not in config.contexts:
        return _list(desk, config, wanted.target)
    chosen = Target(wanted.target) if wanted.literal else target(desk, config, wanted.target)
    entry = config.contexts.get(chosen.context)
    if chosen.namespace is not None and entry and _namespace_to_set(entry, chosen) is not None:
        from kx.contexts.namespaces import verified  # late: a name alone asks no cluster

        chosen = Target(chosen.context, verified(desk, chosen.context, chosen.namespace))
    return go(desk, config, chosen)


def go(desk: Desk, config: Kubeconfig, chosen: Target) -> int:
    """Write the choice, note where one was, and say so. Raises ``RefusedError`` for a context that is not there."""
    entry = config.contexts.get(chosen.context)
    if entry is None:
        raise RefusedError(f'no context exists with the name: "{chosen.context}"')
    namespace = _namespace_to_set(entry, chosen)
    desk.reach.go(chosen.context, namespace)
    now = Place(chosen.context, entry.namespace if namespace is None else namespace)
    arrived(desk, desk.reach.remember, place(config), now, told=chosen.namespace is not None and namespace is not None)
    return 0


def _namespace_to_set(entry: Context, chosen: Target) -> str | None:
    """The namespace that must be written; None when it is there already."""
    wanted = chosen.namespace
    return None if wanted is None or (wanted or "default") == (entry.namespace or "default") else wanted


def _back(desk: Desk) -> int:
    before = desk.reach.previous()
    if not before.context:
        raise RefusedError("no previous context found", f"{desk.program} --history shows where you have been.")
    config = desk.load()
    return go(desk, config, Target(before.context, before.namespace))


def _list(desk: Desk, config: Kubeconfig, pattern: str) -> int:
    from kx.contexts.listing import matching, print_names  # late: a switch sorts nothing

    found = matching(config.contexts, pattern)
    if not found:
        raise RefusedError(f'no context exists with the name: "{pattern}"', f"`{desk.program}` lists all contexts.")
    print_names(desk, found, config.current_context)
    return 0


def place(config: Kubeconfig) -> Place:
    """Where the files say one is."""
    entry = config.contexts.get(config.current_context)
    return Place(config.current_context, entry.namespace if entry else "")
