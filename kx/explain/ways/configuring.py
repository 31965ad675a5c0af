"""Back from changes of the kubeconfig: exact where the former context or namespace is known."""

from __future__ import annotations

import shlex

from kx.explain.explanation import Undo
from kx.explain.subject import Subject

_ELSEWHERE = ("context", "kubeconfig")
_CURRENT = "current-context"


def way(subject: Subject) -> Undo | None:
    """The way back from a change of the kubeconfig."""
    words = [subject.word(index).value for index in subject.invocation.operands]
    if subject.path == ("config", "use-context") or words[:1] == [_CURRENT]:
        return _switched(subject, words[-1] if words else "")
    if subject.path == ("config", "set-context"):
        return _set_context(subject, words[0] if words else "")
    return None


def _switched(subject: Subject, new: str) -> Undo | None:
    former = subject.where.context
    if not former or any(subject.given(name) for name in _ELSEWHERE):
        return None
    if former == new:
        return Undo("none-needed", "", f"{former} is the current context already")
    command = f"kubectl config use-context {shlex.quote(former)}"
    return Undo("exact", command, f"{former} is the current context now")


def _set_context(subject: Subject, name: str) -> Undo | None:
    """The namespace of the current context is known; its cluster and user are not."""
    former = subject.where
    current = subject.on("current") or (name and name == former.context)
    more = any(subject.given(each) for each in ("cluster", "user", "kubeconfig", "context"))
    if not current or more or not former.namespace or not subject.given("namespace"):
        return _new_context(subject, name)
    chosen = "--current" if subject.on("current") else shlex.quote(name)
    command = f"kubectl config set-context {chosen} --namespace={shlex.quote(former.namespace)}"
    if former.namespace == "default":
        return Undo("partial", command, "writes down default, which also counts where no namespace is set")
    return Undo("exact", command, f"{former.namespace} is its namespace now")


def _new_context(subject: Subject, name: str) -> Undo | None:
    if not name or subject.on("current") or name == subject.where.context:
        return None
    kubeconfig = subject.invocation.value("kubeconfig")
    where = f" --kubeconfig {shlex.quote(kubeconfig)}" if kubeconfig else ""
    command = f"kubectl config delete-context {shlex.quote(name)}{where}"
    return Undo("partial", command, "takes a new context away; one that was there must be set as it was")
