"""Open a session: settings, kubeconfig, overlay. Leaves the talking to the prompt, the script or the single run."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from threading import Thread

from kx import term
from kx.errors import KxError
from kx.kubeconfig import overlay, read
from kx.kubectl import versions
from kx.shell import config, familiar
from kx.shell.familiar import Familiar
from kx.shell.session import Session


@contextmanager
def opened(
    env: Mapping[str, str] = os.environ,
    *,
    kubeconfig: str | None = None,
    context: str | None = None,
    namespace: str | None = None,
    yes: bool = False,
) -> Iterator[Session]:
    """A session with an overlay of its own, pinned to where it starts: later switches elsewhere do not move it.

    Raises ``KxError`` for bad settings and for a ``context`` that does not exist. A kubeconfig that cannot be read
    is complained about, and the session opens all the same: explaining needs none.
    """
    if kubeconfig:
        read.require(kubeconfig)
    if namespace:
        read.require_namespace(namespace)
    settings = config.load(env)
    with overlay.session(env, kubeconfig) as own:
        session = Session(
            env=env,
            settings=settings,
            familiar=Familiar(familiar.file(env)),
            overlay=own,
            yes=bool(yes),
            mode=settings.explain,
        )
        _pin(session, context, namespace)
        _learn_version(session)
        yield session


def _learn_version(session: Session) -> None:
    """Ask a kubectl that is new here for its version, beside everything else: the next session knows it."""
    try:
        kubectl = session.kubectl.path
    except KxError:
        return
    if not versions.known_version(kubectl, session.env):
        Thread(target=versions.client_version, args=(kubectl, session.env), daemon=True).start()


def _pin(session: Session, context: str | None, namespace: str | None) -> None:
    try:
        found = session.config
    except KxError as error:
        if context or namespace:
            raise
        term.complain(error.message, error.hint)
        return
    name = context or found.current_context
    if context or name in found.contexts:
        session.require_overlay().switch(name, namespace=namespace or "")
    elif namespace:
        raise KxError(f'there is no context to use the namespace "{namespace}" in', "Name one with --context.")
