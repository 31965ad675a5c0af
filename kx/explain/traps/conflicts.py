"""Flags and words that each are right but do not go together, or lack a partner: rules of single commands.

A table of kubectl's own checks, each tried with kubectl 1.27 to 1.33. What only the cluster can tell is not here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from kx.explain.layouts import LAYOUTS
from kx.explain.subject import Subject

Found = tuple[str, str]
_CONFLICT, _MISSING, _BAD = "conflicting-flags", "missing-flag", "bad-value"


def check(subject: Subject) -> Found | None:
    """The first rule the line breaks: what kind of mistake, and kubectl's message."""
    for rule in (*_RULES.get(subject.path, ()), *_EVERYWHERE):
        for found in rule(subject):
            return found
    return None


def _replace(subject: Subject) -> Iterator[Found]:
    for name in ("grace-period", "timeout"):
        if subject.given(name) and not subject.on("force") and not subject.value(name).startswith(("-", "0s")):
            yield _CONFLICT, f"--{name} must have --force specified"
    if subject.on("force") and subject.dry_run != "none":
        yield _CONFLICT, "--dry-run can not be used when --force is set"


def _apply(subject: Subject) -> Iterator[Found]:
    if subject.given("subresource") and not subject.on("server-side"):
        yield _CONFLICT, "--subresource can only be specified for --server-side"
    if subject.on("force") and subject.on("server-side"):
        yield _CONFLICT, "--force cannot be used with --server-side"
    if subject.on("server-side") and subject.dry_run == "client":
        message = "--dry-run=client doesn't work with --server-side (did you mean --dry-run=server instead?)"
        yield _CONFLICT, message
    if subject.on("force") and subject.dry_run == "server":
        yield _CONFLICT, "--dry-run=server cannot be used with --force"
    if subject.on("prune") and not any(subject.given(name) for name in ("all", "selector", "applyset")):
        yield _MISSING, "all resources selected for prune without explicitly passing --all."


def _delete(subject: Subject) -> Iterator[Found]:
    grace = subject.invocation.value("grace-period", "-1") or "-1"
    if subject.on("now") and not grace.startswith("-"):
        yield _CONFLICT, "--now and --grace-period cannot be specified together"
    if subject.on("force") and (subject.on("now") or grace.strip("+0") and not grace.startswith("-")):
        yield _CONFLICT, "--force and --grace-period greater than 0 cannot be specified together"


def _copy(subject: Subject) -> Iterator[Found]:
    words = [subject.word(index) for index in subject.invocation.operands]
    if any(word.expands for word in words):
        return
    remote = [":" in word.value for word in words]
    if len(words) != 2:
        yield "missing-operand", "source and destination are required"
    elif all(remote):
        yield _CONFLICT, "one of src or dest must be a local file specification"
    elif not any(remote):
        yield "missing-operand", "one of src or dest must be a remote file specification"


def _job(subject: Subject) -> Iterator[Found]:
    if subject.given("image") == subject.given("from"):
        yield _MISSING, "either --image or --from must be specified"


def _service(subject: Subject) -> Iterator[Found]:
    headless = subject.value("clusterip") == "None"
    if not subject.given("tcp") and not headless:
        yield _MISSING, "at least one tcp port specifier must be provided"


def _autoscale(subject: Subject) -> Iterator[Found]:
    most, fewest = subject.value("max"), subject.value("min")
    if most.isdecimal() and fewest.isdecimal() and int(most) < int(fewest):
        numbers = f"max: {most}, min: {fewest}"
        yield _BAD, f"--max=MAXPODS must be larger or equal to --min=MINPODS, {numbers}"


def _run(subject: Subject) -> Iterator[Found]:
    for name, allowed, what in (
        ("restart", ("Always", "OnFailure", "Never"), "restart policy"),
        ("image-pull-policy", ("Always", "IfNotPresent", "Never"), "image pull policy"),
    ):
        value = subject.value(name)
        if value and value not in allowed and "$" not in value:
            yield _BAD, f"invalid {what}: {value}"


def _wait(subject: Subject) -> Iterator[Found]:
    if not subject.given("for"):
        yield _MISSING, 'unrecognized condition: ""'


def _can_i(subject: Subject) -> Iterator[Found]:
    if not subject.on("list") and len(subject.invocation.operands) < 2:
        yield "missing-operand", "you must specify two arguments: verb resource or verb resource/resourceName."


def _debug(subject: Subject) -> Iterator[Found]:
    if subject.on("tty") and not subject.on("stdin"):
        yield _CONFLICT, "-i/--stdin is required for containers with -t/--tty=true"
    if not any(subject.given(name) for name in ("image", "copy-to")):
        yield _MISSING, "you must specify --image when not using --copy-to."


def _top(subject: Subject) -> Iterator[Found]:
    if subject.invocation.operands and subject.given("selector"):
        yield _CONFLICT, f"only one of NAME or {'--' if subject.path[1] == 'node' else ''}selector can be provided"


def _deployment(subject: Subject) -> Iterator[Found]:
    many = sum(len(value.split(",")) for value in subject.invocation.values("image")) > 1
    if many and subject.invocation.after_dash:
        yield _CONFLICT, "cannot specify multiple --image options and command"


def _taint(subject: Subject) -> Iterator[Found]:
    for target in subject.targets:
        if target.type is not None and target.type.key != "nodes":
            yield "bad-operand", f"invalid resource type {target.typed}, only node types are supported"


def _accounts(subject: Subject) -> Iterator[Found]:
    for value in subject.invocation.values("serviceaccount"):
        if any(len(account.split(":")) != 2 for account in value.split(",")) and "$" not in value:
            yield _BAD, "serviceaccount must be <namespace>:<name>"


def _literals(subject: Subject) -> Iterator[Found]:
    if subject.given("from-env-file") and (subject.given("from-literal") or subject.given("from-file")):
        yield _CONFLICT, "from-env-file cannot be combined with from-file or from-literal"
    for value in subject.invocation.values("from-literal"):
        if "=" not in value.lstrip("=") and "$" not in value:
            yield _BAD, f"invalid literal source {value}, expected key=value"


def _role(subject: Subject) -> Iterator[Found]:
    if subject.given("aggregation-rule"):
        return
    if not subject.given("verb"):
        yield _MISSING, "at least one verb must be specified"
    if subject.path == ("create", "role") and not subject.given("resource"):
        yield _MISSING, "at least one resource must be specified"
    if subject.path == ("create", "clusterrole") and not (
        subject.given("resource") or subject.given("non-resource-url")
    ):
        yield _MISSING, "one of resource or nonResourceURL must be specified"


def _disruption(subject: Subject) -> Iterator[Found]:
    fewest, most = subject.given("min-available"), subject.given("max-unavailable")
    if not subject.given("selector"):
        yield _MISSING, "a selector must be specified"
    if not fewest and not most:
        yield _MISSING, "one of min-available or max-unavailable must be specified"
    if fewest and most:
        yield _CONFLICT, "min-available and max-unavailable cannot be both specified"


def _registry(subject: Subject) -> Iterator[Found]:
    # The server has a default of its own.
    if not subject.given("from-file") and not (subject.given("docker-username") and subject.given("docker-password")):
        yield _MISSING, "either --from-file or the combination of --docker-username, --docker-password and "


def _events(subject: Subject) -> Iterator[Found]:
    value = subject.invocation.value("for")
    if value and value.count("/") != 1 and "$" not in value:
        yield _BAD, "--for must be in resource/name form"


def _ingress(subject: Subject) -> Iterator[Found]:
    if not subject.given("rule") and not subject.given("default-backend"):
        yield (
            _MISSING,
            "not enough information provided: every ingress has to either specify a default-backend (which catches all "
            "traffic) or a list of rules (which catch specific paths)",
        )


def _binding(subject: Subject) -> Iterator[Found]:
    if subject.given("role") == subject.given("clusterrole"):
        yield _MISSING, "exactly one of clusterrole or role must be specified"


def _tls(subject: Subject) -> Iterator[Found]:
    if not (subject.given("key") and subject.given("cert")):
        yield _MISSING, "key and cert must be specified"


def _files_and_words(subject: Subject) -> Iterator[Found]:
    layout = LAYOUTS.get(subject.path)
    named = set(subject.operands.roles) - set(subject.operands.rest)
    # The commands under `set` check this in words of their own.
    if layout is not None and layout.kind == "resources" and subject.path[0] != "set" and subject.files and named:
        message = "when paths, URLs, or stdin is provided as input, you may not specify resource arguments as well"
        yield _CONFLICT, message


Rule = Callable[[Subject], Iterator[Found]]
_EVERYWHERE: tuple[Rule, ...] = (_files_and_words,)
_RULES: dict[tuple[str, ...], tuple[Rule, ...]] = {
    ("apply",): (_apply,),
    ("auth", "can-i"): (_can_i,),
    ("autoscale",): (_autoscale,),
    ("cp",): (_copy,),
    ("create", "deployment"): (_deployment,),
    ("create", "ingress"): (_ingress,),
    ("create", "job"): (_job,),
    ("create", "clusterrole"): (_role,),
    ("create", "clusterrolebinding"): (_accounts,),
    ("create", "configmap"): (_literals,),
    ("create", "poddisruptionbudget"): (_disruption,),
    ("create", "role"): (_role,),
    ("create", "rolebinding"): (_binding, _accounts),
    ("create", "secret", "docker-registry"): (_registry,),
    ("create", "secret", "generic"): (_literals,),
    ("create", "secret", "tls"): (_tls,),
    ("create", "service", "clusterip"): (_service,),
    ("create", "service", "loadbalancer"): (_service,),
    ("create", "service", "nodeport"): (_service,),
    ("debug",): (_debug,),
    ("delete",): (_delete,),
    ("events",): (_events,),
    ("replace",): (_replace,),
    ("run",): (_run,),
    ("taint",): (_taint,),
    ("top", "node"): (_top,),
    ("top", "pod"): (_top,),
    ("wait",): (_wait,),
}
