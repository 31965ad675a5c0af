"""Traps in how flags are written: values after a space, templates left out, flags after ``--``, repeated flags."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from kx.explain import effects
from kx.explain.explanation import Severity, Trap
from kx.explain.subject import Subject
from kx.explain.traps.fixes import spliced, with_word_before_dash
from kx.kubectl.invocation import FlagUse

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
_RUNS_SOMETHING = frozenset({("exec",), ("debug",)})
_SESSION = frozenset({"-i", "-t", "-it", "-ti", "--stdin", "--tty"})
_SWITCHES = _SESSION | {"--rm"}


def traps(subject: Subject) -> Iterator[Trap]:
    """Traps of flags."""
    yield from _optional_values(subject)
    yield from _after_dash(subject)
    yield from _bare_template(subject)
    yield from _repeated(subject)


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
        yield Trap(
            id="flag-after-dash",
            severity="warn",
            start=first.start,
            end=first.end,
            message=f'{first.value} comes after "--", so it is not for kubectl: the program in the container gets it.',
            fix=with_word_before_dash(subject, late) if joined else None,
        )


def _late(subject: Subject) -> list[int]:
    """The words after ``--`` that were most likely meant for kubectl."""
    after = subject.invocation.after_dash
    if subject.path[:1] not in _NEW_CONTAINER and subject.path not in _RUNS_SOMETHING:
        return []
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
            )
