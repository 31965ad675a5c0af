"""The glossary: what the words of Kubernetes mean, one file per topic in ``texts/shared/glossary``.

Reads the files when first asked, with the plain reader. Knows no command line and no cluster: which words are asked
for, and how an entry looks on paper, is said elsewhere.
"""

from __future__ import annotations

import os
from functools import cache
from typing import Any

from kx.kubectl.catalog import texts
from kx.kubectl.catalog.plainyaml import read
from kx.kubectl.catalog.resources import ResourceType, resource_types
from kx.records import dataclass

_FOLDER = os.path.join(os.path.dirname(__file__), "texts", "shared", "glossary")
_BAR = " | "


@dataclass(frozen=True)
class Entry:
    """One word of the glossary."""

    key: str  # what `see` of other entries calls it
    title: str
    short: str  # one sentence
    text: tuple[str, ...] = ()  # paragraphs
    aliases: tuple[str, ...] = ()
    see: tuple[str, ...] = ()  # keys of related entries
    example: str = ""  # a command that shows it


@cache
def entries() -> dict[str, Entry]:
    """Every entry by its key: first those that are written, then one for each other resource type."""
    written: dict[str, Entry] = {}
    for name in sorted(os.listdir(_FOLDER)):
        if name.endswith(".yaml"):
            written |= {key: _entry(key, row) for key, row in read(os.path.join(_FOLDER, name)).items()}
    taken = {squashed(word) for entry in written.values() for word in (entry.key, *entry.aliases)}
    typed = {kind.key: _type_entry(kind) for kind in resource_types() if squashed(kind.plural) not in taken}
    return written | typed


@cache
def names() -> dict[str, Entry]:
    """Entries by every word they answer to, squashed; an entry's own key goes before another one's alias."""
    found: dict[str, Entry] = {}
    for entry in entries().values():
        found.setdefault(squashed(entry.key), entry)
    for entry in entries().values():
        for word in (entry.title, *entry.aliases):
            found.setdefault(squashed(word), entry)
    return found


def squashed(words: str) -> str:
    """How words are compared: small letters and digits only, so that "self-healing" is "Self healing"."""
    return "".join(char for char in words.lower() if char.isalnum())


def _entry(key: str, row: dict[str, Any]) -> Entry:
    return Entry(
        key=key,
        title=row["title"],
        short=row["short"],
        text=tuple(row[part] for part in ("text", "more") if part in row),
        aliases=_listed(row.get("aliases", "")),
        see=_listed(row.get("see", "")),
        example=row.get("try", ""),
    )


def _listed(joined: str) -> tuple[str, ...]:
    return tuple(joined.split(_BAR)) if joined else ()


def _type_entry(kind: ResourceType) -> Entry:
    """The entry of a type that nobody wrote one for: what the table of types tells."""
    short = texts.resource(kind.key)
    group = f"the API group {kind.group}" if kind.group else "the core API group"
    place = "lives in a namespace" if kind.namespaced else "belongs to the whole cluster, to no namespace"
    return Entry(
        key=kind.key,
        title=kind.kind,
        short=f"{short[:1].upper()}{short[1:]}.",
        text=(f"A {kind.kind} {place}. It is a type of {group}, version {kind.version}.",),
        aliases=(kind.plural, kind.singular, *kind.short_names),
        see=("object",),
        example=f"kubectl explain {kind.plural}",
    )
