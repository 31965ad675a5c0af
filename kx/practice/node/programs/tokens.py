"""A shell script's words and operators, and where quotes and substitutions end. Knows no grammar."""

from __future__ import annotations

import re
from dataclasses import dataclass

_OPERATOR = re.compile(r"&&|\|\||;;|\|&|[|&;()\n]")
_REDIRECT = re.compile(r"&>>|&>|\d?(?:>>|>\||>&|>|<<<|<<-|<<|<&|<)")


class ScriptError(Exception):
    """The text is no script: the message completes ``syntax error: …``."""


class IncompleteError(ScriptError):
    """The text is the beginning of a script: more lines may complete it."""


@dataclass(frozen=True)
class Token:
    """A word as written, with its quotes, or an operator."""

    text: str
    operator: bool = False
    redirect: bool = False  # an operator that a target follows


def tokens(text: str) -> list[Token]:
    """Words and operators; comments and joined lines are gone, here-documents are words behind their operator."""
    found: list[Token] = []
    awaited: list[int] = []  # the places of the end marks of here-documents that begin at the next line
    at = 0
    while at < len(text):
        character = text[at]
        if character in " \t\r":
            at += 1
        elif text.startswith("\\\n", at):
            at += 2
        elif character == "#":
            at = text.find("\n", at) if "\n" in text[at:] else len(text)
        else:
            match = _REDIRECT.match(text, at) or _OPERATOR.match(text, at)
            if match:
                found.append(Token(match.group(), True, match.re is _REDIRECT))
                at = match.end()
                if match.group() == "\n":
                    at = _read_documents(text, at, found, awaited)
            else:
                end = _word_end(text, at)
                if found and found[-1].redirect and found[-1].text.lstrip("0") in ("<<", "<<-"):
                    awaited.append(len(found))
                found.append(Token(text[at:end]))
                at = end
    if awaited:
        raise IncompleteError("unexpected end of file in a here-document")
    return found


def _read_documents(text: str, at: int, found: list[Token], awaited: list[int]) -> int:
    """Put the here-documents that begin at ``at`` in the place of their end marks; where they end."""
    for place in awaited:
        mark = found[place].text
        plain = re.sub(r"[\\'\"]", "", mark)
        lines: list[str] = []
        while True:
            if at >= len(text):
                raise IncompleteError("unexpected end of file in a here-document")
            end = text.find("\n", at)
            line, at = (text[at:], len(text)) if end < 0 else (text[at:end], end + 1)
            if found[place - 1].text.endswith("-"):
                line = line.lstrip("\t")
            if line == plain:
                break
            lines.append(line + "\n")
        body = "".join(lines)
        found[place] = Token("'" + body.replace("'", "'\\''") + "'" if mark != plain else _in_quotes(body))
    awaited.clear()
    return at


def _in_quotes(body: str) -> str:
    """A here-document as a word in double quotes: quotes in it mean themselves, substitutions do not."""
    parts: list[str] = []
    at = 0
    while at < len(body):
        if body.startswith("$(", at):
            end = substitution_end(body, at)
        elif body[at] == "`":
            end = quote_end(body, at)
        elif body[at] == "\\" and at + 1 < len(body) and body[at + 1] != '"':
            end = at + 2
        else:
            parts.append({'"': '\\"', "\\": "\\\\"}.get(body[at], body[at]))
            at += 1
            continue
        parts.append(body[at:end])
        at = end
    return '"' + "".join(parts) + '"'


def _word_end(text: str, at: int) -> int:
    while at < len(text) and text[at] not in " \t\r\n|&;<>()":
        if text[at] == "\\":
            at += 2
        elif text.startswith("$'", at):
            at = quote_end(text, at + 1, escapes=True)
        elif text[at] in "'\"`":
            at = quote_end(text, at)
        elif text.startswith("$(", at):
            at = substitution_end(text, at)
        elif text.startswith("${", at):
            at = _closing(text, at + 2) + 1
        else:
            at += 1
    return min(at, len(text))


def quote_end(text: str, at: int, escapes: bool = False) -> int:
    """The place behind the quoted part that begins at ``at``; ``escapes``: backslashes count, as in ``$'…'``."""
    mark = text[at]
    at += 1
    while at < len(text) and text[at] != mark:
        if (escapes or mark != "'") and text[at] == "\\":
            at += 1
        elif mark == '"' and text.startswith("$(", at):
            at = substitution_end(text, at) - 1
        at += 1
    if at >= len(text):
        raise IncompleteError(f"unterminated quoted string ({mark})")
    return at + 1


def substitution_end(text: str, at: int) -> int:
    """The place behind ``$( … )`` or ``$(( … ))`` that begins at ``at``."""
    depth, at = 0, at + 1
    while at < len(text):
        if text[at] in "'\"":
            at = quote_end(text, at)
            continue
        depth += {"(": 1, ")": -1}.get(text[at], 0)
        at += 1
        if depth == 0:
            return at
    raise IncompleteError('missing ")"')


def _closing(text: str, at: int) -> int:
    """The place of the brace that closes a parameter whose words begin at ``at``."""
    depth = 1
    while at < len(text):
        if text[at] == "\\":
            at += 2
            continue
        if text[at] in "'\"":
            at = quote_end(text, at)
            continue
        depth += {"{": 1, "}": -1}.get(text[at], 0)
        if depth == 0:
            return at
        at += 1
    raise IncompleteError('missing "}"')
