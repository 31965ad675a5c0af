"""grep: lines that match, in the container's files or in stdin."""

from __future__ import annotations

import re

from kx.practice.node.process import Process
from kx.practice.node.programs.options import Options, read_options
from kx.practice.node.programs.text import contents


async def main(process: Process) -> int:
    options = read_options(process, "ivnclLqoEFrwxhH", "emABC")
    operands = list(options.operands)
    pattern = options.text("e", "") or (operands.pop(0) if operands else "")
    if not pattern and "e" not in options and len(process.argv) < 2:
        process.complain("Usage: grep [OPTION]... PATTERNS [FILE]...")
        return 2
    expression = re.escape(pattern) if "F" in options else pattern if "E" in options else basic_pattern(pattern)
    expression = (
        rf"\b(?:{expression})\b" if "w" in options else rf"^(?:{expression})$" if "x" in options else expression
    )
    try:
        matcher = re.compile(expression, re.IGNORECASE if "i" in options else 0)
    except re.error as error:
        process.complain(f"grep: {error}")
        return 2
    found = failed = False
    async for name, data in contents(process, operands):
        if data is None:
            failed = True
            continue
        lines = data.decode("utf-8", "replace").splitlines()
        hits = [(n, line) for n, line in enumerate(lines, 1) if bool(matcher.search(line)) != ("v" in options)]
        found |= bool(hits)
        _print_hits(process, options, hits, name if len(operands) > 1 else "", matcher)
    return 0 if found else 2 if failed else 1


def basic_pattern(pattern: str) -> str:
    """A basic regular expression as Python writes it: there, (, ), {, }, +, ? and | mean themselves unless escaped."""
    parts = re.split(r"(\\.)", pattern)
    swapped = []
    for part in parts:
        if len(part) == 2 and part[0] == "\\":
            swapped.append(part[1] if part[1] in "(){}+?|" else part)
        else:
            swapped.append(re.sub(r"([(){}+?|])", r"\\\1", part))
    return "".join(swapped)


def _print_hits(
    process: Process, options: Options, hits: list[tuple[int, str]], name: str, matcher: re.Pattern[str]
) -> None:
    prefix = f"{name}:" if name else ""
    if "q" in options:
        return
    if "c" in options:
        process.say(f"{prefix}{len(hits)}")
    elif "l" in options:
        if hits:
            process.say(name or "(standard input)")
    else:
        for number, line in hits:
            where = prefix + (f"{number}:" if "n" in options else "")
            for text in [match.group() for match in matcher.finditer(line)] if "o" in options else [line]:
                process.say(where + text)
