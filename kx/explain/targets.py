"""Operands understood: which words name types, which name objects, and which are something else.

Pure: the types passed in decide what a type is; a word they do not hold may be a custom resource.
"""

from __future__ import annotations

from kx.explain.layouts import LAYOUTS, Layout
from kx.kubectl.catalog.resources import BUILT_IN, ResourceType, Types
from kx.kubectl.invocation import Invocation
from kx.records import dataclass


@dataclass(frozen=True)
class Target:
    """One resource type, and the objects of it that are named."""

    typed: str  # the type as typed ("deploy"), or its plural where the command implies it
    type: ResourceType | None  # None: neither built in nor known of the cluster
    names: tuple[str, ...] = ()  # () means all of them, or those a selector picks
    word: int = -1  # index of the word that names the type (or the object, where the type is implied)


@dataclass(frozen=True)
class Operands:
    """Every operand with its role, and the targets they make together."""

    roles: dict[int, str]  # index into line.words -> role, see texts/shared/operands.yaml
    targets: tuple[Target, ...] = ()
    rest: tuple[int, ...] = ()  # pairs, ports, arguments

    def with_role(self, *roles: str) -> tuple[int, ...]:
        """The indices of the operands that have one of these roles."""
        return tuple(index for index, role in self.roles.items() if role in roles)


def read(invocation: Invocation, types: Types = BUILT_IN) -> Operands:
    """Give every operand of a kubectl invocation its role; ``types`` are those its words may mean."""
    layout = LAYOUTS.get(invocation.path)
    if layout is None:
        command = invocation.command
        known = command is not None and command.runnable and not command.told  # of a newer one only the flags are
        role = "extra" if known else "argument"
        return Operands(dict.fromkeys(invocation.operands, role))
    found = _READERS[layout.kind](invocation, layout, types)
    if layout.limit and len(invocation.operands) > layout.limit:
        extra = invocation.operands[layout.limit :]
        return Operands({**found.roles, **dict.fromkeys(extra, "extra")}, found.targets, found.rest)
    return found


def pair_role(word: str, taint: bool = False) -> str:
    """What a word after resources sets: a "pair" (``key=value``), or a "removal" (``key-``); "" for any other word.

    A taint may have no value (``key:NoSchedule``), and is removed with a value, too (``key=value:NoSchedule-``).
    """
    removes = word.endswith("-") and len(word) > 1
    if taint and removes:
        return "removal"
    if "=" in word or (taint and ":" in word):
        return "pair"
    return "removal" if removes else ""


def _resources(invocation: Invocation, layout: Layout, types: Types) -> Operands:
    words = invocation.line.words
    indices = list(invocation.operands)
    rest: list[int] = []
    taint = invocation.path == ("taint",)
    if layout.rest == "pair":
        split = next(
            (place for place, index in enumerate(indices) if pair_role(words[index].value, taint)), len(indices)
        )
        indices, rest = indices[:split], indices[split:]
    elif layout.rest == "last" and len(indices) > 1:
        indices, rest = indices[:-1], indices[-1:]
    roles: dict[int, str] = {}
    targets: list[Target] = []
    if any("/" in words[index].value for index in indices):
        for index in indices:
            typed, _, name = words[index].value.partition("/")
            roles[index] = "type-name"
            targets += [Target(typed, types.find(typed), (name,), index)] if name else []
    elif indices and not _reads_files(invocation):
        names = tuple(words[index].value for index in indices[1:])
        typed = words[indices[0]].value
        targets = _typed_targets(typed, names, indices[0], types)
        roles[indices[0]] = _type_role(typed, targets, types)
        roles.update((index, "names" if "," in typed else "name") for index in indices[1:])
    else:
        roles.update((index, "extra") for index in indices)
    for index in rest:
        setting = pair_role(words[index].value, taint) or "misplaced"
        roles[index] = setting if layout.rest == "pair" else "account"
    return Operands(roles, tuple(targets), tuple(rest))


def _reads_files(invocation: Invocation) -> bool:
    return any(use.name in ("filename", "kustomize") for use in invocation.flags)


def _typed_targets(typed: str, names: tuple[str, ...], word: int, types: Types) -> list[Target]:
    targets: list[Target] = []
    for part in filter(None, typed.split(",")):
        members = types.category(part) if types.find(part) is None else ()
        if members:
            targets += [Target(member.plural, member, names, word) for member in members]
        else:
            targets.append(Target(part, types.find(part), names, word))
    return targets


def _type_role(typed: str, targets: list[Target], types: Types) -> str:
    if "," in typed:
        return "types"
    if types.find(typed) is None and types.category(typed):
        return "category"
    return "type" if targets and targets[0].type else "unknown-type"


def _named(invocation: Invocation, layout: Layout, types: Types) -> Operands:
    words, kind = invocation.line.words, types.find(layout.resource)
    roles = dict.fromkeys(invocation.operands, "node" if layout.resource == "nodes" else "name")
    names = tuple(_without_type(words[index].value) for index in invocation.operands[: layout.limit or None])
    target = Target(layout.resource, kind, names, invocation.operands[0]) if names else None
    return Operands(roles, (target,) if target else ())


def _without_type(word: str) -> str:
    return word.rpartition("/")[2]


def _new(invocation: Invocation, layout: Layout, types: Types) -> Operands:
    words, operands = invocation.line.words, invocation.operands
    if not operands:
        return Operands({})
    roles = dict.fromkeys(operands, layout.rest or "extra")
    roles[operands[0]] = "new-name"
    target = Target(layout.resource, types.find(layout.resource), (words[operands[0]].value,), operands[0])
    return Operands(roles, (target,), operands[1:])


def _pod(invocation: Invocation, layout: Layout, types: Types) -> Operands:
    words, operands = invocation.line.words, invocation.operands
    many = layout.rest == "pod"
    selected = any(use.name == "selector" for use in invocation.flags)
    heads = operands if many else operands[:1] if not selected else ()
    rest = operands[len(heads) :]
    roles = dict.fromkeys(rest, layout.rest or "extra")
    targets: list[Target] = []
    for index in heads:
        typed, slash, name = words[index].value.rpartition("/")
        roles[index] = "type-name" if slash else "pod"
        targets.append(Target(typed or "pods", types.find(typed or "pods"), (name,), index))
    return Operands(roles, tuple(targets), tuple(rest))


def _words(invocation: Invocation, layout: Layout, types: Types) -> Operands:
    roles = dict(zip(invocation.operands, layout.roles, strict=False))
    last = layout.roles[-1] if layout.roles else "argument"
    return Operands({**dict.fromkeys(invocation.operands, last), **roles})


_READERS = {"resources": _resources, "named": _named, "new": _new, "pod": _pod, "words": _words}
