"""``read``: a line of stdin into a shell's variables."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kx.practice.node.programs.interpreter import Interpreter


async def read(shell: Interpreter, words: list[str]) -> int:
    """``read [-r] [-p PROMPT] [NAME…]``; 1 at the end of the input."""
    names, raw, rest = [], False, words[1:]
    while rest:
        word = rest.pop(0)
        if not word.startswith("-"):
            names.append(word)
        elif word[-1] in "pntduN" and rest:
            value = rest.pop(0)
            if word.endswith("p") and shell.process.terminal:
                shell.process.stderr.write(value.encode())
        raw |= word.startswith("-") and "r" in word
    line = (await shell.process.stdin.read_line()).decode("utf-8", "replace")
    text = line.removesuffix("\n")
    text = text if raw else re.sub(r"\\(.)", r"\1", text)
    names = names or ["REPLY"]
    separators = shell.get("IFS")
    for name, value in zip(names, _separated(text, len(names), separators), strict=True):
        shell.put(name, value)
    return 0 if line.endswith("\n") else 1


def _separated(text: str, count: int, separators: str | None) -> list[str]:
    """A line as so many values: the last one keeps what is left."""
    if separators == "":
        return [text, *[""] * (count - 1)]
    marks = separators if separators is not None else " \t\n"
    blank = "".join(mark for mark in marks if mark.isspace())
    pattern = f"[{re.escape(marks)}]+" if blank == marks else f"[{re.escape(blank)} ]*[{re.escape(marks)}]"
    parts = re.split(pattern, text.strip(blank) if blank else text, maxsplit=count - 1)
    return parts + [""] * (count - len(parts))
