"""Read the small part of YAML our texts are written in: mappings of mappings of strings, and comments.

A real parser costs more at start-up than everything else an explanation needs, so the texts keep to what this reads:
``key: value``, two spaces for each level, values plain or in double quotes, nothing else. A test holds every file, and
this reader, to what a real YAML parser makes of it. Never meant for files that are not ours.
"""

from __future__ import annotations

import json
import os
from typing import Any

_SIGNS = frozenset("'|>[]{}&*!%@`#,")
_NOT_TEXT = frozenset({"true", "false", "yes", "no", "on", "off", "null", "~"})


def read(file: str | os.PathLike[str]) -> dict[str, Any]:
    """The mapping a file holds. Raises ``ValueError`` for a line that is not of the form above."""
    root: dict[str, Any] = {}
    levels = [root]  # the mapping open at each depth
    with open(file, encoding="utf-8") as stream:
        lines = stream.read().splitlines()
    for number, line in enumerate(lines, start=1):
        content = line.lstrip(" ")
        if not content or content.startswith("#"):
            continue
        depth, odd = divmod(len(line) - len(content), 2)
        key, colon, value = _halves(content)
        if odd or not colon or depth >= len(levels) or key in levels[depth] or _is_more_than_text(value):
            raise ValueError(f"{os.path.basename(file)}, line {number}: not of the form our texts have: {line!r}")
        del levels[depth + 1 :]
        if value:
            levels[depth][key] = _scalar(value)
        else:
            levels.append(levels[depth].setdefault(key, {}))
    return root


def _halves(content: str) -> tuple[str, str, str]:
    if content.startswith('"'):
        end = content.index('"', 1)
        return content[1:end], content[end + 1 : end + 2], content[end + 2 :].strip()
    key, colon, value = content.partition(":")
    return key, colon, value.strip()


def _is_more_than_text(value: str) -> bool:
    """Whether a value means something else to YAML than its letters: a list, an anchor, a comment, a number."""
    if value.startswith('"'):
        return not value.endswith('"')
    if value[:1] in _SIGNS or (value[:1] in ("-", "?", ":") and value[1:2] in ("", " ")):
        return True
    return " #" in value or ": " in value or value.lower() in _NOT_TEXT or value.isdecimal()


def _scalar(value: str) -> str:
    return str(json.loads(value)) if value.startswith('"') else value
