"""A word explained as an idea: ``kx explain pod``, ``help pv``. Finds the entry of the glossary and puts it on paper.

Pure: no line is parsed and nothing printed. Only a line that is no command comes here; callers see to that.
"""

from __future__ import annotations

import re
import textwrap
from typing import Any

from kx.kubectl.catalog import glossary, programs
from kx.kubectl.catalog.glossary import Entry
from kx.kubectl.catalog.model import Catalog
from kx.kubectl.suggest import distance
from kx.records import dataclass
from kx.term import paint, visible

_MOST_WORDS = 5  # the longest name of an entry, "endpoints vs endpointslices" and the like, with room
_LONGEST = 60  # characters
_LABEL = 7
_NARROWEST = 20
_MOST_NEAR = 3
_PLAIN = re.compile(r"[\w.][\w./-]*")


@dataclass(frozen=True)
class Concept:
    """What was asked for, and what the glossary has."""

    asked: str
    entry: Entry
    exact: bool  # False: nothing of that name, this one is the nearest


def find(asked: str) -> Concept | None:
    """The entry for these words, however they are written: "PV", "self healing", "persistent-volumes"."""
    words = asked.split()
    if not words or len(words) > _MOST_WORDS or len(asked) > _LONGEST:
        return None
    known = glossary.names()
    found = next((known[form] for form in _forms(glossary.squashed(asked)) if form in known), None)
    return Concept(asked=asked, entry=found, exact=True) if found else None


def nearest(asked: str) -> Concept | None:
    """As ``find``, or else the one entry whose name is a typing mistake away."""
    return find(asked) or next((Concept(asked=asked, entry=entry, exact=False) for entry in near(asked)), None)


def of_line(line: str, facts: Catalog) -> Concept | None:
    """The entry a whole line asks for: a few plain words, the first of which is no command and no program kx knows.

    A mistyped word finds the nearest entry only where it stands alone.
    """
    words = line.split()
    if not words or not all(_PLAIN.fullmatch(word) for word in words):
        return None
    if facts.command((words[0],)) is not None or programs.program(words[0]) is not None:
        return None
    return nearest(line) if len(words) == 1 else find(line)


def near(asked: str) -> tuple[Entry, ...]:
    """Entries whose names differ by a letter (two in a long word), the nearest first."""
    key = glossary.squashed(asked)
    if len(key) < 4 or len(asked) > _LONGEST:
        return ()
    most = 1 if len(key) < 7 else 2
    rows = (
        (distance(key, name), entry) for name, entry in glossary.names().items() if abs(len(name) - len(key)) <= most
    )
    ranked = sorted(((far, entry.key, entry) for far, entry in rows if far <= most), key=lambda row: row[:2])
    return tuple(dict.fromkeys(entry for _, _, entry in ranked))[:_MOST_NEAR]


def _forms(key: str) -> tuple[str, ...]:
    """The word itself, and as a singular."""
    singular = f"{key[:-3]}y" if key.endswith("ies") else key[:-2] if key.endswith("es") else ""
    return tuple(form for form in (key, key[:-1] if key.endswith("s") else "", singular) if form)


def text(concept: Concept, width: int, colour: bool) -> str:
    """The entry for a terminal, without a final newline; wrapped to ``width`` columns."""
    entry = concept.entry
    blocks = [_wrapped(_no_entry(concept), width)] if not concept.exact else []
    blocks += [f"  {paint(entry.title, 'bold', colour)}\n{_wrapped(entry.short, width)}"]
    blocks += [_wrapped(paragraph, width) for paragraph in entry.text]
    rows = [_labelled("see", ", ".join(_titles(entry)), width, colour)] if entry.see else []
    rows += [f"  {paint('try'.ljust(_LABEL), 'dim', colour)}{entry.example}"] if entry.example else []
    return "\n\n".join([*blocks, *(["\n".join(rows)] if rows else [])])


def markdown(concept: Concept) -> str:
    """The entry as Markdown, without a final newline."""
    entry = concept.entry
    parts = [f"*{_no_entry(concept)}*"] if not concept.exact else []
    parts += [f"## {_plain(entry.title)}", f"**{_plain(entry.short)}**", *map(_plain, entry.text)]
    parts += [f"See: {', '.join(map(_plain, _titles(entry)))}"] if entry.see else []
    parts += [f"```sh\n{entry.example}\n```"] if entry.example else []
    return "\n\n".join(parts)


def as_dict(concept: Concept) -> dict[str, Any]:
    """The entry as the field ``concept`` of a line's JSON; stable as the rest of it: fields are only added."""
    entry = concept.entry
    return {
        "word": concept.asked,
        "exact": concept.exact,
        "key": entry.key,
        "title": entry.title,
        "short": entry.short,
        "text": list(entry.text),
        "aliases": list(entry.aliases),
        "see": list(entry.see),
        "try": entry.example,
    }


def _no_entry(concept: Concept) -> str:
    return f'Nothing is called "{visible(concept.asked)}"; the nearest is:'


def _titles(entry: Entry) -> list[str]:
    known = glossary.entries()
    return [known[key].title for key in entry.see]


def _plain(text: str) -> str:
    """What Markdown would take for its own signs is told to stay a sign."""
    return "".join(f"\\{char}" if char in "\\`*_{}[]<>#|~" else char for char in text)


def _wrapped(paragraph: str, width: int, first: str = "  ", hang: str = "  ") -> str:
    return textwrap.fill(
        paragraph,
        max(width, _NARROWEST),
        initial_indent=first,
        subsequent_indent=hang,
        break_on_hyphens=False,
        break_long_words=False,
    )


def _labelled(label: str, words: str, width: int, colour: bool) -> str:
    hang = " " * (2 + _LABEL)
    lines = _wrapped(words, width, hang, hang)
    return f"  {paint(label.ljust(_LABEL), 'dim', colour)}{lines[len(hang) :]}"
