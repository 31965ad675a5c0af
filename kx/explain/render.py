"""An explanation as text: full (looks.md's picture) or brief (one line). Prints nothing itself.

Text of the line or of a cluster passes ``visible`` first; colour is the last thing added, so widths stay true.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from kx.explain.explanation import Explanation, Request, Trap
from kx.explain.rows import Row, rows
from kx.records import replace
from kx.term import columns, paint, visible

_INDENT = "  "
_LABEL = 9  # the width of "asks", "undo", "where" and the effect, with the space after it
_WIDEST_WORD = 30
_NARROWEST = 20  # columns for the notes
_MOST_LINES = 3  # of a word that is longer than the terminal is wide
_METHOD = 6  # the longest method, DELETE
_MOST_ASKED = 20  # requests that are shown; a file may hold hundreds of objects


def full(explanation: Explanation, width: int, colour: bool) -> str:
    """The full picture, without a final newline; wrapped to ``width`` columns."""
    if not explanation.words:
        return ""
    blocks = [
        *(_trap(trap, width, colour) for trap in explanation.traps),
        _refused(explanation, width, colour),
        _headline(explanation, width, colour),
        _words(explanation, width, colour),
        _footer(explanation, width, colour),
    ]
    return "\n\n".join(block for block in blocks if block)


def brief(explanation: Explanation, width: int, colour: bool) -> str:
    """One line (traps that stop or warn are kept, on lines of their own), without a final newline."""
    if not explanation.words:
        return ""
    place = "/".join(visible(part) for part in (explanation.where.context, explanation.where.namespace) if part)
    text = f"{place}: {visible(explanation.brief)}" if place and explanation.program == "kubectl" else explanation.brief
    label = explanation.effect.upper()
    room = max(width - len(_INDENT) - len(label) - 1, 20)
    undo = f"; undo: {visible(explanation.undo.command)}" if explanation.undo.command else ""
    # Half a command would be no help.
    text += undo if len(visible(text) + undo) <= room else ""
    line = f"{_INDENT}{paint(label, explanation.effect, colour)} {_shortened(visible(text), room)}"
    kept = [_trap(trap, width, colour) for trap in explanation.traps if trap.severity != "hint"]
    return "\n".join([*kept, line])


def _shortened(text: str, room: int) -> str:
    return text if len(text) <= room else text[: room - 1] + "…"


def _headline(explanation: Explanation, width: int, colour: bool) -> str:
    label = explanation.effect.upper()
    return _labelled(label, visible(explanation.summary), width, colour, explanation.effect)


def _labelled(label: str, text: str, width: int, colour: bool, style: str = "dim") -> str:
    """``  LABEL    text``, the text wrapped and hanging."""
    first = label.ljust(_LABEL) if len(label) < _LABEL else f"{label} "
    hang = " " * (len(_INDENT) + len(first))
    lines = _wrapped(text, width - len(hang))
    return "\n".join([_INDENT + paint(first, style, colour) + lines[0], *(hang + line for line in lines[1:])])


def _wrapped(text: str, room: int) -> list[str]:
    return textwrap.wrap(text, max(room, _NARROWEST), break_on_hyphens=False) or [""]


def _cut(typed: str, room: int) -> list[str]:
    """A long word in pieces that fit, so that it stays whole; what is longer than three lines ends in "…"."""
    pieces = [typed[start : start + room] for start in range(0, len(typed), room)]
    return pieces if len(pieces) <= _MOST_LINES else [*pieces[: _MOST_LINES - 1], f"{typed[-room + 1 :]:…>{room}}"]


def _words(explanation: Explanation, width: int, colour: bool) -> str:
    drawn = [
        replace(row, typed="  " * row.depth + visible(row.typed), note=visible(row.note)) for row in rows(explanation)
    ]
    # Words that would leave too little room for the notes get a line of their own.
    widest = min(_WIDEST_WORD, width - len(_INDENT) - 2 - _NARROWEST)
    column = max((taken for row in drawn if (taken := columns(row.typed)) <= widest), default=2) + 2
    return "\n".join(line.rstrip() for row in drawn for line in _row(row, column, width, colour))


def _row(row: Row, column: int, width: int, colour: bool) -> Iterator[str]:
    """A word and its note beside it, or below it where the word is too long for the column."""
    style = "" if row.depth else "bold"  # pieces of a word stand below it, indented and plain
    notes = _wrapped(row.note, width - len(_INDENT) - column)
    if (taken := columns(row.typed)) + 2 <= column:
        yield _INDENT + paint(row.typed, style, colour) + " " * (column - taken) + notes.pop(0)
    else:
        room = width - len(_INDENT)
        pieces = [_shortened(row.typed, room)] if row.in_pieces else _cut(row.typed, room)
        yield from (_INDENT + paint(piece, style, colour) for piece in pieces)
    yield from (_INDENT + " " * column + rest for rest in notes)


def _refused(explanation: Explanation, width: int, colour: bool) -> str:
    """Why kubectl would refuse the line, as far as no trap and no word says so already."""
    told = " ".join([*(trap.message for trap in explanation.traps), *(note.note for note in explanation.words)])
    lines = [("REFUSED", f"kubectl would say: {problem}") for problem in explanation.problems if problem not in told]
    lines += [("MISSING", missing) for missing in dict.fromkeys(explanation.unfinished)]
    return "\n".join(_labelled(label, visible(text), width, colour, "warn") for label, text in lines)


def _trap(trap: Trap, width: int, colour: bool) -> str:
    text = _labelled(trap.severity.upper(), visible(trap.message), width, colour, trap.severity)
    if not trap.fix:
        return text
    return f"{text}\n{_INDENT}{' ' * _LABEL}You may have meant:  {paint(visible(trap.fix), 'bold', colour)}"


def _footer(explanation: Explanation, width: int, colour: bool) -> str:
    parts = [*_asks(explanation, width, colour), *_undo(explanation, width, colour)]
    parts += _where(explanation, width, colour)
    return "\n".join(parts)


def _asks(explanation: Explanation, width: int, colour: bool) -> Iterator[str]:
    label = "asks"
    room = width - len(_INDENT) - _LABEL
    asked = tuple(dict.fromkeys(explanation.requests))
    for request in asked[:_MOST_ASKED]:
        first, *rest = _request_lines(request, room)
        yield _INDENT + paint(label.ljust(_LABEL), "dim", colour) + first
        for line in rest:
            yield " " * (len(_INDENT) + _LABEL) + paint(line, "dim", colour)
        label = ""
    if len(asked) > _MOST_ASKED:
        yield " " * (len(_INDENT) + _LABEL) + paint(f"and {len(asked) - _MOST_ASKED} more", "dim", colour)


def _request_lines(request: Request, room: int) -> list[str]:
    """Method and path on one line, the reason behind it or, where there is no room, below it."""
    method = f"{request.method:<{_METHOD}} "
    reason = f"({visible(request.why)})" if request.why else ""
    if not request.path:
        first, *rest = _wrapped(reason, room - len(method))
        return [method + first, *(" " * len(method) + line for line in rest)]
    path = visible(request.path) + ("?watch" if request.verb == "watch" else "")
    if len(method) + len(path) + 2 + len(reason) <= room:
        return [f"{method}{path}  {reason}".rstrip()]
    below = [*_path_lines(path, room - len(method))[1:], *(_wrapped(reason, room - len(method)) if reason else [])]
    return [method + _path_lines(path, room - len(method))[0], *(" " * len(method) + line for line in below)]


def _path_lines(path: str, room: int) -> list[str]:
    """A path on one line or, where it is too long, cut before a slash and indented from there on."""
    room = max(room, _NARROWEST)
    lines, indent = [], ""
    while len(indent + path) > room:
        fits = room - len(indent)
        cut = path.rfind("/", 1, fits + 1)
        cut = cut if cut > 0 else fits
        lines.append(indent + path[:cut])
        path, indent = path[cut:], "  "
    return [*lines, indent + path]


def _undo(explanation: Explanation, width: int, colour: bool) -> Iterator[str]:
    way = explanation.undo
    if way.grade == "none-needed" or explanation.problems:
        return
    first = f"{visible(way.command)}   {way.grade}" if way.command else way.grade
    if len(first) > width - len(_INDENT) - _LABEL:
        yield _labelled("undo", visible(way.command), 10_000, colour)
        first = way.grade
        yield " " * (len(_INDENT) + _LABEL) + first
    else:
        yield _labelled("undo", first, 10_000, colour)
    if way.reason and (way.grade != "exact"):
        for line in _wrapped(visible(way.reason), width - len(_INDENT) - _LABEL):
            yield " " * (len(_INDENT) + _LABEL) + paint(line, "dim", colour)


def _where(explanation: Explanation, width: int, colour: bool) -> Iterator[str]:
    where = explanation.where
    if explanation.program != "kubectl" or explanation.effect == "local":
        return
    if explanation.clusterwide:
        where = replace(where, namespace="")
    namespace = "all namespaces" if where.namespace == "*" else f"namespace {visible(where.namespace)}"
    parts = [f"context {visible(where.context)}"] if where.context else []
    parts += [namespace] if where.namespace else ["the whole cluster"] if explanation.clusterwide else []
    titles = {note.title for note in explanation.words}
    parts += [f"server {visible(where.server)}"] if "--server" in titles and where.server else []
    parts += ["the cluster that --cluster names"] if "--cluster" in titles else []
    if parts:
        yield _labelled("where", ", ".join(parts), width, colour)
