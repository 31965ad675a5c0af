"""An explanation as Markdown, to be pasted into a page, a ticket or a chat. Prints nothing itself."""

from __future__ import annotations

from collections.abc import Iterator

from kx.explain.explanation import Explanation
from kx.explain.rows import rows
from kx.term import visible


def document(explanation: Explanation) -> str:
    """The whole explanation, without a final newline; "" for an empty line."""
    if not explanation.words:
        return ""
    parts = [
        _code_block(explanation.line),
        f"**{explanation.effect.upper()}**: {_text(explanation.summary)}",
        *_traps(explanation),
        *_refusals(explanation),
        _table(explanation),
        *_requests(explanation),
        *_undo(explanation),
        *_where(explanation),
    ]
    return "\n\n".join(part for part in parts if part)


def _code_block(line: str) -> str:
    fence = "```"
    while fence in line:
        fence += "`"
    return f"{fence}sh\n{visible(line, keep=chr(10))}\n{fence}"


def _code(text: str) -> str:
    """Inline code; a run of backticks inside needs a longer one around it, and a bar would end a cell of a table."""
    text = " ".join(visible(text, keep="\n").split("\n")).replace("|", "\\|")
    fence = "`"
    while fence in text:
        fence += "`"
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def _text(text: str) -> str:
    """Plain words: what Markdown would take for its own signs is told to stay a sign."""
    shown = visible(text)
    return "".join(f"\\{char}" if char in "\\`*_{}[]<>#|~" else char for char in shown)


def _traps(explanation: Explanation) -> Iterator[str]:
    for trap in explanation.traps:
        meant = f" You may have meant: {_code(trap.fix)}" if trap.fix else ""
        yield f"> **{trap.severity.upper()}**: {_text(trap.message)}{meant}"


def _refusals(explanation: Explanation) -> Iterator[str]:
    told = " ".join(trap.message for trap in explanation.traps)
    for problem in explanation.problems:
        if problem not in told:
            yield f"> **REFUSED**: kubectl would say: {_text(problem)}"
    for missing in dict.fromkeys(explanation.unfinished):
        yield f"> **MISSING**: {_text(missing)}"


def _table(explanation: Explanation) -> str:
    lines = ["| word | meaning |", "|---|---|"]
    # A piece of a word stands below it, behind a dot.
    lines += [f"| {'· ' * row.depth}{_code(row.typed)} | {_text(row.note)} |" for row in rows(explanation)]
    return "\n".join(lines)


def _requests(explanation: Explanation) -> Iterator[str]:
    lines = []
    for request in dict.fromkeys(explanation.requests):
        shown = _code(f"{request.method} {request.path}".strip())
        lines.append(f"- {shown}" + (f" ({_text(request.why)})" if request.why else ""))
    if lines:
        yield "Asks:\n\n" + "\n".join(lines)


def _undo(explanation: Explanation) -> Iterator[str]:
    way = explanation.undo
    if way.grade == "none-needed" or explanation.problems:
        return
    command = f" {_code(way.command)}" if way.command else ""
    reason = f" ({_text(way.reason)})" if way.reason else ""
    yield f"Undo: {way.grade}{command}{reason}"


def _where(explanation: Explanation) -> Iterator[str]:
    where = explanation.where
    if explanation.program != "kubectl" or explanation.effect == "local":
        return
    parts = [f"context {_code(where.context)}"] if where.context else []
    if explanation.clusterwide:
        parts.append("the whole cluster")
    elif where.namespace:
        parts.append("all namespaces" if where.namespace == "*" else f"namespace {_code(where.namespace)}")
    if parts:
        yield f"Where: {', '.join(parts)}"
