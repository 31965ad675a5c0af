"""How a line is run: as an argv list, or by the user's shell. Pure: decides, runs nothing.

A line goes to the shell only when it needs one, and then as it was typed; the word kubectl is put where a command of
kubectl stands without it, and nothing else is touched.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import takewhile

from kx.kubectl.catalog.model import Catalog
from kx.kubectl.invocation import Invocation, Line
from kx.kubectl.programs import skip_prefix

_SPELLINGS = ("kubectl", "k")
_CALLS = (["kubectl"], ["k"])
# Programs that the explainer knows: never taken for a kubectl command, also where they are not installed.
_KNOWN_PROGRAMS = frozenset({"docker", "helm", "minikube", "kind", "kubectx", "kubens"})
# Words of the shell itself, which no PATH holds.
_SHELL_WORDS = frozenset(
    "for case select function [[ . source alias bg break cd command continue declare dirs echo eval export false fg "
    "getopts hash jobs let local popd printf pushd pwd read readonly return shift shopt test time times trap true "
    "type typeset ulimit umask unalias unset [".split()
)


@dataclass(frozen=True)
class Plan:
    """What to run: ``argv``, or (when that is empty) ``text`` by the user's shell. Both empty: nothing."""

    argv: tuple[str, ...] = ()
    kubectl: bool = False  # argv[0] is the word kubectl: the session's own binary takes its place
    text: str = ""


def leaves_kubectl_out(line: Line, catalog: Catalog, is_program: Callable[[str], bool]) -> bool:
    """Whether the line begins with a command of kubectl rather than with a program or a word of the shell.

    ``is_program`` says whether a word is a program on this machine. What is nothing of all that is kubectl's: it
    knows its plugins, and says what it does not know.
    """
    if not line.segments:
        return True
    values = [line.words[index].value for index in line.segments[0].words]
    at = skip_prefix(values)
    if at == len(values):
        return False
    first = values[at]
    if catalog.command((first,)) is not None or is_program(f"kubectl-{first.replace('-', '_')}"):
        return True
    return not (first in _SPELLINGS or first in _SHELL_WORDS or first in _KNOWN_PROGRAMS or is_program(first))


def plugins_of(line: Line, catalog: Catalog, is_program: Callable[[str], bool]) -> tuple[str, ...]:
    """The plugin executables (without ``kubectl-``) that the words of this line may call: ``explain_tree``."""
    found: list[str] = []
    for segment in line.segments:
        values = [line.words[index].value for index in segment.words]
        values = values[skip_prefix(values) :]
        leading = list(takewhile(lambda value: not value.startswith("-"), values[values[:1] in _CALLS :]))
        if not leading or catalog.command((leading[0],)) is not None:
            continue
        parts = [value.replace("-", "_") for value in leading]
        names = ("-".join(parts[:count]) for count in range(1, len(parts) + 1))
        found += [name for name in names if is_program(f"kubectl-{name}")]
    return tuple(found)


def plan(line: Line, invocations: tuple[Invocation, ...]) -> Plan:
    """How to run ``line``, whose simple commands are ``invocations``; an empty line gives an empty plan."""
    if not line.segments:
        return Plan()
    values = tuple(line.words[index].value for index in line.segments[0].words)
    if line.needs_shell or len(line.segments) != 1 or skip_prefix(values) or values[0] in _SHELL_WORDS:
        return Plan(text=with_kubectl(line, invocations))
    if invocations[0].implied:
        return Plan(argv=("kubectl", *values), kubectl=True)
    if values[0] in _SPELLINGS:
        return Plan(argv=("kubectl", *values[1:]), kubectl=True)
    return Plan(argv=values)


def with_kubectl(line: Line, invocations: tuple[Invocation, ...]) -> str:
    """The line's text with ``kubectl`` where it was left out (or typed as ``k``) at the start of a simple command."""
    text = line.text
    for invocation in reversed(invocations):
        words = [line.words[index] for index in invocation.segment.words]
        start = skip_prefix([word.value for word in words])
        if start == len(words):
            continue
        first = words[start]
        if invocation.implied:
            text = f"{text[: first.start]}kubectl {text[first.start :]}"
        elif first.text == "k" and invocation.program == "kubectl":
            text = f"{text[: first.start]}kubectl{text[first.end :]}"
    return text
