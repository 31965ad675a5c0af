"""Change a kubeconfig's text in one place and leave every other character as it is: text in, text out, no files.

Two finders know where things stand: `editlines` in files of kubectl's own shape, `edittree` in all other YAML and in
JSON. Neither is trusted: the changed text is read again, and unless it says exactly what it said before but for the
change, ``CannotEditError`` is raised and nothing is lost.
"""

from __future__ import annotations

from collections.abc import Collection

from kx.kubeconfig import editlines
from kx.kubeconfig.scan import survey
from kx.kubeconfig.splice import CannotEditError, Change, Splice, splice

__all__ = ["CannotEditError", "Change", "Splice", "apply", "current", "delete", "find", "insert", "namespace", "rename"]

_MARK = "\ufeff"  # a byte order mark


def current(name: str) -> Change:
    """Make ``name`` the current-context; an empty one unsets it."""
    return Change(kind="current", value=name)


def namespace(context: str, name: str) -> Change:
    """Make ``name`` the namespace of a context that is there; an empty one takes it away."""
    return Change(kind="namespace", names=(context,), value=name)


def rename(old: str, new: str) -> Change:
    """Name the context ``old``, which is there, ``new``, which is not. The current-context is left alone."""
    return Change(kind="rename", names=(old,), value=new)


def delete(section: str, names: Collection[str]) -> Change:
    """Take entries, which are there, out of ``contexts``, ``clusters`` or ``users``."""
    return Change(kind="delete", section=section, names=tuple(dict.fromkeys(names)))


def insert(section: str, name: str, lines: str, brackets: str) -> Change:
    """Put an entry, which is not there, at the end of a section; as the ``lines`` it had, or else in ``brackets``."""
    return Change(kind="insert", section=section, names=(name,), value=brackets, lines=lines)


def apply(text: str, *changes: Change) -> str:
    """``text`` with the changes made, one after the other. Raises ``CannotEditError``."""
    for change in changes:
        text = splice(text, *find(text, change))
    return text


def find(text: str, change: Change) -> tuple[Splice, ...]:
    """The pieces of ``text`` that make a change, proved by reading what they make of it; none if it is so already."""
    if text.startswith(_MARK):
        pieces = find(text[1:], change)
        return tuple(Splice(piece.start + 1, piece.end + 1, piece.text) for piece in pieces)
    surveyed = survey(text) if change.kind != "insert" else None
    if surveyed is not None:
        return editlines.find(text, *surveyed, change)
    from kx.kubeconfig import edittree  # late: needs the YAML parser, which files of kubectl's own shape do not

    return edittree.find(text, change)
