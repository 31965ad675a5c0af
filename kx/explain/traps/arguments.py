"""How many words each command takes, and which values its own flags have: kubectl's checks before it asks anything.

Tables in kubectl's words, each tried with kubectl 1.27 to 1.33.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from kx.explain.layouts import LAYOUTS
from kx.explain.subject import Subject

Found = tuple[str, str]
_EXTRA, _MISSING, _BAD, _CONFLICT = "extra-operand", "missing-operand", "bad-value", "conflicting-flags"

_RESOURCES = "You must provide one or more resources by argument or filename."
_PATH_TOO = "resource/name arguments cannot be provided when a path is specified"
_LOCAL = "you must specify resources by --filename when --local is set."

# Command -> how many operands it takes at most, and what it says of more ({args}: all of them, {count}: how many).
_AT_MOST: dict[tuple[str, ...], tuple[int, str]] = {
    ("api-resources",): (0, "unexpected arguments: [{args}]"),
    ("api-versions",): (0, "unexpected arguments: [{args}]"),
    ("apply",): (0, "Unexpected args: [{args}]"),
    ("attach",): (2, "expected POD, TYPE/NAME, or TYPE NAME, (at most 2 arguments) saw {count}: [{args}]"),
    ("auth", "can-i"): (2, "you must specify two arguments: verb resource or verb resource/resourceName."),
    ("create", "token"): (1, "exactly one NAME is required, got {count}"),
    ("diff",): (0, "Unexpected args: [{args}]"),
    ("explain",): (1, "We accept only this format: explain RESOURCE"),
    ("top", "node"): (1, "node [NAME | -l label]"),
    ("top", "pod"): (1, "pod [NAME | -l label]"),
    ("version",): (0, "extra arguments: [{args}]"),
}
# Command -> what it says without any object, be it by name or by file.
_AT_LEAST: dict[tuple[str, ...], str] = {
    ("apply", "edit-last-applied"): _RESOURCES,
    ("apply", "set-last-applied"): _RESOURCES,
    ("apply", "view-last-applied"): _RESOURCES,
    ("auth", "reconcile"): "must specify one of -f and -k",
    ("certificate", "approve"): "one or more CSRs must be specified as <name> or -f <filename>",
    ("certificate", "deny"): "one or more CSRs must be specified as <name> or -f <filename>",
    ("debug",): "NAME or filename is required for debug",
    ("set", "env"): "one or more resources must be specified as <resource> <name> or <resource>/<name>",
    ("set", "image"): _RESOURCES,
    ("set", "resources"): _RESOURCES,
    ("wait",): _RESOURCES,
}
# Command -> what it says where no words may stand beside --local.
_LOCALLY: dict[tuple[str, ...], str] = {
    ("annotate",): "can only use local files by -f rsrc.yaml or --filename=rsrc.json when --local=true is set",
    ("label",): "can only use local files by -f pod.yaml or --filename=pod.json when --local=true is set",
    ("patch",): "cannot specify --local and server resources",
    ("set", "env"): _RESOURCES,
    ("set", "image"): _LOCAL,
    ("set", "resources"): _LOCAL,
    ("set", "selector"): _LOCAL,
    ("set", "serviceaccount"): _RESOURCES,
    ("set", "subject"): _LOCAL,
    ("wait",): _LOCAL,
}
_BEFORE = {"annotate": "annotation", "label": "label", "taint": "taint"}
# (Command, flag) -> the values it takes, and what it says of others.
_VALUES: dict[tuple[tuple[str, ...], str], tuple[tuple[str, ...], str]] = {
    (("api-resources",), "output"): (("", "name", "wide"), "--output {} is not available"),
    (("api-resources",), "sort-by"): (("", "name", "kind"), "--sort-by accepts only name or kind"),
    (("delete",), "output"): (("", "name"), "unexpected -o output mode: {}. We only support '-o name'"),
    (("patch",), "type"): (("json", "merge", "strategic"), '--type must be one of [json merge strategic], not "{}"'),
    (("top", "node"), "sort-by"): (("", "cpu", "memory"), "--sort-by accepts only cpu or memory"),
    (("top", "pod"), "sort-by"): (("", "cpu", "memory"), "--sort-by accepts only cpu or memory"),
    (("version",), "output"): (("", "yaml", "json"), "--output must be 'yaml' or 'json'"),
}
# (Command, flag) -> what it says of a negative number.
_NOT_NEGATIVE = {
    (("rollout", "history"), "revision"): "revision must be a positive integer: {}",
    (("rollout", "status"), "revision"): "revision must be a positive integer: {}",
    (("scale",), "replicas"): "The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0",
}
# Commands that check -o in words of their own.
_OWN_OUTPUT = frozenset({"api-resources", "config", "delete", "explain", "version"})
_FORMS = frozenset(
    {
        *("", "json", "yaml", "kyaml", "name", "wide", "go-template", "go-template-file", "template", "templatefile"),
        *("jsonpath", "jsonpath-as-json", "jsonpath-file", "custom-columns", "custom-columns-file"),
    }
)


def check(subject: Subject) -> Found | None:
    """The first of the command's own checks that the line does not pass."""
    for rule in _RULES:
        for found in rule(subject):
            return found
    return None


def _count(subject: Subject) -> Iterator[Found]:
    operands = subject.invocation.operand_values()
    limit = _AT_MOST.get(subject.path)
    if limit is not None and len(operands) > limit[0]:
        yield _EXTRA, limit[1].format(args=" ".join(operands), count=len(operands))
    if subject.path == ("auth", "can-i") and subject.on("list") and operands:
        yield _EXTRA, "list option must be specified with no arguments"
    if subject.path == ("get",) and subject.given("raw") and operands:
        yield _EXTRA, "arguments may not be passed when --raw is specified"
    if subject.path == ("set", "serviceaccount") and not (subject.files or subject.operands.with_role("account")):
        yield _MISSING, _RESOURCES
    message = _AT_LEAST.get(subject.path)
    nothing = not (subject.targets or subject.files or subject.operands.with_role("type-name", "name", "pod"))
    if message is not None and nothing and not subject.on("local"):
        yield _MISSING, message


def _files(subject: Subject) -> Iterator[Found]:
    if subject.path[0] in ("delete", "auth") and subject.given("filename") and subject.given("kustomize"):
        yield _CONFLICT, "only one of -f or -k can be specified"
    if subject.path == ("auth", "reconcile") and subject.invocation.operands:
        yield _EXTRA, "no arguments are allowed"
    layout = LAYOUTS.get(subject.path)
    named = subject.operands.with_role("type-name", "name", "pod")
    if subject.files and named and layout is not None:
        slashed = subject.operands.with_role("type-name")
        if slashed or layout.kind in ("named", "pod"):
            yield _CONFLICT, _PATH_TOO


def _locally(subject: Subject) -> Iterator[Found]:
    message = _LOCALLY.get(subject.path)
    if message is not None and subject.on("local") and subject.targets:
        yield _CONFLICT, message


def _nodes(subject: Subject) -> Iterator[Found]:
    if subject.path[0] in ("cordon", "uncordon", "drain") and subject.targets and subject.given("selector"):
        yield _CONFLICT, "cannot specify both a node name and a --selector option"


def _misplaced(subject: Subject) -> Iterator[Found]:
    """A word behind the settings: kubectl wants all objects first."""
    words = [subject.word(index).value for index in subject.operands.with_role("misplaced")]
    if not words:
        return
    if subject.path == ("set", "env"):
        every = " ".join(subject.invocation.operand_values())
        yield _EXTRA, f"all resources must be specified before environment changes: {every}"
    elif subject.path == ("set", "image"):
        yield _EXTRA, f"all resources must be specified before image changes: {words[0]}"
    elif subject.path[0] in _BEFORE:
        yield _EXTRA, f"all resources must be specified before {_BEFORE[subject.path[0]]} changes: {words[0]}"


def _values(subject: Subject) -> Iterator[Found]:
    for use in subject.invocation.flags:
        value = use.value
        if value is None or "$" in value:
            continue
        allowed = _VALUES.get((subject.path, use.name))
        if allowed is not None and value not in allowed[0]:
            yield _BAD, allowed[1].format(value)
        message = _NOT_NEGATIVE.get((subject.path, use.name))
        if message is not None and value.startswith("-") and value[1:].isdecimal():
            yield _BAD, message.format(value)


def _output(subject: Subject) -> Iterator[Found]:
    value = subject.invocation.value("output") or ""
    form = value.partition("=")[0]
    if subject.path[0] in _OWN_OUTPUT or subject.path == ("apply", "view-last-applied") or "$" in value:
        return
    if form not in _FORMS:
        yield _BAD, f'unable to match a printer suitable for the output format "{value}"'


_RULES: tuple[Callable[[Subject], Iterator[Found]], ...] = (
    _count,
    _files,
    _locally,
    _nodes,
    _misplaced,
    _values,
    _output,
)
