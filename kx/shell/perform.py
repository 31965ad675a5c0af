"""One line's way: understand, explain, ask, run. The prompt, scripts and `kx run` all go this way.

Explanations and questions go to stderr; a command's own output is never touched. Knows no built-ins.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass

from kx import term
from kx.errors import EXIT_ERROR, EXIT_INTERRUPTED
from kx.explain import render
from kx.explain.explanation import Explanation
from kx.explain.facade import explain_text
from kx.kubectl import run
from kx.kubectl.invocation import Invocation, Line
from kx.kubectl.parse import parse
from kx.kubectl.words import split
from kx.shell import ask, familiar
from kx.shell.config import Mode
from kx.shell.plan import Plan, leaves_kubectl_out, plan
from kx.shell.session import Session

# Asks a person and returns what was typed; None: interrupted, or the end of the input.
Asker = Callable[[str], str | None]

# What these write belongs into the user's own files, not into the overlay that stands in front of them.
_WRITES_KUBECONFIG = frozenset(
    ("config", word)
    for word in (
        "set",
        "unset",
        "set-cluster",
        "set-context",
        "set-credentials",
        "delete-cluster",
        "delete-context",
        "delete-user",
        "rename-context",
    )
)


@dataclass(frozen=True)
class Outcome:
    """How a line ended. ``edit``: the line to put back into the prompt instead of having run it."""

    status: int
    edit: str = ""


@dataclass(frozen=True)
class Understood:
    """A line, what its words mean, and what will be run for it."""

    text: str
    line: Line
    invocations: tuple[Invocation, ...]
    explanation: Explanation
    plan: Plan


def understand(text: str, session: Session) -> Understood:
    """Read a line as the shell takes it, where the word kubectl may be left out. Asks no cluster."""
    line = split(text)
    implied = leaves_kubectl_out(line, session.catalog, lambda word: _is_program(word, session))
    invocations = parse(line, session.catalog, implied=implied)
    explanation = explain_text(text, session.where, implied=implied, catalog=session.catalog)
    return Understood(text, line, invocations, explanation, plan(line, invocations))


def perform(understood: Understood, session: Session, asker: Asker | None, stdin: int | None = None) -> Outcome:
    """Explain, ask where that is due, and run. ``asker``: None when nobody can answer.

    With nobody to answer, a line that changes something runs (it was written down to be run), and a line with a trap
    worth stopping for does not. ``stdin`` is handed to the command; None: kx's own.
    """
    question = ask.question(
        understood.explanation, understood.invocations, confirm=session.settings.confirm, yes=session.yes
    )
    shown = _explain(understood, session, keep_open=question.kind == "plain" and asker is not None)
    if question.kind == "stop" and asker is None:
        term.complain("not run: nobody is there to say that it is meant", "Correct the line, or run it with -y.")
        return Outcome(EXIT_ERROR)
    if question.kind != "none" and asker is not None:
        choice = _ask(question, shown, understood, asker)
        if choice == "meant":
            return perform(understand(question.fix, session), session, asker, stdin)
        if choice == "edit":
            return Outcome(EXIT_INTERRUPTED, edit=understood.text)
        if choice == "refuse":
            term.say("Not run.")
            return Outcome(EXIT_INTERRUPTED)
    return Outcome(execute(understood, session, stdin))


def execute(understood: Understood, session: Session, stdin: int | None = None) -> int:
    """Run what was understood, asking nothing. Returns its exit status."""
    chosen = understood.plan
    if not chosen.argv and not chosen.text:
        return 0
    if chosen.text:
        env = session.shell_env()
        return run.run(run.shell_argv(chosen.text, env), env, stdin)
    if not chosen.kubectl:
        return run.run(chosen.argv, session.shell_env(), stdin)
    argv = (str(session.kubectl.path), *chosen.argv[1:])
    if session.overlay is not None and _writes_kubeconfig(understood.invocations[0]):
        return _run_behind_the_overlay(argv, session, stdin)
    return run.run(argv, session.child_env, stdin)


def _writes_kubeconfig(invocation: Invocation) -> bool:
    return invocation.path in _WRITES_KUBECONFIG and invocation.value("current") != "true"


def _run_behind_the_overlay(argv: tuple[str, ...], session: Session, stdin: int | None) -> int:
    """Run a command that edits the user's own kubeconfig, and let the session follow what it did to its context."""
    overlay = session.require_overlay()
    name = session.where.context
    before = overlay.entry_behind(name)
    files = os.pathsep.join(str(path) for path in overlay.base)
    status = run.run(argv, {**session.child_env, "KUBECONFIG": files}, stdin)
    after = overlay.entry_behind(name)
    if after is None:
        overlay.forget()
    elif after != before:
        overlay.switch(name)
    return status


def _explain(understood: Understood, session: Session, keep_open: bool) -> str:
    """Show the explanation that is due and return how much was shown: full, brief or off.

    ``keep_open``: a plain question follows; what is brief is then left for the question to be printed behind.
    """
    explanation = understood.explanation
    mode = _fading(understood, session) if session.mode == "auto" else session.mode
    if mode == "off" and ask.stopping(explanation):
        mode = "brief"
    if mode == "full":
        term.say(f"\n{_render(explanation, render.full)}\n")
    elif mode == "brief" and not (keep_open and "\n" not in _render(explanation, render.brief)):
        term.say(_render(explanation, render.brief))
    return mode


def _fading(understood: Understood, session: Session) -> Mode:
    """Full until a shape is familiar, then brief."""
    shape = familiar.shape(
        understood.explanation.path or (understood.explanation.program,),
        (use.name for invocation in understood.invocations for use in invocation.flags),
    )
    if session.familiar.knows(shape):
        return "brief"
    session.familiar.seen(shape)
    return "full"


def _ask(question: ask.Question, shown: str, understood: Understood, asker: Asker) -> ask.Choice:
    """Ask until the answer is one."""
    prefix = _opening(question, shown, understood.explanation)
    while True:
        answer = asker(f"{prefix}{question.text}")
        if answer is None:
            term.say()
            return "refuse"
        choice = question.choice(answer)
        if choice not in ("more", "unclear"):
            return choice
        if choice == "more":
            picture = render.full if shown != "full" else None
            term.say(f"\n{_render(understood.explanation, picture)}\n" if picture else more(understood.explanation))
            shown = "full"
        prefix = ""


def _opening(question: ask.Question, shown: str, explanation: Explanation) -> str:
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


def _width() -> int:
    return shutil.get_terminal_size((80, 24)).columns


def _is_program(word: str, session: Session) -> bool:
    return shutil.which(word, path=session.env.get("PATH", os.defpath)) is not None


def ask_on_terminal(question: str) -> str | None:
    """An ``Asker`` for a plain terminal: the question on stderr, the answer from stdin."""
    sys.stderr.write(question)
    sys.stderr.flush()
    try:
        answer = sys.stdin.readline()
    except KeyboardInterrupt:
        return None
    return answer.rstrip("\n") if answer else None
