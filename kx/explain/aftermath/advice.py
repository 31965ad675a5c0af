"""The values that explaining an outcome works with: a rule of a table, and the advice that a rule becomes."""

from __future__ import annotations

from dataclasses import dataclass

Step = tuple[str, str]  # a command to look with or to mend with, and what it is for


@dataclass(frozen=True)
class Rule:
    """What to say when ``pattern`` is found. {places} are its named groups, and those of ``explain.phrases``."""

    id: str
    pattern: str  # a regular expression over whole lines: ^ and $ are a line's ends
    why: str
    next: tuple[Step, ...] = ()  # a step with a place that nothing fills is left out


@dataclass(frozen=True)
class Advice:
    """The cause in plain words, and the next commands."""

    id: str
    why: str
    next: tuple[Step, ...] = ()


def rule(id: str, pattern: str, why: str, *steps: Step) -> Rule:
    """A row of a table of rules."""
    return Rule(id, pattern, why, steps)
