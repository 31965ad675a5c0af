"""Print results context by context, in order, under a heading that YAML and shells take for a comment."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Sequence
from typing import Any, TextIO

from kx import term
from kx.each.pool import Result

VERSION = 1
_LOG = re.compile(r"[EIW]\d{4} \d\d:\d\d:\d\d\.\d+ +\d+ [\w.]+\.go:\d+\] ")


class InOrder:
    """Prints each result as soon as those before it are printed."""

    def __init__(self, contexts: Sequence[str]) -> None:
        self._left = list(contexts)
        self._waiting: dict[str, Result] = {}

    def add(self, result: Result) -> None:
        """One more result."""
        self._waiting[result.context] = result
        while self._left and self._left[0] in self._waiting:
            show(self._waiting.pop(self._left.pop(0)))

    def rest(self) -> None:
        """Print what came although something before it did not: the run was stopped."""
        for context in self._left:
            if context in self._waiting:
                show(self._waiting.pop(context))


def show(result: Result) -> None:
    """One context's output on standard output, its complaints on standard error, each under its name."""
    output, errors = _text(result.output, sys.stdout), _without_log(_text(result.errors, sys.stderr))
    if output:
        _block(sys.stdout, result.context, output)
    if errors or result.status:
        told = f" failed with status {result.status}" if result.status else ""
        _block(sys.stderr, f"{result.context}{told}", errors)


def merged(contexts: Sequence[str], results: dict[str, Result]) -> str:
    """All results as one JSON object; what a command printed as JSON is part of it, everything else is text."""
    entries = [_entry(results[context]) for context in contexts if context in results]
    return json.dumps({"version": VERSION, "contexts": entries}, indent=2, ensure_ascii=False)


def _entry(result: Result) -> dict[str, Any]:
    output = result.output.decode("utf-8", "replace")
    try:
        parsed = json.loads(output)
    except ValueError:
        parsed = output
    entry = {"context": result.context, "status": result.status, "output": parsed}
    errors = result.errors.decode("utf-8", "replace")
    return {**entry, "error": errors} if errors else entry


def _block(stream: TextIO, heading: str, text: str) -> None:
    line = term.paint(f"# {term.visible(heading)}", "bold", term.wants_colour(stream))
    print(f"{line}\n{text}", file=stream, end="" if text.endswith("\n") or not text else "\n", flush=True)


def _without_log(errors: str) -> str:
    """Without the lines of kubectl's own log, where it also says in plain words what went wrong."""
    lines = errors.splitlines(keepends=True)
    return "".join(line for line in lines if not _LOG.match(line)) or errors


def _text(data: bytes, stream: TextIO) -> str:
    text = data.decode("utf-8", "replace")
    return term.visible(text, keep="\n\t") if stream.isatty() else text


class Progress:
    """One line on a terminal's standard error: how many are done, and who is waited for. Elsewhere nothing."""

    def __init__(self, contexts: Sequence[str]) -> None:
        self._waiting = list(contexts)
        self._total = len(contexts)
        self._on = sys.stderr.isatty() and self._total > 1
        self._shown = False

    def done(self, context: str) -> None:
        """One context less to wait for."""
        self._waiting.remove(context)

    def show(self) -> None:
        """Write the line; it stays on one row."""
        if self._on and self._waiting:
            names = term.visible(", ".join(self._waiting))
            line = f"{self._total - len(self._waiting)} of {self._total} done; waiting for {names}"
            room = max(20, term.width() - 1)
            sys.stderr.write("\r\x1b[K" + (line if len(line) <= room else line[: room - 1] + "…"))
            sys.stderr.flush()
            self._shown = True

    def clear(self) -> None:
        """Take the line away, before anything else is printed."""
        if self._shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
            self._shown = False
