"""One state that rows of kubectl's tables may be in, as a value."""

from __future__ import annotations

from dataclasses import dataclass

from kx.explain.aftermath.advice import Step

SOON = 20
LATE = 60


@dataclass(frozen=True)
class State:
    """Rows of ``kind`` whose ``column`` is as ``pattern``. {who} names them, {name} the first, {state} what it says."""

    id: str
    kind: str
    column: str
    pattern: str
    why: str
    next: tuple[Step, ...] = ()
    older: int = 0  # seconds a row must have for this to be more than a beginning
    name: str = ""  # a pattern for the name, where that tells
