"""Traps in which objects a line means: --all, -n where it does not count, kinds taken for names, second runs."""

from __future__ import annotations

from collections.abc import Iterator

from kx.explain import effects
from kx.explain.explanation import Trap
from kx.explain.layouts import LAYOUTS
from kx.explain.subject import Subject
from kx.explain.traps.fixes import span


def traps(subject: Subject) -> Iterator[Trap]:
    """Traps of objects."""
    yield from _second_run(subject)
    yield from _namespace_ignored(subject)
    yield from _everything(subject)
    yield from _kind_as_name(subject)
    yield from _not_all(subject)


def _second_run(subject: Subject) -> Iterator[Trap]:
    layout = LAYOUTS.get(subject.path)
    if layout is None or layout.kind != "new" or subject.dry_run != "none":
        return
    for target in subject.targets:
        if target.type is None or not subject.known.exists(target.type.key, target.names[0]):
            continue
        name, word = target.names[0], subject.word(target.word)
        yield Trap(
            id="second-run",
            severity="warn",
            start=word.start,
            end=word.end,
            message=f'A {target.type.kind} called "{name}" is there already. {subject.path[0]} only makes new objects, '
            "so kubectl will answer AlreadyExists. Delete the old one first, or take another name.",
        )


def _namespace_ignored(subject: Subject) -> Iterator[Trap]:
    use = subject.use("namespace")
    if use is None or not use.value or not subject.targets:
        if use is not None and subject.on("all-namespaces"):
            yield _overridden(subject)
        return
    free = [target.type for target in subject.targets if target.type and not target.type.namespaced]
    word = subject.word(use.word)
    end = subject.word(use.value_word).end if use.value_word is not None else word.end
    if subject.on("all-namespaces"):
        yield _overridden(subject)
    elif len(free) == len(subject.targets):
        kinds = ", ".join(dict.fromkeys(kind.plural for kind in free))
        every = effects.of_command(subject.path) == "delete" and not any(target.names for target in subject.targets)
        whole = f" This deletes ALL {kinds} that match, in the whole cluster." if every else ""
        yield Trap(
            id="namespace-ignored",
            severity="stop" if every else "hint",
            start=word.start,
            end=end,
            message=f"{kinds} belong to no namespace, so kubectl takes no notice of -n {use.value}.{whole}",
        )


def _overridden(subject: Subject) -> Trap:
    start, end = span(subject)
    return Trap(
        "namespace-overridden", "warn", start, end, "With -A kubectl takes no notice of -n: it means every namespace."
    )


def _everything(subject: Subject) -> Iterator[Trap]:
    use = subject.use("all")
    if use is None or subject.path != ("delete",) or not subject.on("all") or subject.dry_run != "none":
        return
    word = subject.word(use.word)
    kinds = ", ".join(dict.fromkeys(target.type.plural if target.type else target.typed for target in subject.targets))
    clusterwide = any(target.type and not target.type.namespaced for target in subject.targets)
    place = "in the whole cluster" if clusterwide or not subject.namespace else f"in namespace {subject.namespace}"
    if not subject.namespace and not clusterwide:
        place = "in ALL namespaces"
    yield Trap(
        id="delete-all",
        severity="stop" if clusterwide or not subject.namespace else "warn",
        start=word.start,
        end=word.end,
        message=f"This deletes every one of these: {kinds}, {place}.",
    )


def _kind_as_name(subject: Subject) -> Iterator[Trap]:
    """`get pod p svc` asks for a pod named svc."""
    names = subject.operands.with_role("name", "names")
    for index in names if len(names) > 1 else ():
        word = subject.word(index)
        kind = subject.types.find(word.value)
        target = next((target for target in subject.targets if word.value in target.names), None)
        if kind is None or target is None:
            continue
        singular = target.type.singular if target.type else target.typed
        yield Trap(
            id="kind-as-name",
            severity="stop" if effects.of_command(subject.path) == "delete" else "warn",
            start=word.start,
            end=word.end,
            message=f'"{word.value}" is taken as the name of a {singular}, not as a kind. '
            "For several kinds write TYPE/NAME for each.",
        )


def _not_all(subject: Subject) -> Iterator[Trap]:
    for index in subject.operands.with_role("category"):
        word = subject.word(index)
        if word.value.lower() == "all" and subject.path in (("get",), ("delete",), ("describe",)):
            yield Trap(
                id="all-is-not-all",
                severity="hint",
                start=word.start,
                end=word.end,
                message='"all" is only a group of kinds: ConfigMaps, Secrets, Ingresses and claims are not among them.',
            )
