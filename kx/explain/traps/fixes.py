"""Traps on words, and corrected lines: the typed text with pieces replaced, all else left byte for byte."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from kx.explain.explanation import Severity, Trap
from kx.explain.subject import Subject
from kx.kubectl.invocation import FlagUse


def spliced(text: str, changes: Iterable[tuple[int, int, str]]) -> str:
    """``text`` with each ``(start, end, replacement)`` applied; spans must not overlap."""
    for start, end, replacement in sorted(changes, reverse=True):
        text = text[:start] + replacement + text[end:]
    return text


def with_words_last(subject: Subject, moved: Collection[int], before: str = "--") -> str:
    """The line with some words of its command moved to the end of that command, after ``before``."""
    indices = subject.invocation.segment.words
    kept = [subject.word(index).text for index in indices if index not in moved and subject.word(index).value != "--"]
    last = [subject.word(index).text for index in indices if index in moved]
    return _segment_replaced(subject, " ".join([*kept, before, *last]))


def with_word_before_dash(subject: Subject, moved: Collection[int]) -> str:
    """The line with some words after ``--`` moved in front of it."""
    indices = subject.invocation.segment.words
    dash = subject.invocation.dash
    head = [subject.word(index).text for index in indices if dash is not None and index < dash]
    tail = [subject.word(index).text for index in indices if dash is not None and index > dash and index not in moved]
    middle = [subject.word(index).text for index in indices if index in moved]
    return _segment_replaced(subject, " ".join([*head, *middle, *(["--", *tail] if tail else [])]))


def span(subject: Subject) -> tuple[int, int]:
    """From the first word of the command to its last."""
    indices = subject.invocation.segment.words
    return subject.word(indices[0]).start, subject.word(indices[-1]).end


def _segment_replaced(subject: Subject, replacement: str) -> str:
    start, end = span(subject)
    return spliced(subject.invocation.line.text, [(start, end, replacement)])


def marked(subject: Subject, indices: Sequence[int], id: str, severity: Severity, message: str, fix: str = "") -> Trap:
    """A trap on the words from the first to the last of ``indices``."""
    return Trap(
        id=id,
        severity=severity,
        start=subject.word(min(indices)).start,
        end=subject.word(max(indices)).end,
        message=message,
        fix=fix or None,
    )


def replaced(subject: Subject, index: int, text: str) -> str:
    """The line with one word replaced."""
    word = subject.word(index)
    return spliced(subject.invocation.line.text, [(word.start, word.end, text)])


def joined(subject: Subject, first: int, last: int) -> str:
    """The line with the words from ``first`` to ``last`` written as one."""
    text = "".join(subject.word(index).text for index in range(first, last + 1))
    return spliced(subject.invocation.line.text, [(subject.word(first).start, subject.word(last).end, text)])


def without(subject: Subject, *indices: int) -> str:
    """The line without some of its words."""
    words = [subject.word(index) for index in indices]
    text = subject.invocation.line.text
    return spliced(text, [(len(text[: word.start].rstrip()), word.end, "") for word in words])


def with_more(subject: Subject, *words: str) -> str:
    """The line with words added to its command, before any ``--``."""
    dash = subject.invocation.dash
    indices = subject.invocation.segment.words
    place = subject.word(dash).start if dash is not None else subject.word(indices[-1]).end
    added = " ".join(words)
    return spliced(subject.invocation.line.text, [(place, place, f"{added} " if dash is not None else f" {added}")])


def flag_words(use: FlagUse) -> tuple[int, ...]:
    """The words of a flag: its own, and its value's where that stands apart."""
    return (use.word,) if use.value_word is None else (use.word, use.value_word)


def respelled(subject: Subject, use: FlagUse, value: str) -> str:
    """The line with another value for a flag."""
    if use.value_span is None:
        return spliced(subject.invocation.line.text, [(subject.word(use.word).end,) * 2 + (f"={value}",)])
    return spliced(subject.invocation.line.text, [(*use.value_span, value)])
