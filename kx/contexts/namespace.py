"""``kx ns``: list the namespaces, print the current one, go back to ``default``; kubens' words for each."""

from __future__ import annotations

from kx import term
from kx.contexts import operations as op
from kx.contexts import talk
from kx.contexts.desk import Desk
from kx.contexts.listing import print_names
from kx.contexts.refused import RefusedError, prefixed
from kx.errors import KxError
from kx.kubeconfig import read
from kx.kubeconfig.model import Context


def list_namespaces(desk: Desk, wanted: op.List) -> int:
    """Every namespace of the cluster, the current one in colour."""
    entry = chosen_entry(desk, "cannot read current namespace")
    names = ask(desk, entry.name)
    print_names(desk, names, entry.namespace or read.DEFAULT_NAMESPACE)
    return 0


def ask(desk: Desk, context: str) -> tuple[str, ...]:
    """The cluster's namespaces. Raises ``RefusedError`` when they cannot be had, with those that are known anyway."""
    from kx.contexts import known_namespaces, namespaces  # late: the other operations ask nobody

    problem = "could not list namespaces (is the cluster accessible?): failed to list namespaces from k8s API"
    try:
        found = namespaces.listed(desk, context)
    except KxError as error:
        raise prefixed(problem, error) from error
    if found.problem:
        known = ", ".join(known_namespaces.known(desk.env, desk.load(), context))
        raise RefusedError(f"{problem}: {found.problem}", f"Known without asking: {known}")
    return found.names


def show_namespace(desk: Desk, wanted: op.Current) -> int:
    """Print the current namespace."""
    context = chosen_context(desk)
    entry = entry_of(desk, context, f'failed to read namespace of "{context}"')
    print(term.visible(entry.namespace or read.DEFAULT_NAMESPACE), file=desk.out, flush=True)
    return 0


def unset_namespace(desk: Desk, wanted: op.Unset) -> int:
    """Choose the namespace ``default``."""
    entry = chosen_entry(desk, "failed to clear namespace")
    desk.reach.set_namespace(entry, read.DEFAULT_NAMESPACE)
    talk.success(desk, f'Active namespace is "{talk.name(desk, read.DEFAULT_NAMESPACE)}"{desk.told}.')
    return 0


def chosen_context(desk: Desk) -> str:
    """The context that is meant: the one named with ``--context``, else the current one."""
    context = desk.context or desk.load().current_context
    if not context:
        raise RefusedError("current-context is not set", "Choose a context first: kx ctx NAME")
    return context


def chosen_entry(desk: Desk, problem: str) -> Context:
    """The entry of the context that is meant. Raises ``RefusedError``, beginning with ``problem``, if there is none."""
    return entry_of(desk, chosen_context(desk), problem)


def entry_of(desk: Desk, context: str, problem: str) -> Context:
    """The entry of ``context``."""
    config = desk.load()
    entry = config.contexts.get(context)
    if entry is None:
        near = read.no_such_context(context, config).hint
        raise RefusedError(f'{problem}: context with name "{context}" not found', near)
    return entry
