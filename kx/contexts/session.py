"""A switch that reaches one session only, of kx's shell or of a plain terminal: into the session's overlay.

What was before it is remembered in the session's own folder, in the same files as for every terminal, and goes with it.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping, Sequence

from kx.contexts import operations as op
from kx.contexts import state, talk
from kx.contexts.arguments import parse
from kx.contexts.desk import Desk
from kx.contexts.names import Target, target
from kx.contexts.refused import RefusedError
from kx.contexts.state import Place
from kx.contexts.switch import go
from kx.kubeconfig import overlay as overlays
from kx.kubeconfig.find import path_list
from kx.kubeconfig.model import Context
from kx.kubeconfig.overlay import Overlay
from kx.records import replace

GLOBAL = "--global"


class OneSession:
    """``kx.contexts.reach.Reach`` for a session."""

    def __init__(self, overlay: Overlay, env: Mapping[str, str]) -> None:
        self.overlay = overlay
        self.env = env
        folder = str(overlay.file.parent)
        self.own = {**env, "XDG_CACHE_HOME": folder, "XDG_STATE_HOME": folder}  # where this session remembers

    def go(self, context: str, namespace: str | None) -> None:
        """Choose a context; no namespace means the one its own file says."""
        self.overlay.switch(context, namespace or "")

    def set_namespace(self, entry: Context, namespace: str) -> None:
        """Choose a namespace in the session's context, the only one it has an entry of its own for."""
        if entry.name != self.overlay.load().current_context:
            raise RefusedError(f'this session is not in context "{entry.name}"', f"{GLOBAL} reaches every terminal.")
        self.overlay.switch(entry.name, namespace)

    def unset(self) -> None:
        """Choose nothing: the user's own files decide again."""
        self.overlay.forget()

    def previous(self) -> Place:
        """The place before this one."""
        return state.previous(self.own)

    def remember(self, before: Place, now: Place) -> str:
        """Note a step, in the user's history too."""
        return state.remember(self.own, before, now) or self._visited(now)

    def previous_namespace(self, context: str) -> str:
        """The namespace of ``context`` before its present one."""
        return state.previous_namespace(self.own, context)

    def remember_namespace(self, context: str, before: str, now: str) -> str:
        """Note that a context's namespace has changed, in the user's history too."""
        return state.remember_namespace(self.own, context, before, now) or self._visited(Place(context, now))

    def _visited(self, place: Place) -> str:
        try:
            state.note_visit(self.env, place)
        except OSError:
            pass  # a history that cannot be kept is no reason to talk
        return ""


def edits(words: Sequence[str]) -> bool:
    """Whether the words after ``ctx`` change what contexts there are: that is in the files, whoever asks."""
    wanted = parse([word for word in words if word != GLOBAL], interactive=True)
    picks = isinstance(wanted, op.Pick) and wanted.then in ("delete", "prune")
    return picks or isinstance(wanted, op.Rename | op.Delete | op.Undo)


def everywhere(
    run: Callable[[Sequence[str], Desk], int],
    words: Sequence[str],
    desk: Desk,
    overlay: Overlay,
    *,
    follows: bool = True,
) -> int:
    """Run ``words`` on the user's own files, not on the session's overlay.

    The session ``follows``, and stays there whatever others do; it always does when its own context is gone.
    """
    outside = replace(desk, env={**desk.env, "KUBECONFIG": path_list(overlay.base)}, kubeconfig=None, narrow=None)
    own = overlay.load().current_context
    status = run([word for word in words if word != GLOBAL], outside)
    config = outside.load()
    if follows or own not in config.contexts:
        overlay.forget()
        if config.current_context in config.contexts:
            overlay.switch(config.current_context)
    return status


def start_session(desk: Desk, wanted: op.Session) -> int:
    """Print what a shell has to evaluate to have a context of its own from now on."""
    overlay = overlays.terminal(desk.env, desk.kubeconfig)
    own = replace(
        desk,
        env={**desk.env, "KUBECONFIG": overlay.kubeconfig},
        kubeconfig=None,
        narrow=OneSession(overlay, desk.env),
    )
    config = own.load()
    chosen = target(own, config, wanted.target)
    go(own, config, Target(chosen.context, chosen.namespace))
    print(f"export KUBECONFIG={shlex.quote(overlay.kubeconfig)}", file=desk.out, flush=True)
    if desk.out.isatty():
        talk.hint(desk, f'For a shell to take it: eval "$({desk.program} --session {shlex.quote(wanted.target)})"')
    return 0


def of_terminal(desk: Desk) -> Overlay | None:
    """The overlay of the terminal one is in, if it has one."""
    first = (desk.kubeconfig or desk.env.get("KUBECONFIG", "")).partition(":")[0]
    overlay = overlays.terminal(desk.env, desk.kubeconfig) if "/terminal-" in first else None
    return overlay if overlay and str(overlay.file) == first else None
