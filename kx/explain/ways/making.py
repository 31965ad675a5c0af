"""Back from what makes objects: delete them by the names they really get."""

from __future__ import annotations

import shlex
from collections.abc import Callable

from kx.explain.explanation import Undo
from kx.explain.phrases import placed
from kx.explain.subject import Subject


def way(subject: Subject) -> Undo | None:
    """The way back from making something."""
    if subject.on("edit"):
        return Undo("partial", "", "delete what you made; in the editor its name may have become another one")
    if subject.given("raw"):
        return Undo("partial", "", "delete the object by its own address; the line does not name it")
    if subject.on("append-hash"):
        return Undo("partial", "", "delete it by the name that kubectl prints: a hash is put behind the one you gave")
    rule = _RULES.get(subject.path)
    return rule(subject) if rule else None


def _run(subject: Subject) -> Undo | None:
    if subject.on("rm"):
        return Undo("none-needed", "", "the pod is deleted when you leave it; what ran in it stays done")
    if subject.given("overrides"):
        return Undo("partial", "", "delete the pod; --overrides may have given it another name than the line says")
    if subject.on("expose") and subject.targets:
        name = shlex.quote(subject.targets[0].names[0])
        command = placed(subject, f"kubectl delete pod/{name} service/{name}")
        return Undo("exact", command, "deletes the new pod and the new service")
    return None


def _new_names(subject: Subject) -> str:
    """What the new objects are called: by --name, or like the ones they are made for."""
    name = subject.value("name")
    names = [name] if name else [name for target in subject.targets for name in target.names]
    return " ".join(shlex.quote(each) for each in dict.fromkeys(names))


def _expose(subject: Subject) -> Undo | None:
    names = _new_names(subject)
    if not names or subject.given("overrides"):
        return Undo("partial", "", "delete the new service by the name that kubectl prints")
    several = "s" if " " in names else ""
    return Undo("exact", placed(subject, f"kubectl delete service {names}"), f"deletes the new service{several}")


def _autoscale(subject: Subject) -> Undo | None:
    names = _new_names(subject)
    if not names:
        return Undo("partial", "", "delete the new autoscaler by the name that kubectl prints")
    reason = "deletes the autoscaler; the number of pods stays where it left it"
    return Undo("partial", placed(subject, f"kubectl delete hpa {names}"), reason)


def _token(subject: Subject) -> Undo | None:
    kind, name = subject.value("bound-object-kind"), subject.value("bound-object-name")
    if not (kind and name):
        return None
    command = placed(subject, f"kubectl delete {shlex.quote(kind.lower())} {shlex.quote(name)}")
    return Undo("partial", command, "the token is good for nothing once the object it is bound to is deleted")


def _debug(subject: Subject) -> Undo | None:
    copy = subject.value("copy-to")
    if copy and subject.on("replace"):
        return Undo("impossible", "", "the former pod is deleted; one that nothing owns is not made again")
    if copy:
        command = placed(subject, f"kubectl delete pod {shlex.quote(copy)}")
        return Undo("partial", command, "deletes the copy; what was done in it stays done")
    if any(target.type is not None and target.type.key == "nodes" for target in subject.targets):
        reason = "delete the pod whose name is printed; what was done on the node stays done"
        return Undo("partial", "", reason)
    return None


_RULES: dict[tuple[str, ...], Callable[[Subject], Undo | None]] = {
    ("autoscale",): _autoscale,
    ("create", "token"): _token,
    ("debug",): _debug,
    ("expose",): _expose,
    ("run",): _run,
}
