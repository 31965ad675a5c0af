"""The sentences of a help page: kubectl's own words for its commands and flags, to be quoted while kx runs.

Pure text in, plain text out. They come from the user's own binary and are never part of the facts in this repository.
"""

from __future__ import annotations

import re

_OPTION = re.compile(r"^    (?:-\S, )?--([^=\s]+)=.*:$")
_COMMAND = re.compile(r"^  (\S+)\s{2,}(\S.*)$")
_SENTENCE = re.compile(r".*?[.;](?=\s+[A-Z]|$)")
_LONGEST = 200


def about(page: str) -> str:
    """What the page says first: the command in one sentence."""
    lines = page.strip().splitlines()
    paragraph = lines[: lines.index("")] if "" in lines else lines
    return first_sentence(" ".join(paragraph))


def flags(page: str) -> dict[str, str]:
    """The first sentence about each flag, by its long name."""
    lines = [*page.splitlines(), ""]
    rows = ((_OPTION.match(line), said) for line, said in zip(lines, lines[1:], strict=False))
    return {row[1]: first_sentence(said) for row, said in rows if row}


def commands(page: str) -> dict[str, str]:
    """The line about each command that the page lists."""
    rows = (_COMMAND.match(line) for line in page.splitlines())
    return {row[1]: first_sentence(row[2]) for row in rows if row}


def first_sentence(text: str) -> str:
    """The first sentence of ``text``, on one line, without anything a terminal would obey, and not too long."""
    line = "".join(letter for letter in " ".join(text.split()) if letter.isprintable())
    whole = _SENTENCE.match(line)
    sentence = (whole[0] if whole else line).rstrip(".;")
    return sentence if len(sentence) <= _LONGEST else sentence[: _LONGEST - 1].rstrip() + "…"
