"""Corrected lines: the typed text with pieces replaced, everything else left byte for byte."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from kx.explain.subject import Subject


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
