"""Read one shell word: where it ends, and what it says once quotes and escapes are gone.

Knows POSIX quoting and bash's ``$'…'``; expands nothing: ``$VAR``, ``$(…)``, globs and ``~`` stay as typed and are
only reported. Never raises, whatever the text, and never recurses, however deep the nesting.
"""

from __future__ import annotations

import re

from kx.records import dataclass

WORD_ENDS = frozenset(" \t\n;&|<>()")

_NAME_OR_SPECIAL = re.compile(r"[A-Za-z_][A-Za-z0-9_]*|[0-9*@#?$!-]")
_BRACE_LIST = re.compile(r"\{[^{}\s]*(?:,|\.\.)[^{}\s]*\}")
_GLOB_SET = re.compile(r"\[[^\]\s]+\]")
_ANSI_ESCAPE = re.compile(r"\\(?:x[0-9A-Fa-f]{1,2}|u[0-9A-Fa-f]{1,4}|U[0-9A-Fa-f]{1,8}|[0-7]{1,3}|c.|.)", re.DOTALL)
_ANSI_LETTERS = {"a": "\a", "b": "\b", "e": "\x1b", "E": "\x1b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_DOUBLE_QUOTE_ESCAPES = frozenset('$`"\\\n')


@dataclass(frozen=True)
class Scanned:
    """A word read from a text, as far as ``end``."""

    end: int
    value: str
    quoted: bool
    expands: bool
    unfinished: bool


class _Reader:
    """Collects one word's value while its position moves through the text."""

    def __init__(self, text: str, start: int) -> None:
        self.text = text
        self.position = start
        self.start = start
        self.value: list[str] = []
        self.bare: list[str] = []  # the value with quoted parts blanked out: only here do globs and braces count
        self.quoted = False
        self.expands = False
        self.unfinished = False

    def take(self, count: int, *, quoted: bool) -> None:
        piece = self.text[self.position : self.position + count]
        self.add(piece, quoted=quoted)
        self.position += count

    def add(self, piece: str, *, quoted: bool) -> None:
        self.value.append(piece)
        self.bare.append("\0" * len(piece) if quoted else piece)

    def expansion(self, *, in_quotes: bool) -> bool:
        """Take ``$NAME``, ``${…}``, ``$(…)`` or a backtick substitution if one stands here."""
        text, here = self.text, self.position
        following = text[here + 1 : here + 2]
        if text[here] == "`" or (text[here] == "$" and following in ("(", "{")):
            end, closed = skip_nested(text, here, in_quotes=in_quotes)
        elif text[here] == "$" and (name := _NAME_OR_SPECIAL.match(text, here + 1)):
            end, closed = name.end(), True
        else:
            return False
        self.expands = True
        self.unfinished = self.unfinished or not closed
        self.take(end - here, quoted=True)
        return True

    def single_quotes(self) -> None:
        close = self.text.find("'", self.position + 1)
        end = close if close >= 0 else len(self.text)
        self.add(self.text[self.position + 1 : end], quoted=True)
        self.finish_quote(end, closed=close >= 0)

    def ansi_quotes(self) -> None:
        """``$'…'``: backslash escapes as in C."""
        inside = self.position + 2
        end = inside
        while end < len(self.text) and self.text[end] != "'":
            end += 2 if self.text[end] == "\\" else 1
        closed = end < len(self.text)
        end = min(end, len(self.text))
        self.add(_ANSI_ESCAPE.sub(_ansi_character, self.text[inside:end]), quoted=True)
        self.finish_quote(end, closed=closed)

    def double_quotes(self) -> None:
        text = self.text
        self.position += 1
        while self.position < len(text) and text[self.position] != '"':
            char = text[self.position]
            if char == "\\" and text[self.position + 1 : self.position + 2] in _DOUBLE_QUOTE_ESCAPES:
                escaped = text[self.position + 1]
                self.add("" if escaped == "\n" else escaped, quoted=True)
                self.position += 2
            elif char not in "$`" or not self.expansion(in_quotes=True):
                self.take(1, quoted=True)
        self.finish_quote(self.position, closed=self.position < len(text))

    def finish_quote(self, end: int, *, closed: bool) -> None:
        self.quoted = True
        self.unfinished = self.unfinished or not closed
        self.position = min(end + 1, len(self.text))

    def backslash(self) -> None:
        following = self.text[self.position + 1 : self.position + 2]
        if following == "":
            self.unfinished = True
            self.position += 1
            return
        if following != "\n":
            self.quoted = True
            self.add(following, quoted=True)
        self.position += 2

    def step(self) -> bool:
        """Take what stands here; False at the end of the word."""
        text, here = self.text, self.position
        char = text[here]
        if char in "<>" and here == self.start and text[here + 1 : here + 2] == "(":
            end, closed = skip_nested(text, here)
            self.expands = True
            self.unfinished = self.unfinished or not closed
            self.take(end - here, quoted=True)
        elif char in WORD_ENDS:
            return False
        elif char == "'":
            self.single_quotes()
        elif char == '"' or text.startswith('$"', here):
            self.position += char == "$"
            self.double_quotes()
        elif text.startswith("$'", here):
            self.ansi_quotes()
        elif char == "\\":
            self.backslash()
        elif char not in "$`" or not self.expansion(in_quotes=False):
            self.take(1, quoted=False)
        return True


def scan_word(text: str, start: int) -> Scanned:
    """The shell word that begins at ``start``, which must not be a blank or an operator."""
    reader = _Reader(text, start)
    while reader.position < len(text) and reader.step():
        pass
    bare = "".join(reader.bare)
    return Scanned(
        end=reader.position,
        value="".join(reader.value),
        quoted=reader.quoted,
        expands=reader.expands or _has_pattern(bare),
        unfinished=reader.unfinished,
    )


def skip_nested(text: str, start: int, *, in_quotes: bool = False) -> tuple[int, bool]:
    """The end of the substitution that begins at ``start``, and whether it is closed.

    A stack of the closing characters that are waited for, so that depth costs memory, not recursion.
    """
    opener = 1 if text[start] == "`" else 2
    waiting = [")" if text[start + 1 : start + 2] == "(" and opener == 2 else "}" if opener == 2 else "`"]
    quotes = [in_quotes]  # is this level inside double quotes, where an apostrophe is a letter?
    position = start + opener
    while position < len(text) and waiting:
        char, closer = text[position], waiting[-1]
        following = text[position + 1 : position + 2]
        if closer != "'" and char == "\\":
            position += 2
            continue
        if char == closer:
            waiting.pop()
            quotes.pop()
        elif closer not in ("'", "`"):
            opened = _opens(char, following, closer, literal_apostrophe=quotes[-1] and closer == "}")
            if opened:
                waiting.append(opened)
                quotes.append(opened == '"' or (closer == '"' and opened == "}"))
                position += char == "$"
        position += 1
    return min(position, len(text)), not waiting


def _opens(char: str, following: str, closer: str, *, literal_apostrophe: bool) -> str:
    """The closing character a new level waits for, or "" when nothing opens here."""
    if char == "$" and following in ("(", "{"):
        return ")" if following == "(" else "}"
    if char == "`" or (char == '"' and closer != '"'):
        return char
    if closer == '"':
        return ""
    if char == "'" and not literal_apostrophe:
        return "'"
    return ")" if char == "(" and closer == ")" else ""


def _has_pattern(bare: str) -> bool:
    """Whether the unquoted part holds a glob, a brace list or a leading tilde."""
    return (
        "*" in bare
        or "?" in bare
        or bare.startswith("~")
        or ("[" in bare and _GLOB_SET.search(bare) is not None)
        or ("{" in bare and _BRACE_LIST.search(bare) is not None)
    )


def _ansi_character(match: re.Match[str]) -> str:
    escape = match.group()[1:]
    letter = escape[0]
    if letter in _ANSI_LETTERS:
        return _ANSI_LETTERS[letter]
    if letter in "xuU" and len(escape) > 1:
        code = int(escape[1:], 16)
        return chr(code) if code <= 0x10FFFF else match.group()
    if letter in "01234567":
        return chr(int(escape, 8) & 0xFF)
    if letter == "c" and len(escape) > 1:
        return chr(ord(escape[1]) & 0x1F)
    return escape if letter in "\\'\"?" else match.group()
