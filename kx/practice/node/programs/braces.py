"""bash's ``{a,b}`` and ``{1..5}``: one word as written to several. Runs before any other expansion."""

from __future__ import annotations

import re
from itertools import islice

from kx.practice.node.programs.tokens import quote_end, substitution_end

_RANGE = re.compile(r"(-?\d+|[A-Za-z])\.\.(-?\d+|[A-Za-z])(?:\.\.(-?\d+))?")
_MOST = 10_000  # words; a shell would fill the machine first


def expand_braces(word: str) -> list[str]:
    """All words that one stands for; itself when it has no braces that mean something."""
    found = _first(word)
    if found is None:
        return [word]
    start, end, choices = found
    ends = expand_braces(word[end:])
    inner = [text for choice in choices for text in expand_braces(choice)]
    words = (word[:start] + text + rest for text in inner for rest in ends)
    return list(islice(words, _MOST))


def _first(word: str) -> tuple[int, int, list[str]] | None:
    """Where the first meaningful braces begin and end, and what they offer."""
    at = 0
    while at < len(word):
        skipped = _skip(word, at)
        if skipped > at:
            at = skipped
        elif word[at] == "{":
            found = _choices(word, at)
            if found:
                return at, *found
            at += 1
        else:
            at += 1
    return None


def _skip(word: str, at: int) -> int:
    """Behind what is quoted or substituted at this place."""
    if word[at] == "\\":
        return at + 2
    if word[at] in "'\"`":
        return quote_end(word, at)
    if word.startswith("$(", at):
        return substitution_end(word, at)
    if word.startswith("${", at):
        end = word.find("}", at)
        return len(word) if end < 0 else end + 1
    return at


def _choices(word: str, at: int) -> tuple[int, list[str]] | None:
    depth, begun, parts = 0, at + 1, []
    place = at
    while place < len(word):
        skipped = _skip(word, place)
        if skipped > place:
            place = skipped
            continue
        sign = word[place]
        depth += {"{": 1, "}": -1}.get(sign, 0)
        if (sign == "," and depth == 1) or depth == 0:
            parts.append(word[begun:place])
            begun = place + 1
        place += 1
        if depth == 0:
            offered = parts if len(parts) > 1 else _range(parts[0])
            return (place, offered) if offered else None
    return None


def _range(text: str) -> list[str]:
    match = _RANGE.fullmatch(text)
    if match is None:
        return []
    first, last, step_text = match.groups()
    letters = first.isalpha() and last.isalpha()
    if first.isalpha() != last.isalpha():
        return []
    low, high = (ord(first), ord(last)) if letters else (int(first), int(last))
    step = max(1, abs(int(step_text or 1)))
    numbers = range(low, high + 1, step) if low <= high else range(low, high - 1, -step)
    width = max(len(first), len(last)) if not letters and (first[0] == "0" or last[0] == "0") else 0
    return [chr(number) if letters else str(number).zfill(width) for number in numbers[:_MOST]]
