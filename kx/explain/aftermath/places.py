"""The flags that lead another command to where a line goes, or to another namespace of the same cluster."""

from __future__ import annotations

import shlex

from kx.explain.subject import Subject

_CLUSTER = ("context", "kubeconfig", "cluster", "server", "as")
_SUBJECTS = (("set", "subject"), ("create", "rolebinding"), ("create", "clusterrolebinding"))


def tail(subject: Subject, namespace: str = "") -> str:
    """The flags of the line that say which cluster and namespace, with a space in front; ``namespace`` goes first."""
    chosen = namespace or subject.invocation.value("namespace") or ""
    return clusterwide(subject, f" -n {shlex.quote(chosen)}" if chosen else "")


def clusterwide(subject: Subject, before: str = "") -> str:
    """As ``tail``, for objects that belong to no namespace."""
    names = _CLUSTER if subject.path in _SUBJECTS else (*_CLUSTER, "user")  # there --user names whom it is about
    given = ((name, subject.invocation.value(name)) for name in names)
    return before + "".join(f" --{name} {shlex.quote(value)}" for name, value in given if value)
