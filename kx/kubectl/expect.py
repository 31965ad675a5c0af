"""What may stand at the cursor: the question a completer asks, answered from the words and the facts alone.

Pure: says "the name of a pod", never which pods there are. The word under the cursor is exchanged for a placeholder
and the line is parsed as always, so completion and explanation cannot disagree.
"""

from __future__ import annotations

from collections.abc import Collection

from kx.kubectl.catalog.model import Catalog, Command, Flag
from kx.kubectl.invocation import FlagUse, Invocation, Line, Role, Word
from kx.kubectl.operands import NAME, RESOURCE, Slots, slots
from kx.kubectl.parse import parse
from kx.kubectl.words import split
from kx.records import dataclass, replace

_PLACEHOLDER = "\N{OBJECT REPLACEMENT CHARACTER}"

# What the value of a flag is, where its name says so in every command. Flags with listed values need no entry.
_FLAG_VALUES = {
    "cluster": "cluster",
    "container": "container",
    "context": "context",
    "field-selector": "field-selector",
    "filename": "file",
    "kustomize": "file",
    "kubeconfig": "file",
    "certificate-authority": "file",
    "client-certificate": "file",
    "client-key": "file",
    "cert": "file",
    "key": "file",
    "patch-file": "file",
    "from-file": "file",
    "from-env-file": "file",
    "cache-dir": "file",
    "selector": "selector",
    "label-columns": "label",
    "image": "image",
}
_FLAG_RESOURCES = {
    "namespace": "namespaces",
    "namespaces": "namespaces",
    "clusterrole": "clusterroles",
    "role": "roles",
}
_LIST_SEPARATED = frozenset({"strings"})


@dataclass(frozen=True)
class Expectation:
    """What fits at the cursor.

    ``kind`` is "command", "flag", "resource-type", "resource-name", "value" (a flag's, see ``values``), "program",
    "container-command", "shell", "nothing", one of the slots of operands.py ("context", "pair", "field", "new", …), or
    what a flag's value is ("file", "selector", …).
    """

    kind: str
    prefix: str = ""  # the part already typed, without quotes
    start: int = 0  # where it begins in the line: what a completion replaces, up to ``end``
    end: int = 0
    command: Command | None = None
    flag: Flag | None = None  # set when this is a flag's value
    resource: str = ""  # the type whose names are wanted, as typed or as the command means it
    types: tuple[str, ...] = ()  # the only types that make sense; () for any
    values: tuple[str, ...] = ()  # the values the facts list
    or_type: bool = False  # TYPE/NAME may be begun here as well
    quoted: bool = False  # the word is inside quotes already
    invocation: Invocation | None = None  # the command so far, the word at the cursor being a placeholder


def expect(
    line: Line, cursor: int, catalog: Catalog, implied: bool = False, plugins: Collection[str] = ()
) -> Expectation:
    """What may stand at offset ``cursor`` of ``line``; the arguments are those of ``parse``."""
    before = line.text[:cursor]
    typed = _word_at_end(split(before))
    start = typed.start if typed else len(before)
    probe = split(before[:start] + _PLACEHOLDER)
    place = next((index for index, word in enumerate(probe.words) if word.start == start), None)
    prefix = typed.value if typed else ""
    found = Expectation("nothing", prefix, start, len(before), quoted=typed.quoted if typed else False)
    if place is None or (typed and typed.kind == "comment"):
        return found
    if probe.words[place].kind == "redirect":
        return replace(found, kind="file")
    for invocation in parse(probe, catalog, implied, plugins):
        role = dict(invocation.roles).get(place)
        if role is not None:
            return _expectation(replace(found, command=invocation.command, invocation=invocation), role, place, catalog)
    return found


def _word_at_end(line: Line) -> Word | None:
    """The word the cursor, at the end of the line, is still writing."""
    last = line.words[-1] if line.words else None
    if last is None or last.end < len(line.text) or last.text.endswith("\n"):
        return None
    if last.kind == "operator" or (last.kind == "redirect" and last.text[-1] in "<>&|-"):
        return None
    return last


def _expectation(found: Expectation, role: Role, place: int, catalog: Catalog) -> Expectation:
    invocation = found.invocation
    assert invocation is not None
    if role in ("program", "shell"):
        return replace(found, kind="program" if role == "program" else "shell")
    if invocation.program != "kubectl":
        return replace(found, kind="shell")
    if role == "container-command":
        return replace(found, kind="container-command")
    if role == "flag-value":
        use = next(use for use in invocation.flags if use.value_word == place)
        return _flag_value(found, use, found.prefix, found.start)
    if found.prefix.startswith("-") and invocation.dash is None and invocation.command is not None:
        return _flag(found, catalog)
    return _operand(found, role, place)


def _flag(found: Expectation, catalog: Catalog) -> Expectation:
    """A flag's name, or a value inside the same word: ``--output=j``, ``-oj``."""
    invocation = found.invocation
    assert invocation is not None
    head = "kubectl " + " ".join(invocation.path)
    alone = parse(split(f"{head} {_quoted(found.prefix)}"), catalog)[0]
    use = alone.flags[-1] if alone.flags else None
    if use is not None and use.flag is not None and use.given and use.value is not None:
        return _flag_value(found, use, use.value, found.end - len(use.value))
    return replace(found, kind="flag")


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"


def _flag_value(found: Expectation, use: FlagUse, prefix: str, start: int) -> Expectation:
    flag = use.flag
    found = replace(found, kind="value", flag=flag, prefix=prefix, start=start)
    if flag is None:
        return found
    if flag.type in _LIST_SEPARATED or flag.name == "selector":
        found = _after_last(found, ",")
    values = ("true", "false") if flag.type == "bool" else flag.values
    own = found.command is not None and any(flag is other for other in found.command.flags)
    if values:
        return replace(found, values=values)
    if flag.name in _FLAG_RESOURCES:
        return replace(found, kind="resource-name", resource=_FLAG_RESOURCES[flag.name])
    if flag.name == "user" and (flag.is_global or found.command is None or found.command.path[:1] == ("config",)):
        return replace(found, kind="user")
    if own and flag.name == "output":
        return found
    return replace(found, kind=_FLAG_VALUES.get(flag.name, "value"))


def _operand(found: Expectation, role: Role, place: int) -> Expectation:
    invocation = found.invocation
    assert invocation is not None
    command = invocation.command
    if command is None:
        return replace(found, kind="operand")
    before = tuple(invocation.line.words[index].value for index in invocation.operands if index < place)
    if role == "unknown" or (command.path and command.subcommands and not before):
        return replace(found, kind="command")
    if not command.path:
        return found  # behind a command kx does not know
    return _slot(found, slots(command.path), before, invocation)


def _slot(found: Expectation, shape: Slots, before: tuple[str, ...], invocation: Invocation) -> Expectation:
    """The slot that the next operand falls into, ``before`` being those already there."""
    if shape.first[:1] == (RESOURCE,):
        return _resource_slot(found, shape, before, invocation)
    number = len(before)
    kind = shape.first[number] if number < len(shape.first) else shape.rest
    if kind == "type":
        return _resource_type(found, shape.types)
    if kind != NAME:
        return replace(found, kind=kind or "nothing")
    if shape.resource:
        return _name_or_type(found, shape, or_type=bool(shape.first) and shape.resource == "pods")
    return replace(found, kind="resource-name", resource=before[-1] if before else "")


def _resource_slot(found: Expectation, shape: Slots, before: tuple[str, ...], invocation: Invocation) -> Expectation:
    """TYPE NAME…, TYPE/NAME…, and what some commands take after them."""
    chosen = any(use.name in ("filename", "kustomize") for use in invocation.flags)
    selected = any(use.name in ("selector", "all") for use in invocation.flags)
    if not before:
        return replace(found, kind=shape.rest or "nothing") if chosen else _resource_type(found, shape.types)
    if shape.rest and (chosen or selected or "/" in before[0] or len(before) > 1):
        return replace(found, kind=shape.rest, resource=before[0].partition("/")[0])
    if "/" in before[0]:
        return _resource_type(found, shape.types)
    return replace(found, kind="resource-name", resource=before[0])


def _resource_type(found: Expectation, types: tuple[str, ...]) -> Expectation:
    """A type, one more type of ``pods,svc``, or a name after ``TYPE/``."""
    kind, slash, _ = found.prefix.partition("/")
    if slash:
        return replace(_after_last(found, "/"), kind="resource-name", resource=kind)
    return replace(_after_last(found, ","), kind="resource-type", types=types)


def _name_or_type(found: Expectation, shape: Slots, *, or_type: bool) -> Expectation:
    kind, slash, _ = found.prefix.partition("/")
    if slash and or_type:
        return replace(_after_last(found, "/"), kind="resource-name", resource=kind)
    return replace(found, kind="resource-name", resource=shape.resource, types=shape.types, or_type=or_type)


def _after_last(found: Expectation, separator: str) -> Expectation:
    """Complete only what follows the last ``separator`` of the word."""
    head, mark, tail = found.prefix.rpartition(separator)
    return replace(found, prefix=tail, start=found.end - len(tail)) if mark else found
