"""How to get back: the command's own text, filled in; sharper where the line or the cluster tells the former state.

Never claims more than is sure: what is not known is "partial" and says how to see it.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable

from kx.explain.explanation import Effect, Grade, Undo
from kx.explain.phrases import file_words, fill, seen_words, tail, target_words
from kx.explain.subject import Subject
from kx.kubectl.catalog import texts

_NOTHING = Undo("none-needed", "", "nothing is changed")


def undo(subject: Subject, effect: Effect) -> Undo:
    """The way back for one kubectl invocation with this effect."""
    if effect == "read" or subject.refused:
        return _NOTHING
    if subject.fed:
        own = texts.command(subject.path)
        hopeless = own is None or (own.undo is not None and own.undo.grade == "impossible")
        return Undo("impossible" if hopeless else "partial", "", "xargs adds words that the line does not tell")
    special = _SPECIAL.get(subject.path)
    found = special(subject) if special else None
    return found or _from_text(subject, effect)


def _from_text(subject: Subject, effect: Effect) -> Undo:
    own = texts.command(subject.path)
    if own is None or own.undo is None or subject.helps:
        if effect == "local":
            return _NOTHING
        return Undo("impossible", "", "kx does not know a way back from this")
    command, reason = fill(own.undo.command, subject), fill(own.undo.reason, subject)
    # A template with a hole left in it would not be a command.
    if command is None or reason is None:
        grade: Grade = "impossible" if own.undo.grade == "impossible" else "partial"
        return Undo(grade, "", "the line does not name the objects, so kx cannot name a way back")
    return Undo(own.undo.grade, _placed(subject, command), reason)


def _placed(subject: Subject, command: str) -> str:
    """The command with the -n, --context and --kubeconfig of the line, so that it goes to the same place."""
    return command + tail(subject) if command else ""


def _scale(subject: Subject) -> Undo | None:
    former = _former_replicas(subject)
    target = target_words(subject)
    if former is None or not target:
        return None
    return Undo(
        "exact",
        _placed(subject, f"kubectl scale {target} --replicas={former}"),
        f"{former} is the number it keeps now",
    )


def _former_replicas(subject: Subject) -> int | None:
    """How many copies there are now: from the cluster, or because the line itself demands that number."""
    guard = subject.invocation.value("current-replicas")
    if guard and guard.isdigit():
        return int(guard)
    names = [(target.type, name) for target in subject.targets for name in target.names]
    if len(names) != 1 or names[0][0] is None:
        return None
    return subject.known.replicas.get((names[0][0].key, names[0][1]))


def _run(subject: Subject) -> Undo | None:
    if subject.on("rm"):
        return Undo("none-needed", "", "the pod is deleted when you leave it; what ran in it stays done")
    if subject.on("expose") and subject.targets:
        name = subject.targets[0].names[0]
        command = _placed(subject, f"kubectl delete pod/{name} service/{name}")
        return Undo("exact", command, "deletes the new pod and the new service")
    return None


def _metadata(subject: Subject) -> Undo | None:
    """`label` and `annotate`: new keys can be removed again; what a key was before is not known."""
    pairs = [subject.word(index).value for index in subject.operands.with_role("pair")]
    removals = subject.operands.with_role("removal")
    target, verb = target_words(subject), subject.path[0]
    if subject.dry_run == "none" and pairs and target and not removals and not subject.files:
        keys = " ".join(f"{pair.partition('=')[0]}-" for pair in pairs)
        command = _placed(subject, f"kubectl {verb} {target} {keys}")
        return Undo("partial", command, "right if it was not there before; a former value is not kept")
    reason = (
        f"set the former values again; to see them first: kubectl get {seen_words(subject)} -o yaml{tail(subject)}"
        if target
        else ""
    )
    return Undo("partial", "", reason or "set the former values again")


def _expose(subject: Subject) -> Undo | None:
    name = subject.value("name") or next((name for target in subject.targets for name in target.names), "")
    if not name:
        return None
    return Undo("exact", _placed(subject, f"kubectl delete service {name}"), "deletes the new service")


def _autoscale(subject: Subject) -> Undo | None:
    name = subject.value("name") or next((name for target in subject.targets for name in target.names), "")
    if not name:
        return None
    reason = "deletes the autoscaler; the number of pods stays where it left it"
    return Undo("partial", _placed(subject, f"kubectl delete hpa {name}"), reason)


def _cordon(subject: Subject) -> Undo | None:
    names = " ".join(name for target in subject.targets for name in target.names)
    if not names:
        return None
    reason = "opens it again, even if it was closed before this"
    return Undo("partial", _placed(subject, f"kubectl uncordon {names}"), reason)


def _restart_of_delete(subject: Subject) -> Undo | None:
    files = file_words(subject)
    if subject.targets or not files:
        return None
    reason = "makes the objects again as the files say; their data, addresses and logs are gone"
    return Undo("partial", _placed(subject, f"kubectl create {files}"), reason)


def _taint(subject: Subject) -> Undo | None:
    """A new taint goes by its key and effect, with "-" behind; what was removed is not on the line in full."""
    added = [subject.word(index).value for index in subject.operands.with_role("pair")]
    target = target_words(subject)
    if not target or not added or subject.operands.with_role("removal"):
        return Undo("partial", "", "set the former taints again; to see them first: kubectl describe nodes")
    taints = " ".join(shlex.quote(f"{taint.partition('=')[0]}{_effect_of(taint)}-") for taint in added)
    reason = "takes a new taint away; a former value of it, and pods it drove away, do not come back"
    return Undo("partial", _placed(subject, f"kubectl taint {target} {taints}"), reason)


def _effect_of(taint: str) -> str:
    """``:NoSchedule`` of ``key=value:NoSchedule``."""
    effect = taint.rpartition(":")[2] if ":" in taint else ""
    return f":{effect}" if effect else ""


_SPECIAL: dict[tuple[str, ...], Callable[[Subject], Undo | None]] = {
    ("annotate",): _metadata,
    ("autoscale",): _autoscale,
    ("cordon",): _cordon,
    ("delete",): _restart_of_delete,
    ("expose",): _expose,
    ("label",): _metadata,
    ("run",): _run,
    ("scale",): _scale,
    ("taint",): _taint,
}
