"""Ways in which a line probably does not do what its writer means, and lines kubectl would refuse.

A trap is only reported where the line itself (or a fact passed in) shows it; a guess is a "hint" and says so.
"""

from __future__ import annotations

from kx.explain.explanation import Trap
from kx.explain.subject import Subject
from kx.explain.traps import containers, flags, objects, refusals
from kx.explain.traps.refusals import REFUSALS, SAID

__all__ = ["REFUSALS", "SAID", "traps"]

_WEIGHT = {"stop": 0, "warn": 1, "hint": 2}


def traps(subject: Subject) -> tuple[Trap, ...]:
    """All traps of one kubectl invocation, the worst first."""
    if subject.helps or subject.invocation.command is None:
        return ()
    found = [
        *flags.traps(subject),
        *objects.traps(subject),
        *containers.traps(subject),
        *refusals.traps(subject),
    ]
    return tuple(sorted(found, key=lambda trap: _WEIGHT[trap.severity]))
