"""Traps of the whole line: what was pasted along with it, and what the shell keeps for itself.

Sees the words of the line and how strong its commands are; knows no command's own rules.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from kx.explain.explanation import Effect, Trap
from kx.explain.traps.fixes import spliced
from kx.kubectl.invocation import Invocation, Line, Segment, Word

_PROMPTS = frozenset({"$", "%", "❯", "➜"})
_KUBECTL = (["kubectl"], ["k"])
_BLANKS = re.compile("[\u00a0\u2002\u2003\u2007\u2009\u202f\u3000\u200b\ufeff]+")
_QUOTES = {"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'"}
_CURLY = re.compile(f"[{''.join(_QUOTES)}]")
_DRY_RUN = re.compile(r"--dry-run\b(?!=none|=false)")
_ASKS = re.compile(r"[\w.%-]+=\S*$")
_QUIET: tuple[Effect, ...] = ("read", "local")


def traps(line: Line, invocations: Sequence[Invocation], effect: Effect) -> Iterator[Trap]:
    """Traps of a line as it was typed; ``effect`` is the strongest of its kubectl commands."""
    if not line.text.isascii():
        yield from _characters(line)
    if any(word.kind == "comment" for word in line.words):
        yield from _comments(line, effect)
    if len(line.segments) > 1:
        yield from _cut_off(line, effect)
        yield from _cut_address(line)
    yield from _prompt(line, invocations)
    yield from _overwritten(line, invocations)


def _characters(line: Line) -> Iterator[Trap]:
    for word in line.words:
        if word.kind == "word" and _BLANKS.search(word.text) and not word.quoted:
            yield Trap(
                "pasted-space",
                "warn",
                word.start,
                word.end,
                "There is a special space in this word, as web pages have them: the shell does not see it as a space.",
                spliced(line.text, [(word.start, word.end, _BLANKS.sub(" ", word.text))]),
            )
    bare = [word for word in line.words if word.kind == "word" and not word.quoted and _CURLY.search(word.text)]
    if bare:
        yield Trap(
            "pasted-quotes",
            "warn",
            bare[0].start,
            bare[-1].end,
            "These are quotes for print, as slides and documents have them: the shell takes them for letters.",
            spliced(line.text, [(word.start, word.end, _straight(word.text)) for word in bare]),
        )


def _straight(text: str) -> str:
    return _CURLY.sub(lambda found: _QUOTES[found.group()], text)


def _comments(line: Line, effect: Effect) -> Iterator[Trap]:
    for word in line.words:
        if word.kind != "comment" or effect in _QUIET or not _DRY_RUN.search(word.text):
            continue
        yield Trap(
            "dry-run-in-comment",
            "stop",
            word.start,
            word.end,
            'Behind a "#" everything is a comment, --dry-run too: this line is really carried out.',
            spliced(line.text, [(word.start, word.end, word.text.lstrip("# "))]),
        )


def _cut_off(line: Line, effect: Effect) -> Iterator[Trap]:
    """`delete pod p; --dry-run=client`: the flag is a command of its own, which fails when all is done."""
    for before, segment in zip(line.segments, line.segments[1:], strict=False):
        first = line.words[segment.words[0]]
        if not first.value.startswith("--") or before.ended_by not in (";", "\n", "&"):
            continue
        dry = first.value.startswith("--dry-run") and effect not in _QUIET
        sign = "the line ends" if before.ended_by == "\n" else f'"{before.ended_by}" ends the command'
        yield Trap(
            "cut-off-flag",
            "stop" if dry else "warn",
            first.start,
            first.end,
            f"{first.value} does not reach kubectl: {sign} before it"
            + (", and what stands before it is really carried out." if dry else "."),
            spliced(line.text, [(_end(line, before), first.start, " ")]),
        )


def _end(line: Line, segment: Segment) -> int:
    """Where the words of a command end."""
    return line.words[segment.words[-1]].end


def _cut_address(line: Line) -> Iterator[Trap]:
    """An address with an "&" that is not quoted: the shell cuts the line there."""
    for before, segment in zip(line.segments, line.segments[1:], strict=False):
        last, first = line.words[before.words[-1]], line.words[segment.words[0]]
        close = first.start == last.end + 1 and before.ended_by == "&" and "?" in last.value
        if not close or not _ASKS.match(first.value):
            continue
        address = line.text[last.start : first.end]
        yield Trap(
            "cut-address",
            "warn",
            last.start,
            first.end,
            'The shell ends the command at the "&" and runs it in the background; quotes keep the address whole.',
            spliced(line.text, [(last.start, first.end, f"'{address}'")]),
        )


def _prompt(line: Line, invocations: Sequence[Invocation]) -> Iterator[Trap]:
    words = [word for word in line.words if word.kind in ("word", "redirect")][:3]
    values = [word.value for word in words]
    if values[:1] == ["PS"] and words[1:] and words[1].text.endswith(">"):
        command = 2
    elif values[:1] == [">"] or (values and values[0] in _PROMPTS):
        command = 1
    else:
        command = 0
    if command and values[command : command + 1] in _KUBECTL:
        yield _pasted_prompt(line, words[0], words[command])
    elif line.words and line.words[0].kind == "comment" and not invocations:
        yield from _commented_out(line, line.words[0])


def _pasted_prompt(line: Line, first: Word, command: Word) -> Trap:
    return Trap(
        "pasted-prompt",
        "warn",
        first.start,
        command.start,
        "This is the prompt of a shell and no part of the command.",
        spliced(line.text, [(first.start, command.start, "")]),
    )


def _commented_out(line: Line, comment: Word) -> Iterator[Trap]:
    inner = comment.text.lstrip("# ")
    if inner.split()[:1] in _KUBECTL:
        yield Trap(
            "pasted-prompt",
            "hint",
            comment.start,
            comment.end,
            'Behind a "#" everything is a comment: nothing is run.',
            spliced(line.text, [(comment.start, comment.end, inner)]),
        )


def _overwritten(line: Line, invocations: Sequence[Invocation]) -> Iterator[Trap]:
    """`kubectl … -f x.yaml > x.yaml`: the shell empties the file before kubectl reads it."""
    for sign, target in zip(line.words, line.words[1:], strict=False):
        if sign.kind != "redirect" or sign.text not in (">", "1>", "&>", ">|") or target.kind != "redirect":
            continue
        read = (value for each in invocations for value in each.values("filename"))
        if target.value in read:
            yield Trap(
                "overwrites-input",
                "stop",
                sign.start,
                target.end,
                f"The shell empties {target.value} before kubectl reads it: what is in the file is lost. "
                "Write to another file.",
            )
