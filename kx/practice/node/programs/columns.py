"""How wide texts are on a screen, and names in columns. Knows no terminal."""

from __future__ import annotations

import unicodedata


def in_columns(names: tuple[str, ...] | list[str], columns: int) -> str:
    """Names in columns as readline and ls show them, read downwards."""
    widest = max((width(name) for name in names), default=0) + 2
    across = max(1, columns // widest)
    rows = -(-len(names) // across)
    lines = []
    for row in range(rows):
        line = names[row::rows]
        lines.append("".join(name + " " * (widest - width(name)) for name in line[:-1]) + line[-1] + "\n")
    return "".join(lines)


def width(text: str) -> int:
    """How many columns of the screen a text takes."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(sign) else 2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text
    )
