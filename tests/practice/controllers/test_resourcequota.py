"""Quotas: what their status says as objects come and go, and what becomes of those who want more."""

from __future__ import annotations

from typing import Any

import pytest

from kx.practice.pipeline import Options
from kx.practice.resources import by_key
from kx.practice.status import ApiError, Obj
from tests.practice.controllers.cluster import Cluster, deployment, pod
from tests.practice.limits.objects import claim, config_map, container, limit_range, quota, service

RESOURCE = "resourcequotas"


def limited(cluster: Cluster, hard: str, **spec: Any) -> None:
    """A quota that the controller has seen."""
    cluster.apply(RESOURCE, quota(hard, **spec))
    cluster.settle()


def used(cluster: Cluster) -> dict[str, str]:
    return dict(cluster.get(RESOURCE, "q")["status"]["used"])


def finished(cluster: Cluster, name: str, phase: str = "Succeeded") -> None:
    found = cluster.get("pods", name)
    cluster.api.update_status("pods", {**found, "status": {**found["status"], "phase": phase}})


def refusal(cluster: Cluster, resource: str, obj: Obj) -> str:
    with pytest.raises(ApiError) as caught:
        cluster.api.create(resource, obj)
    return caught.value.message


def test_a_new_quota_counts_what_is_there(cluster: Cluster) -> None:
    for name in ("a", "b"):
        cluster.api.create("pods", pod(name))
    cluster.api.create("services", service("s", "NodePort", 80))
    limited(cluster, "pods=5,services.nodeports=2,secrets=1,count/deployments.apps=3,requests.storage=1Gi")
    status = cluster.get(RESOURCE, "q")["status"]
    assert status["hard"] == cluster.get(RESOURCE, "q")["spec"]["hard"]
    assert status["used"] == {
        "pods": "2",
        "services.nodeports": "1",
        "secrets": "0",
        "count/deployments.apps": "0",
        "requests.storage": "0",
    }


def test_creations_are_charged_at_once_and_deletions_given_back(cluster: Cluster) -> None:
    limited(cluster, "pods=2,configmaps=9")
    before = int(used(cluster)["configmaps"])  # the certificate every namespace has
    cluster.api.create("pods", pod("a"))
    cluster.api.create("configmaps", config_map("c"))
    assert used(cluster) == {"pods": "1", "configmaps": str(before + 1)}
    cluster.settle()
    assert used(cluster) == {"pods": "1", "configmaps": str(before + 1)}
    cluster.api.create("pods", pod("b"))
    assert refusal(cluster, "pods", pod("c")) == (
        'pods "c" is forbidden: exceeded quota: q, requested: pods=1, used: pods=2, limited: pods=2'
    )
    cluster.bury(cluster.get("pods", "a"))
    cluster.api.delete("configmaps", "default", "c")
    cluster.settle()
    assert used(cluster) == {"pods": "1", "configmaps": str(before)}


def test_what_fails_or_is_only_tried_is_not_charged(cluster: Cluster) -> None:
    limited(cluster, "configmaps=9")
    before, resource = used(cluster), by_key("configmaps")
    assert resource is not None
    cluster.api._pipeline.create(resource, config_map("c"), Options(dry_run=True))
    assert used(cluster) == before
    cluster.api.create("configmaps", config_map("c"))
    with pytest.raises(ApiError, match="already exists"):
        cluster.api.create("configmaps", config_map("c"))
    assert used(cluster) == {"configmaps": str(int(before["configmaps"]) + 1)}
    (full,) = cluster.store.list(RESOURCE)
    cluster.api.update(RESOURCE, {**full, "spec": {"hard": {"configmaps": "2"}}})
    cluster.settle()
    with pytest.raises(ApiError, match="exceeded quota"):
        cluster.api._pipeline.create(resource, config_map("d"), Options(dry_run=True))


@pytest.mark.parametrize("phase", ["Succeeded", "Failed"])
def test_pods_that_ended_do_not_count(cluster: Cluster, phase: str) -> None:
    limited(cluster, "pods=1,requests.cpu=1,count/pods=5")
    asking = pod("a")
    asking["spec"]["containers"] = [container("c", "cpu=1")]
    cluster.api.create("pods", asking)
    assert used(cluster) == {"pods": "1", "requests.cpu": "1", "count/pods": "1"}
    finished(cluster, "a", phase)
    cluster.settle()
    assert used(cluster) == {"pods": "0", "requests.cpu": "0", "count/pods": "1"}


def test_a_pod_that_should_have_ended_long_ago_counts_no_longer(cluster: Cluster) -> None:
    limited(cluster, "pods=1")
    cluster.start(cluster.api.create("pods", pod("a")))
    cluster.api.delete("pods", "default", "a", grace_seconds=30)
    cluster.settle()
    assert used(cluster) == {"pods": "1"}
    cluster.settle(within=600)
    assert used(cluster) == {"pods": "0"}


def test_updates_are_charged_and_given_back(cluster: Cluster) -> None:
    limited(cluster, "services.nodeports=1,requests.storage=2Gi")
    made = cluster.api.create("services", service("s", "ClusterIP", 80))
    opened = cluster.api.update("services", {**made, "spec": {**made["spec"], "type": "NodePort"}})
    assert used(cluster)["services.nodeports"] == "1"
    cluster.api.update("services", {**opened, "spec": {**opened["spec"], "type": "ClusterIP"}})
    cluster.settle()
    assert used(cluster)["services.nodeports"] == "0"
    cluster.api.create("persistentvolumeclaims", claim("1Gi"))
    assert used(cluster)["requests.storage"] == "1Gi"
    assert refusal(cluster, "persistentvolumeclaims", claim("1500Mi", "more")) == (
        'persistentvolumeclaims "more" is forbidden: exceeded quota: q, requested: requests.storage=1500Mi, '
        "used: requests.storage=1Gi, limited: requests.storage=2Gi"
    )


def test_storage_of_the_default_class_is_charged_before_a_claim_has_it(cluster: Cluster) -> None:
    metadata = {"name": "usual", "annotations": {"storageclass.kubernetes.io/is-default-class": "true"}}
    kind = {"apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "metadata": metadata, "provisioner": "x.y/z"}
    cluster.api.create("storageclasses.storage.k8s.io", kind)
    name = "usual.storageclass.storage.k8s.io/requests.storage"
    limited(cluster, f"{name}=2Gi,other.storageclass.storage.k8s.io/persistentvolumeclaims=0")
    cluster.api.create("persistentvolumeclaims", claim("1Gi"))
    assert used(cluster)[name] == "1Gi"
    cluster.settle(within=1)
    assert cluster.get("persistentvolumeclaims", "data")["spec"]["storageClassName"] == "usual"
    assert used(cluster)[name] == "1Gi"
    assert refusal(cluster, "persistentvolumeclaims", claim("1500Mi", "more")) == (
        f'persistentvolumeclaims "more" is forbidden: exceeded quota: q, requested: {name}=1500Mi, '
        f"used: {name}=1Gi, limited: {name}=2Gi"
    )
    assert refusal(cluster, "persistentvolumeclaims", claim("1Mi", "else", storageClassName="other")).endswith(
        "limited: other.storageclass.storage.k8s.io/persistentvolumeclaims=0"
    )
    cluster.api.create("persistentvolumeclaims", claim("5Gi", "none", storageClassName=""))
    cluster.api.delete("persistentvolumeclaims", "default", "data")
    cluster.settle()
    assert used(cluster)[name] == "0"


def test_a_scope_is_left_when_a_pod_gets_a_deadline(cluster: Cluster) -> None:
    limited(cluster, "pods=2", scopes=["NotTerminating"])
    cluster.api.create("pods", pod("a"))
    assert used(cluster) == {"pods": "1"}
    cluster.patch("pods", "a", {"spec": {"activeDeadlineSeconds": 60}})
    cluster.settle()
    assert used(cluster) == {"pods": "0"}


def test_another_limit_holds_once_it_is_seen(cluster: Cluster) -> None:
    limited(cluster, "pods=1")
    cluster.api.create("pods", pod("a"))
    cluster.patch(RESOURCE, "q", {"spec": {"hard": {"pods": "3", "services": "1"}}})
    cluster.settle()
    assert cluster.get(RESOURCE, "q")["status"] == {
        "hard": {"pods": "3", "services": "1"},
        "used": {"pods": "1", "services": "0"},
    }
    revision = cluster.store.revision
    cluster.restart()
    cluster.settle()
    assert cluster.store.revision == revision


def test_a_deployment_says_that_its_pods_cannot_be_made(cluster: Cluster) -> None:
    limited(cluster, "pods=2,count/deployments.apps=1")
    cluster.apply("deployments.apps", deployment("web", 3))
    cluster.run()
    assert len(cluster.pods(app="web")) == 2
    (replica_set,) = cluster.store.list("replicasets.apps")
    (failure,) = replica_set["status"]["conditions"]
    assert (failure["type"], failure["status"], failure["reason"]) == ("ReplicaFailure", "True", "FailedCreate")
    end = "is forbidden: exceeded quota: q, requested: pods=1, used: pods=2, limited: pods=2"
    assert failure["message"].startswith('pods "web-')
    assert failure["message"].endswith(end)
    told = cluster.messages("FailedCreate")
    assert told
    assert all(message.startswith('Error creating: pods "web-') and message.endswith(end) for message in told)
    conditions = {
        each["type"]: each["reason"] for each in cluster.get("deployments.apps", "web")["status"]["conditions"]
    }
    assert conditions["ReplicaFailure"] == "FailedCreate"
    assert refusal(cluster, "deployments.apps", deployment("other", 1)).startswith(
        'deployments.apps "other" is forbidden: exceeded quota: q, requested: count/deployments.apps=1'
    )
    cluster.patch(RESOURCE, "q", {"spec": {"hard": {"pods": "5"}}})
    cluster.settle(within=60)
    cluster.run()
    assert len(cluster.pods(app="web")) == 3
    (replica_set,) = cluster.store.list("replicasets.apps")
    assert "conditions" not in replica_set["status"] or not replica_set["status"]["conditions"]


def test_defaults_of_a_limit_range_satisfy_a_quota(cluster: Cluster) -> None:
    limited(cluster, "limits.cpu=1")
    assert refusal(cluster, "pods", pod("a")) == (
        'pods "a" is forbidden: failed quota: q: must specify limits.cpu for: main'
    )
    item = {"type": "Container", "default": {"cpu": "400m"}, "max": {"cpu": "500m"}}
    cluster.api.create("limitranges", limit_range(item))
    made = cluster.api.create("pods", pod("a"))
    resources = {"limits": {"cpu": "400m"}, "requests": {"cpu": "400m"}}
    assert made["spec"]["containers"][0]["resources"] == resources
    assert made["status"]["qosClass"] == "Burstable"
    assert used(cluster) == {"limits.cpu": "400m"}
    greedy = pod("b")
    greedy["spec"]["containers"] = [container("c", limits="cpu=600m")]
    assert refusal(cluster, "pods", greedy) == (
        'pods "b" is forbidden: maximum cpu usage per Container is 500m, but limit is 600m'
    )
