"""Traps of selectors: -l and --field-selector that the server refuses, or that the shell takes apart."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

from kx.explain.explanation import Trap
from kx.explain.subject import Subject
from kx.explain.traps.fields import field_mistakes, label_mistake
from kx.explain.traps.fixes import flag_words, marked, respelled, spliced
from kx.kubectl.invocation import FlagUse

_COLON = re.compile(r"([\w./-]+):\s*([\w.-]*)$")


def traps(subject: Subject) -> Iterator[Trap]:
    """Traps of selectors."""
    for use in subject.invocation.flags:
        if use.name == "selector" and use.value is not None:
            yield from _labels(subject, use)
        elif use.name == "field-selector" and use.value and not _expands(subject, use):
            for mistake in field_mistakes(subject, use.value):
                yield marked(subject, flag_words(use), "no-such-field", "warn", mistake)


def _expands(subject: Subject, use: FlagUse) -> bool:
    return subject.word(flag_words(use)[-1]).expands


def _labels(subject: Subject, use: FlagUse) -> Iterator[Trap]:
    value = use.value or ""
    last = flag_words(use)[-1]
    holder, text = subject.word(last), subject.invocation.line.text
    following = last + 1
    if value.endswith(",") and following in subject.invocation.operands:
        fix = text[: holder.end] + text[subject.word(following).start :]
        message = "There must be no space after the comma: what follows it is taken for the name of an object."
        yield marked(subject, [last, following], "split-selector", "warn", message, fix)
    elif subject.invocation.segment.ended_by == "(" and following in subject.invocation.operands:
        yield from _bracket(subject, use)
    elif holder.text.lstrip("-l").startswith("!") and not holder.quoted:
        fix = spliced(text, [(*use.value_span, shlex.quote(value))]) if use.value_span else ""
        message = 'In an interactive bash "!" calls up an earlier line; single quotes keep it.'
        yield marked(subject, flag_words(use), "unquoted-bang", "hint", message, fix)
    elif not holder.expands and value.isascii() and value[:1] != "-" and (wrong := label_mistake(value)):
        yield _refused(subject, use, wrong)


def _bracket(subject: Subject, use: FlagUse) -> Iterator[Trap]:
    """`-l app in (a,b)`: the shell stops at the bracket."""
    text = subject.invocation.line.text
    if use.value_span is None:
        return
    start, end = use.value_span[0], text.find(")", use.value_span[0]) + 1
    if end:
        fix = spliced(text, [(start, end, f"'{text[start:end]}'")])
        message = "The shell does not take brackets here; in quotes the selector reaches kubectl as one word."
        words = [use.word, subject.invocation.segment.words[-1]]
        yield marked(subject, words, "unquoted-selector", "warn", message, fix)


def _refused(subject: Subject, use: FlagUse, wrong: str) -> Trap:
    colon = _COLON.match(wrong)
    fixed = (use.value or "").replace(wrong, f"{colon.group(1)}={colon.group(2)}") if colon else ""
    fix = respelled(subject, use, fixed) if colon and not label_mistake(fixed) else ""
    message = (
        f'"{wrong}" is no condition for labels; kubectl knows key=value, key!=value, key in (a,b), key notin (a,b), '
        "key and !key, with commas between them."
    )
    return marked(subject, flag_words(use), "bad-selector", "warn", message, fix)
