"""One line's way: understand, explain, ask, run. The prompt, scripts and `kx run` all go this way.

Explanations and questions go to stderr; a command's own output is never changed. Knows no built-ins.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import partial

from kx import term
from kx.errors import EXIT_ERROR, EXIT_INTERRUPTED
from kx.explain.explanation import Explanation
from kx.explain.facade import explain_text, is_strange
from kx.kubeconfig import change
from kx.kubeconfig.find import path_list
from kx.kubectl import run
from kx.kubectl.catalog.model import Catalog
from kx.kubectl.invocation import Invocation, Line
from kx.kubectl.manifests import reader
from kx.kubectl.parse import parse
from kx.kubectl.recording import Recording
from kx.kubectl.words import split
from kx.shell import afterwards, ask, familiar
from kx.shell.plan import Plan, leaves_kubectl_out, plan, plugins_of
from kx.shell.session import Session
from kx.shell.talk import Asker, put, show

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


def understand(text: str, session: Session, ask_cluster: bool = False) -> Understood:
    """Read a line as the shell takes it, where the word kubectl may be left out.

    ``ask_cluster``: look up (briefly) what an explanation gains by, such as whether a pod of that name exists.
    """
    line = split(text)
    implied = leaves_kubectl_out(line, session.catalog, session.is_program)
    plugins = session.plugins(plugins_of(line, session.catalog, session.is_program), ask=ask_cluster)
    invocations = commands_of(line, session, implied, plugins, ask=ask_cluster)
    known = session.known(invocations) if ask_cluster else None
    explanation = explain_text(
        text,
        session.where,
        implied=implied,
        known=known,
        catalog=session.catalog,
        plugins=plugins,
        elsewhere=session.elsewhere,
        types=session.types,
        manifests=reader() if ask_cluster else None,
        preferences=partial(session.preferences, ask=ask_cluster),
    )
    return Understood(text, line, invocations, explanation, plan(line, invocations))


def commands_of(
    line: Line, session: Session, implied: bool, plugins: Collection[str], *, ask: bool
) -> tuple[Invocation, ...]:
    """The commands of a line; what the facts do not know, the session's kubectl may (``ask``: start it for that)."""

    def parsed(catalog: Catalog) -> tuple[Invocation, ...]:
        return parse(line, catalog, implied, plugins)

    invocations = parsed(session.catalog)
    return parsed(session.learn(session.catalog, parsed, ask=ask)) if is_strange(invocations) else invocations


def perform(understood: Understood, session: Session, asker: Asker | None, stdin: int | None = None) -> Outcome:
    """Explain, ask where that is due, and run. ``asker``: None when nobody can answer.

    With nobody to answer, a line that changes something runs (it was written down to be run), and a line with a trap
    worth stopping for does not. ``stdin`` is handed to the command; None: kx's own.
    """
    explanation = understood.explanation
    question = ask.question(explanation, understood.invocations, confirm=session.settings.confirm, yes=session.yes)
    shown = show(explanation, _shape(understood), session, keep_open=question.kind == "plain" and asker is not None)
    if question.kind == "stop" and asker is None:
        term.complain("not run: nobody is there to say that it is meant", "Correct the line, or run it with -y.")
        return Outcome(EXIT_ERROR)
    if question.kind != "none" and asker is not None:
        choice = put(question, shown, explanation, asker)
        if choice == "meant":
            return perform(understand(question.fix, session, ask_cluster=True), session, asker, stdin)
        if choice == "edit":
            return Outcome(EXIT_INTERRUPTED, edit=understood.text)
        if choice == "refuse":
            term.say("Not run.")
            return Outcome(EXIT_INTERRUPTED)
    return Outcome(execute(understood, session, stdin))


def _shape(understood: Understood) -> str:
    """What grows familiar of a line: its command and the names of its flags."""
    explanation = understood.explanation
    flags = (use.name for invocation in understood.invocations for use in invocation.flags)
    return familiar.shape(explanation.path or (explanation.program,), flags)


def execute(understood: Understood, session: Session, stdin: int | None = None) -> int:
    """Run what was understood, asking nothing, and say what there is to say of it. Returns its exit status."""
    _clear_the_way(understood.invocations, session)
    kept = afterwards.recording(understood.line, understood.invocations, session)
    try:
        status = _run(understood, session, stdin, kept)
    finally:
        if session.overlay is not None:
            session.overlay.settle()
    afterwards.tell(understood.invocations, status, kept, session)
    return status


def _run(understood: Understood, session: Session, stdin: int | None, kept: Recording | None) -> int:
    chosen = understood.plan
    if not chosen.argv and not chosen.text:
        return 0
    if chosen.text:
        if any(invocation.program == "kubectl" for invocation in understood.invocations):
            session.kubectl  # noqa: B018  (raises where there is none: better than a shell's "command not found")
        env = session.shell_env()
        return run.run(run.shell_argv(chosen.text, env), env, stdin, kept)
    if not chosen.kubectl:
        return run.run(chosen.argv, session.shell_env(), stdin)
    argv = (str(session.kubectl.path), *chosen.argv[1:])
    if session.overlay is not None and _writes_kubeconfig(understood.invocations[0]):
        return _run_behind_the_overlay(argv, session, stdin)
    return run.run(argv, session.child_env, stdin, kept)


def _clear_the_way(invocations: tuple[Invocation, ...], session: Session) -> None:
    """A kx that was killed may have left a lock on a kubeconfig; kubectl would not know that its holder is dead."""
    for invocation in invocations:
        if invocation.path[:1] == ("config",):
            env = (
                {**session.env, "KUBECONFIG": path_list(session.overlay.base)} if session.overlay else session.child_env
            )
            change.recover(env, invocation.value("kubeconfig") or None)


def _writes_kubeconfig(invocation: Invocation) -> bool:
    return invocation.path in _WRITES_KUBECONFIG and invocation.value("current") != "true"


def _run_behind_the_overlay(argv: tuple[str, ...], session: Session, stdin: int | None) -> int:
    """Run a command that edits the user's own kubeconfig, and let the session follow what it did to its context."""
    overlay = session.require_overlay()
    name = session.where.context
    before = overlay.entry_behind(name)
    status = run.run(argv, {**session.child_env, "KUBECONFIG": path_list(overlay.base)}, stdin)
    after = overlay.entry_behind(name)
    if after is None:
        overlay.forget()
    elif after != before:
        overlay.switch(name)
    return status
