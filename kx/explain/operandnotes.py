"""Notes on operands: which kind, which object, which setting."""

from __future__ import annotations

from kx.explain import kinds
from kx.explain.flagnotes import is_open
from kx.explain.subject import Subject
from kx.explain.values import table
from kx.explain.values.piece import Meaning
from kx.kubectl.catalog import texts

_NAMES_A_TYPE = frozenset({"type", "types", "category", "type-name", "pod", "field"})
_TITLES = {
    "type": "kind",
    "types": "kinds",
    "category": "group of kinds",
    "unknown-type": "kind",
    "type-name": "kind and name",
    "new-name": "new name",
    "names": "name",
    "pod": "pod",
    "node": "node",
    "pair": "setting",
    "removal": "removal",
    "extra": "extra word",
}


def title(role: str) -> str:
    """A short name for an operand's role."""
    return _TITLES.get(role, role)


def note(subject: Subject, index: int, role: str) -> tuple[str, Meaning]:
    """What one operand means, as a whole and piece by piece."""
    word = subject.word(index)
    kind = _kind(subject, index, role)
    meaning = table.operand(subject.path, kind, word.value, subject.types) or _NOTHING
    if meaning.refused and is_open(word):
        meaning = _NOTHING
    if word.value.startswith("$") and is_open(word) and role in ("unknown-type", "type-name"):
        return "what it names, the line does not tell", meaning
    if kind == "object":
        return texts.operand((), "name"), meaning
    special = _SPECIAL.get(role)
    return meaning.gist or (special(subject, word.value) if special else texts.operand(subject.path, role)), meaning


_NOTHING = Meaning()


def comes_from_cluster(subject: Subject, index: int, role: str) -> bool:
    """Whether what the note says of a kind is what the cluster told, and not Kubernetes' own."""
    if role not in _NAMES_A_TYPE:
        return False
    typed = subject.word(index).value.partition("." if role == "field" else "/")[0]
    found = [target.type for target in subject.targets if target.word == index]
    found += [] if found else [subject.types.find(typed)]
    return any(kind is not None and not kind.built_in for kind in found)


def _kind(subject: Subject, index: int, role: str) -> str:
    """What an operand is, where its place says more than its role: `auth can-i VERB RESOURCE NAME`."""
    if subject.path != ("auth", "can-i") or role != "argument":
        return role
    place = subject.invocation.operands.index(index)
    return ("verb", "resource", "object")[min(place, 2)]


def _type(subject: Subject, value: str) -> str:
    kind = subject.types.find(value)
    return texts.operand((), "type") + kinds.about(kind) if kind else texts.operand((), "unknown-type")


def _types(subject: Subject, value: str) -> str:
    found = [(part, subject.types.find(part)) for part in value.split(",") if part]
    return texts.operand((), "types") + ", ".join(kind.kind if kind else part for part, kind in found)


def _category(subject: Subject, value: str) -> str:
    members = ", ".join(member.plural for member in subject.types.category(value))
    return f"{texts.operand((), 'category')}: {members}"


def _type_name(subject: Subject, value: str) -> str:
    typed, _, name = value.partition("/")
    if not typed or not name or "/" in name:
        return texts.operand((), "type-name")
    kind = subject.types.find(typed)
    return f"the {kind.kind} called {name}" if kind else f"the object called {name}, of the kind {typed}"


def _field(subject: Subject, value: str) -> str:
    if subject.path != ("explain",):
        return texts.operand(subject.path, "field")
    typed, *fields = value.split(".")
    kind = subject.types.find(typed)
    if kind is None:
        return texts.operand(subject.path, "field")
    if not fields:
        return _type(subject, typed)
    return f"the field {'.'.join(fields)} of a {kind.kind}"


def _port(subject: Subject, value: str) -> str:
    local, colon, remote = value.partition(":")
    kind = subject.targets[0].type if subject.targets else None
    end = "the service" if kind is not None and kind.key == "services" else "the pod"
    if not colon:
        return f"port {value} of this machine leads to the same port of {end}"
    return f"{f'port {local}' if local else 'a free port'} of this machine leads to port {remote} of {end}"


def _argument(subject: Subject, value: str) -> str:
    """The first word for a container is often a well-known program."""
    first = subject.operands.rest[:1]
    known = texts.container_program(value) if first and subject.word(first[0]).value == value else ""
    return known if known and subject.path == ("run",) else texts.operand(subject.path, "argument")


_SPECIAL = {
    "type": _type,
    "types": _types,
    "category": _category,
    "type-name": _type_name,
    "field": _field,
    "port": _port,
    "argument": _argument,
}
