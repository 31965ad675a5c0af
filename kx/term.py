"""What reaches the terminal: talk on stderr, data on stdout, colour only where a person sees it.

Text that comes from a cluster, a file or a user passes ``visible`` first, so that no escape sequence stays alive.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:  # at run time neither is needed, and importing them would cost a tenth of a switch
    from collections.abc import Mapping
    from typing import TextIO

# Effect classes and emphasis -> SGR codes. Meaning never depends on colour alone.
STYLES: dict[str, str] = {
    "read": "2",
    "local": "2",
    "create": "32",
    "change": "33",
    "delete": "31",
    "run-code": "31",
    "stop": "1;31",
    "warn": "33",
    "hint": "36",
    "error": "31",
    "bold": "1",
    "dim": "2",
}


def wants_colour(stream: TextIO, env: Mapping[str, str] = os.environ) -> bool:
    """Whether ``stream`` is a terminal that shows colour, and the user did not refuse it (NO_COLOR, TERM=dumb)."""
    return stream.isatty() and not env.get("NO_COLOR") and env.get("TERM") != "dumb"


def paint(text: str, style: str, colour: bool) -> str:
    """``text`` in a style of ``STYLES``, or unchanged where colour is off or the style unknown."""
    code = STYLES.get(style)
    return f"\x1b[{code}m{text}\x1b[0m" if colour and code else text


def visible(text: str, keep: str = "") -> str:
    r"""Show control characters as ``\x1b``, ``\u202e``…; those in ``keep`` (such as newline) stay."""
    if text.isprintable():
        return text
    from unicodedata import category  # late: most texts are printable

    return "".join(char if char in keep or not category(char).startswith("C") else _escape(char) for char in text)


def columns(text: str) -> int:
    """How many columns a terminal needs for a text: two for a wide letter, none for one that joins the last."""
    if text.isascii():
        return len(text)
    return sum(_columns(char) for char in text)


def _columns(char: str) -> int:
    from unicodedata import combining, east_asian_width  # late: most texts are ASCII

    if combining(char):
        return 0
    return 2 if east_asian_width(char) in ("W", "F") else 1


def _escape(char: str) -> str:
    return char.encode("unicode_escape", "backslashreplace").decode("ascii")


def width(fallback: int = 80) -> int:
    """How many columns the terminal of stdout has: ``COLUMNS`` if set, else what the terminal says."""
    told = os.environ.get("COLUMNS", "")
    if told.isdecimal() and int(told):
        return int(told)
    try:
        return os.get_terminal_size(sys.__stdout__.fileno()).columns if sys.__stdout__ else fallback
    except (OSError, ValueError):
        return fallback


def say(text: str = "") -> None:
    """A line of talk: progress, questions, explanations around a run."""
    print(text, file=sys.stderr, flush=True)


def out(text: str = "") -> None:
    """A line of data: what a script would read."""
    print(text, flush=True)


def complain(message: str, hint: str = "") -> None:
    """One sentence about what went wrong, and what to do."""
    mark = paint("error:", "error", wants_colour(sys.stderr))
    say(f"{mark} {visible(message, keep=chr(10))}")
    if hint:
        say(f"  {visible(hint, keep=chr(10))}")
