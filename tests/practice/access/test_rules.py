"""What rules allow, and what they do not cover."""

from __future__ import annotations

from typing import Any

import pytest

from kx.practice.access.attributes import Attributes, refusal
from kx.practice.access.rules import allows, compact, uncovered
from kx.practice.http import User
from kx.practice.status import Obj

JANE = User("jane", ("devs",))


def rule(verbs: str, resources: str = "", groups: str = "", names: str = "", paths: str = "") -> Obj:
    found: Obj = {"verbs": verbs.split()}
    if resources:
        found |= {"resources": resources.split(), "apiGroups": groups.split() or [""]}
    if names:
        found["resourceNames"] = names.split()
    if paths:
        found["nonResourceURLs"] = paths.split()
    return found


def ask(verb: str, resource: str = "", **more: Any) -> Attributes:
    resource, _, subresource = resource.partition("/")
    return Attributes(JANE, verb, resource=resource, subresource=subresource, **more)


@pytest.mark.parametrize(
    ("given", "asked", "allowed"),
    [
        (rule("get list", "pods"), ask("get", "pods"), True),
        (rule("get list", "pods"), ask("delete", "pods"), False),
        (rule("*", "pods"), ask("delete", "pods"), True),
        (rule("get", "pods"), ask("get", "pods/log"), False),
        (rule("get", "pods/log"), ask("get", "pods/log"), True),
        (rule("get", "pods/log"), ask("get", "pods"), False),
        (rule("get", "*/scale", "apps"), ask("get", "deployments/scale", group="apps"), True),
        (rule("get", "*/scale", "apps"), ask("get", "deployments", group="apps"), False),
        (rule("get", "*", "*"), ask("get", "deployments/scale", group="apps"), True),
        (rule("get", "deployments", "apps"), ask("get", "deployments", group="extensions"), False),
        (rule("get", "secrets", names="one"), ask("get", "secrets", name="one"), True),
        (rule("get", "secrets", names="one"), ask("get", "secrets", name="two"), False),
        (rule("list", "secrets", names="one"), ask("list", "secrets"), False),
        (rule("get", paths="/healthz /api/*"), ask("get", path="/api/v1"), True),
        (rule("get", paths="/healthz"), ask("get", path="/healthz/ping"), False),
        (rule("get", paths="*"), ask("get", path="/anything"), True),
        (rule("get", "pods"), ask("get", path="/pods"), False),
    ],
)
def test_what_a_rule_allows(given: Obj, asked: Attributes, allowed: bool) -> None:
    assert allows(given, asked) is allowed


@pytest.mark.parametrize(
    ("owned", "wanted", "missing"),
    [
        ([rule("get list", "pods services")], [rule("get", "pods")], []),
        ([rule("get", "pods")], [rule("get list", "pods")], ['{APIGroups:[""], Resources:["pods"], Verbs:["list"]}']),
        ([rule("*", "*", "*")], [rule("delete", "deployments/scale", "apps")], []),
        ([rule("get", "pods", names="a")], [rule("get", "pods", names="a")], []),
        (
            [rule("get", "pods", names="a")],
            [rule("get", "pods", names="a b")],
            ['{APIGroups:[""], Resources:["pods"], ResourceNames:["b"], Verbs:["get"]}'],
        ),
        (
            [rule("get", "pods", names="a")],
            [rule("get", "pods")],
            ['{APIGroups:[""], Resources:["pods"], Verbs:["get"]}'],
        ),
        ([], [rule("get", paths="/x")], ['{NonResourceURLs:["/x"], Verbs:["get"]}']),
        ([], [rule("get delete", "pods")], ['{APIGroups:[""], Resources:["pods"], Verbs:["get" "delete"]}']),
    ],
)
def test_what_is_not_covered(owned: list[Obj], wanted: list[Obj], missing: list[str]) -> None:
    assert compact(uncovered(owned, wanted)) == missing


def test_refusals_are_worded_as_kubernetes_words_them() -> None:
    assert refusal(ask("list", "pods", namespace="other")) == (
        'User "jane" cannot list resource "pods" in API group "" in the namespace "other"'
    )
    assert refusal(ask("get", "deployments/scale", group="apps")) == (
        'User "jane" cannot get resource "deployments/scale" in API group "apps" at the cluster scope'
    )
    assert refusal(ask("get", path="/metrics")) == 'User "jane" cannot get path "/metrics"'
    assert refusal(ask("list", "pods"), 'RBAC: role "x" not found').endswith('scope: RBAC: role "x" not found')
