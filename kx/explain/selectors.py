"""Selectors in words: ``app=api,tier!=x`` → "label app is api, and label tier is not x". Judges nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator

_PART = re.compile(r",(?![^()]*\))")
_SET = re.compile(r"^\s*(\S+)\s+(in|notin)\s*\(([^)]*)\)\s*$")
_COMPARE = re.compile(r"^\s*([^=!\s]+)\s*(==|!=|=)\s*(.*?)\s*$")


def describe(selector: str, thing: str = "label") -> str:
    """What a label or field selector asks for, as one phrase; the text itself where it has no known shape."""
    parts = [_requirement(part, thing) for part in _PART.split(selector) if part.strip()]
    return ", and ".join(parts)


def requirements(selector: str) -> Iterator[tuple[int, int]]:
    """Where each requirement of a selector begins and ends, without the blanks around it."""
    start = 0
    for part in _PART.split(selector):
        left = len(part) - len(part.lstrip())
        if part.strip():
            yield start + left, start + left + len(part.strip())
        start += len(part) + 1


def _requirement(part: str, thing: str) -> str:
    if found := _SET.match(part):
        key, how, values = found.groups()
        names = " or ".join(value.strip() for value in values.split(","))
        return f"{thing} {key} is {'not ' if how == 'notin' else ''}{names}"
    if found := _COMPARE.match(part):
        key, sign, value = found.groups()
        return f"{thing} {key} is {'not ' if sign == '!=' else ''}{value or 'empty'}"
    name = part.strip()
    return f"{thing} {name[1:]} is not set" if name.startswith("!") else f"{thing} {name} is set"
