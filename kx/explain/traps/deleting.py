"""Traps of what takes objects away: what goes along with them, what stays, and what may still be running.

Sources: kubectl's delete and drain commands, and the garbage collector's rules for owners.
"""

from __future__ import annotations

from collections.abc import Iterator

from kx.explain.explanation import Trap
from kx.explain.subject import Subject
from kx.explain.traps.fixes import flag_words, marked, respelled, with_more

# Kinds whose deletion takes more along than the object itself.
_TAKES_ALONG = {
    "namespaces": "Everything inside a namespace is deleted with it, for good.",
    "customresourcedefinitions.apiextensions.k8s.io": "All objects of this custom type, in all namespaces, are "
    "deleted with its definition.",
    "persistentvolumeclaims": "If its volume has the reclaim policy Delete, the usual one for volumes made on demand, "
    "the data goes with the claim.",
    "nodes": "This takes the node out of the list, and its pods are deleted; the machine goes on, and its kubelet "
    "brings the node back when it is started again.",
}


def traps(subject: Subject) -> Iterator[Trap]:
    """Traps of deleting."""
    if subject.path == ("drain",):
        yield from _drain(subject)
        return
    if subject.path in (("replace",), ("apply",)):
        yield from _replaced(subject)
        return
    if subject.dry_run == "none":
        yield from _along(subject)
        yield from _everywhere(subject)
    yield from _force(subject)
    yield from _cascade(subject)


def _along(subject: Subject) -> Iterator[Trap]:
    for target in subject.targets:
        told = _TAKES_ALONG.get(target.type.key) if target.type else None
        if told:
            yield marked(subject, [target.word], "takes-along", "hint", told)
            return


def _everywhere(subject: Subject) -> Iterator[Trap]:
    """`delete pods -l app=x -A`: in every namespace; --all with -A is the business of objects.py."""
    use = subject.use("all-namespaces")
    if use is None or not subject.on("all-namespaces") or subject.on("all") or not subject.given("selector"):
        return
    message = "This deletes what matches in ALL namespaces, those of the cluster itself among them."
    yield marked(subject, flag_words(use), "delete-everywhere", "warn", message)


def _force(subject: Subject) -> Iterator[Trap]:
    grace, force = subject.use("grace-period"), subject.use("force")
    runs = subject.files or any(target.type is None or target.type.key == "pods" for target in subject.targets)
    if force is not None and runs and subject.on("force") and subject.dry_run == "none":
        message = (
            "kubectl does not wait for the program to end: it may go on running on its node though the object is gone."
        )
        yield marked(subject, flag_words(force), "may-run-on", "warn", message)
    elif grace is not None and grace.value == "0" and not subject.on("force"):
        message = "Without --force kubectl makes one second of 0, and waits for the end."
        yield marked(subject, flag_words(grace), "grace-of-one", "hint", message)


_WORDS = {"true": "background", "false": "orphan"}


def _cascade(subject: Subject) -> Iterator[Trap]:
    use = subject.use("cascade")
    if use is None or not use.given:
        return
    if use.value in _WORDS:
        meant = _WORDS[use.value]
        message = f"{use.value} is an old word for {meant}; kubectl still takes it and warns."
        yield marked(subject, flag_words(use), "old-cascade", "hint", message, respelled(subject, use, meant))
    elif use.value == "orphan":
        message = "What the object made stays and goes on, without an owner: the pods of a Deployment run on."
        yield marked(subject, flag_words(use), "leaves-orphans", "hint", message)


def _drain(subject: Subject) -> Iterator[Trap]:
    names = subject.operands.with_role("node")
    if not subject.on("ignore-daemonsets") and names and not subject.refused:
        message = "kubectl refuses this while a pod of a DaemonSet is on the node, and nearly every node has some."
        fix = with_more(subject, "--ignore-daemonsets")
        yield marked(subject, names, "drain-daemonsets", "hint", message, fix)
    use = subject.use("delete-emptydir-data")
    if use is not None and subject.on("delete-emptydir-data"):
        message = "What pods keep in emptyDir volumes is deleted with them."
        yield marked(subject, flag_words(use), "drain-data", "hint", message)
    force = subject.use("force")
    if force is not None and subject.on("force") and subject.dry_run == "none":
        message = "Pods that nothing made (no Deployment, no Job) are deleted too, and nothing makes them again."
        yield marked(subject, flag_words(force), "drain-bare-pods", "hint", message)


def _replaced(subject: Subject) -> Iterator[Trap]:
    force, prune = subject.use("force"), subject.use("prune")
    if prune is not None and subject.on("prune") and subject.dry_run == "none":
        message = "Objects that were applied earlier, match, and are not in these files are deleted."
        yield marked(subject, flag_words(prune), "prune-deletes", "warn", message)
    if force is None or not subject.on("force"):
        return
    if subject.path == ("apply",):
        message = "Where a change is refused, the object is deleted and made again: what it owns and its data go."
        yield marked(subject, flag_words(force), "apply-may-delete", "hint", message)
    else:
        message = "This deletes the objects and makes new ones: what they own, their addresses and their history go."
        yield marked(subject, flag_words(force), "replace-deletes", "hint", message)
