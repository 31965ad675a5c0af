"""After a command ran: say why it failed, or what in its output wants a look. Talks on stderr, and asks no cluster.

Only where a person reads both what the command said and what kx says, and wants to be told.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterable

from kx import term
from kx.contexts import known_namespaces
from kx.explain.aftermath import render
from kx.explain.aftermath.advice import Advice
from kx.explain.aftermath.watched import watched
from kx.explain.subject import Subject
from kx.explain.targets import read
from kx.kubectl.invocation import Invocation, Line
from kx.kubectl.recording import Recording
from kx.shell.session import Seen, Session

_TABLES = frozenset({"get", "events"})
_MOST_NAMES = 1000


def recording(line: Line, invocations: tuple[Invocation, ...], session: Session) -> Recording | None:
    """Where to keep what this line prints; None where nothing will be said about it."""
    if session.mode == "off" or not sys.stderr.isatty() or not watched(line, invocations):
        return None
    return Recording()


def tell(invocations: tuple[Invocation, ...], status: int, kept: Recording | None, session: Session) -> None:
    """Say what is to be said of a line that ended with ``status`` and printed what was ``kept``."""
    if session.mode == "off" or not sys.stderr.isatty() or len(invocations) != 1:
        return
    invocation = invocations[0]
    if invocation.program != "kubectl" or (kept is None and status == 0):
        return
    subject = _subject(invocation, session)
    text = kept.text() if kept is not None else ""
    if status:
        _say_why(text, status, subject, session)
    elif text:
        _say_what_wants_a_look(text, subject, session)


def _say_why(text: str, status: int, subject: Subject, session: Session) -> None:
    from kx.explain.aftermath import errors  # late: the tables are needed only when something went wrong

    _show(errors.explain(text, status, subject, lambda kind: _names(kind, subject, session)), session)


def _say_what_wants_a_look(text: str, subject: Subject, session: Session) -> None:
    if "Warning:" in text or "WARNING:" in text:
        _say_why(text, 0, subject, session)
    elif subject.path and subject.path[0] in _TABLES and not subject.helps:
        from kx.explain.aftermath import states

        _show(states.explain(text, subject), session)
        _remember(text, subject, session)
    elif subject.path == ("describe",):
        from kx.explain.aftermath import described

        _show(described.explain(text, subject), session)


def _show(advice: Iterable[Advice], session: Session) -> None:
    width, colour = shutil.get_terminal_size((80, 24)).columns, term.wants_colour(sys.stderr)
    picture = render.brief if session.mode == "brief" else render.full
    for each in advice:
        term.say(picture(each, width, colour))


def _subject(invocation: Invocation, session: Session) -> Subject:
    context, kubeconfig = (invocation.value(name) or "" for name in ("context", "kubeconfig"))
    where = session.elsewhere(context, kubeconfig) if context or kubeconfig else session.where
    return Subject(invocation, read(invocation), session.catalog, where)


def _remember(text: str, subject: Subject, session: Session) -> None:
    """Keep the names a listing showed: they may be near to one that is mistyped later."""
    from kx.explain.aftermath.columns import rows

    seen: dict[Seen, list[str]] = {}
    for row in rows(text):
        place = (subject.where.context, row.namespace or subject.namespace, row.kind)
        seen.setdefault(place, []).append(row.name)
    session.seen.update((place, tuple(names[:_MOST_NAMES])) for place, names in seen.items())


def _names(kind: str, subject: Subject, session: Session) -> Iterable[str]:
    """The names of a type that are known without asking: of contexts, namespaces, and what was listed before."""
    context = subject.where.context
    if kind == "contexts":
        return session.config.contexts
    listed = session.seen.get((context, subject.namespace, kind.partition(".")[0]), ())
    known = known_namespaces.known(session.env, session.config, context) if kind == "namespaces" else ()
    return (*listed, *known)
