"""Words that are no kubectl commands: what is most likely meant, as a table of habits and a rule for word order.

Near misses (`kubectl gte`) are corrected by kubectl's own rule for suggestions.
"""

from __future__ import annotations

from collections.abc import Iterator

from kx.explain.explanation import Trap
from kx.explain.subject import Subject
from kx.explain.traps.fixes import marked, replaced, spliced, without
from kx.kubectl.suggest import suggest

# From other tools, from older versions, and from what one would think: word -> the kubectl command.
_MEANT = {
    "api": "api-resources",
    "bash": "exec",
    "contexts": "config get-contexts",
    "current-context": "config current-context",
    "del": "delete",
    "destroy": "delete",
    "dir": "get",
    "forward": "port-forward",
    "get-contexts": "config get-contexts",
    "info": "cluster-info",
    "inspect": "describe",
    "kill": "delete",
    "list": "get",
    "ls": "get",
    "pause": "rollout pause",
    "ps": "get pods",
    "remove": "delete",
    "restart": "rollout restart",
    "resume": "rollout resume",
    "rm": "delete",
    "rollback": "rollout undo",
    "set-context": "config set-context",
    "shell": "exec",
    "show": "get",
    "ssh": "exec",
    "start": "run",
    "status": "rollout status",
    "tail": "logs",
    "undo": "rollout undo",
    "untaint": "taint",
    "update": "apply",
    "upgrade": "apply",
    "use": "config use-context",
    "use-context": "config use-context",
    "whoami": "auth whoami",
}


def traps(subject: Subject) -> Iterator[Trap]:
    """What may have been meant by a command that kubectl does not have."""
    problem = next(each for each in subject.invocation.problems if each.kind == "unknown-command")
    index = problem.word
    if index is None:
        return
    if subject.path == ("create",):
        yield from _not_made_by_words(subject, index)
    elif not subject.path:
        yield from _at_the_start(subject, index)


def _at_the_start(subject: Subject, index: int) -> Iterator[Trap]:
    value = subject.word(index).value
    following = _next_word(subject, index)
    verb = subject.word(following).value if following is not None else ""
    if value in ("kubectl", "k"):
        yield marked(subject, [index], "twice-kubectl", "warn", "kubectl is there twice.", without(subject, index))
    elif subject.types.find(value) is not None and following is not None and subject.catalog.command((verb,)):
        first, second = subject.word(index), subject.word(following)
        changes = [(first.start, first.end, second.text), (second.start, second.end, first.text)]
        message = "First comes what to do, then the kind of object."
        fix = spliced(subject.invocation.line.text, changes)
        yield marked(subject, [index, following], "wrong-order", "warn", message, fix)
    elif value not in _MEANT and subject.types.find(value) is not None:
        message = f'"{value}" is a kind of object; what to do with it comes first, such as get.'
        fix = replaced(subject, index, f"get {subject.word(index).text}")
        yield marked(subject, [index], "no-verb", "warn", message, fix)
    elif meant := _MEANT.get(value) or next(iter(suggest(subject.catalog, value)), ""):
        message = f'kubectl has no command "{value}"; you may have meant "{meant}".'
        yield marked(subject, [index], "no-such-command", "warn", message, replaced(subject, index, meant))


def _not_made_by_words(subject: Subject, index: int) -> Iterator[Trap]:
    """`create pod x`: most kinds can only be made from a file."""
    kind = subject.types.find(subject.word(index).value)
    if kind is None:
        return
    path = ("create", kind.singular)
    if subject.catalog.command(path) is None and kind.key == "pods":
        fix = spliced(subject.invocation.line.text, [(_create(subject), subject.word(index).end, "run")])
        message = "kubectl create makes no pods from words; kubectl run does."
        yield marked(subject, [index], "not-made-by-words", "warn", message, fix)
    elif subject.catalog.command(path) is None:
        message = f"kubectl create can make a {kind.kind} only from a file: kubectl create -f FILE."
        yield marked(subject, [index], "not-made-by-words", "warn", message)


def _create(subject: Subject) -> int:
    return next(subject.word(index).start for index, role in subject.invocation.roles if role == "command")


def _next_word(subject: Subject, index: int) -> int | None:
    words = subject.invocation.segment.words
    return next((other for other in words if other > index and not subject.word(other).value.startswith("-")), None)
