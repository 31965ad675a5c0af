"""Regular expressions for grep, sed and [[ =~ ]]: POSIX' two kinds as Python's, and none that could run for ever.

Python's matcher tries every way through an expression, and nothing can stop it. So what has more ways than a
simulated program may take (a repetition inside a repetition) is refused by name.
"""

from __future__ import annotations

import re

_MOST_STEPS = 1e9
_SMALL = 4  # repetitions that count as none
_LONGEST = 1000  # characters of an expression
_CLASSES = {
    "alpha": "a-zA-Z",
    "digit": "0-9",
    "alnum": "a-zA-Z0-9",
    "upper": "A-Z",
    "lower": "a-z",
    "space": r"\s",
    "blank": r" \t",
    "punct": r"!-/:-@\[-`{-~",
    "xdigit": "0-9A-Fa-f",
    "word": r"\w",
    "print": " -~",
    "graph": "!-~",
    "cntrl": r"\x00-\x1f\x7f",
}
_PIECE = re.compile(r"\\.|\[\^?\]?(?:\[:\w+:\]|\\.|[^\]])*\]|.", re.DOTALL)
_COUNT = re.compile(r"\{\d*(,\d*)?\}")


class PatternError(ValueError):
    """No expression, or none that is tried here; the message says which."""


def compile_pattern(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """An extended expression; raises PatternError."""
    if len(pattern) > _LONGEST:
        raise PatternError("regular expression is too long for the practice cluster")
    text = _PIECE.sub(lambda match: _piece(match.group()), pattern)
    if _is_risky(text):
        raise PatternError(
            "a regular expression with repetitions inside repetitions is not emulated in the practice cluster"
        )
    try:
        return re.compile(text, flags)
    except (re.error, OverflowError, RecursionError) as error:
        raise PatternError(_REASONS.get(str(error).partition(" at ")[0], "Invalid regular expression")) from error


_REASONS = {
    "missing ), unterminated subpattern": "Unmatched ( or \\(",
    "unbalanced parenthesis": "Unmatched ) or \\)",
    "unterminated character set": "Unmatched [, [^, [:, [., or [=",
    "nothing to repeat": "Invalid preceding regular expression",
}


def basic(pattern: str) -> str:
    """A basic expression as an extended one: (, ), {, }, +, ? and | mean themselves unless escaped."""

    def swap(match: re.Match[str]) -> str:
        piece = match.group()
        if len(piece) == 2 and piece[0] == "\\":
            return piece[1] if piece[1] in "(){}+?|" else piece
        return "\\" + piece if piece in tuple("(){}+?|") else piece

    swapped = _PIECE.sub(swap, pattern)
    return "\\" + swapped if swapped.startswith("*") else swapped


def _piece(piece: str) -> str:
    """One piece of an extended expression as Python writes it."""
    if piece == "[":
        raise PatternError("Unmatched [, [^, [:, [., or [=")
    if piece in ("\\<", "\\>"):
        return r"\b"
    if piece[0] == "\\" and len(piece) == 2 and piece[1].isalpha() and piece[1] not in "wWsSbBdDnt":
        return piece[1]
    if piece[0] == "[" and len(piece) > 1:
        inner = re.sub(r"\[:(\w+):\]", lambda match: f"\0{match.group(1)}\0", piece[1:-1])
        negated = "^" if inner.startswith("^") else ""
        inner = re.sub(r"([\\\[\]&~|])", r"\\\1", inner[len(negated) :])
        inner = inner.replace("--", r"\-\-")
        inner = re.sub("\0(\\w+)\0", lambda match: _CLASSES.get(match.group(1), ""), inner)
        return f"[{negated}{inner}]"
    return piece


def longest_line(pattern: re.Pattern[str]) -> int:
    """How many characters of a line may be searched: with each part that fits nearly anything, fewer."""
    wide = len(re.findall(r"(?:(?<!\\)\.|\[\^[^\]]*\]|\\[wWS])[*+]", pattern.pattern))
    return int(_MOST_STEPS ** (1 / (wide + 1)))


def _is_risky(text: str) -> bool:
    """Whether there are so many ways to match that trying them could take for ever: on the safe side."""
    groups: list[_Group] = [_Group()]
    closed: _Group | None = None
    for match in _PIECE.finditer(_COUNT.sub(lambda count: "" if _is_small(count) else "*", text)):
        piece = match.group()
        if piece == "(":
            groups.append(_Group())
        elif piece == ")" and len(groups) > 1:
            closed = groups.pop()
            groups[-1].repeats |= closed.repeats
            groups[-1].add("(")
            continue
        elif piece in ("*", "+"):
            if closed and (closed.repeats or not closed.is_distinct):
                return True
            groups[-1].repeats = True
        elif piece == "|":
            groups[-1].begins.append("")
        else:
            groups[-1].add(piece)
        closed = None
    return False


class _Group:
    """What stands between parentheses."""

    def __init__(self) -> None:
        self.repeats = False
        self.begins: list[str] = [""]  # the first piece of each alternative

    def add(self, piece: str) -> None:
        self.begins[-1] = self.begins[-1] or piece

    @property
    def is_distinct(self) -> bool:
        """At most one of the alternatives can fit."""
        if len(self.begins) == 1:
            return True
        return len(set(self.begins)) == len(self.begins) and all(one.isalnum() for one in self.begins)


def _is_small(count: re.Match[str]) -> bool:
    most = re.findall(r"\d+", count.group())
    return bool(most) and not count.group().endswith(",}") and int(most[-1]) <= _SMALL
