"""Change the kubeconfig files. Where that cannot be done without touching the rest, kubectl does it, and kx says so."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from kx import term
from kx.contexts.refused import RefusedError
from kx.kubeconfig import change

TYPE_CHECKING = False
if TYPE_CHECKING:  # at run time nothing of `typing` is needed, and importing it would cost a tenth of a switch
    from typing import TypeVar

    _T = TypeVar("_T")

Env = Mapping[str, str]


def use_context(env: Env, kubeconfig: str | None, name: str) -> None:
    """Make ``name`` the current context."""
    _changed(env, lambda: change.use_context(env, kubeconfig, name))


def unset_context(env: Env, kubeconfig: str | None) -> None:
    """Choose no context."""
    _changed(env, lambda: change.unset_context(env, kubeconfig))


def set_namespace(env: Env, kubeconfig: str | None, context: str, namespace: str | None) -> None:
    """Make ``namespace`` the one of ``context``; None takes it away."""
    _changed(env, lambda: change.set_namespace(env, kubeconfig, context, namespace))


def rename_context(env: Env, kubeconfig: str | None, old: str, new: str) -> None:
    """Name the context ``old`` ``new``; there is none called ``new``."""
    _changed(env, lambda: change.rename_context(env, kubeconfig, old, new))


def delete_context(env: Env, kubeconfig: str | None, name: str, prune: bool = False) -> change.DeletedEntries | None:
    """Take the context ``name`` away; None where kubectl did it, and nothing is kept for ``undo``."""
    return _changed(env, lambda: change.delete_contexts(env, kubeconfig, (name,), prune))


def undo_delete(env: Env) -> change.DeletedEntries:
    """Put back what was deleted last."""
    return change.undo_delete(env)


def _changed(env: Env, act: Callable[[], _T]) -> _T | None:
    """What ``act`` returns; None where kubectl had to do it."""
    try:
        return act()
    except change.KubectlNeededError as needed:
        _by_kubectl(env, needed)
        return None


def _by_kubectl(env: Env, needed: change.KubectlNeededError) -> None:
    import subprocess  # late: most files can be changed without kubectl

    from kx.contexts.program import kubectl

    program = str(kubectl(env))
    for words in needed.commands:
        done = subprocess.run(
            [program, *words],
            env=dict(env),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
        if done.returncode:
            raise RefusedError(f"{needed.message}; kubectl cannot change it either: {done.stderr.strip()}")
    term.say(f"kubectl wrote {term.visible(str(needed.path))} anew: {needed.why}")
