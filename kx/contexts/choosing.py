"""Where a name is missing, a person picks one; then the operation runs as if it had been typed."""

from __future__ import annotations

from collections.abc import Callable

from kx.contexts import operations as op
from kx.contexts import picker, talk
from kx.contexts.delete import delete_contexts
from kx.contexts.desk import Desk
from kx.contexts.listing import matching
from kx.contexts.namespace import ask, chosen_entry
from kx.contexts.namespace_switch import go as go_to_namespace
from kx.contexts.refused import NoKubeconfigError, RefusedError
from kx.contexts.shells import open_shell
from kx.contexts.switch import switch_context
from kx.kubeconfig import read

# What is done with the chosen context.
_THEN: dict[str, Callable[[Desk, str], int]] = {
    "switch": lambda desk, name: switch_context(desk, op.Switch(name, literal=True)),
    "delete": lambda desk, name: delete_contexts(desk, op.Delete((name,))),
    "prune": lambda desk, name: delete_contexts(desk, op.Delete((name,), prune=True)),
    "shell": lambda desk, name: open_shell(desk, op.Shell(name)),
    "readonly": lambda desk, name: open_shell(desk, op.Shell(name, readonly=True)),
}


def pick_context(desk: Desk, wanted: op.Pick) -> int:
    """Choose among all contexts in natural order."""
    try:
        config = desk.load()
    except NoKubeconfigError as error:
        talk.warning(desk, "kubeconfig file not found")
        talk.hint(desk, error.hint)
        return 0
    if not config.contexts:
        raise RefusedError("no contexts found in the kubeconfig file")
    return _THEN[wanted.then](desk, picker.pick(desk, matching(config.contexts, ""), config.current_context, "context"))


def pick_namespace(desk: Desk, wanted: op.Pick) -> int:
    """Choose among the cluster's namespaces; they exist, so the cluster is not asked again."""
    try:
        desk.load()
    except NoKubeconfigError as error:
        talk.warning(desk, "kubeconfig file not found")
        talk.hint(desk, error.hint)
        return 0
    entry = chosen_entry(desk, "cannot read current namespace")
    names = ask(desk, entry.name)
    if not names:
        raise RefusedError("no namespaces found")
    chosen = picker.pick(desk, names, entry.namespace or read.DEFAULT_NAMESPACE, "namespace")
    return go_to_namespace(desk, entry, chosen, end=".")
