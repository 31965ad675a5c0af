"""Advice as text: the reason and the next commands, or one line. Prints nothing itself.

Text of a cluster passes ``visible`` first; colour is the last thing added, so widths stay true.
"""

from __future__ import annotations

import re
import textwrap

from kx.explain.aftermath.advice import Advice
from kx.term import paint, visible

_LABEL = 7  # "why" and "next" with the space after them
_INDENT = "  "
_HANG = " " * (len(_INDENT) + _LABEL)
_NARROWEST = 20
_MOST_STEPS = 2
_PART = re.compile(r"[:;,] ")
_COLUMN = 40  # commands that are no longer than this have their purposes below each other


def full(advice: Advice, width: int, colour: bool) -> str:
    """``why …`` wrapped, and ``next command   (purpose)`` for one or two commands."""
    lines = textwrap.wrap(visible(advice.why), max(width - len(_HANG), _NARROWEST), break_on_hyphens=False)
    labelled = [_labelled("why", lines[0], colour), *(_HANG + line for line in lines[1:])]
    steps = [(visible(command), f"({visible(purpose)})") for command, purpose in advice.next[:_MOST_STEPS]]
    column = max((len(command) for command, _ in steps if len(command) <= _COLUMN), default=0)
    label = "next"
    for command, purpose in steps:
        painted = paint(command, "bold", colour) + " " * (column - len(command))
        room = len(_HANG) + max(column, len(command)) + 3 + len(purpose) <= width
        labelled.append(_labelled(label, f"{painted}   {paint(purpose, 'dim', colour)}" if room else painted, colour))
        if not room:
            labelled.append(_HANG + paint(purpose, "dim", colour))
        label = ""
    return "\n".join(line.rstrip() for line in labelled)


def brief(advice: Advice, width: int, colour: bool) -> str:
    """One line: the reason's first sentence, and the first command where there is room for it."""
    reason = visible(advice.why)
    room = width - len(_HANG)
    step = visible(advice.next[0][0]) if advice.next else ""
    sentence = reason.partition(". ")[0].rstrip(".")
    if step and len(sentence) + len(step) + 3 <= room:
        return _labelled("why", f"{sentence}   {paint(step, 'bold', colour)}", colour)
    return _labelled("why", _shortened(sentence, room), colour)


def _shortened(sentence: str, room: int) -> str:
    """The sentence, or as many of its parts as fit."""
    if len(sentence) <= room:
        return sentence
    ends = [match.start() for match in _PART.finditer(sentence) if 0 < match.start() <= room]
    return sentence[: ends[-1]] if len(ends) > 1 else sentence[: room - 1] + "…"


def _labelled(label: str, text: str, colour: bool) -> str:
    return _INDENT + paint(label.ljust(_LABEL), "dim", colour) + text
