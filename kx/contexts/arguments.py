"""The words after ``kx ctx`` -> an operation. kubectx's own rules, in its order, then what kx adds.

Knows no files: whether a name exists is found out when the operation runs.
"""

from __future__ import annotations

from collections.abc import Sequence

from kx.contexts import operations as op

# One word alone -> what it asks for.
_ALONE: dict[str, op.Operation] = {
    "-h": op.Help(),
    "--help": op.Help(),
    "-V": op.Version(),
    "--version": op.Version(),
    "-c": op.Current(),
    "--current": op.Current(),
    "-u": op.Unset(),
    "--unset": op.Unset(),
    "--history": op.History(),
    "--undo": op.Undo(),
}
_SHELLS = {"-s": False, "--shell": False, "-r": True, "--readonly": True}
_DELETE = ("-d", "--delete")
_GLOB = frozenset("*?[")


def parse(words: Sequence[str], interactive: bool) -> op.Operation:
    """What ``words`` ask for. ``interactive``: where a name is missing, a person can be asked for it."""
    if not words:
        return op.Pick() if interactive else op.List()
    first, rest = words[0], tuple(words[1:])
    if first in _SHELLS:
        return _shell(first, rest, interactive)
    if first in _DELETE or (first == "--prune" and rest and rest[0] in _DELETE):
        return _delete(first, rest, interactive)
    if first == "--" and len(rest) == 1:
        return op.Switch(rest[0], literal=True)
    if first == "--session":
        return op.Session(rest[0]) if len(rest) == 1 else op.Refuse("'--session' needs one context name")
    return _one(first) if not rest else op.Refuse("too many arguments")


def _shell(flag: str, names: tuple[str, ...], interactive: bool) -> op.Operation:
    if len(names) == 1:
        return op.Shell(names[0], readonly=_SHELLS[flag])
    if names:
        return op.Refuse(f"'{flag}' accepts at most one context name argument")
    if interactive:
        return op.Pick("readonly" if _SHELLS[flag] else "shell")
    return op.Refuse(f"'{flag}' requires a context name argument (or fzf for interactive mode)")


def _delete(first: str, rest: tuple[str, ...], interactive: bool) -> op.Operation:
    prune = first == "--prune" or "--prune" in rest
    names = tuple(word for word in (rest[1:] if first == "--prune" else rest) if word != "--prune")
    if names:
        return op.Delete(names, prune)
    if interactive:
        return op.Pick("prune" if prune else "delete")
    return op.Refuse("'-d' needs arguments")


def _one(word: str) -> op.Operation:
    if word in _ALONE:
        return _ALONE[word]
    new, equals, old = word.partition("=")
    if equals and new and old:
        return op.Rename(new, old)
    if word.startswith("-") and word != "-":
        return op.Refuse(f"unsupported option '{word}'")
    return op.Switch(word)


def is_glob(word: str) -> bool:
    """Whether ``word`` may stand for several names."""
    return not _GLOB.isdisjoint(word)
