"""What is not as it should be in a table that kubectl printed. Pure: reads text, asks nobody.

Only the gravest state gets its reason and its commands; the others are counted. What is merely young says nothing.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Sequence

from kx.explain.aftermath.advice import Advice
from kx.explain.aftermath.columns import Row, rows
from kx.explain.aftermath.places import clusterwide, tail
from kx.explain.aftermath.tables.state import State
from kx.explain.aftermath.tables.states import STATES
from kx.explain.subject import Subject

_NAMED = 2  # so many names are said, the others counted
_PORT = re.compile(r"\d+")


def explain(text: str, subject: Subject) -> tuple[Advice, ...]:
    """What to say of a table; () where all is well, or nothing is known of its kind."""
    found: dict[str, list[Row]] = {}
    for row in rows(text):
        state = state_of(row)
        if state is not None:
            found.setdefault(state.id, []).append(row)
    if not found:
        return ()
    first, *others = [state for state in STATES if state.id in found]
    return (_advice(first, found[first.id], subject, [(other, found[other.id]) for other in others]),)


def state_of(row: Row) -> State | None:
    """The gravest state that a row is in, if it is in one."""
    return next((state for state in STATES if state.kind == row.kind and _is_in(row, state)), None)


def _is_in(row: Row, state: State) -> bool:
    if not re.fullmatch(state.pattern, _cell(row, state)):
        return False
    if state.older and (row.age is None or row.age < state.older):
        return False
    return not state.name or re.fullmatch(state.name, row.name) is not None


def _cell(row: Row, state: State) -> str:
    return " ".join(row.cells.get(column, "") for column in state.column.split("+"))


def _advice(
    state: State, affected: Sequence[Row], subject: Subject, others: Iterable[tuple[State, Sequence[Row]]]
) -> Advice:
    row = affected[0]
    words = {
        "who": _who(affected),
        "name": shlex.quote(row.name),
        "state": _said(_cell(row, state)),
        "port": next(iter(_PORT.findall(row.cells.get("PORT(S)", ""))), ""),
        "where": tail(subject, row.namespace),
        "clear": clusterwide(subject),
    }
    also = ", ".join(f"{_who(theirs)} ({_said(_cell(theirs[0], other))})" for other, theirs in others)
    why = state.why.format(**words) + (f" Also: {also}." if also else "")
    return Advice(state.id, why, tuple((command.format(**words), purpose) for command, purpose in state.next))


def _who(affected: Sequence[Row]) -> str:
    names = [row.name for row in affected[:_NAMED]]
    rest = len(affected) - len(names)
    return ", ".join(names) + (f" and {rest} more" if rest > 0 else "")


def _said(cell: str) -> str:
    """``6 times (the last 12s ago)`` for a cell of RESTARTS, and any other cell as it stands."""
    return re.sub(r"^(\d+) \((.*)\)$", r"\1 times (last \2)", cell)
