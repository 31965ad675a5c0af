"""Whether `kubectl get` answers with one object or with a list, and whether a template fits that.

A list has its objects in ``.items``; one object asked for by its name has no such field (tried: jsonpath then prints
nothing, go-template "<no value>").
"""

from __future__ import annotations

from kx.explain.subject import Subject

_ONE_HAS_NO_ITEMS = "but one object asked for by its name is no list, and has no .items"
_LIST_HAS_ITEMS = "but this asks for a list, whose objects are in .items; the list itself has no such field"


def gives_list(subject: Subject) -> bool | None:
    """True for a list, False for one object, None where the line does not tell."""
    if subject.path != ("get",) or subject.files or subject.fed or not subject.targets:
        return None
    if any(subject.on(name) for name in ("watch", "watch-only")) or subject.given("raw"):
        return None
    return len(subject.targets) > 1 or len(subject.targets[0].names) != 1


def mismatch(subject: Subject) -> str:
    """Why the template of -o looks for what is not there; "" where it fits, or where that cannot be told."""
    from kx.explain.values import output  # most lines have no template

    listed, template = gives_list(subject), subject.invocation.value("output") or ""
    if listed is None or "=" not in template:
        return ""
    wants = output.asks_items(template)
    if wants is None or wants == listed:
        return ""
    return _ONE_HAS_NO_ITEMS if wants else _LIST_HAS_ITEMS
