"""Words of an explanation put together as people read them: ``kubectl scale``, ``-c net-utils``, ``sleep infinite``."""

from __future__ import annotations

from collections.abc import Iterator

from kx.explain.explanation import Explanation, Note

# A word with the second role joins the row of a word with the first.
_JOINS = {("program", "command"), ("command", "command"), ("flag", "flag-value")}


def rows(explanation: Explanation) -> Iterator[tuple[str, str]]:
    """Pairs of what was typed and what it means; line breaks inside a word become spaces."""
    group: list[Note] = []
    for note in explanation.words:
        if group and not _belongs(group[-1], note):
            yield _row(group)
            group = []
        group.append(note)
    if group:
        yield _row(group)


def _belongs(last: Note, note: Note) -> bool:
    if (last.role, note.role) in _JOINS:
        return True
    if last.role == note.role == "container-command":
        return True
    # `> file` is one thing to a reader.
    return last.role == note.role == "shell" and note.title == "file"


def _row(group: list[Note]) -> tuple[str, str]:
    typed = " ".join(" ".join(note.text.split()) if note.title == "text" else note.text for note in group)
    lead = group[0]
    if lead.role == "command" and lead.title.startswith("kubectl "):
        typed = f"kubectl {typed}"  # left out in the kx shell
    if lead.role in ("program", "command"):
        return typed, group[-1].note
    if lead.role == "flag" and len(group) > 1:
        return typed, group[-1].note
    return typed, lead.note
