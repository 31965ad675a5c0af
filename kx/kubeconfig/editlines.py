"""Where to change a kubeconfig of kubectl's own shape. Needs no YAML parser, so it is fast in the largest files."""

from __future__ import annotations

import re
from collections.abc import Callable

from kx.kubeconfig.quote import rewritten, written
from kx.kubeconfig.scan import Places, Scanned, current_line, entry, entry_says, scan
from kx.kubeconfig.splice import CannotEditError, Change, Splice, splice
from kx.records import replace


def find(text: str, scanned: Scanned, places: Places, change: Change) -> tuple[Splice, ...]:
    """The pieces of ``text``, which was surveyed, that make the change; none if it is so already, and proved.

    Raises ``CannotEditError``.
    """
    if _is_so(scanned, change):
        return ()
    pieces = _FIND[change.kind](text, places, change)
    changed = splice(text, *pieces)
    proof = _PROOFS.get(change.kind)
    if proof(text, changed, places, scanned, change) if proof else scan(changed) == _expected(scanned, change):
        return pieces
    from kx.kubeconfig import edittree  # late: only for values that the quick reader does not read back

    return edittree.find(text, change)


def _is_so(scanned: Scanned, change: Change) -> bool:
    """Whether there is nothing to do. Raises ``CannotEditError`` for a change to what is not there."""
    if change.kind == "current":
        return scanned.current_context == change.value
    entries = scanned.sections.get(change.section, {})
    for name in change.names:
        if name not in entries:
            raise CannotEditError(f'"{name}" is not in {change.section}')
    if change.kind == "rename" and change.value in entries:
        raise CannotEditError(f'"{change.value}" is in {change.section} already')
    return change.kind == "namespace" and entries[change.name].get("namespace", "") == change.value


def _current(text: str, places: Places, change: Change) -> tuple[Splice, ...]:
    at = places.keys.get("current-context")
    if at is not None:
        start = at + len("current-context: ")
        return (Splice(start, text.index("\n", at), rewritten(text[start], change.value)),)
    line = f"current-context: {written(change.value)}\n"
    before = next((at for key, at in places.keys.items() if key > "current-context"), len(text))  # kubectl sorts
    return (Splice(before, before, line),)


def _namespace(text: str, places: Places, change: Change) -> tuple[Splice, ...]:
    match = _match(text, places, change, change.name)
    if match["namespace"] is not None:
        start, end = match.span("namespace")
        if change.value:
            return (Splice(start, end, rewritten(text[start], change.value)),)
        return (Splice(_line_start(text, start), end + 1),)
    if match["user"] is not None:
        before = beside = _line_start(text, match.start("user"))
    else:  # without a cluster too, this place is wrong, and the proof will say so
        before, beside = match.end("cluster") + 1, _line_start(text, match.start("cluster"))
    end = beside
    while text[end] == " ":
        end += 1
    return (Splice(before, before, f"{text[beside:end]}namespace: {written(change.value)}\n"),)


def _line_start(text: str, at: int) -> int:
    return text.rfind("\n", 0, at) + 1


def _rename(text: str, places: Places, change: Change) -> tuple[Splice, ...]:
    start, end = _match(text, places, change, change.name).span("name")
    return (Splice(start, end, rewritten(text[start], change.value)),)


def _delete(text: str, places: Places, change: Change) -> tuple[Splice, ...]:
    matches = [_match(text, places, change, name) for name in change.names]
    gone = tuple(Splice(match.start(), match.end()) for match in matches)
    if len(places.entries[change.section]) > len(gone):
        return gone
    end = text.index("\n", places.keys[change.section])
    return (Splice(end, end, " []"), *gone)


def _match(text: str, places: Places, change: Change, name: str) -> re.Match[str]:
    match = entry(text, change.section, places.entries[change.section][name])
    assert match is not None  # the scan has seen it there
    return match


_FIND: dict[str, Callable[[str, Places, Change], tuple[Splice, ...]]] = {
    "current": _current,
    "namespace": _namespace,
    "rename": _rename,
    "delete": _delete,
}


def _proves_current(text: str, changed: str, places: Places, scanned: Scanned, change: Change) -> bool:
    """The rest of the file is as it was, and was proved: it is enough to read the line that changed."""
    at = places.keys.get("current-context")
    if at is None:
        at = next((start for key, start in places.keys.items() if key > "current-context"), len(text))
    return current_line(changed, at) == (change.value, _end(text, changed, places, at))


def _end(text: str, changed: str, places: Places, at: int) -> int:
    """Where the line must end, so that all behind it is as it was."""
    old = text.index("\n", at) + 1 if places.keys.get("current-context") == at else at
    return len(changed) - (len(text) - old)


def _proves_entry(text: str, changed: str, places: Places, scanned: Scanned, change: Change) -> bool:
    """The same for an entry: it says what it should, and what follows it begins where it should."""
    at = places.entries[change.section][change.name]
    name = change.value if change.kind == "rename" else change.name
    fields = _expected(scanned, change).sections[change.section][name]
    end = _match(text, places, change, change.name).end() + len(changed) - len(text)
    return entry_says(changed, change.section, at) == (name, fields, end)


Proof = Callable[[str, str, Places, Scanned, Change], bool]
# Changes that a look at one place proves; all others are proved by reading everything again.
_PROOFS: dict[str, Proof] = {"current": _proves_current, "namespace": _proves_entry, "rename": _proves_entry}


def _expected(scanned: Scanned, change: Change) -> Scanned:
    """What must be read after the change, and nothing else."""
    if change.kind == "current":
        return replace(scanned, current_context=change.value)
    entries = dict(scanned.sections[change.section])
    gone = {name: entries.pop(name) for name in change.names}
    if change.kind == "rename":
        entries[change.value] = gone[change.name]
    elif change.kind == "namespace":
        others = {key: value for key, value in gone[change.name].items() if key != "namespace"}
        entries[change.name] = others | ({"namespace": change.value} if change.value else {})
    sections = {key: value for key, value in scanned.sections.items() if key != change.section}
    return replace(scanned, sections=sections | ({change.section: entries} if entries else {}))
