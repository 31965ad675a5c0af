"""Traps in which objects a line means: --all, -n where it does not count, kinds taken for names, second runs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kx.explain import effects
from kx.explain.explanation import Trap
from kx.explain.layouts import LAYOUTS
from kx.explain.subject import Subject
from kx.explain.traps.fixes import flag_words, marked, replaced, span
from kx.kubectl.catalog import resources
from kx.kubectl.suggest import distance


def traps(subject: Subject) -> Iterator[Trap]:
    """Traps of objects."""
    yield from _second_run(subject)
    yield from _namespace_ignored(subject)
    yield from _everything(subject)
    yield from _kind_as_name(subject)
    yield from _not_all(subject)
    yield from _names(subject)
    yield from _kinds(subject)
    yield from _namespace(subject)


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


def _names(subject: Subject) -> Iterator[Trap]:
    """`get pod a,b` and `delete pod web-*`: kubectl takes both for one name."""
    for index in subject.operands.with_role("name", "names", "pod", "type-name"):
        word = subject.word(index)
        if "," in word.value and "/" not in word.value and not word.expands:
            message = "Commas only stand between kinds: kubectl takes this for one name. Names are parted by spaces."
            fix = replaced(subject, index, " ".join(filter(None, word.text.split(","))))
            yield marked(subject, [index], "comma-in-name", "warn", message, fix)
        elif "*" in word.value and not word.value.startswith("$"):
            message = "kubectl knows no wildcards in names: it looks for an object of exactly this name, star and all."
            yield marked(subject, [index], "star-in-name", "warn", message)


def _kinds(subject: Subject) -> Iterator[Trap]:
    """A kind that is not built in: `deployment.web` for `deployment/web`, or a slip of typing."""
    for target in subject.targets:
        if target.type is not None or target.word < 0:
            continue
        word = subject.word(target.word)
        kind, dot, rest = word.value.partition(".")
        bare = bool(dot) and "/" not in rest and "." not in rest and not target.names
        if bare and subject.types.find(kind) is not None:
            message = f'With a "." kubectl looks for a kind of the group "{rest}"; a name comes after "/".'
            fix = replaced(subject, target.word, f"{kind}/{rest}")
            yield marked(subject, [target.word], "dot-for-slash", "warn", message, fix)
        elif target.typed and (near := _near(target.typed)):
            message = f'No built-in kind is called "{target.typed}"; you may have meant {near}.'
            fix = replaced(subject, target.word, word.text.replace(target.typed, near, 1))
            yield marked(subject, [target.word], "no-such-kind", "warn", message, fix)


def _near(typed: str) -> str:
    """The plural of a kind whose name is one slip away from what was typed (two for long words)."""
    if len(typed) < 4 or not typed.isascii():
        return ""
    allowed = 1 if len(typed) < 8 else 2
    for kind in resources.resource_types():
        for name in (kind.plural, kind.singular):
            if abs(len(name) - len(typed)) <= allowed and distance(typed.lower(), name) <= allowed:
                return kind.plural if name == kind.plural else kind.singular
    return ""


def _namespace(subject: Subject) -> Iterator[Trap]:
    """`-n a,b`: no namespace can be called so, and `get` only says that it found nothing."""
    use = subject.use("namespace")
    if use is None or not use.value or subject.word(flag_words(use)[-1]).expands or _LABEL.match(use.value):
        return
    if use.value.startswith("-") or not use.value.isascii():
        return  # a flag taken for a value, or pasted characters: told by others
    message = f'No namespace can be called "{use.value}": only small letters, digits and "-" are allowed. '
    more = "-A shows all namespaces; several at once cannot be chosen." if "," in use.value else ""
    yield marked(subject, flag_words(use), "no-such-namespace", "warn", (message + more).strip())


_LABEL = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$")
