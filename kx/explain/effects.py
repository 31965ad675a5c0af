"""The effect class of a kubectl line: a table of commands, then a table of what flags make of it.

Kubectl's own rules only; what a container's program does is "run-code" and no more is claimed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from kx.explain.explanation import Effect
from kx.explain.subject import Subject

# From weakest to strongest: of several commands in one line the strongest counts.
STRENGTH: tuple[Effect, ...] = ("local", "read", "create", "change", "run-code", "delete")

# The longest prefix of the path that is in the table decides.
EFFECTS: dict[tuple[str, ...], Effect] = {
    (): "local",
    ("alpha",): "local",
    ("annotate",): "change",
    ("api-resources",): "read",
    ("api-versions",): "read",
    ("apply",): "change",
    ("apply", "view-last-applied"): "read",
    ("attach",): "run-code",
    ("auth",): "read",
    ("auth", "reconcile"): "change",
    ("autoscale",): "create",
    ("certificate",): "change",
    ("cluster-info",): "read",
    ("completion",): "local",
    ("config",): "local",
    ("cordon",): "change",
    ("cp",): "run-code",
    ("create",): "create",
    ("debug",): "run-code",
    ("delete",): "delete",
    ("describe",): "read",
    ("diff",): "read",
    ("drain",): "delete",
    ("edit",): "change",
    ("events",): "read",
    ("exec",): "run-code",
    ("explain",): "read",
    ("expose",): "create",
    ("get",): "read",
    ("help",): "local",
    ("kustomize",): "local",
    ("label",): "change",
    ("logs",): "read",
    ("options",): "local",
    ("patch",): "change",
    ("plugin",): "local",
    ("port-forward",): "read",
    ("proxy",): "read",
    ("replace",): "change",
    ("rollout",): "change",
    ("rollout", "history"): "read",
    ("rollout", "status"): "read",
    ("run",): "create",
    ("scale",): "change",
    ("set",): "change",
    ("taint",): "change",
    ("top",): "read",
    ("uncordon",): "change",
    ("version",): "read",
    ("wait",): "read",
}


def _pretends(subject: Subject) -> bool:
    return subject.dry_run in ("client", "server")


def _works_on_files(subject: Subject) -> bool:
    return subject.on("local")


def _runs_helpers(subject: Subject) -> bool:
    """Whether kustomize may start other programs on this machine: helm, or plugins that the files name."""
    return subject.on("enable-helm") or subject.on("enable-alpha-plugins")


def lists(subject: Subject) -> bool:
    """Whether a command that could change something only prints what is there (`label --list`)."""
    return subject.on("list") and not subject.operands.with_role("pair", "removal")


# Of the commands that otherwise change something: when a flag takes the effect away or makes it stronger.
_FLAGS: tuple[tuple[frozenset[str], Callable[[Subject], bool], Effect], ...] = (
    (frozenset({"annotate", "label", "patch", "set", "wait"}), _works_on_files, "local"),
    (frozenset({"annotate", "label", "set"}), lists, "read"),
    (frozenset({"version"}), lambda subject: subject.on("client"), "local"),
    (frozenset({"replace"}), lambda subject: subject.on("force"), "delete"),
    (frozenset({"apply"}), lambda subject: subject.on("force") or subject.on("prune"), "delete"),
    (frozenset({"debug"}), lambda subject: subject.on("replace"), "delete"),
    (frozenset({"kustomize"}), _runs_helpers, "run-code"),
)


def effect(subject: Subject) -> Effect:
    """The effect class of one kubectl invocation."""
    if subject.helps:
        return "local"
    command = subject.invocation.command
    if command is not None and not command.runnable:
        return "local"  # it only prints its help
    base = of_command(subject.path)
    if _pretends(subject) and base not in ("local", "run-code"):
        return "read"
    verb = subject.path[:1]
    for verbs, applies, changed in _FLAGS:
        if verb and verb[0] in verbs and applies(subject):
            return changed
    return base


def of_command(path: tuple[str, ...]) -> Effect:
    """The effect class of a command without any flags; a plugin runs code of its own."""
    for length in range(len(path), 0, -1):
        if path[:length] in EFFECTS:
            return EFFECTS[path[:length]]
    return "local" if not path else "run-code"


def strongest(effects: Iterable[Effect]) -> Effect:
    """The effect that matters most of a line with several commands."""
    return max(effects, key=STRENGTH.index, default="local")
