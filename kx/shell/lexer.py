"""Colours for the line being typed, from the same invocation that is explained and run."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from prompt_toolkit.document import Document
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.lexers import Lexer

from kx.kubectl.invocation import Invocation, Line
from kx.kubectl.parse import parse
from kx.kubectl.words import split
from kx.shell.builtins import builtin_of
from kx.shell.plan import leaves_kubectl_out
from kx.shell.session import Session

Span = tuple[int, int, str]  # start, end, style class


class LineLexer(Lexer):
    """Styles each word by its role."""

    def __init__(self, session: Session, is_program: Callable[[str], bool]) -> None:
        self._session = session
        self._is_program = is_program

    def lex_document(self, document: Document) -> Callable[[int], StyleAndTextTuples]:
        """The styled fragments of every line of the document."""
        found = _by_lines(document.text, self._spans(document.text))
        return lambda number: found[number] if number < len(found) else []

    def _spans(self, text: str) -> list[Span]:
        own = builtin_of(text)
        if own:
            start = len(text) - len(text.lstrip())
            return [(start, start + len(own.name), "class:word.builtin")]
        line = split(text)
        implied = leaves_kubectl_out(line, self._session.catalog, self._is_program)
        return spans(line, parse(line, self._session.catalog, implied=implied))


def spans(line: Line, invocations: tuple[Invocation, ...]) -> list[Span]:
    """The styled stretches of a line, in order, without overlaps."""
    roles = {index: role for invocation in invocations for index, role in invocation.roles}
    wrong = {problem.word for invocation in invocations for problem in invocation.problems}
    values = {
        use.word: use.value_span
        for invocation in invocations
        for use in invocation.flags
        if use.value_span and use.value_word is None
    }
    found: list[Span] = []
    for index, word in enumerate(line.words):
        style = f"class:word.{roles.get(index, word.kind)}"
        if index in wrong and not word.unfinished:
            style = "class:word.wrong"
        inner = values.get(index)
        if inner and word.start < inner[0] < word.end:
            found += [(word.start, inner[0], style), (inner[0], word.end, "class:word.flag-value")]
        else:
            found.append((word.start, word.end, style))
    return found


@lru_cache(maxsize=8)
def _lines(text: str) -> tuple[str, ...]:
    return tuple(text.split("\n"))


def _by_lines(text: str, found: list[Span]) -> list[StyleAndTextTuples]:
    """Cut spans at line ends, and fill what no span covers."""
    result: list[StyleAndTextTuples] = []
    offset = 0
    for content in _lines(text):
        end = offset + len(content)
        fragments: StyleAndTextTuples = []
        at = offset
        for start, stop, style in found:
            left, right = max(start, at), min(stop, end)
            if left >= right:
                continue
            if left > at:
                fragments.append(("", text[at:left]))
            fragments.append((style, text[left:right]))
            at = right
        if at < end:
            fragments.append(("", text[at:end]))
        result.append(fragments)
        offset = end + 1
    return result
