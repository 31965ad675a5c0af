"""Back from changes: to a number that is known, to the version before, or away with a key that was new."""

from __future__ import annotations

import shlex
from collections.abc import Callable

from kx.explain.explanation import Undo
from kx.explain.phrases import placed, seen_words, tail, target_words
from kx.explain.subject import Subject

# Kinds that keep their former versions, so that `rollout undo` brings one back.
_ROLLED = frozenset({"deployments.apps", "daemonsets.apps", "statefulsets.apps"})


def way(subject: Subject) -> Undo | None:
    """The way back from a change."""
    rule = _RULES.get(subject.path)
    return rule(subject) if rule else None


def _scale(subject: Subject) -> Undo | None:
    former = _former_replicas(subject)
    target = target_words(subject)
    if former is None or not target:
        return None
    return Undo(
        "exact",
        placed(subject, f"kubectl scale {target} --replicas={former}"),
        f"{former} is the number it keeps now; the pods are other ones then",
    )


def _former_replicas(subject: Subject) -> int | None:
    """How many copies there are now: from the cluster, or because the line itself demands that number."""
    names = [(target.type, name) for target in subject.targets for name in target.names]
    if len(names) != 1 or names[0][0] is None:  # of several, some may have kept another number and been refused
        return None
    guard = subject.invocation.value("current-replicas")
    if guard and guard.isdecimal():
        return int(guard)
    return subject.known.replicas.get((names[0][0].key, names[0][1]))


def _metadata(subject: Subject) -> Undo:
    """`label` and `annotate`: new keys can be removed again; what a key was before is not known.

    Without --overwrite kubectl refuses to change a value, so a key that it has set was new, or had this value already:
    then kubectl says "not labeled", and there is nothing to take back.
    """
    pairs = [subject.word(index).value for index in subject.operands.with_role("pair")]
    removals = subject.operands.with_role("removal")
    target, verb = target_words(subject), subject.path[0]
    if subject.dry_run == "none" and pairs and target and not removals:
        keys = " ".join(f"{shlex.quote(pair.partition('=')[0])}-" for pair in pairs)
        command = placed(subject, f"kubectl {verb} {target} {keys}")
        done = "labeled" if verb == "label" else "annotated"
        reason = (
            "right if it was not there before; a former value is not kept"
            if subject.on("overwrite")
            else f'right where kubectl answers "{done}"; where it answers "not {done}" nothing was changed'
        )
        return Undo("partial", command, reason)
    return _set_again(subject)


def _set_again(subject: Subject) -> Undo:
    if not target_words(subject):
        return Undo("partial", "", "set the former values again")
    see = f"kubectl get {seen_words(subject)} -o yaml{tail(subject)}"
    return Undo("partial", "", f"set the former values again; to see them first: {see}")


def _template(subject: Subject) -> Undo | None:
    """The commands under `set` that change a pod template: the version before comes back where versions are kept."""
    kinds = [target.type for target in subject.targets]
    rolled = all(kind is not None and kind.key in _ROLLED for kind in kinds)
    if (kinds and not rolled) or subject.on("all"):  # `rollout undo` knows no --all
        return _set_again(subject)
    return None


def _edit(subject: Subject) -> Undo | None:
    return _set_again(subject) if subject.given("subresource") else None


_RULES: dict[tuple[str, ...], Callable[[Subject], Undo | None]] = {
    ("annotate",): _metadata,
    ("edit",): _edit,
    ("label",): _metadata,
    ("scale",): _scale,
    ("set", "env"): _template,
    ("set", "image"): _template,
    ("set", "resources"): _template,
    ("set", "serviceaccount"): _template,
}
