"""Lines kubectl refuses before it sends anything: a table of rules, each tried with kubectl 1.27 to 1.33.

Unknown flags and commands and missing flags are the parser's business; here stands what each command checks by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from kx.explain.explanation import Trap
from kx.explain.layouts import LAYOUTS
from kx.explain.subject import Subject
from kx.explain.traps import arguments, conflicts
from kx.explain.traps.fixes import span

REFUSALS = frozenset(
    {
        "missing-flag",
        "missing-operand",
        "mixed-names",
        "names-and-selector",
        "name-in-all-namespaces",
        "bad-operand",
        "bad-value",
        "conflicting-flags",
        "extra-operand",
        "no-command",
        "template-missing",
    }
)

_BOOLEANS = ("1", "t", "T", "true", "TRUE", "True", "0", "f", "F", "false", "FALSE", "False")
_ALLOWED = {
    "dry-run": (
        ("none", "server", "client", "unchanged", *_BOOLEANS),
        'Invalid dry-run value ({}). Must be "none", "server", or "client".',
    ),
    "validate": (
        ("strict", "warn", "ignore", *_BOOLEANS),
        'invalid - validate option "{}"; must be one of: strict (or true), warn, ignore (or false)',
    ),
    "cascade": (
        ("background", "foreground", "orphan", "true", "false"),
        'invalid cascade value ({}). Must be "background", "foreground", or "orphan"',
    ),
}
_FROM_FILES = frozenset({("apply",), ("replace",), ("create",), ("diff",)})
# Commands that take a type alone only with a selector, --all or files.
_NEEDS_NAMES = frozenset(
    {
        *(("delete",), ("annotate",), ("autoscale",), ("expose",), ("label",), ("patch",), ("scale",), ("wait",)),
        *(("set", word) for word in ("env", "image", "resources", "selector", "serviceaccount", "subject")),
        ("apply", "view-last-applied"),
    }
)
_NODES = frozenset({("cordon",), ("uncordon",), ("drain",)})

# How a refusal begins; the rest is kubectl's own message.
SAID = "kubectl would refuse this: "

Check = Callable[[Subject], "tuple[str, str] | None"]


def traps(subject: Subject) -> Iterator[Trap]:
    """The first reason for which the command would refuse the line, if the parser found none."""
    if subject.invocation.problems or subject.fed:
        return
    # What the shell puts in may be a name, a kind and a name, several words or none: only values can be judged then.
    filled_in = any(subject.word(index).expands for index in subject.invocation.operands)
    for check in (_allowed_values,) if filled_in else _CHECKS:
        found = check(subject)
        if found:
            start, end = span(subject)
            yield Trap(found[0], "warn", start, end, SAID + found[1])
            return


def _allowed_values(subject: Subject) -> tuple[str, str] | None:
    for name, (allowed, message) in _ALLOWED.items():
        value = subject.invocation.value(name)
        if value is not None and value not in allowed and "$" not in value:
            return "bad-value", message.format(value)
    return None


def _files(subject: Subject) -> tuple[str, str] | None:
    if subject.path not in _FROM_FILES or subject.given("raw"):
        return None
    if not subject.files:
        return "missing-operand", "must specify one of -f and -k"
    if subject.given("filename") and subject.given("kustomize"):
        return "conflicting-flags", "only one of -f or -k can be specified"
    return None


def _new_name(subject: Subject) -> tuple[str, str] | None:
    layout = LAYOUTS.get(subject.path)
    if layout is None or layout.kind != "new" or layout.rest:
        return None
    # Words after `--` are no names for the commands that make containers.
    count = len(subject.invocation.operands)
    return None if count == 1 else ("extra-operand", f"exactly one NAME is required, got {count}")


def _run(subject: Subject) -> tuple[str, str] | None:
    if subject.path != ("run",):
        return None
    attached = subject.on("stdin") or subject.on("tty") or subject.on("attach")
    if not subject.invocation.operands:
        return "missing-operand", "NAME is required for run"
    if subject.on("rm") and not (subject.on("stdin") or subject.on("attach")):
        return "conflicting-flags", "--rm should only be used for attached containers"
    if subject.on("tty") and not subject.on("stdin"):
        return "conflicting-flags", "-i/--stdin is required for containers with -t/--tty=true"
    if attached and subject.dry_run != "none":
        flags = "(--attach, --stdin, or --tty)"
        return (
            "conflicting-flags",
            f"--dry-run=[server|client] can't be used with attached containers options {flags}",
        )
    if subject.on("expose") and not subject.given("port"):
        return "missing-flag", "--port must be set when exposing a service"
    return None


def _mixed_names(subject: Subject) -> tuple[str, str] | None:
    layout = LAYOUTS.get(subject.path)
    if layout is None or layout.kind not in ("resources", "pod"):
        return None
    # What the shell replaces cannot be judged.
    words = [
        subject.word(index).value
        for index in subject.operands.roles
        if index not in subject.operands.rest and not subject.word(index).expands
    ]
    slashed = [word for word in words if "/" in word]
    if any(word.count("/") > 1 for word in slashed):
        return "mixed-names", "arguments in resource/name form may not have more than one slash"
    if any(word.startswith("/") or word.endswith("/") for word in slashed):
        return "mixed-names", "arguments in resource/name form must have a single resource and name"
    if layout.kind == "resources" and slashed and len(slashed) < len(words):
        example = "'kubectl get resource/<resource_name>' instead of 'kubectl get resource resource/<resource_name>'"
        return (
            "mixed-names",
            "there is no need to specify a resource type as a separate argument when passing arguments in "
            f"resource/name form (e.g. {example}",
        )
    return None


def _selector(subject: Subject) -> tuple[str, str] | None:
    layout = LAYOUTS.get(subject.path)
    if layout is None or layout.kind != "resources" or subject.path[0] in ("expose", "taint"):
        return None
    names = any(target.names for target in subject.targets)
    # Few look at --all where names are given; the others leave it aside, and `taint` leaves out the names.
    every = subject.path in (("delete",), ("apply", "view-last-applied")) and subject.on("all")
    choosing = subject.given("selector") or subject.given("field-selector") or every
    if subject.path == ("delete",) and subject.on("all") and subject.given("selector"):
        return "conflicting-flags", "setting 'all' parameter but found a non empty selector."
    if names and choosing:
        if subject.operands.with_role("type-name"):
            message = "selectors and the all flag cannot be used when passing resource/name arguments"
        else:
            message = "name cannot be provided when a selector is specified"
        return "names-and-selector", message
    if names and subject.on("all-namespaces"):
        return "name-in-all-namespaces", "a resource cannot be retrieved by name across all namespaces"
    return None


def _no_names(subject: Subject) -> tuple[str, str] | None:
    chosen = any(subject.given(name) for name in ("all", "selector", "field-selector", "filename", "kustomize", "raw"))
    if subject.path not in _NEEDS_NAMES or chosen:
        return None
    if subject.path != ("delete",) and not subject.targets:
        return None  # told by others
    if not subject.targets:
        return "missing-operand", "You must provide one or more resources by argument or filename."
    if not any(target.names for target in subject.targets):
        return "missing-operand", "resource(s) were provided, but no name was specified"
    return None


def _resource(subject: Subject) -> tuple[str, str] | None:
    by_selector = subject.path in _NODES and subject.given("selector")
    if subject.invocation.operands or subject.files or subject.given("raw") or by_selector:
        return None
    message = _WITHOUT_OPERANDS.get(subject.path)
    return ("missing-operand", message) if message else None


def _port_forward(subject: Subject) -> tuple[str, str] | None:
    if subject.path == ("port-forward",) and len(subject.invocation.operands) < 2:
        return "missing-operand", "TYPE/NAME and list of ports are required for port-forward"
    return None


def _logs(subject: Subject) -> tuple[str, str] | None:
    if subject.path != ("logs",):
        return None
    count = len(subject.invocation.operands)
    if count > 1 and subject.given("selector"):
        return "names-and-selector", "only a selector (-l) or a POD name is allowed"
    if count == 1 and subject.given("selector"):
        return "names-and-selector", "only a selector (-l) or a POD name is allowed"
    if (count == 0 and not subject.given("selector")) or count > 2:
        usage = "expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'."
        return "missing-operand", f"{usage} POD or TYPE/NAME is a required argument for the logs command"
    return None


def _pairs(subject: Subject) -> tuple[str, str] | None:
    thing = _THINGS.get(subject.path)
    if thing is None or subject.on("list") or subject.operands.with_role("pair", "removal"):
        return None
    return "missing-operand", f"at least one {thing} update is required"


def _patch(subject: Subject) -> tuple[str, str] | None:
    if subject.path == ("patch",) and not subject.given("patch") and not subject.given("patch-file"):
        return "missing-flag", "must specify --patch or --patch-file containing the contents of the patch"
    return None


_THINGS: dict[tuple[str, ...], str] = {("label",): "label", ("annotate",): "annotation", ("taint",): "taint"}
_TYPE_NEEDED = (
    'You must specify the type of resource to {}. Use "kubectl api-resources" for a complete list of '
    "supported resources."
)
_WITHOUT_OPERANDS: dict[tuple[str, ...], str] = {
    ("get",): _TYPE_NEEDED.format("get"),
    ("describe",): _TYPE_NEEDED.format("describe"),
    ("explain",): _TYPE_NEEDED.format("explain"),
    ("exec",): "pod, type/name or --filename must be specified",
    ("attach",): "at least 1 argument is required for attach",
    ("scale",): "You must provide one or more resources by argument or filename.",
    ("expose",): "You must provide one or more resources by argument or filename.",
    ("edit",): "You must provide one or more resources by argument or filename.",
    ("rollout", "status"): "required resource not specified",
    ("rollout", "history"): "required resource not specified",
    ("rollout", "undo"): "required resource not specified",
    ("rollout", "restart"): "required resource not specified",
    ("rollout", "pause"): "required resource not specified",
    ("rollout", "resume"): "required resource not specified",
    ("cordon",): "USAGE: cordon NODE [flags]",
    ("uncordon",): "USAGE: uncordon NODE [flags]",
    ("drain",): "USAGE: drain NODE [flags]",
    ("create", "token"): "exactly one NAME is required, got 0",
}
_CHECKS: tuple[Check, ...] = (
    arguments.check,
    _files,
    _new_name,
    _run,
    _allowed_values,
    _logs,
    _port_forward,
    _pairs,
    _patch,
    _mixed_names,
    _selector,
    _no_names,
    _resource,
    conflicts.check,
)
