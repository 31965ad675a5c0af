"""A switch that reaches this session only: into its overlay. What was before it, the session remembers itself."""

from __future__ import annotations

from kx.contexts import state
from kx.contexts.state import Place
from kx.kubeconfig.model import Context
from kx.shell.session import Session


class ThisSession:
    """``kx.contexts.reach.Reach`` for a session of the shell."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.overlay = session.require_overlay()

    def go(self, context: str, namespace: str | None) -> None:
        """Choose a context; no namespace means the one its own file says."""
        self.overlay.switch(context, namespace or "")

    def set_namespace(self, entry: Context, namespace: str) -> None:
        """Choose a namespace; a session has one context, so the context is chosen too."""
        self.overlay.switch(entry.name, namespace)

    def unset(self) -> None:
        """Choose nothing: the user's own files decide again."""
        self.overlay.forget()

    def previous(self) -> Place:
        """The place before this one."""
        return self.session.previous

    def remember(self, before: Place, now: Place) -> str:
        """Note a step, in the history too."""
        self.session.previous = before
        return self._visited(now)

    def previous_namespace(self, context: str) -> str:
        """The namespace of ``context`` before its present one."""
        return self.session.previous_namespaces.get(context, "")

    def remember_namespace(self, context: str, before: str, now: str) -> str:
        """Note that a context's namespace has changed, in the history too."""
        self.session.previous_namespaces[context] = before
        return self._visited(Place(context, now))

    def _visited(self, place: Place) -> str:
        try:
            state.note_visit(self.session.env, place)
        except OSError:
            pass  # a history that cannot be kept is no reason to talk
        return ""
