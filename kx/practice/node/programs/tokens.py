"""A shell script's words and operators, and where quotes and substitutions end. Knows no grammar."""

from __future__ import annotations

from dataclasses import dataclass

_OPERATORS = ("&&", "||", ";;", ">>", "2>&1", ">&2", "1>&2", "2>>", "2>", "<<", "|", "&", ";", "<", ">", "(", ")", "\n")


class ScriptError(Exception):
    """The text is no script: the message completes ``syntax error: …``."""


class IncompleteError(ScriptError):
    """The text is the beginning of a script: more lines may complete it."""


@dataclass(frozen=True)
class Token:
    """A word as written, with its quotes, or an operator."""

    text: str
    operator: bool = False


def tokens(text: str) -> list[Token]:
    """Words and operators; comments and joined lines are gone."""
    found: list[Token] = []
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
            operator = next((one for one in sorted(_OPERATORS, key=len, reverse=True) if text.startswith(one, at)), "")
            if operator:
                found.append(Token(operator, True))
                at += len(operator)
            else:
                end = _word_end(text, at)
                found.append(Token(text[at:end]))
                at = end
    return found


def _word_end(text: str, at: int) -> int:
    while at < len(text) and text[at] not in " \t\r\n|&;<>()":
        if text[at] == "\\":
            at += 2
        elif text[at] in "'\"`":
            at = quote_end(text, at)
        elif text.startswith("$(", at):
            at = substitution_end(text, at)
        elif text.startswith("${", at):
            at = _closing(text, at, "}") + 1
        else:
            at += 1
    return min(at, len(text))


def quote_end(text: str, at: int) -> int:
    """The place behind the quoted part that begins at ``at``."""
    mark = text[at]
    at += 1
    while at < len(text) and text[at] != mark:
        if mark != "'" and text[at] == "\\":
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


def _closing(text: str, at: int, mark: str) -> int:
    end = text.find(mark, at)
    if end < 0:
        raise IncompleteError(f'missing "{mark}"')
    return end
