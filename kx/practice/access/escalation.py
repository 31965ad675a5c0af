"""Nobody may give what he does not have: roles and bindings are held against the rights of who writes them.

Source: pkg/registry/rbac (policybased storage): ConfirmNoEscalation, BindingAuthorized.
"""

from __future__ import annotations

from dataclasses import replace

from kx.practice.access.attributes import Attributes
from kx.practice.access.authorizer import (
    BINDINGS,
    CLUSTER_BINDINGS,
    CLUSTER_ROLES,
    GROUP,
    ROLES,
    Authorizer,
    is_master,
)
from kx.practice.access.rules import compact, uncovered
from kx.practice.http import User
from kx.practice.status import Obj, forbidden, not_found

_ROLES = frozenset({ROLES, CLUSTER_ROLES})
_BINDINGS = frozenset({BINDINGS, CLUSTER_BINDINGS})


def check(authorizer: Authorizer, key: str, obj: Obj, old: Obj | None, user: User) -> None:
    """Refuse a role or binding that gives more than ``user`` has; other resources pass."""
    if is_master(user) or not user.name:
        return
    if key in _ROLES and (old is None or obj.get("rules") != old.get("rules")):
        _check_role(authorizer, key, obj, user)
    elif key in _BINDINGS and (old is None or _given(obj) != _given(old)):
        _check_binding(authorizer, key, obj, user)


def _given(binding: Obj) -> tuple[Obj | None, list[Obj]]:
    return binding.get("roleRef"), binding.get("subjects") or []


def _check_role(authorizer: Authorizer, key: str, role: Obj, user: User) -> None:
    metadata = role["metadata"]
    asked = Attributes(user, "escalate", GROUP, key.partition(".")[0], namespace=metadata.get("namespace", ""))
    if authorizer.decide(replace(asked, name=metadata["name"])).allowed:
        return
    _confirm(authorizer, key, role, role.get("rules") or [], user)


def _check_binding(authorizer: Authorizer, key: str, binding: Obj, user: User) -> None:
    reference, namespace = binding["roleRef"], binding["metadata"].get("namespace", "")
    resource = "clusterroles" if reference["kind"] == "ClusterRole" else "roles"
    asked = Attributes(user, "bind", GROUP, resource, namespace=namespace, name=reference["name"])
    if authorizer.decide(asked).allowed:
        return
    rules = authorizer.rules_of(reference, namespace)
    if rules is None:
        raise not_found(f"{resource}.{GROUP}", reference["name"])
    _confirm(authorizer, key, binding, rules, user)


def _confirm(authorizer: Authorizer, key: str, obj: Obj, wanted: list[Obj], user: User) -> None:
    metadata = obj["metadata"]
    missing = uncovered(authorizer.rules(user, metadata.get("namespace", "")), wanted)
    if missing:
        groups = " ".join(f'"{group}"' for group in user.groups)
        lines = "\n".join(compact(missing))
        what = "is attempting to grant RBAC permissions not currently held"
        raise forbidden(key, metadata["name"], f'user "{user.name}" (groups=[{groups}]) {what}:\n{lines}')
