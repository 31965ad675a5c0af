"""Cut a line into shell words with spans, as a POSIX shell (and bash where they differ) would.

Pure text: reads no environment, expands nothing, knows nothing of kubectl, and never raises on any input.
Every character that is not white space is in exactly one word, so joining the words with the text between them gives
the line again. How the shell's own signs are tagged:

- ``operator``: ``|  |&  &&  ||  ;  &  (  )`` and a newline that separates two commands;
- ``redirect``: the sign (``>``, ``2>``, ``<<``) and, as a word of its own, its target; ``2>&1`` is one word;
- ``heredoc``: a here-document's body with its closing line, its value the body alone;
- ``comment``: ``# …``, and a backslash-newline where a word could begin.
"""

from __future__ import annotations

import re
from functools import lru_cache

from kx.kubectl.invocation import Line, Segment, Word, WordKind
from kx.kubectl.quoting import Scanned, scan_word

_BLANKS = re.compile(r"(?:[ \t])+")
_OPERATOR = re.compile(r"&&|\|\||\|&|;;&|;;|;&|[;|&()]")
_REDIRECT = re.compile(r"(?:\d+|\{[A-Za-z_]\w*\})?(?:<<<|<<-|<<|<>|<&|<(?!\()|>>|>&|>\||>(?!\())|&>>|&>")
_DESCRIPTOR = re.compile(r"(?:\d+-?|-)(?=[\s;&|<>()]|$)")
_CONTINUATION = re.compile(r"(?:\\\n)+")
_COMMENT = re.compile(r"#[^\n]*")
_WANTS_MORE = frozenset({"&&", "||", "|", "|&"})


class _Splitter:
    """Collects words and segments in one walk over the text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0
        self.words: list[Word] = []
        self.segments: list[Segment] = []
        self.current: list[int] = []  # plain words of the segment being read
        self.heredocs: list[tuple[str, bool, bool]] = []  # delimiter, strip tabs, quoted: bodies still to come
        self.awaits_target = ""  # the redirect sign whose target comes next
        self.newline: int | None = None  # a newline that ended a command, if nothing has followed it yet
        self.depth = 0  # open parentheses

    def add(self, end: int, kind: WordKind, scanned: Scanned | None = None) -> None:
        start, self.position = self.position, end
        text = self.text[start:end]
        if scanned is None:
            self.words.append(Word(start=start, end=end, text=text, value=text, kind=kind))
            return
        self.words.append(
            Word(
                start=start,
                end=end,
                text=text,
                value=scanned.value,
                kind=kind,
                quoted=scanned.quoted,
                expands=scanned.expands,
                unfinished=scanned.unfinished,
            )
        )

    def end_segment(self, ended_by: str) -> None:
        if self.current:
            self.segments.append(Segment(tuple(self.current), ended_by))
            self.current = []

    def command_goes_on(self) -> None:
        """Something follows an earlier newline: only now is that newline a separator, and a word."""
        if self.newline is None:
            return
        here, self.position = self.position, self.newline
        self.add(self.newline + 1, "operator")
        self.position, self.newline = here, None

    def step(self) -> None:
        text, here = self.text, self.position
        if blanks := _BLANKS.match(text, here):
            self.position = blanks.end()
        elif text[here] == "\n":
            self.line_break()
        elif continuation := _CONTINUATION.match(text, here):
            self.add(continuation.end(), "comment")
            self.words[-1] = _with_value(self.words[-1], "")
        elif comment := _COMMENT.match(text, here):
            self.add(comment.end(), "comment")
        else:
            self.command_goes_on()
            if redirect := _REDIRECT.match(text, here):
                self.redirect(redirect.end())
            elif operator := _OPERATOR.match(text, here):
                self.operator(operator)
            else:
                self.word()

    def line_break(self) -> None:
        here = self.position
        self.awaits_target = ""
        if self.current:
            self.end_segment("\n")
            self.newline = here
        self.position = here + 1
        while self.heredocs and self.position < len(self.text):
            self.heredoc(*self.heredocs.pop(0))
            if self.text.startswith("\n", self.position):
                self.position += 1

    def heredoc(self, delimiter: str, strip_tabs: bool, quoted: bool) -> None:
        start = line_start = self.position
        while line_start < len(self.text):
            line_end = self.text.find("\n", line_start)
            line_end = len(self.text) if line_end < 0 else line_end
            line = self.text[line_start:line_end]
            if (line.lstrip("\t") if strip_tabs else line) == delimiter:
                break
            line_start = line_end + 1
        closed = line_start < len(self.text)
        body = self.text[start : min(line_start, len(self.text))]
        end = line_end if closed else len(self.text)
        expands = not quoted and ("$" in body or "`" in body)
        value = "\n".join(part.lstrip("\t") for part in body.split("\n")) if strip_tabs else body
        if end > start:
            self.add(end, "heredoc", Scanned(end, value, quoted, expands, not closed))
        elif not closed:
            self.heredocs.append((delimiter, strip_tabs, quoted))

    def redirect(self, end: int) -> None:
        sign = self.text[self.position : end].lstrip("0123456789")
        if sign in (">&", "<&") and (descriptor := _DESCRIPTOR.match(self.text, end)):
            self.add(descriptor.end(), "redirect")
            self.awaits_target = ""
            return
        self.add(end, "redirect")
        self.awaits_target = sign

    def operator(self, operator: re.Match[str]) -> None:
        sign = operator.group()
        self.depth = max(0, self.depth + (sign == "(") - (sign == ")"))
        self.awaits_target = ""
        self.end_segment(sign)
        self.add(operator.end(), "operator")

    def word(self) -> None:
        scanned = scan_word(self.text, self.position)
        if self.awaits_target:
            if self.awaits_target in ("<<", "<<-"):
                self.heredocs.append((scanned.value, self.awaits_target == "<<-", scanned.quoted))
            self.awaits_target = ""
            self.add(scanned.end, "redirect", scanned)
            return
        self.current.append(len(self.words))
        self.add(scanned.end, "word", scanned)

    def line(self) -> Line:
        while self.position < len(self.text):
            self.step()
        open_end = bool(self.heredocs or self.awaits_target or self.depth)
        self.end_segment("")
        last = next((word for word in reversed(self.words) if word.kind != "comment"), None)
        dangling = last is not None and last.kind == "operator" and last.text in _WANTS_MORE
        words, segments = _in_order(self.words, self.segments)
        return Line(
            text=self.text,
            words=words,
            segments=segments,
            unfinished=open_end or dangling or any(word.unfinished for word in words) or _goes_on(self.text, words),
        )


@lru_cache(maxsize=4)  # at every key, the prompt's lexer, completer, toolbar and Enter ask for the same text
def split(text: str) -> Line:
    """Cut ``text`` into words and simple commands. Unfinished text gives words marked unfinished, never an error."""
    return _Splitter(text).line()


def _with_value(word: Word, value: str) -> Word:
    return Word(start=word.start, end=word.end, text=word.text, value=value, kind=word.kind)


def _goes_on(text: str, words: tuple[Word, ...]) -> bool:
    """Whether the last thing typed is a backslash and a newline, outside comments and quotes."""
    last = words[-1] if words else None
    return last is not None and last.end == len(text) and _CONTINUATION.search(last.text[-2:]) is not None


def _in_order(words: list[Word], segments: list[Segment]) -> tuple[tuple[Word, ...], tuple[Segment, ...]]:
    """Words by position: a newline is known to be a separator only after the here-document that follows it."""
    order = sorted(range(len(words)), key=lambda index: words[index].start)
    place = {old: new for new, old in enumerate(order)}
    ordered = tuple(words[index] for index in order)
    return ordered, tuple(Segment(tuple(place[index] for index in part.words), part.ended_by) for part in segments)
