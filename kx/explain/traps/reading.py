"""Traps of commands that only look: what is not shown, and what is shown that one may not want on a screen."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kx.explain.explanation import Trap
from kx.explain.subject import Subject
from kx.explain.traps.fixes import flag_words, marked, respelled

_SHOWS_VALUES = ("json", "yaml", "jsonpath", "go-template", "template", "custom-columns", "kyaml")
_FORMS = {"yml": "yaml", "yalm": "yaml", "ymal": "yaml", "jsn": "json", "names": "name", "table": "wide"}
_CONDITIONS = re.compile(r"[A-Z][A-Za-z]+$")
_LAST_LINES = "10"


def traps(subject: Subject) -> Iterator[Trap]:
    """Traps of looking."""
    yield from _secrets(subject)
    yield from _form(subject)
    yield from _columns(subject)
    if subject.path == ("logs",):
        yield from _logs(subject)
    elif subject.path == ("wait",):
        yield from _condition(subject)


def _secrets(subject: Subject) -> Iterator[Trap]:
    use = subject.use("output")
    kinds = {target.type.key for target in subject.targets if target.type}
    if use is None or not use.value or subject.path != ("get",) or "secrets" not in kinds:
        return
    if use.value.partition("=")[0] in _SHOWS_VALUES and "metadata" not in use.value:
        yield marked(
            subject,
            flag_words(use),
            "shows-secrets",
            "hint",
            "This prints the values of secrets; base64 only writes them in other letters and hides nothing.",
        )


def _form(subject: Subject) -> Iterator[Trap]:
    use = subject.use("output")
    meant = _FORMS.get(use.value) if use and use.value else None
    if use is not None and meant and subject.path == ("get",):
        message = f'-o has no form "{use.value}"; you may have meant {meant}.'
        yield marked(subject, flag_words(use), "no-such-form", "warn", message, respelled(subject, use, meant))


def _columns(subject: Subject) -> Iterator[Trap]:
    """`-o custom-columns=A:.x, B:.y`: what follows the space is the name of an object."""
    use = subject.use("output")
    if use is None or not use.value or not use.value.startswith("custom-columns=") or not use.value.endswith(","):
        return
    last = flag_words(use)[-1]
    if last + 1 in subject.invocation.operands:
        start, end = subject.word(last).end, subject.word(last + 1).start
        yield marked(
            subject,
            [last, last + 1],
            "split-columns",
            "warn",
            "There must be no space between columns: what follows it is taken for the name of an object.",
            subject.invocation.line.text[:start] + subject.invocation.line.text[end:],
        )


def _logs(subject: Subject) -> Iterator[Trap]:
    use = subject.use("selector")
    if use is not None and not subject.given("tail"):
        yield marked(
            subject,
            flag_words(use),
            "last-lines-only",
            "hint",
            f"With -l kubectl shows only the last {_LAST_LINES} lines of each pod; --tail=-1 shows all.",
        )
    pods = subject.operands.with_role("pod", "type-name")
    if not subject.invocation.operands or subject.refused:
        return
    kinds = [target.type for target in subject.targets if target.type]
    # --all-pods asks every pod, from 1.32.
    if pods and kinds and kinds[0].key not in ("pods", "jobs.batch") and not subject.on("all-pods"):
        yield marked(
            subject,
            pods,
            "one-pod-only",
            "hint",
            f"A {kinds[0].kind} may have several pods: kubectl chooses one and shows its output alone.",
        )
    second = subject.operands.with_role("argument")
    if second:
        yield marked(
            subject,
            second,
            "second-is-container",
            "hint",
            f'The second word names a container of that pod: "{subject.word(second[0]).value}" is not looked for '
            "among the pods.",
        )


def _condition(subject: Subject) -> Iterator[Trap]:
    use = subject.use("for")
    if use is not None and use.value and _CONDITIONS.match(use.value):
        message = f'kubectl knows no "{use.value}" to wait for; a condition is written condition={use.value}.'
        fix = respelled(subject, use, f"condition={use.value}")
        yield marked(subject, flag_words(use), "condition-word", "warn", message, fix)
