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
from kx.practice.node.programs.arithmetic import ArithmeticProblem, calculate
from kx.practice.node.programs.braces import expand_braces
from kx.practice.node.programs.tokens import quote_end, substitution_end

_PARAMETER = re.compile(r"\$(?:([A-Za-z_]\w*)|([0-9?$#@*!-])|\{)", re.ASCII)
_BRACES = re.compile(
    r"^(#?)([A-Za-z_]\w*|[0-9]+|[?$#@*!-])(?:(:?[-+=?]|##?|%%?|//?|\^\^?|,,?|:)(.*))?$", re.ASCII | re.DOTALL
)
_LONGEST = 1 << 20  # characters of one word
_WHITE = re.compile(r"[ \t\n]+")
_PATTERN = re.compile(r"[*?\[]")


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
    bash: bool = False  # {a,b} means something
    strict: Callable[[], bool] = lambda: False  # set -u: a parameter that is not set is an error


@dataclass
class _Piece:
    text: str
    quoted: bool  # taken as it is: no splitting, no patterns
    expanded: bool = False  # came from a parameter: splits at white space
    break_after: bool = False  # "$@": the next piece starts a new field


async def fields(words: Sequence[str], context: Context) -> list[str]:
    """All words as arguments."""
    found: list[str] = []
    written = [each for word in words for each in expand_braces(word)] if context.bash else words
    for word in written:
        for field in _split(await _pieces(word, context), context.get("IFS")):
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
        elif word.startswith("$'", at) and not in_quotes:
            end = quote_end(word, at + 1, escapes=True)
            pieces.append(_Piece(_unescaped(word[at + 2 : end - 1]), True))
            at = end
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
            pieces.append(_Piece(_calculated(text, context), in_quotes))
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
    if sum(len(piece.text) for piece in pieces) > _LONGEST:
        raise ExpansionError("argument list too long")
    return pieces


def _calculated(text: str, context: Context) -> str:
    try:
        return str(calculate(text, context.get, context.put))
    except ArithmeticProblem as problem:
        raise ExpansionError(str(problem)) from problem


_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "e": "\x1b", "E": "\x1b", "f": "\f", "v": "\v"}


def _unescaped(text: str) -> str:
    """What stands in ``$'…'``."""

    def replacement(match: re.Match[str]) -> str:
        code, letter = match.group(1), match.group(2)
        return chr(int(code[1:], 16) if code[0] == "x" else int(code, 8)) if code else _ESCAPES.get(letter, letter)

    return re.sub(r"\\(?:(x[0-9a-fA-F]{1,2}|[0-3]?[0-7]{1,2})|(.))", replacement, text, flags=re.DOTALL)


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
    if value is None and not operator and context.strict() and name not in "@*":
        raise ExpansionError(f"{name}: {'unbound variable' if context.bash else 'parameter not set'}")
    if length:
        return [_Piece(str(len(value or "")), quoted)]
    if operator:
        value = await _modified(name, value, operator, rest, context)
    return [_Piece(value or "", quoted, expanded=not quoted)]


async def _modified(name: str, value: str | None, operator: str, rest: str, context: Context) -> str | None:
    if operator[0] in "#%":
        return _trimmed(value or "", operator, await single(rest, context))
    if operator[0] == "/":
        return await _replaced(value or "", operator, rest, context)
    if operator[0] in "^,":
        change = str.upper if operator[0] == "^" else str.lower
        return change(value or "") if len(operator) == 2 else change((value or "")[:1]) + (value or "")[1:]
    if operator == ":":
        return _part(value or "", await single(rest, context), context)
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


async def _replaced(value: str, operator: str, rest: str, context: Context) -> str:
    """``${name/pattern/replacement}``, with two slashes every time."""
    pattern_text, _, replacement_text = rest.partition("/")
    pattern, replacement = await single(pattern_text, context), await single(replacement_text, context)
    if not pattern:
        return value
    expression = re.compile(fnmatch.translate(pattern).removeprefix("(?s:").removesuffix(")\\Z"), re.DOTALL)
    return expression.sub(lambda _: replacement, value, 0 if operator == "//" else 1)


def _part(value: str, rest: str, context: Context) -> str:
    """``${name:offset:length}``."""
    offset_text, colon, length_text = rest.partition(":")
    offset = int(_calculated(offset_text, context))
    start = max(0, len(value) + offset) if offset < 0 else offset
    if not colon:
        return value[start:]
    length = int(_calculated(length_text, context))
    return value[start : start + length] if length >= 0 else value[start:length]


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


def _split(pieces: list[_Piece], separators: str | None) -> list[list[_Piece]]:
    """Fields: a new one at white space (or IFS) in what was expanded, and between the words of "$@"."""
    marks = re.compile(f"[{re.escape(separators)}]+") if separators else _WHITE
    found: list[list[_Piece]] = [[]]
    for piece in pieces:
        if piece.expanded:
            parts = [piece.text] if separators == "" else marks.split(piece.text)
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
