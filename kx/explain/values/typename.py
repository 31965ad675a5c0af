"""Names of types and objects: deploy, deployments.v1.apps, pods,svc, deploy/web, and the field paths of `explain`."""

from __future__ import annotations

from kx.explain.kinds import about
from kx.explain.values import fieldpath
from kx.explain.values.piece import Meaning, Piece, cut, refused, shifted
from kx.kubectl.catalog import texts
from kx.kubectl.catalog.resources import Types


def one(text: str, types: Types) -> Meaning:
    """TYPE/NAME."""
    typed, slash, name = text.partition("/")
    if not slash or not typed or not name or "/" in name:
        return refused("it is written TYPE/NAME") if slash else Meaning()
    kind = types.find(typed)
    gist = f"the {kind.kind} called {name}" if kind else f"the object called {name}, of the kind {typed}"
    told = texts.operand((), "type") + _about(typed, types) if kind else texts.operand((), "unknown-type")
    return Meaning(gist, (Piece(0, len(typed), told), Piece(len(typed) + 1, len(text), "its name")), whole=True)


def kind(text: str, types: Types) -> Meaning:
    """TYPE, TYPE.GROUP or TYPE.VERSION.GROUP: pieces only where there is more than the type."""
    found = types.find(text)
    name, dot, rest = text.partition(".")
    if not dot:
        return Meaning()
    told = f"the kind {found.kind}" if found else "the kind, as the cluster's API calls it"
    return Meaning("", (Piece(0, len(name), told), *shifted(_versioned(rest), len(name) + 1)))


def kinds(text: str, types: Types) -> Meaning:
    """TYPE,TYPE."""
    return Meaning("", tuple(Piece(start, start + len(part), _about(part, types)) for start, part in cut(text)))


def field(text: str, types: Types) -> Meaning:
    """TYPE.FIELD.FIELD of `explain`."""
    typed, dot, path = text.partition(".")
    found = types.find(typed)
    if found is None or not dot or not path:
        return Meaning()
    pieces = [Piece(0, len(typed), texts.operand((), "type") + _about(typed, types))]
    names: list[str] = []
    start = len(typed) + 1
    for name in path.split("."):
        names.append(name)
        if name:
            pieces.append(Piece(start, start + len(name), fieldpath.words(".".join(names), len(names) - 1)))
        start += len(name) + 1
    return Meaning("", tuple(pieces))


def _versioned(rest: str) -> tuple[Piece, ...]:
    version, dot, group = rest.partition(".")
    is_version = version[:1] == "v" and version[1:2].isdecimal()
    if not is_version:
        return (Piece(0, len(rest), "its API group"),)
    second = (Piece(len(version) + 1, len(rest), "its API group"),) if dot and group else ()
    return (Piece(0, len(version), "the version of the API"), *second)


def _about(typed: str, types: Types) -> str:
    found = types.find(typed)
    if found is None:
        members = types.category(typed)
        return f"a group of kinds: {', '.join(member.plural for member in members)}" if members else "a kind"
    return about(found)
