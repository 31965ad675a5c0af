"""ReplicaSets: making, removing, adopting, releasing and counting pods."""

from __future__ import annotations

import re

from kx.practice.controllers.objects import condition_of
from kx.practice.status import Obj
from tests.practice.controllers.cluster import Cluster, replica_set

RESOURCE = "replicasets.apps"


def names(pods: list[Obj]) -> set[str]:
    return {pod["metadata"]["name"] for pod in pods}


def test_pods_are_made_from_the_template_and_owned(cluster: Cluster) -> None:
    made = cluster.api.create(RESOURCE, replica_set("web", 3))
    cluster.run()
    pods = cluster.pods(app="web")
    assert len(pods) == 3
    for pod in pods:
        assert re.fullmatch(r"web-[bcdfghjklmnpqrstvwxz2456789]{5}", pod["metadata"]["name"])
        assert pod["metadata"]["generateName"] == "web-"
        assert pod["metadata"]["ownerReferences"] == [
            {
                "apiVersion": "apps/v1",
                "kind": "ReplicaSet",
                "name": "web",
                "uid": made["metadata"]["uid"],
                "controller": True,
                "blockOwnerDeletion": True,
            }
        ]
    assert cluster.get(RESOURCE, "web")["status"] == {
        "replicas": 3,
        "fullyLabeledReplicas": 3,
        "readyReplicas": 3,
        "availableReplicas": 3,
        "terminatingReplicas": 0,
        "observedGeneration": 1,
    }
    assert sorted(cluster.messages("SuccessfulCreate")) == sorted(f"Created pod: {name}" for name in names(pods))


def test_a_pod_that_goes_is_replaced(cluster: Cluster) -> None:
    cluster.api.create(RESOURCE, replica_set("web", 2))
    cluster.run()
    victim = cluster.pods(app="web")[0]
    cluster.api.delete("pods", "default", victim["metadata"]["name"])
    cluster.run()
    assert len(cluster.pods(app="web")) == 2
    assert victim["metadata"]["name"] not in names(cluster.pods(app="web"))


def test_scaling_down_removes_the_least_useful_pods_first(cluster: Cluster) -> None:
    cluster.api.create(RESOURCE, replica_set("web", 4))
    cluster.settle()
    pending, sick, fine, better = cluster.pods(app="web")
    cluster.start(sick, ready=False)
    cluster.start(fine)
    cluster.start(better)
    cluster.settle()
    for left in (3, 2):
        cluster.patch(RESOURCE, "web", {"spec": {"replicas": left}})
        cluster.settle()
        gone = pending if left == 3 else sick
        alive = [pod for pod in cluster.pods(app="web") if not pod["metadata"].get("deletionTimestamp")]
        assert names([gone]).isdisjoint(names(alive))
        assert len(alive) == left
    assert f"Deleted pod: {sick['metadata']['name']}" in cluster.messages("SuccessfulDelete")


def test_deletion_cost_and_age_decide_among_equals(cluster: Cluster) -> None:
    cluster.api.create(RESOURCE, replica_set("web", 1))
    cluster.run()
    (old,) = cluster.pods(app="web")
    cluster.clock.advance(3600)
    cluster.patch(RESOURCE, "web", {"spec": {"replicas": 3}})
    cluster.run()
    young = [pod for pod in cluster.pods(app="web") if pod["metadata"]["name"] != old["metadata"]["name"]]
    note = {"controller.kubernetes.io/pod-deletion-cost": "-1"}
    cheap = cluster.patch("pods", young[0]["metadata"]["name"], {"metadata": {"annotations": note}})
    cluster.clock.advance(5)
    cluster.patch(RESOURCE, "web", {"spec": {"replicas": 2}})
    cluster.run()
    assert cheap["metadata"]["name"] not in names(cluster.pods(app="web"))
    cluster.patch(RESOURCE, "web", {"spec": {"replicas": 1}})
    cluster.run()
    assert names(cluster.pods(app="web")) == names([old])


def test_orphans_are_adopted_and_strangers_released(cluster: Cluster) -> None:
    orphan = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "orphan", "namespace": "default", "labels": {"app": "web"}},
        "spec": {"containers": [{"name": "c", "image": "nginx"}]},
    }
    cluster.api.create("pods", orphan)
    made = cluster.api.create(RESOURCE, replica_set("web", 2))
    cluster.run()
    adopted = cluster.get("pods", "orphan")
    assert adopted["metadata"]["ownerReferences"][0]["uid"] == made["metadata"]["uid"]
    assert len(cluster.pods(app="web")) == 2
    cluster.patch("pods", "orphan", {"metadata": {"labels": {"app": "stranger"}}})
    cluster.run()
    assert "ownerReferences" not in cluster.get("pods", "orphan")["metadata"]
    assert len(cluster.pods(app="web")) == 2


def test_pods_count_as_available_after_min_ready_seconds(cluster: Cluster) -> None:
    cluster.api.create(RESOURCE, replica_set("web", 1, minReadySeconds=10))
    cluster.run()
    assert "availableReplicas" not in cluster.get(RESOURCE, "web")["status"]
    cluster.settle(within=9)
    assert "availableReplicas" not in cluster.get(RESOURCE, "web")["status"]
    cluster.settle(within=2)
    assert cluster.get(RESOURCE, "web")["status"]["availableReplicas"] == 1


def test_pods_that_are_refused_are_told_of_and_tried_again(cluster: Cluster) -> None:
    wanted = replica_set("web", 2)
    wanted["spec"]["template"]["spec"]["serviceAccountName"] = "ghost"
    cluster.api.create(RESOURCE, wanted)
    cluster.settle(within=5)
    why = 'pods "web-" is forbidden: error looking up service account default/ghost: serviceaccount "ghost" not found'
    assert cluster.messages("FailedCreate") == [f"Error creating: {why}"]
    failure = condition_of(cluster.get(RESOURCE, "web"), "ReplicaFailure") or {}
    assert (failure["status"], failure["reason"], failure["message"]) == ("True", "FailedCreate", why)
    account = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "ghost", "namespace": "default"}}
    cluster.api.create("serviceaccounts", account)
    cluster.settle(within=60)
    cluster.run()
    assert len(cluster.pods(app="web")) == 2
    assert condition_of(cluster.get(RESOURCE, "web"), "ReplicaFailure") is None


def test_many_pods_are_made_in_turns(cluster: Cluster) -> None:
    cluster.api.create(RESOURCE, replica_set("web", 120))
    while not cluster.pods():
        cluster.manager.step()
    assert 0 < len(cluster.pods()) < 120
    cluster.settle()
    assert len(cluster.pods()) == 120
    cluster.patch(RESOURCE, "web", {"spec": {"replicas": 0}})
    cluster.run()
    assert cluster.pods() == []
