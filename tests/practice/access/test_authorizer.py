"""Bindings in the store decide, and say by which of them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kx.practice.access.attributes import Attributes
from kx.practice.access.authorizer import BINDINGS, CLUSTER_BINDINGS, CLUSTER_ROLES, GROUP, ROLES, Authorizer
from kx.practice.bootstrap import bootstrap
from kx.practice.http import User
from kx.practice.pipeline import Options
from kx.practice.resources import by_key
from kx.practice.status import ApiError, Obj
from tests.practice.controllers.cluster import Cluster

JANE = User("jane", ("devs", "system:authenticated"))
ROBOT = User("system:serviceaccount:default:robot", ("system:serviceaccounts", "system:authenticated"))


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    made = Cluster()
    bootstrap(made.store, made.api)
    made.settle()
    yield made
    made.close()


def bind(cluster: Cluster, name: str, role: str, *subjects: Obj, namespace: str = "") -> None:
    kind = "RoleBinding" if namespace else "ClusterRoleBinding"
    cluster.api.create(
        BINDINGS if namespace else CLUSTER_BINDINGS,
        {
            "apiVersion": f"{GROUP}/v1",
            "kind": kind,
            "metadata": {"name": name, **({"namespace": namespace} if namespace else {})},
            "roleRef": {"apiGroup": GROUP, "kind": role.partition("/")[0], "name": role.partition("/")[2]},
            "subjects": list(subjects),
        },
    )


def person(name: str) -> Obj:
    return {"apiGroup": GROUP, "kind": "User", "name": name}


def may(
    cluster: Cluster, user: User, verb: str, resource: str, namespace: str = "", group: str = ""
) -> tuple[bool, str]:
    decision = Authorizer(cluster.store).decide(Attributes(user, verb, group, resource, namespace=namespace))
    return decision.allowed, decision.reason


def test_a_role_binding_holds_in_its_namespace_only(cluster: Cluster) -> None:
    bind(cluster, "jane-views", "ClusterRole/view", person("jane"), namespace="default")
    told = 'RBAC: allowed by RoleBinding "jane-views/default" of ClusterRole "view" to User "jane"'
    assert may(cluster, JANE, "list", "pods", "default") == (True, told)
    assert may(cluster, JANE, "list", "pods", "other") == (False, "")
    assert may(cluster, JANE, "list", "pods") == (False, "")
    assert may(cluster, JANE, "delete", "pods", "default") == (False, "")
    assert may(cluster, JANE, "get", "secrets", "default") == (False, "")


def test_the_great_roles_hold_each_other(cluster: Cluster) -> None:
    names = {}
    for name in ("view", "edit", "admin"):
        rules = cluster.store.get(CLUSTER_ROLES, "", name)["rules"]
        names[name] = {
            (verb, resource) for rule in rules for verb in rule["verbs"] for resource in rule.get("resources") or ()
        }
    assert names["view"] < names["edit"] < names["admin"]
    assert ("list", "secrets") not in names["view"] and ("list", "secrets") in names["edit"]
    assert ("create", "roles") not in names["edit"] and ("create", "roles") in names["admin"]


def test_a_role_labelled_for_it_is_gathered(cluster: Cluster) -> None:
    rules = [{"apiGroups": ["example.com"], "resources": ["shoes"], "verbs": ["list"]}]
    labels = {"rbac.authorization.k8s.io/aggregate-to-view": "true"}
    role = {"apiVersion": f"{GROUP}/v1", "kind": "ClusterRole", "metadata": {"name": "shoes", "labels": labels}}
    cluster.api.create(CLUSTER_ROLES, {**role, "rules": rules})
    cluster.settle()
    bind(cluster, "viewers", "ClusterRole/view", {"apiGroup": GROUP, "kind": "Group", "name": "devs"})
    assert may(cluster, JANE, "list", "shoes", group="example.com")[0]
    cluster.api.delete(CLUSTER_ROLES, "", "shoes")
    cluster.settle()
    assert not may(cluster, JANE, "list", "shoes", group="example.com")[0]


def test_service_accounts_and_missing_roles(cluster: Cluster) -> None:
    robot = {"kind": "ServiceAccount", "name": "robot", "namespace": "default"}
    bind(cluster, "robots", "Role/readers", robot, namespace="default")
    lost = f'RBAC: role.{GROUP} "readers" not found'
    assert may(cluster, ROBOT, "get", "configmaps", "default") == (False, lost)
    cluster.api.create(
        ROLES,
        {
            "apiVersion": f"{GROUP}/v1",
            "kind": "Role",
            "metadata": {"name": "readers", "namespace": "default"},
            "rules": [{"apiGroups": [""], "resources": ["configmaps"], "verbs": ["get"]}],
        },
    )
    assert may(cluster, ROBOT, "get", "configmaps", "default") == (
        True,
        'RBAC: allowed by RoleBinding "robots/default" of Role "readers" to ServiceAccount "robot/default"',
    )


def test_masters_may_do_everything_whatever_roles_say(cluster: Cluster) -> None:
    for binding in cluster.store.list(CLUSTER_BINDINGS):
        cluster.api.delete(CLUSTER_BINDINGS, "", binding["metadata"]["name"])
    assert may(cluster, User("root", ("system:masters",)), "delete", "nodes") == (True, "")


def test_nobody_gives_what_he_has_not(cluster: Cluster) -> None:
    bind(cluster, "jane-runs", "ClusterRole/admin", person("jane"), namespace="default")
    resource = by_key(ROLES)
    assert resource is not None
    options = Options(user=JANE)
    role = {"apiVersion": f"{GROUP}/v1", "kind": "Role", "metadata": {"name": "mine", "namespace": "default"}}
    pipeline = cluster.api._pipeline
    pipeline.create(
        resource, {**role, "rules": [{"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}]}, options
    )
    nodes = {**role, "metadata": {"name": "more", "namespace": "default"}}
    with pytest.raises(ApiError) as refused:
        rules = [{"apiGroups": [""], "resources": ["nodes"], "verbs": ["get", "list"]}]
        pipeline.create(resource, {**nodes, "rules": rules}, options)
    assert refused.value.message == (
        'roles.rbac.authorization.k8s.io "more" is forbidden: user "jane" (groups=["devs" "system:authenticated"]) is '
        "attempting to grant RBAC permissions not currently held:\n"
        '{APIGroups:[""], Resources:["nodes"], Verbs:["get" "list"]}'
    )
