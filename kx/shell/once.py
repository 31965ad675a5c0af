"""``kx run``: one kubectl command in a session of its own."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Mapping
from functools import partial

from kx.explain.facade import explain_text
from kx.kubectl.manifests import reader
from kx.kubectl.words import split
from kx.shell.config import MODES
from kx.shell.open import opened
from kx.shell.perform import Understood, commands_of, perform
from kx.shell.plan import Plan, plugins_of
from kx.shell.session import Session
from kx.shell.talk import ask_on_terminal


def run_once(
    arguments: tuple[str, ...],
    *,
    mode: str | None = None,
    yes: bool = False,
    context: str | None = None,
    namespace: str | None = None,
    kubeconfig: str | None = None,
    env: Mapping[str, str] = os.environ,
) -> int:
    """Explain and run kubectl with exactly these ``arguments`` (the word kubectl may lead them); its exit status."""
    with opened(env, kubeconfig=kubeconfig, context=context, namespace=namespace, yes=yes) as session:
        if mode is not None:
            session.mode = MODES[mode]
        asker = ask_on_terminal if sys.stdin.isatty() and sys.stderr.isatty() else None
        outcome = perform(understand_words(arguments, session), session, asker)
        return outcome.status


def understand_words(arguments: tuple[str, ...], session: Session) -> Understood:
    """As ``perform.understand``, for words that a shell has already cut: they reach kubectl as they are."""
    words = arguments[1:] if arguments[0] in ("kubectl", "k") else arguments
    text = shlex.join(("kubectl", *words))
    line = split(text)
    plugins = session.plugins(plugins_of(line, session.catalog, session.is_program), ask=True)
    invocations = commands_of(line, session, False, plugins, ask=True)
    explanation = explain_text(
        text,
        session.where,
        known=session.known(invocations),
        catalog=session.catalog,
        plugins=plugins,
        elsewhere=session.elsewhere,
        types=session.types,
        manifests=reader(),
        preferences=partial(session.preferences, ask=True),
    )
    return Understood(text, line, invocations, explanation, Plan(argv=("kubectl", *words), kubectl=True))
