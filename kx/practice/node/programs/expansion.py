"""What a shell makes of a word: parameters, $(…), $((…)), ~, splitting, file patterns, and quotes taken off.

Runs nothing by itself: the interpreter passes in how to run a substitution.
"""

from __future__ import annotations

import fnmatch
import posixpath
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from kx.practice.node.files import Files
from kx.practice.node.programs.tokens import quote_end, substitution_end

_PARAMETER = re.compile(r"\$(?:([A-Za-z_]\w*)|([0-9?$#@*!-])|\{)", re.ASCII)
_BRACES = re.compile(r"^(#?)([A-Za-z_]\w*|[0-9]+|[?$#@*!-])(?:(:?[-+=?]|##?|%%?)(.*))?$", re.ASCII | re.DOTALL)
_PATTERN = re.compile(r"[*?\[]")
_SUM = re.compile(r"\s*(\d+|[A-Za-z_]\w*|\*\*|<=|>=|==|!=|&&|\|\||[-+*/%()<>!])")


class ExpansionError(Exception):
    """A word that cannot be expanded; the message is the shell's."""


@dataclass(frozen=True)
class Context:
    """What words are expanded against."""

    get: Callable[[str], str | None]  # a parameter's value, None when unset
    put: Callable[[str, str], None]
    arguments: Callable[[], Sequence[str]]
    substitute: Callable[[str], Awaitable[str]]  # runs a script, gives its output
    files: Files
    cwd: Callable[[], str]


@dataclass
class _Piece:
    text: str
    quoted: bool  # taken as it is: no splitting, no patterns
    expanded: bool = False  # came from a parameter: splits at white space
    break_after: bool = False  # "$@": the next piece starts a new field


async def fields(words: Sequence[str], context: Context) -> list[str]:
    """All words as arguments."""
    found: list[str] = []
    for word in words:
        for field in _split(await _pieces(word, context)):
            found += _match_files(field, context)
    return found


async def single(word: str, context: Context) -> str:
    """One word as one value: no splitting, no file patterns (assignments, redirect targets)."""
    return "".join(piece.text for piece in await _pieces(word, context))


async def _pieces(word: str, context: Context, in_quotes: bool = False) -> list[_Piece]:
    pieces: list[_Piece] = []
    at = 0
    if not in_quotes and (word == "~" or word.startswith("~/")):
        pieces.append(_Piece(context.get("HOME") or "/root", True))
        at = 1
    while at < len(word):
        character = word[at]
        if character == "\\" and at + 1 < len(word):
            literal = word[at + 1]
            keeps = in_quotes and literal not in '$`"\\\n'
            pieces.append(_Piece("\\" + literal if keeps else "" if literal == "\n" else literal, True))
            at += 2
        elif character == "'" and not in_quotes:
            end = quote_end(word, at)
            pieces.append(_Piece(word[at + 1 : end - 1], True))
            at = end
        elif character == '"' and not in_quotes:
            end = quote_end(word, at)
            inner = await _pieces(word[at + 1 : end - 1], context, in_quotes=True)
            pieces += inner or [_Piece("", True)]
            at = end
        elif character == "`":
            end = quote_end(word, at)
            output = await context.substitute(word[at + 1 : end - 1].replace("\\`", "`"))
            pieces.append(_Piece(output, in_quotes, expanded=not in_quotes))
            at = end
        elif word.startswith("$((", at) and word[substitution_end(word, at) - 2] == ")":
            end = substitution_end(word, at)
            text = "".join(piece.text for piece in await _pieces(word[at + 3 : end - 2], context, in_quotes=True))
            pieces.append(_Piece(str(calculate(text, context.get)), in_quotes))
            at = end
        elif word.startswith("$(", at):
            end = substitution_end(word, at)
            output = await context.substitute(word[at + 2 : end - 1])
            pieces.append(_Piece(output, in_quotes, expanded=not in_quotes))
            at = end
        elif match := _PARAMETER.match(word, at):
            at = match.end()
            expression = match.group(1) or match.group(2)
            if expression is None:
                end = _brace_end(word, at)
                expression, at = word[at:end], end + 1
            pieces += await _parameter(expression, context, in_quotes)
        else:
            pieces.append(_Piece(character, in_quotes))
            at += 1
    return pieces


def _brace_end(word: str, at: int) -> int:
    depth = 1
    for index in range(at, len(word)):
        depth += (word[index] == "{") - (word[index] == "}")
        if depth == 0:
            return index
    raise ExpansionError("bad substitution")


async def _parameter(expression: str, context: Context, quoted: bool) -> list[_Piece]:
    match = _BRACES.match(expression)
    if match is None:
        raise ExpansionError("bad substitution")
    length, name, operator, rest = match.groups()
    if name in ("@", "*") and not operator:
        words = list(context.arguments())
        if name == "*" and quoted:
            return [_Piece(" ".join(words), True)]
        return [
            _Piece(word, quoted, not quoted, break_after=index + 1 < len(words)) for index, word in enumerate(words)
        ]
    value = context.get(name)
    if length:
        return [_Piece(str(len(value or "")), quoted)]
    if operator:
        value = await _modified(name, value, operator, rest, context)
    return [_Piece(value or "", quoted, expanded=not quoted)]


async def _modified(name: str, value: str | None, operator: str, rest: str, context: Context) -> str | None:
    if operator[0] in "#%":
        return _trimmed(value or "", operator, await single(rest, context))
    absent = value is None or (operator.startswith(":") and not value)
    kind = operator[-1]
    if kind == "+":
        return "" if absent else await single(rest, context)
    if not absent:
        return value
    default = await single(rest, context)
    if kind == "?":
        raise ExpansionError(f"{name}: {default or 'parameter not set'}")
    if kind == "=":
        context.put(name, default)
    return default


def _trimmed(value: str, operator: str, pattern: str) -> str:
    """``${name#pattern}`` and its three relatives."""
    places = range(len(value) + 1)
    from_start = operator[0] == "#"
    longest = len(operator) == 2
    order = places if from_start != longest else reversed(places)
    for place in order:
        part = value[:place] if from_start else value[place:]
        if fnmatch.fnmatchcase(part, pattern):
            return value[place:] if from_start else value[:place]
    return value


def _split(pieces: list[_Piece]) -> list[list[_Piece]]:
    """Fields: a new one at white space in what was expanded, and between the words of "$@"."""
    found: list[list[_Piece]] = [[]]
    for piece in pieces:
        if piece.expanded:
            parts = re.split(r"[ \t\n]+", piece.text)
            for index, part in enumerate(parts):
                if index and found[-1]:
                    found.append([])
                if part:
                    found[-1].append(_Piece(part, False))
        else:
            found[-1].append(piece)
        if piece.break_after:
            found.append([])
    return [field for field in found if field]


def _match_files(field: list[_Piece], context: Context) -> list[str]:
    text = "".join(piece.text for piece in field)
    if not any(not piece.quoted and _PATTERN.search(piece.text) for piece in field):
        return [text]
    pattern = "".join(re.sub(r"([*?\[])", r"[\1]", one.text) if one.quoted else one.text for one in field)
    return _paths(pattern, context) or [text]


def _paths(pattern: str, context: Context) -> list[str]:
    base = "/" if pattern.startswith("/") else ""
    found = [base]
    for part in [part for part in pattern.split("/") if part]:
        following = []
        for path in found:
            folder = posixpath.join(context.cwd(), path)
            if not context.files.is_folder(folder):
                continue
            if _PATTERN.search(part):
                names = fnmatch.filter(context.files.names(folder), part)
                following += [posixpath.join(path, name) for name in names if part[0] == "." or name[0] != "."]
            elif context.files.exists(posixpath.join(folder, part)):
                following.append(posixpath.join(path, part))
        found = following
    return found


def calculate(text: str, get: Callable[[str], str | None]) -> int:
    """An arithmetic expression of integers and variables."""
    parts: list[str] = []
    at = 0
    text = text.strip()
    while at < len(text):
        match = _SUM.match(text, at)
        if match is None:
            raise ExpansionError(f'arithmetic syntax error: "{text}"')
        parts.append(match.group(1))
        at = match.end()
    return _Sum(parts, get, text).result()


_LEVELS: tuple[tuple[str, ...], ...] = (
    ("||",),
    ("&&",),
    ("==", "!="),
    ("<", ">", "<=", ">="),
    ("+", "-"),
    ("*", "/", "%"),
)
_CALCULATE: dict[str, Callable[[int, int], int]] = {
    "||": lambda a, b: int(bool(a or b)),
    "&&": lambda a, b: int(bool(a and b)),
    "==": lambda a, b: int(a == b),
    "!=": lambda a, b: int(a != b),
    "<": lambda a, b: int(a < b),
    ">": lambda a, b: int(a > b),
    "<=": lambda a, b: int(a <= b),
    ">=": lambda a, b: int(a >= b),
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: int(a / b),
    "%": lambda a, b: a - b * int(a / b),
}


class _Sum:
    """Precedence climbing over the parts of an expression."""

    def __init__(self, parts: list[str], get: Callable[[str], str | None], text: str) -> None:
        self._parts = parts
        self._get = get
        self._text = text

    def result(self) -> int:
        if not self._parts:
            return 0
        value = self._level(0)
        if self._parts:
            raise ExpansionError(f'arithmetic syntax error: "{self._text}"')
        return value

    def _level(self, level: int) -> int:
        if level == len(_LEVELS):
            return self._operand()
        value = self._level(level + 1)
        while self._parts and self._parts[0] in _LEVELS[level]:
            operator = self._parts.pop(0)
            right = self._level(level + 1)
            if operator in "/%" and right == 0:
                raise ExpansionError("divide by zero")
            value = _CALCULATE[operator](value, right)
        return value

    def _operand(self) -> int:
        part = self._parts.pop(0) if self._parts else ""
        if part == "(":
            value = self._level(0)
            if not self._parts or self._parts.pop(0) != ")":
                raise ExpansionError(f'arithmetic syntax error: "{self._text}"')
            return value
        if part in ("-", "+", "!"):
            value = self._operand()
            return {"-": -value, "+": value, "!": int(not value)}[part]
        if part.isdigit():
            return int(part)
        if part and (part[0].isalpha() or part[0] == "_"):
            held = (self._get(part) or "0").strip()
            return int(held) if held.lstrip("-").isdigit() else 0
        raise ExpansionError(f'arithmetic syntax error: "{self._text}"')
