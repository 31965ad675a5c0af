"""ReplicationControllers: led as ReplicaSets are, under their own name."""

from __future__ import annotations

from kx.practice.status import Obj
from tests.practice.controllers.cluster import Cluster, pod, template

RESOURCE = "replicationcontrollers"


def controller(name: str, replicas: int) -> Obj:
    return {
        "apiVersion": "v1",
        "kind": "ReplicationController",
        "metadata": {"name": name, "namespace": "default"},
        "spec": {"replicas": replicas, "template": template(name, "nginx:1")},
    }


def test_as_many_pods_as_asked_for(cluster: Cluster) -> None:
    cluster.api.create(RESOURCE, controller("old", 2))
    cluster.run()
    pods = cluster.pods(app="old")
    assert len(pods) == 2
    owner = pods[0]["metadata"]["ownerReferences"][0]
    assert (owner["apiVersion"], owner["kind"], owner["controller"]) == ("v1", "ReplicationController", True)
    assert cluster.get(RESOURCE, "old")["status"] == {
        "replicas": 2,
        "fullyLabeledReplicas": 2,
        "readyReplicas": 2,
        "availableReplicas": 2,
        "observedGeneration": 1,
    }
    cluster.patch(RESOURCE, "old", {"spec": {"replicas": 0}})
    cluster.run()
    assert cluster.pods(app="old") == []
    assert len(cluster.messages("SuccessfulDelete")) == 2
    sources = {event["source"]["component"] for event in cluster.store.list("events")}
    assert "replication-controller" in sources and "replicaset-controller" not in sources


def test_a_pod_that_fits_is_adopted_and_one_that_no_longer_does_let_go(cluster: Cluster) -> None:
    cluster.api.create("pods", pod("stray", app="old"))
    cluster.api.create(RESOURCE, controller("old", 1))
    cluster.run()
    assert [one["metadata"]["name"] for one in cluster.pods(app="old")] == ["stray"]
    cluster.patch("pods", "stray", {"metadata": {"labels": {"app": "free"}}})
    cluster.run()
    assert "ownerReferences" not in cluster.get("pods", "stray")["metadata"]
    assert len(cluster.pods(app="old")) == 1
