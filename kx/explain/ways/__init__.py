"""Ways back that are sharper than the command's text: the line, or what is known, tells more than "put it back"."""

from __future__ import annotations

from importlib import import_module

from kx.explain.explanation import Undo
from kx.explain.subject import Subject

# The first word of a command -> the module with its ways back, imported when such a line is first explained.
_MODULES = {
    "annotate": "changing",
    "autoscale": "making",
    "config": "configuring",
    "cordon": "nodes",
    "create": "making",
    "debug": "making",
    "delete": "deleting",
    "drain": "nodes",
    "edit": "changing",
    "expose": "making",
    "label": "changing",
    "replace": "deleting",
    "run": "making",
    "scale": "changing",
    "set": "changing",
    "taint": "nodes",
    "uncordon": "nodes",
}


def sharper(subject: Subject) -> Undo | None:
    """The way back as far as the line tells it, or None where the command's text says all."""
    name = _MODULES.get(subject.path[0] if subject.path else "")
    if name is None:
        return None
    found: Undo | None = import_module(f"kx.explain.ways.{name}").way(subject)
    return found
