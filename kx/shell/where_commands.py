"""``ctx`` and ``ns`` inside a session: the operations of ``kx ctx`` and ``kx ns`` on this session's own overlay.

``--global`` lets them write the kubeconfig itself, as they do outside of the shell.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence

from kx.contexts import ctx as contexts_ctx
from kx.contexts import known_namespaces
from kx.contexts import ns as contexts_ns
from kx.contexts.desk import Desk
from kx.contexts.naturally import in_order
from kx.contexts.session import GLOBAL, OneSession, edits, everywhere
from kx.errors import UsageError
from kx.records import replace
from kx.shell.session import Session

_Run = Callable[[Sequence[str], Desk], int]


def ctx(session: Session, words: tuple[str, ...]) -> int:
    """List the contexts, switch this session to one, and all else that `kx ctx` does."""
    edits_files = edits(words)
    if edits_files and GLOBAL not in words:
        meant = f"If you mean that: ctx {GLOBAL} {' '.join(words)}"
        raise UsageError("this changes the kubeconfig itself, for every terminal", meant)
    return _run(session, contexts_ctx.run, "ctx", words, follows=not edits_files)


def ns(session: Session, words: tuple[str, ...]) -> int:
    """List the namespaces, switch this session to one, and all else that `kx ns` does."""
    return _run(session, contexts_ns.run, "ns", words)


def contexts(session: Session) -> Iterable[tuple[str, str]]:
    """Every context, with its cluster's server."""
    config = session.config
    return [(name, config.servers.get(config.contexts[name].cluster, "")) for name in in_order(config.contexts)]


def namespaces(session: Session) -> Iterable[tuple[str, str]]:
    """The namespaces that are known for this context. Asks nobody."""
    where = session.where
    known = known_namespaces.known(session.env, session.config, where.context)
    return [(name, "") for name in sorted({*known, where.namespace})]


def _run(session: Session, run: _Run, program: str, words: tuple[str, ...], *, follows: bool = True) -> int:
    overlay = session.require_overlay()
    desk = Desk(
        env=session.child_env,
        out=sys.stdout,
        err=sys.stderr,
        program=program,
        interactive=_interactive(),
        narrow=OneSession(overlay, session.env),
    )
    if GLOBAL in words:
        return everywhere(run, words, replace(desk, program=f"{program} {GLOBAL}"), overlay, follows=follows)
    return run(words, desk)


def _interactive() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty()
