"""The process edge of ``kx ctx`` and ``kx ns``: the options that stand anywhere, the streams, and who is there."""

from __future__ import annotations

import os
import sys

from kx.contexts import talk
from kx.contexts.desk import Desk
from kx.errors import EXIT_ERROR, KxError
from kx.records import replace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import TypeAlias

    Run: TypeAlias = Callable[[Sequence[str], Desk], int]


def call(
    run: Run,
    program: str,
    arguments: Sequence[str],
    options: tuple[str, ...],
    given: Mapping[str, str | None] | None = None,
    env: Mapping[str, str] = os.environ,
) -> int:
    """Take ``options`` (such as ``--kubeconfig``) out of ``arguments`` and run the rest; the exit status.

    ``given``: values of these options that stood before the command's name.
    """
    named = dict(given or {})
    words, problem = _taken(arguments, options, named)
    desk = Desk(
        env=env,
        out=sys.stdout,
        err=sys.stderr,
        program=_called(program),
        interactive=sys.stdin.isatty() and sys.stdout.isatty(),
        kubeconfig=named.get("--kubeconfig") or None,
        context=named.get("--context") or None,
    )
    if problem:
        talk.fail(desk, KxError(problem, f"See: {desk.program} --help"))
        return EXIT_ERROR
    return _run(run, words, desk, options)


def _run(run: Run, words: list[str], desk: Desk, options: tuple[str, ...]) -> int:
    """In a terminal that has a context of its own, a switch reaches that terminal only, unless told --global."""
    listed = desk.kubeconfig or desk.env.get("KUBECONFIG", "")
    if "/terminal-" in listed:
        from kx.contexts import session  # late: few terminals have one

        overlay = session.of_terminal(desk)
        edits = "--context" not in options and session.edits(words)
        if overlay is not None and (session.GLOBAL in words or edits):
            return session.everywhere(run, words, desk, overlay, follows=not edits)
        desk = replace(desk, narrow=session.OneSession(overlay, desk.env) if overlay else None)
    return run([word for word in words if word != "--global"], desk)


def _taken(arguments: Sequence[str], options: tuple[str, ...], named: dict[str, str | None]) -> tuple[list[str], str]:
    """The words that are left, and what is wrong; the values of ``options`` go into ``named``."""
    words: list[str] = []
    rest = list(arguments)
    while rest:
        word = rest.pop(0)
        option, equals, value = word.partition("=")
        if word == "--":
            return [*words, word, *rest], ""
        if option not in options:
            words.append(word)
        elif equals or rest:
            named[option] = value if equals else rest.pop(0)
        else:
            return words, f"{option} needs a value"
    return words, ""


def _called(program: str) -> str:
    """``kubectl kx ctx`` where kubectl called kx as its plugin."""
    plugin = os.path.basename(sys.argv[0]).startswith("kubectl-")
    return f"kubectl {program}" if plugin else program
