"""What may have been meant by a word that does not exist: a name, a type, a command, a flag.

Looks only at what is known already; nothing is asked.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable, Mapping

from kx.explain.aftermath.advice import Step
from kx.explain.aftermath.places import tail
from kx.explain.subject import Subject
from kx.kubectl.catalog import resources
from kx.kubectl.suggest import distance, suggest

_MOST = 3
Names = Callable[[str], Iterable[str]]
Found = tuple[tuple[str, ...], tuple[Step, ...]]  # sentences, and steps that go first


def similar(id: str, words: Mapping[str, str], subject: Subject, names: Names) -> Found:
    """What the advice called ``id`` gains by words that are near."""
    finder = _FINDERS.get(id)
    return finder(words, subject, names) if finder else ((), ())


def closest(typed: str, known: Iterable[str]) -> tuple[str, ...]:
    """Those of ``known`` that ``typed`` may stand for: a few letters off, or the beginning of; the nearest first."""
    low = typed.lower()
    allowed = 1 if len(low) < 5 else 2
    ranked = []
    for name in dict.fromkeys(known):
        if abs(len(name) - len(low)) <= allowed and (far := _far(low, name.lower())) <= allowed:
            ranked.append((far, name))
        elif len(low) > 2 and name.lower().startswith(low):
            ranked.append((allowed + 1, name))
    return tuple(name for _, name in sorted(ranked)[:_MOST])


def _far(one: str, other: str) -> int:
    """As ``distance``, but two letters that changed places are one mistake."""
    return 1 if one != other and sorted(one) == sorted(other) else distance(one, other)


def _said(found: Iterable[str]) -> tuple[str, ...]:
    listed = ", ".join(found)
    return (f"Near to it: {listed}.",) if listed else ()


def _names(words: Mapping[str, str], subject: Subject, names: Names) -> Found:
    kind = words.get("kind", "namespaces")
    found = closest(words.get("name", ""), names(kind))
    step = (f"kubectl get {shlex.quote(kind)} {shlex.quote(found[0])}{tail(subject)}", "this one?") if found else None
    return _said(found), (step,) if step else ()


def _contexts(words: Mapping[str, str], subject: Subject, names: Names) -> Found:
    return _said(closest(words.get("name", ""), names("contexts"))), ()


def _types(words: Mapping[str, str], subject: Subject, names: Names) -> Found:
    known = [name for each in resources.resource_types() for name in (each.plural, each.singular)]
    return _said(closest(words.get("kind", ""), known)), ()


def _commands(words: Mapping[str, str], subject: Subject, names: Names) -> Found:
    return _said(suggest(subject.catalog, words.get("word", ""), subject.path)[:_MOST]), ()


def _flags(words: Mapping[str, str], subject: Subject, names: Names) -> Found:
    command = subject.invocation.command
    known = [flag.name for flag in (*(command.flags if command else ()), *subject.catalog.globals)]
    typed = words.get("flag", "").partition("=")[0]
    return _said(f"--{name}" for name in closest(typed, known)), ()


_FINDERS: dict[str, Callable[[Mapping[str, str], Subject, Names], Found]] = {
    "not-found": _names,
    "namespace-not-found": _names,
    "no-such-context": _contexts,
    "no-such-type": _types,
    "unknown-command": _commands,
    "unknown-subcommand": _commands,
    "unknown-flag": _flags,
}
