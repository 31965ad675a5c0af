"""Traps in how flags are written: values after a space, templates left out, flags after ``--``, repeated flags."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from kx.explain import effects
from kx.explain.explanation import Severity, Trap
from kx.explain.subject import Subject
from kx.explain.traps.fixes import flag_words, marked, spliced, with_word_before_dash, without
from kx.kubectl.invocation import FlagUse
from kx.kubectl.parse import CONTAINER_COMMANDS
from kx.kubectl.suggest import distance

_SWITCH_WORDS = frozenset({"true", "false", "True", "False", "TRUE", "FALSE"})
_VALUES = {
    "dry-run": frozenset({"client", "server", "none", "true", "false"}),
    "cascade": frozenset({"background", "foreground", "orphan", "true", "false"}),
    "validate": frozenset({"strict", "warn", "ignore", "true", "false"}),
}
_BELONGS_TO_KUBECTL = frozenset(
    {"--dry-run", "--image", "--restart", "--namespace", "--context", "--kubeconfig", "--replicas", "--rm"}
)
_NEW_CONTAINER = frozenset({("run",), ("create",)})
_SESSION = frozenset({"-i", "-t", "-it", "-ti", "--stdin", "--tty"})
_SWITCHES = _SESSION | {"--rm"}


def traps(subject: Subject) -> Iterator[Trap]:
    """Traps of flags."""
    yield from _optional_values(subject)
    yield from _after_dash(subject)
    yield from _bare_template(subject)
    yield from _repeated(subject)
    yield from _unknown(subject)
    yield from _credentials(subject)


def _optional_values(subject: Subject) -> Iterator[Trap]:
    for use in subject.invocation.flags:
        follower = _follower(subject, use)
        if follower is not None:
            yield _optional_value(subject, use, follower)


def _follower(subject: Subject, use: FlagUse) -> int | None:
    """The next word, if it looks like the value of a flag that never takes the next word."""
    if use.given or use.flag is None or not use.flag.optional_value:
        return None
    indices = subject.invocation.segment.words
    following = use.word + 1  # the words of a command stand side by side, but for redirects between them
    if following > indices[-1] or subject.roles.get(following) != "operand":
        return None
    # Only the last flag of `-it` could have been meant.
    last = subject.uses[use.word][-1]
    values = _VALUES.get(use.name, _SWITCH_WORDS if use.flag.type == "bool" else frozenset())
    return following if last is use and subject.word(following).value in values else None


def _optional_value(subject: Subject, use: FlagUse, follower: int) -> Trap:
    flag, word = subject.word(use.word), subject.word(follower)
    became = _became(subject, follower)
    # A word that becomes one more object to delete is the worst of these mistakes.
    severity: Severity = "stop" if effects.of_command(subject.path) == "delete" else "warn"
    return Trap(
        id="optional-flag-value",
        severity=severity,
        start=flag.start,
        end=word.end,
        message=f'"{word.value}" is not the value of {use.typed}: it is {became}. '
        f'kubectl takes a value for {use.typed} only after "=".',
        fix=spliced(subject.invocation.line.text, [(flag.end, word.start, "=")]),
    )


def _became(subject: Subject, follower: int) -> str:
    role = subject.operands.roles.get(follower, "argument")
    deletes = effects.of_command(subject.path) == "delete"
    purpose = " to delete" if deletes else ""
    kinds = [target.type for target in subject.targets if subject.word(follower).value in target.names]
    if role in ("name", "names", "pod", "node") and kinds:
        named = [name for target in subject.targets for name in target.names]
        kind = kinds[0].singular if kinds[0] else "object"
        ordinal = {1: "a", 2: "a second", 3: "a third"}.get(len(named), "one more") if len(kinds) == 1 else "one more"
        return f"{ordinal} {kind}{purpose}"
    if role in ("type", "unknown-type") and subject.types.find(subject.word(follower).value) is None:
        return f"the kind of object{purpose}"
    if role == "new-name":
        return "the name for the new object"
    return "one more word for the command"


def _after_dash(subject: Subject) -> Iterator[Trap]:
    late = _late(subject)
    if late:
        first = subject.word(late[0])
        joined = all("=" in subject.word(index).value or subject.word(index).value in _SWITCHES for index in late)
        passed_on = subject.path in CONTAINER_COMMANDS
        fate = "the program in the container gets it" if passed_on else "kubectl takes it for one more name"
        yield Trap(
            id="flag-after-dash",
            severity=_weight(subject, late),
            start=first.start,
            end=first.end,
            message=f'{first.value} comes after "--", so it is no flag of kubectl: {fate}.',
            fix=with_word_before_dash(subject, late) if joined else None,
        )


def _weight(subject: Subject, late: list[int]) -> Severity:
    """A dry run that is not one, or a flag that becomes one more object to delete, is worth stopping for."""
    dry = any(subject.word(index).value.startswith("--dry-run") for index in late)
    serious = dry or effects.of_command(subject.path) == "delete"
    return "stop" if serious and subject.dry_run == "none" and not subject.refused else "warn"


def _late(subject: Subject) -> list[int]:
    """The words after ``--`` that were most likely meant for kubectl."""
    after = subject.invocation.after_dash
    if subject.path not in CONTAINER_COMMANDS:
        command = subject.invocation.command
        names = {f"--{flag.name}" for flag in command.flags} if command else set()
        return [index for index in after if subject.word(index).value.partition("=")[0] in names | _BELONGS_TO_KUBECTL]
    late = [index for index in after[:1] if subject.word(index).value in _SESSION]
    if subject.path[:1] in _NEW_CONTAINER:
        late += [index for index in after if subject.word(index).value.partition("=")[0] in _BELONGS_TO_KUBECTL]
    return late


_EXAMPLES = {
    "jsonpath": "jsonpath='{.items[*].metadata.name}'",
    "jsonpath-as-json": "jsonpath-as-json='{.items[*].metadata.name}'",
    "go-template": "go-template='{{.metadata.name}}'",
    "template": "go-template='{{.metadata.name}}'",
    "custom-columns": "custom-columns=NAME:.metadata.name",
}


def _bare_template(subject: Subject) -> Iterator[Trap]:
    use = subject.use("output")
    if use is None or use.value is None or use.value_span is None:
        return
    form, equals, template = use.value.partition("=")
    start, end = use.value_span
    text = subject.invocation.line.text
    if form in _EXAMPLES and not template and not (subject.given("template") and not form.startswith("custom")):
        yield Trap(
            id="template-missing",
            severity="warn",
            start=start,
            end=end,
            message=f'-o {form} needs to be told what to print, after a "=".',
            fix=spliced(text, [(start, end, _EXAMPLES[form])]),
        )
        return
    word = subject.word(use.value_word if use.value_word is not None else use.word)
    if equals and form in _EXAMPLES and word.expands and not word.quoted and "$" not in word.value:
        yield Trap(
            id="unquoted-template",
            severity="hint",
            start=start,
            end=end,
            message="The shell may change braces, brackets and stars before kubectl sees them; quotes keep them.",
            fix=spliced(text, [(start, end, f"{form}={shlex.quote(template)}")]),
        )


def _repeated(subject: Subject) -> Iterator[Trap]:
    """A flag that holds one value, given several: the last wins."""
    seen: dict[str, FlagUse] = {}
    for use in subject.invocation.flags:
        if use.flag is None or use.flag.repeats or use.value is None:
            continue
        former = seen.get(use.name)
        seen[use.name] = use
        if former is not None and former.value != use.value:
            word = subject.word(former.word)
            last = subject.word(former.value_word).end if former.value_word is not None else word.end
            yield Trap(
                id="repeated-flag",
                severity="warn",
                start=word.start,
                end=last,
                message=f"--{use.name} is there more than once, and only the last one counts.",
                fix=_both(subject, former, use) if use.name == "selector" else None,
            )


def _both(subject: Subject, former: FlagUse, use: FlagUse) -> str | None:
    """The line with the conditions of two selectors in one."""
    span = former.value_span
    if span is None or former.value is None or use.value is None or "$" in former.value + use.value:
        return None
    shorter = without(subject, *flag_words(use))
    return spliced(shorter, [(*span, shlex.quote(f"{former.value},{use.value}"))]) if use.word > former.word else None


# Flags that are gone or that other tools have -> what does it today.
_INSTEAD = {
    "all-namespace": "all-namespaces",
    "delete-local-data": "delete-emptydir-data",
    "dryrun": "dry-run=client",
    "force-delete": "force",
    "ns": "namespace",
    "tail-lines": "tail",
}


def _unknown(subject: Subject) -> Iterator[Trap]:
    """A flag that the command does not have: the nearest that it has."""
    problem = next((each for each in subject.invocation.problems if each.kind == "unknown-flag"), None)
    command = subject.invocation.command
    if problem is None or problem.word is None or command is None:
        return
    word = subject.word(problem.word)
    name = word.value[2:].partition("=")[0]
    if not word.value.startswith("--") or len(name) < 2:
        return
    names = [flag.name for flag in (*command.flags, *subject.catalog.globals)]
    meant = _INSTEAD.get(name) or _nearest(name, names)
    if meant.partition("=")[0] in names:
        message = f"kubectl {' '.join(subject.path)} has no flag --{name}; you may have meant --{meant}."
        typed = meant.partition("=")[0] if "=" in word.value else meant
        fix = spliced(subject.invocation.line.text, [(word.start, word.start + 2 + len(name), f"--{typed}")])
        yield Trap("no-such-flag", "warn", word.start, word.end, message, fix)


def _nearest(name: str, names: list[str]) -> str:
    found = sorted((distance(name, each), each) for each in names if abs(len(each) - len(name)) <= 2)
    return found[0][1] if found and found[0][0] <= (2 if len(name) > 5 else 1) else ""


def _credentials(subject: Subject) -> Iterator[Trap]:
    """`--token=…`: seen in the history of the shell and in the list of processes."""
    for use in subject.invocation.flags:
        if use.name in ("token", "password") and use.value and not subject.word(flag_words(use)[-1]).expands:
            message = "A secret that is typed on a line stays in the history of most shells and is seen in the list of "
            yield marked(subject, flag_words(use), "secret-on-line", "hint", message + "processes.")
