"""The prompt's words: where the next command will go. Reads nothing but what it is given."""

from __future__ import annotations

import sys

from kx.kubeconfig.where import Where
from kx.term import visible


def place(where: Where) -> str:
    """``practice/default``, or words that say that no context is chosen."""
    return visible(f"{where.context}/{where.namespace}") if where.context else "no context"


def mark() -> str:
    """The sign between the place and the line; a plain one where the terminal's encoding has no other."""
    try:
        "❯".encode(sys.stderr.encoding or "ascii")
    except UnicodeEncodeError:
        return ">"
    return "❯"


def prompt_text(where: Where) -> str:
    """The whole prompt as plain text."""
    return f"{place(where)} {mark()} "
