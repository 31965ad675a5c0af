"""How far a switch reaches: every terminal that follows the kubeconfig, or one session of kx's shell.

Operations know only ``Reach``. This file has the one for every terminal; the shell brings the other.
"""

from __future__ import annotations

from collections.abc import Mapping

from kx.contexts import state
from kx.contexts.state import Place

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol

    from kx.kubeconfig.model import Context

    class Reach(Protocol):
        """Where a choice is written, and where the one before it is remembered.

        What returns text returns why something could not be noted, or "".
        """

        def go(self, context: str, namespace: str | None) -> None:
            """Make ``context`` current; ``namespace`` None leaves its own, "" means none."""

        def set_namespace(self, entry: Context, namespace: str) -> None:
            """Make ``namespace`` the one of this context."""

        def unset(self) -> None:
            """Choose no context."""

        def previous(self) -> Place:
            """The place before this one."""

        def remember(self, before: Place, now: Place) -> str:
            """Note a step from one place to another."""

        def previous_namespace(self, context: str) -> str:
            """The namespace of ``context`` before its present one."""

        def remember_namespace(self, context: str, before: str, now: str) -> str:
            """Note that a context's namespace has changed."""


class EveryTerminal:
    """The kubeconfig files themselves, and the files in which kubectx and kubens remember."""

    def __init__(self, env: Mapping[str, str], kubeconfig: str | None) -> None:
        self.env = env
        self.kubeconfig = kubeconfig

    def go(self, context: str, namespace: str | None) -> None:
        """Namespace first: nobody should be, even for a moment, where he did not want to be."""
        from kx.contexts import writing  # late: where there is nothing to write, nothing is imported for it

        if namespace is not None:
            writing.set_namespace(self.env, self.kubeconfig, context, namespace or None)
        writing.use_context(self.env, self.kubeconfig, context)

    def set_namespace(self, entry: Context, namespace: str) -> None:
        from kx.contexts import writing

        writing.set_namespace(self.env, self.kubeconfig, entry.name, namespace)

    def unset(self) -> None:
        from kx.contexts import writing

        writing.unset_context(self.env, self.kubeconfig)

    def previous(self) -> Place:
        return state.previous(self.env)

    def remember(self, before: Place, now: Place) -> str:
        return state.remember(self.env, before, now)

    def previous_namespace(self, context: str) -> str:
        return state.previous_namespace(self.env, context)

    def remember_namespace(self, context: str, before: str, now: str) -> str:
        return state.remember_namespace(self.env, context, before, now)
