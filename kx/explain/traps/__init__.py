"""Ways in which a line probably does not do what its writer means, and lines kubectl would refuse.

A trap is only reported where the line itself (or a fact passed in) shows it; a guess is a "hint" and says so.
Rules for single commands live in modules of their own, imported when such a command is first explained.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib import import_module

from kx.explain.explanation import Trap
from kx.explain.subject import Subject
from kx.explain.traps import flags, objects, refusals, spelling
from kx.explain.traps.refusals import REFUSALS, SAID

__all__ = ["REFUSALS", "SAID", "traps", "worst_first"]

_WEIGHT = {"stop": 0, "warn": 1, "hint": 2}

# The first word of a command -> the modules with rules for it.
_MODULES: dict[str, tuple[str, ...]] = {
    "annotate": ("changes", "dryrun"),
    "apply": ("files", "deleting", "dryrun"),
    "attach": ("containers",),
    "autoscale": ("changes", "dryrun"),
    "config": ("local",),
    "cp": ("local",),
    "create": ("containers", "files", "making", "dryrun"),
    "debug": ("containers",),
    "delete": ("deleting", "files", "dryrun"),
    "describe": ("reading",),
    "diff": ("files",),
    "drain": ("deleting", "dryrun"),
    "edit": ("changes",),
    "exec": ("containers", "streams"),
    "expose": ("changes", "making", "dryrun"),
    "get": ("reading", "files"),
    "label": ("changes", "dryrun"),
    "logs": ("reading",),
    "patch": ("changes", "dryrun"),
    "port-forward": ("local",),
    "proxy": ("local",),
    "replace": ("files", "deleting", "dryrun"),
    "rollout": ("changes",),
    "run": ("containers", "making", "streams", "dryrun"),
    "scale": ("changes", "dryrun"),
    "set": ("changes", "dryrun"),
    "taint": ("changes", "dryrun"),
    "wait": ("reading",),
    "cordon": ("dryrun",),
    "uncordon": ("dryrun",),
}


def traps(subject: Subject) -> tuple[Trap, ...]:
    """All traps of one kubectl invocation, the worst first."""
    if subject.helps or subject.invocation.command is None:
        return ()
    return worst_first(_found(subject))


def worst_first(found: Iterable[Trap]) -> tuple[Trap, ...]:
    """Traps in the order in which they matter."""
    return tuple(sorted(found, key=lambda trap: _WEIGHT[trap.severity]))


def _found(subject: Subject) -> Iterator[Trap]:
    yield from flags.traps(subject)
    yield from spelling.traps(subject)
    yield from objects.traps(subject)
    if subject.given("selector") or subject.given("field-selector"):
        yield from import_module("kx.explain.traps.selectors").traps(subject)
    problems = [problem.kind for problem in subject.invocation.problems]
    if "unknown-command" in problems and not spelling.swallows_command(subject):
        yield from import_module("kx.explain.traps.commands").traps(subject)
    for name in _MODULES.get(subject.path[0] if subject.path else "", ()):
        yield from import_module(f"kx.explain.traps.{name}").traps(subject)
    yield from refusals.traps(subject)
