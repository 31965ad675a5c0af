"""What a person sees and is asked around a run: an explanation of the length that is due, and a question.

Everything goes to stderr. Runs nothing.
"""

from __future__ import annotations

import shutil
import sys
import textwrap
from collections.abc import Callable

from kx import term
from kx.explain import render
from kx.explain.explanation import Explanation
from kx.shell import ask
from kx.shell.config import Mode
from kx.shell.session import Session

# Asks a person and returns what was typed; None: interrupted, or the end of the input.
Asker = Callable[[str], str | None]


def show(explanation: Explanation, shape: str, session: Session, keep_open: bool) -> Mode:
    """Show the explanation in the length that is due, and return that length: full, brief or off.

    ``shape`` is what grows familiar. ``keep_open``: a plain question follows; one brief line is then left for ``put``
    to print in front of it.
    """
    mode = _fading(shape, session) if session.mode == "auto" else session.mode
    if ask.stopping(explanation):
        mode = "brief"  # the trap alone: nothing may push it off the screen
    if mode == "full":
        term.say(f"\n{_render(explanation, render.full)}\n")
    elif mode == "brief" and not (keep_open and "\n" not in _render(explanation, render.brief)):
        term.say(_render(explanation, render.brief))
    return mode


def _fading(shape: str, session: Session) -> Mode:
    """Full until a shape is familiar, then brief."""
    if session.familiar.knows(shape):
        return "brief"
    session.familiar.seen(shape)
    return "full"


def put(question: ask.Question, shown: Mode, explanation: Explanation, asker: Asker) -> ask.Choice:
    """Ask until the answer is one; no answer at all refuses. ``shown`` is what ``show`` returned."""
    prefix = _opening(question, shown, explanation)
    while True:
        answer = asker(f"{prefix}{_wrapped(question.text)}")
        if answer is None:
            term.say()
            return "refuse"
        choice = question.choice(answer)
        if choice not in ("more", "unclear"):
            return choice
        if choice == "more":
            picture = render.full if shown != "full" else None
            term.say(f"\n{_render(explanation, picture)}\n" if picture else more(explanation))
            shown = "full"
        prefix = ""


def _opening(question: ask.Question, shown: Mode, explanation: Explanation) -> str:
    """What stands in front of a plain question on its line."""
    if question.kind != "plain" or shown == "full":
        return ""
    if shown == "off":
        where = explanation.where
        return f"  {explanation.effect.upper()} {where.context}/{where.namespace}   "
    brief = _render(explanation, render.brief)
    if "\n" in brief:
        return ""
    fits = len(render.brief(explanation, _width(), False)) + len(question.text) + 3 <= _width()
    return f"{brief}{'   ' if fits else chr(10)}"


def more(explanation: Explanation) -> str:
    """What the full picture leaves out: why requests depend, the server, and where kubectl says more."""
    where = explanation.where
    lines = [f"  server   {where.server or 'not known'}"]
    lines += [
        f"  {request.method:<7}  {request.path}: {request.why}" for request in explanation.requests if request.why
    ]
    if explanation.undo.reason:
        lines.append(f"  undo     {explanation.undo.reason}")
    if explanation.program == "kubectl":
        lines.append(f"  more     {' '.join(('kubectl', *explanation.path))} --help")
    return "\n" + term.visible("\n".join(lines), keep="\n") + "\n"


def _render(explanation: Explanation, picture: Callable[[Explanation, int, bool], str]) -> str:
    return picture(explanation, _width(), term.wants_colour(sys.stderr))


def _wrapped(text: str) -> str:
    return "\n".join(textwrap.wrap(text, _width() - 1, break_on_hyphens=False)) + " "


def _width() -> int:
    return shutil.get_terminal_size((80, 24)).columns


def ask_on_terminal(question: str) -> str | None:
    """An ``Asker`` for a plain terminal: the question on stderr, the answer from stdin."""
    sys.stderr.write(question)
    sys.stderr.flush()
    try:
        answer = sys.stdin.readline()
    except KeyboardInterrupt:
        return None
    return answer.rstrip("\n") if answer else None
