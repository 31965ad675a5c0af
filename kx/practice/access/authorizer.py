"""Authorization by RBAC: bindings that name the user, the roles they refer to, and the rules of these.

Members of ``system:masters`` may do everything, whatever roles say. Source: plugin/pkg/auth/authorizer/rbac.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kx.practice.access.attributes import Attributes
from kx.practice.access.rules import allows
from kx.practice.http import User
from kx.practice.status import Obj
from kx.practice.store import Store

MASTERS = "system:masters"
GROUP = "rbac.authorization.k8s.io"
ROLES, BINDINGS = f"roles.{GROUP}", f"rolebindings.{GROUP}"
CLUSTER_ROLES, CLUSTER_BINDINGS = f"clusterroles.{GROUP}", f"clusterrolebindings.{GROUP}"
_ACCOUNT = "system:serviceaccount:"


@dataclass(frozen=True)
class Decision:
    """Yes or no; ``reason`` says which binding allows it, or what was missing."""

    allowed: bool
    reason: str = ""


@dataclass(frozen=True)
class Grant:
    """The rules that one binding gives a user, and how that is told."""

    rules: tuple[Obj, ...]
    told: str
    missing: str = ""  # the role that the binding names and that is not there


class Authorizer:
    """Answers from what is in the store now."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def decide(self, asked: Attributes) -> Decision:
        """Whether it is allowed."""
        if is_master(asked.user):
            return Decision(True)
        missing = []
        for grant in self.grants(asked.user, asked.namespace):
            if any(allows(rule, asked) for rule in grant.rules):
                return Decision(True, f"RBAC: allowed by {grant.told}")
            if grant.missing:
                missing.append(grant.missing)
        return Decision(False, f"RBAC: {_joined(missing)}" if missing else "")

    def rules(self, user: User, namespace: str) -> list[Obj]:
        """Everything a user may do in a namespace ("" for the whole cluster)."""
        if is_master(user):
            return [EVERYTHING, EVERY_PATH]
        return [rule for grant in self.grants(user, namespace) for rule in grant.rules]

    def rules_of(self, reference: Obj, namespace: str) -> list[Obj] | None:
        """The rules of the role that a binding refers to; None if there is no such role."""
        kind, name = reference.get("kind"), reference.get("name", "")
        found = self._store.find(*((CLUSTER_ROLES, "") if kind == "ClusterRole" else (ROLES, namespace)), name)
        return None if found is None else list(found.get("rules") or ())

    def grants(self, user: User, namespace: str) -> Iterator[Grant]:
        """What each binding that names the user gives; those of the whole cluster first."""
        for binding in self._store.list(CLUSTER_BINDINGS):
            yield from self._grant(binding, user, "")
        for binding in self._store.list(BINDINGS, namespace) if namespace else ():
            yield from self._grant(binding, user, namespace)

    def _grant(self, binding: Obj, user: User, namespace: str) -> Iterator[Grant]:
        subject = next((one for one in binding.get("subjects") or () if _is(one, user, namespace)), None)
        if subject is None:
            return
        reference, name = binding["roleRef"], binding["metadata"]["name"]
        whole = f"{name}/{namespace}" if namespace else name
        kind = "RoleBinding" if namespace else "ClusterRoleBinding"
        told = f'{kind} "{whole}" of {reference["kind"]} "{reference["name"]}" to {_told(subject, namespace)}'
        rules = self.rules_of(reference, namespace)
        lost = f'{reference["kind"].lower()}.{GROUP} "{reference["name"]}" not found' if rules is None else ""
        yield Grant(tuple(rules or ()), told, lost)


EVERYTHING: Obj = {"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]}
EVERY_PATH: Obj = {"verbs": ["*"], "nonResourceURLs": ["*"]}


def is_master(user: User) -> bool:
    """Whether the user may do everything."""
    return MASTERS in user.groups


def _is(subject: Obj, user: User, namespace: str) -> bool:
    kind, name = subject.get("kind"), subject.get("name", "")
    if kind == "User":
        return bool(name == user.name)
    if kind == "Group":
        return name in user.groups
    return user.name == f"{_ACCOUNT}{subject.get('namespace') or namespace}:{name}"


def _told(subject: Obj, namespace: str) -> str:
    if subject.get("kind") == "ServiceAccount":
        return f'ServiceAccount "{subject["name"]}/{subject.get("namespace") or namespace}"'
    return f'{subject.get("kind")} "{subject.get("name")}"'


def _joined(missing: list[str]) -> str:
    """As Go's aggregated errors: one alone, several in brackets."""
    unique = list(dict.fromkeys(missing))
    return unique[0] if len(unique) == 1 else f"[{', '.join(unique)}]"
