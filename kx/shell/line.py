"""What happens with one typed line, whoever typed it: a built-in acts, anything else is performed."""

from __future__ import annotations

from kx import term
from kx.errors import EXIT_INTERRUPTED, KxError, UsageError
from kx.shell import builtins
from kx.shell.perform import Outcome, perform, understand
from kx.shell.session import Session
from kx.shell.talk import Asker


def handle(text: str, session: Session, asker: Asker | None, stdin: int | None = None) -> Outcome:
    """Do what ``text`` says. A user's mistake is said and becomes a status; only bugs raise."""
    if not text.strip():
        return Outcome(0)
    try:
        if "\0" in text:
            raise UsageError("the line holds a NUL character, which no program can be given", "Type it anew without.")
        status = builtins.dispatch(text, session)
        if status is not None:
            return Outcome(status)
        return perform(understand(text, session, ask_cluster=True), session, asker, stdin)
    except KxError as error:
        term.complain(error.message, error.hint)
        return Outcome(error.status)
    except KeyboardInterrupt:
        term.say()
        return Outcome(EXIT_INTERRUPTED)
