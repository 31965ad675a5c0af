"""Owners and dependents: background, foreground, orphaned, dangling, and across namespaces."""

from __future__ import annotations

import pytest

from kx.practice.status import Obj
from tests.practice.controllers.cluster import Cluster, deployment

RESOURCE, REPLICA_SETS = "deployments.apps", "replicasets.apps"


def config_map(name: str, *owners: Obj, namespace: str = "default", block: bool = True) -> Obj:
    references = [
        {
            "apiVersion": owner["apiVersion"],
            "kind": owner["kind"],
            "name": owner["metadata"]["name"],
            "uid": owner["metadata"]["uid"],
            "blockOwnerDeletion": block,
        }
        for owner in owners
    ]
    metadata = {"name": name, "namespace": namespace, "ownerReferences": references}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata}


def own_names(cluster: Cluster) -> list[str]:
    return [name for name in cluster.names("configmaps") if name != "kube-root-ca.crt"]


@pytest.fixture
def running(cluster: Cluster) -> Cluster:
    cluster.api.create(RESOURCE, deployment("web", 3))
    cluster.run()
    return cluster


def test_background_the_owner_goes_at_once_and_the_rest_after(running: Cluster) -> None:
    running.api.delete(RESOURCE, "default", "web")
    assert running.names(RESOURCE) == []
    assert len(running.pods()) == 3
    running.run()
    assert running.names(REPLICA_SETS) == []
    assert running.pods() == []


def test_foreground_the_owner_goes_last(running: Cluster) -> None:
    running.api.delete(RESOURCE, "default", "web", propagation="Foreground")
    running.settle()
    assert running.get(RESOURCE, "web")["metadata"]["finalizers"] == ["foregroundDeletion"]
    assert all(pod["metadata"]["deletionTimestamp"] for pod in running.pods())
    for pod in running.pods()[1:]:
        running.bury(pod)
    running.settle()
    assert running.names(RESOURCE) == ["web"]
    assert len(running.names(REPLICA_SETS)) == 1
    running.bury(running.pods()[0])
    running.settle()
    assert (running.names(RESOURCE), running.names(REPLICA_SETS), running.pods()) == ([], [], [])


def test_orphan_the_dependents_stay(running: Cluster) -> None:
    running.api.delete(RESOURCE, "default", "web", propagation="Orphan")
    running.run()
    assert running.names(RESOURCE) == []
    (owned,) = running.store.list(REPLICA_SETS)
    assert "ownerReferences" not in owned["metadata"]
    assert len(running.pods()) == 3
    running.api.create(RESOURCE, deployment("web", 3))
    running.run()
    (adopted,) = running.store.list(REPLICA_SETS)
    assert adopted["metadata"]["uid"] == owned["metadata"]["uid"]
    assert adopted["metadata"]["ownerReferences"][0]["name"] == "web"


def test_of_two_owners_one_is_enough(cluster: Cluster) -> None:
    one, two = (cluster.api.create("configmaps", config_map(name)) for name in ("one", "two"))
    cluster.api.create("configmaps", config_map("child", one, two))
    cluster.api.delete("configmaps", "default", "one")
    cluster.run()
    child = cluster.get("configmaps", "child")
    assert [owner["name"] for owner in child["metadata"]["ownerReferences"]] == ["two"]
    cluster.api.delete("configmaps", "default", "two")
    cluster.run()
    assert own_names(cluster) == []


def test_an_owner_of_the_same_name_is_not_the_owner(cluster: Cluster) -> None:
    owner = cluster.api.create("configmaps", config_map("owner"))
    cluster.store.delete("configmaps", "default", "owner")
    cluster.api.create("configmaps", config_map("owner"))
    cluster.api.create("configmaps", config_map("child", owner))
    cluster.run()
    assert own_names(cluster) == ["owner"]


def test_an_owner_in_another_namespace_is_no_owner(cluster: Cluster) -> None:
    owner = cluster.api.create("configmaps", config_map("owner"))
    cluster.api.create("configmaps", config_map("child", owner, namespace="other"))
    cluster.run()
    assert cluster.store.find("configmaps", "other", "child") is None
    assert own_names(cluster) == ["owner"]


def test_kinds_nobody_serves_are_left_alone(cluster: Cluster) -> None:
    stranger = {"apiVersion": "example.com/v1", "kind": "Thing", "metadata": {"name": "t", "uid": "1"}}
    cluster.api.create("configmaps", config_map("child", stranger))
    cluster.run()
    assert own_names(cluster) == ["child"]


def test_what_does_not_block_goes_after_the_owner(cluster: Cluster) -> None:
    owner = cluster.api.create("configmaps", config_map("owner"))
    cluster.api.create("configmaps", config_map("child", owner, block=False))
    cluster.api.delete("configmaps", "default", "owner", propagation="Foreground")
    cluster.run()
    assert own_names(cluster) == []


def test_what_was_left_dangling_before_the_start_goes(cluster: Cluster) -> None:
    owner = cluster.api.create("configmaps", config_map("owner"))
    cluster.api.create("configmaps", config_map("child", owner))
    cluster.store.delete("configmaps", "default", "owner")
    cluster.run()
    assert own_names(cluster) == []


def test_many_dependents_go_in_turns(cluster: Cluster) -> None:
    owner = cluster.api.create("configmaps", config_map("owner"))
    for number in range(1200):
        cluster.api.create("configmaps", config_map(f"child-{number}", owner))
    cluster.api.delete("configmaps", "default", "owner", propagation="Orphan")
    cluster.run()
    assert len(own_names(cluster)) == 1200
    assert all("ownerReferences" not in obj["metadata"] for obj in cluster.store.list("configmaps", "default"))
