"""An explanation as text: full (looks.md's picture) or brief (one line). Prints nothing itself."""

from __future__ import annotations

from kx.explain.explanation import Explanation


def full(explanation: Explanation, width: int, colour: bool) -> str:
    """The full picture, without a final newline; wrapped to ``width`` columns."""
    raise NotImplementedError


def brief(explanation: Explanation, width: int, colour: bool) -> str:
    """One line (traps that stop or warn are kept, on lines of their own), without a final newline."""
    raise NotImplementedError
