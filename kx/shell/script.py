"""Lines from a file or a pipe: each shown, explained and run, until one fails. Nobody is asked."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator

from kx import term
from kx.kubectl.words import split
from kx.shell.line import handle
from kx.shell.prompt import prompt_text
from kx.shell.session import Session


def run_script(lines: Iterable[str], session: Session, keep_going: bool = False) -> int:
    """Run ``lines``; returns the status of the first failure (with ``keep_going``: of the last one), or 0.

    Commands read nothing from the script itself: their standard input is empty, unless a here-document fills it.
    """
    last = 0
    with open(os.devnull, "rb") as nothing:
        for text in commands(lines):
            _show(text, session)
            status = handle(text, session, asker=None, stdin=nothing.fileno()).status
            if session.leaving is not None:
                return session.leaving
            last = status or last
            if status and not keep_going:
                return status
    return last


def commands(lines: Iterable[str]) -> Iterator[str]:
    """Join lines that belong together (a here-document, an open quote, a backslash at the end); drop the empty ones.

    Text that is still unfinished at the end comes as it is: whoever runs it will be told.
    """
    text = ""
    for number, line in enumerate(lines):
        # Files from Windows: a mark at the start and two characters at the end of a line are not part of it.
        text += (line if number else line.removeprefix("\ufeff")).removesuffix("\n").removesuffix("\r")
        found = split(text)
        if found.unfinished:
            text += "\n"
            continue
        if found.segments or text.lstrip().startswith("!"):
            yield text
        text = ""
    if text.strip():
        yield text.removesuffix("\n")


def _show(text: str, session: Session) -> None:
    colour = term.wants_colour(sys.stderr)
    term.say(f"{prompt_text(session.where)}{term.paint(term.visible(text, keep=chr(10)), 'bold', colour)}")
