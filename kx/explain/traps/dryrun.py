"""Dry runs that are none: the flag is off, or its value is not known before the line runs.

Each tried with kubectl 1.27 to 1.33: true and false count as client and none, an empty value is refused. A dry run
behind ``--`` is the business of flags.py, one in a comment or behind a ``;`` that of pasted.py.
"""

from __future__ import annotations

from collections.abc import Iterator

from kx.explain import effects
from kx.explain.explanation import Trap
from kx.explain.subject import Subject
from kx.explain.traps.fixes import flag_words, marked, respelled, with_more
from kx.kubectl.invocation import FlagUse


def traps(subject: Subject) -> Iterator[Trap]:
    """Traps of --dry-run."""
    use = subject.use("dry-run")
    if use is None or use.value is None:
        return
    words = flag_words(use)
    if use.given and "$" in use.value and subject.word(words[-1]).expands:
        yield marked(
            subject,
            words,
            "dry-run-unsure",
            "stop",
            f'What {use.value} holds is not known before the line runs: with "none" or "false" in it this is no dry '
            "run, and the line is carried out.",
            respelled(subject, use, meant(subject)),
        )
    elif subject.dry_run == "none" and use.value:
        yield marked(
            subject,
            words,
            "dry-run-off",
            "stop",
            f"{use.typed}={use.value} turns the dry run off: this line is really carried out.",
            respelled(subject, use, meant(subject)),
        )
    elif subject.dry_run == "client":
        yield from _piped(subject, use)


def meant(subject: Subject) -> str:
    """The kind of dry run that the command can do."""
    return "server" if subject.on("server-side") else "client"


def _piped(subject: Subject, use: FlagUse) -> Iterator[Trap]:
    """`create … --dry-run=client | kubectl apply -f -` without -o: words for people go down the pipe, not YAML."""
    ended = subject.invocation.segment.ended_by
    if ended != "|" or subject.given("output") or effects.of_command(subject.path) != "create":
        return
    after = subject.invocation.line.text[subject.word(subject.invocation.segment.words[-1]).end :]
    if "-f -" in after or "-f-" in after or "--filename" in after:
        yield marked(
            subject,
            flag_words(use),
            "dry-run-prints-no-yaml",
            "warn",
            "A dry run prints one sentence unless -o says in which form: no YAML goes down the pipe.",
            with_more(subject, "-o", "yaml"),
        )
