"""``ctx`` and ``ns`` inside a session: they change this session's overlay and nothing else.

Only listing namespaces asks the cluster, with a short time limit.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable

from kx import term
from kx.errors import EXIT_ERROR, UsageError
from kx.kubeconfig import read
from kx.kubectl.ask import list_namespaces
from kx.shell.session import Session


def ctx(session: Session, words: tuple[str, ...]) -> int:
    """List the contexts, or switch this session to one."""
    name = _one(words, "ctx")
    if name is None:
        return listing(sorted(session.config.contexts), session.where.context, "There is no context in the kubeconfig.")
    where = session.require_overlay().switch(name)
    term.say(f"This session now uses context {term.visible(name)}, namespace {term.visible(where.namespace)}.")
    return 0


def ns(session: Session, words: tuple[str, ...]) -> int:
    """List the namespaces, or switch this session to one (whether it exists is not asked)."""
    name = _one(words, "ns")
    if name is not None:
        read.require_namespace(name)
        session.require_overlay().set_namespace(name)
        term.say(f"This session now uses namespace {term.visible(name)}.")
        return 0
    where = session.where
    found = list_namespaces(session.kubectl, session.child_env)
    if found.problem:
        term.complain(f"the namespaces cannot be listed: {found.problem}", f"The current one is {where.namespace}.")
        return EXIT_ERROR
    session.namespaces[where.context] = found.names
    return listing(found.names, where.namespace, "There is no namespace.")


def contexts(session: Session) -> Iterable[tuple[str, str]]:
    """Every context, with its cluster's server."""
    config = session.config
    return [(name, config.servers.get(entry.cluster, "")) for name, entry in sorted(config.contexts.items())]


def namespaces(session: Session) -> Iterable[tuple[str, str]]:
    """The namespaces seen in a listing, and those that the context names. Asks nobody."""
    where = session.where
    entries = session.config.contexts.values()
    named = {entry.namespace or "default" for entry in entries if entry.name == where.context}
    return [(name, "") for name in sorted(named | {where.namespace, *session.namespaces.get(where.context, ())})]


def listing(names: Iterable[str], current: str, nothing: str) -> int:
    """Print ``names`` one a line, the current one marked: by a star for a person, not at all for a program."""
    person = sys.stdout.isatty()
    colour = term.wants_colour(sys.stdout)
    empty = True
    for name in names:
        empty = False
        mark = ("* " if name == current else "  ") if person else ""
        term.out(mark + term.paint(term.visible(name), "bold" if name == current else "", colour))
    if empty:
        term.say(nothing)
    return 0


def _one(words: tuple[str, ...], builtin: str) -> str | None:
    if len(words) > 1 or (words and words[0].startswith("-")):
        raise UsageError(f"{builtin} takes one name at most, not {' '.join(words)}", f"Usage: {builtin} [NAME]")
    return words[0] if words else None
