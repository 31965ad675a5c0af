"""Back from deleting: what files can make again, and what is gone with the object."""

from __future__ import annotations

from kx.explain.explanation import Undo
from kx.explain.phrases import file_words, placed, seen_words, tail
from kx.explain.subject import Subject

# What is lost beside the object itself, or what comes back without being asked.
_LOST = {
    "customresourcedefinitions.apiextensions.k8s.io": "the definition can be made again, the objects of its type are "
    "gone",
    "namespaces": "everything that was in it is gone with it",
    "nodes": "its pods are deleted; its kubelet brings the node back when it is started again",
    "persistentvolumeclaims": "the data may be gone with the claim",
    "persistentvolumes": "its claim loses its volume; whether the data stays depends on the reclaim policy",
    "pods": "if a Deployment or the like made it, a new one is made at once; if not, it is gone with its data",
}


def way(subject: Subject) -> Undo | None:
    """The way back from deleting, and from replacing by deleting first."""
    if subject.path == ("replace",):
        return _replaced(subject)
    files = file_words(subject)
    if files and not subject.targets and not subject.given("raw"):
        reason = "makes the objects again as the files say; their data, addresses and logs are gone"
        return Undo("partial", placed(subject, f"kubectl create {files}"), reason)
    lost = next((_LOST[key] for key in _keys(subject) if key in _LOST), "")
    if not lost:
        return None
    save = f"to be able to make it again, save it first: kubectl get {seen_words(subject)} -o yaml{tail(subject)}"
    return Undo("impossible", "", f"{lost}; {save}")


def _keys(subject: Subject) -> list[str]:
    return [target.type.key for target in subject.targets if target.type is not None]


def _replaced(subject: Subject) -> Undo | None:
    if subject.given("raw"):
        return Undo("partial", "", "replace it again with the former text; the line does not name the object")
    if not subject.on("force"):
        return None
    reason = "the objects are deleted and made anew: the former ones are gone with what they owned and their data"
    return Undo("impossible", "", reason)
