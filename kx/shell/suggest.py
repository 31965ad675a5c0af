"""What to offer at the cursor: words with one line about each. Asks no cluster and imports no toolkit.

What fits is decided by ``kubectl.expect``; here it is filled with the words kx knows. Names of objects are not known
here, but for contexts and namespaces.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from kx.errors import KxError
from kx.kubectl.catalog import texts
from kx.kubectl.catalog.model import Flag
from kx.kubectl.catalog.resources import resource_types
from kx.kubectl.expect import Expectation, expect
from kx.kubectl.words import split
from kx.shell import where_commands
from kx.shell.builtins import BUILTINS, own_words
from kx.shell.plan import leaves_kubectl_out
from kx.shell.session import Session

_MOST_FILES = 200
# What is meant most often comes first among the words that fit; the others keep the order of kubectl's own lists.
_COMMON = {
    word: rank
    for rank, word in enumerate(
        "get describe logs apply delete create exec run scale rollout expose edit port-forward explain "
        "pods deployments services nodes namespaces configmaps secrets ingresses jobs statefulsets daemonsets "
        "replicasets events --output= --namespace= --all-namespaces --filename= --selector= --image= --replicas= "
        "--follow --previous --tail= --watch --stdin --tty --dry-run=".split()
    )
}


@dataclass(frozen=True)
class Suggestion:
    """A word to put in place of the ``replaces`` characters before the cursor."""

    text: str
    replaces: int
    note: str = ""
    closed: bool = True  # whether the word is complete, so that a space may follow


def suggest(text: str, cursor: int, session: Session, is_program: Callable[[str], bool]) -> tuple[Suggestion, ...]:
    """What fits at ``cursor`` of ``text``: words that begin as typed first, then those that contain it."""
    before = text[:cursor]
    if before.lstrip().startswith("!"):
        return ()
    own = _of_builtin(before, session)
    if own is not None:
        return own
    line = split(before)
    implied = leaves_kubectl_out(line, session.catalog, is_program)
    found = expect(line, len(before), session.catalog, implied=implied or not line.segments)
    offered = _SOURCES.get(found.kind, _nothing)(found, session)
    if found.kind == "command" and not (found.command and found.command.path) and _is_first(found, before):
        offered = [*offered, *((name, builtin.summary, True) for name, builtin in BUILTINS.items() if name != "!")]
    return _matching(offered, found.prefix, found.end - found.start)


Offer = tuple[str, str, bool]  # word, note, complete


def _is_first(found: Expectation, before: str) -> bool:
    return not before[: found.start].strip()


def _of_builtin(before: str, session: Session) -> tuple[Suggestion, ...] | None:
    """The first word after a built-in's name; None when this is not one."""
    name, space, rest = before.lstrip().partition(" ")
    builtin = BUILTINS.get(name)
    if not space or builtin is None or len(own_words(f"{rest}x")) > 1:
        return None
    try:
        offered = [(word, note, True) for word, note in builtin.completes(session)]
    except KxError:
        offered = []
    prefix = rest.lstrip()
    matching = _matching(offered, prefix, len(prefix))
    return matching if matching or name in ("ctx", "ns") else None


def _matching(offered: Iterable[Offer], prefix: str, replaces: int) -> tuple[Suggestion, ...]:
    typed = prefix.lower()
    begins, contains = [], []
    for word, note, closed in dict.fromkeys(offered):
        if word.lower().startswith(typed):
            begins.append(Suggestion(word, replaces, note, closed))
        elif len(typed.strip("-")) > 1 and typed.strip("-") in word.lower():
            contains.append(Suggestion(word, replaces, note, closed))
    return (*sorted(begins, key=_rank), *contains)


def _rank(suggestion: Suggestion) -> int:
    return _COMMON.get(suggestion.text, len(_COMMON))


def _nothing(found: Expectation, session: Session) -> Iterable[Offer]:
    return ()


def _commands(found: Expectation, session: Session) -> Iterable[Offer]:
    path = found.command.path if found.command else ()
    # `apply -f x view-last-applied` is possible, and never what is meant.
    late = bool(path and found.invocation and found.invocation.flags and not found.prefix)
    names = found.command.subcommands if found.command and not late else ()
    return [(name, texts.summary((*path, name)), True) for name in names]


def _flags(found: Expectation, session: Session) -> Iterator[Offer]:
    command = found.command
    if command is None:
        return
    used = {use.name for use in found.invocation.flags} if found.invocation else set()
    for flag in (*command.flags, *session.catalog.globals):
        if flag.deprecated or (flag.name in used and not flag.repeats and f"--{flag.name}" != found.prefix):
            continue
        note = texts.flag(command.path, flag.name, flag.is_global)
        if flag.short and found.prefix == f"-{flag.short}":
            yield found.prefix, note, True
        yield _long(flag), f"-{flag.short} · {note}" if flag.short and note else note, _long(flag)[-1] != "="


def _long(flag: Flag) -> str:
    """``--replicas=``, with the sign where a value must or may follow it; a plain switch stands alone."""
    return f"--{flag.name}" if flag.type == "bool" else f"--{flag.name}="


def _types(found: Expectation, session: Session) -> Iterable[Offer]:
    return [
        (kind.plural, texts.resource(kind.key), True)
        for kind in resource_types()
        if not found.types or kind.plural in found.types or kind.key in found.types
    ]


def _values(found: Expectation, session: Session) -> Iterable[Offer]:
    name = found.flag.name if found.flag else ""
    return [(value, texts.flag_value(name, value), not value.endswith("=")) for value in found.values]


def _names(found: Expectation, session: Session) -> Iterable[Offer]:
    if found.resource in ("namespaces", "namespace", "ns"):
        return [(name, note, True) for name, note in where_commands.namespaces(session)]
    return _types(found, session) if found.or_type else ()


def _contexts(found: Expectation, session: Session) -> Iterable[Offer]:
    return [(name, note, True) for name, note in where_commands.contexts(session)]


def _files(found: Expectation, session: Session) -> Iterator[Offer]:
    folder, typed = os.path.split(found.prefix)
    try:
        with os.scandir(os.path.expanduser(folder) or ".") as entries:
            names = sorted((entry.name, entry.is_dir()) for entry in entries)[:_MOST_FILES]
    except OSError:
        return
    for name, is_folder in names:
        if name.startswith(".") and not typed.startswith("."):
            continue
        yield os.path.join(folder, name) + ("/" if is_folder else ""), "", not is_folder


_SOURCES: dict[str, Callable[[Expectation, Session], Iterable[Offer]]] = {
    "command": _commands,
    "flag": _flags,
    "resource-type": _types,
    "resource-name": _names,
    "value": _values,
    "context": _contexts,
    "file": _files,
}
