"""Deployments: revisions, rolling and recreating, scaling in mid-air, pausing, undoing, giving up."""

from __future__ import annotations

import re
from typing import Any

import pytest

from kx.practice.controllers.objects import condition_of
from kx.practice.status import Obj
from tests.practice.controllers.cluster import Cluster, deployment

RESOURCE, REPLICA_SETS = "deployments.apps", "replicasets.apps"
REVISION = "deployment.kubernetes.io/revision"


def set_image(cluster: Cluster, name: str, image: str) -> Obj:
    found = cluster.get(RESOURCE, name)
    containers = [{**found["spec"]["template"]["spec"]["containers"][0], "image": image}]
    return cluster.patch(RESOURCE, name, {"spec": {"template": {"spec": {"containers": containers}}}})


def scale(cluster: Cluster, name: str, replicas: int) -> None:
    cluster.patch(RESOURCE, name, {"spec": {"replicas": replicas}})


def images(cluster: Cluster, name: str = "web") -> list[str]:
    return sorted(pod["spec"]["containers"][0]["image"] for pod in cluster.pods(app=name))


def revisions(cluster: Cluster) -> dict[str, str]:
    """Image by revision."""
    return {
        obj["metadata"]["annotations"][REVISION]: obj["spec"]["template"]["spec"]["containers"][0]["image"]
        for obj in cluster.store.list(REPLICA_SETS)
    }


def condition(cluster: Cluster, type: str, name: str = "web") -> dict[str, Any]:
    return condition_of(cluster.get(RESOURCE, name), type) or {}


def test_a_deployment_makes_a_replica_set_that_makes_pods(cluster: Cluster) -> None:
    made = cluster.api.create(RESOURCE, deployment("web", 2))
    cluster.run()
    (owned,) = cluster.store.list(REPLICA_SETS)
    name, labels = owned["metadata"]["name"], owned["metadata"]["labels"]
    assert re.fullmatch(r"web-[bcdfghjklmnpqrstvwxz2456789]{6,10}", name)
    assert labels == {"app": "web", "pod-template-hash": name.removeprefix("web-")}
    assert owned["spec"]["selector"]["matchLabels"] == labels
    assert owned["spec"]["template"]["metadata"]["labels"] == labels
    assert owned["metadata"]["ownerReferences"][0]["uid"] == made["metadata"]["uid"]
    assert owned["metadata"]["annotations"] == {
        REVISION: "1",
        "deployment.kubernetes.io/desired-replicas": "2",
        "deployment.kubernetes.io/max-replicas": "3",
    }
    assert images(cluster) == ["nginx:1", "nginx:1"]
    found = cluster.get(RESOURCE, "web")
    assert found["metadata"]["annotations"][REVISION] == "1"
    counts = {key: value for key, value in found["status"].items() if key != "conditions"}
    assert counts == {
        "observedGeneration": 1,
        "replicas": 2,
        "updatedReplicas": 2,
        "readyReplicas": 2,
        "availableReplicas": 2,
        "terminatingReplicas": 0,
    }
    assert cluster.messages("ScalingReplicaSet") == [f"Scaled up replica set {name} from 0 to 2"]


def test_the_conditions_tell_the_story(cluster: Cluster) -> None:
    cluster.api.create(RESOURCE, deployment("web", 1))
    cluster.settle()
    (owned,) = cluster.names(REPLICA_SETS)
    available, progressing = condition(cluster, "Available"), condition(cluster, "Progressing")
    assert (available["status"], available["reason"]) == ("False", "MinimumReplicasUnavailable")
    assert (progressing["reason"], progressing["message"]) == (
        "ReplicaSetUpdated",
        f'ReplicaSet "{owned}" is progressing.',
    )
    cluster.run()
    available, progressing = condition(cluster, "Available"), condition(cluster, "Progressing")
    assert (available["reason"], available["message"]) == (
        "MinimumReplicasAvailable",
        "Deployment has minimum availability.",
    )
    assert (progressing["status"], progressing["reason"], progressing["message"]) == (
        "True",
        "NewReplicaSetAvailable",
        f'ReplicaSet "{owned}" has successfully progressed.',
    )


def test_a_new_image_rolls_out_as_a_new_revision(cluster: Cluster) -> None:
    cluster.api.create(RESOURCE, deployment("web", 4))
    cluster.run()
    set_image(cluster, "web", "nginx:2")
    cluster.run()
    assert images(cluster) == ["nginx:2"] * 4
    assert revisions(cluster) == {"1": "nginx:1", "2": "nginx:2"}
    assert cluster.get(RESOURCE, "web")["metadata"]["annotations"][REVISION] == "2"


def test_going_back_takes_the_old_replica_set_and_remembers(cluster: Cluster) -> None:
    cluster.api.create(RESOURCE, deployment("web", 2))
    cluster.run()
    set_image(cluster, "web", "nginx:2")
    cluster.run()
    set_image(cluster, "web", "nginx:1")
    cluster.run()
    assert images(cluster) == ["nginx:1"] * 2
    assert revisions(cluster) == {"2": "nginx:2", "3": "nginx:1"}
    back = next(obj for obj in cluster.store.list(REPLICA_SETS) if obj["spec"]["replicas"])
    assert back["metadata"]["annotations"]["deployment.kubernetes.io/revision-history"] == "1"


def test_the_change_cause_goes_to_the_revision(cluster: Cluster) -> None:
    cluster.api.create(RESOURCE, deployment("web", 1))
    cluster.run()
    cluster.patch(RESOURCE, "web", {"metadata": {"annotations": {"kubernetes.io/change-cause": "first"}}})
    cluster.run()
    set_image(cluster, "web", "nginx:2")
    cluster.patch(RESOURCE, "web", {"metadata": {"annotations": {"kubernetes.io/change-cause": "second"}}})
    cluster.run()
    causes = [obj["metadata"]["annotations"]["kubernetes.io/change-cause"] for obj in cluster.store.list(REPLICA_SETS)]
    assert sorted(causes) == ["first", "second"]


def test_restarting_makes_new_pods_of_the_same_image(cluster: Cluster) -> None:
    cluster.api.create(RESOURCE, deployment("web", 2))
    cluster.run()
    before = {pod["metadata"]["name"] for pod in cluster.pods()}
    note = {"kubectl.kubernetes.io/restartedAt": "2030-01-01T00:00:00Z"}
    cluster.patch(RESOURCE, "web", {"spec": {"template": {"metadata": {"annotations": note}}}})
    cluster.run()
    pods = cluster.pods()
    assert len(pods) == 2
    assert before.isdisjoint(pod["metadata"]["name"] for pod in pods)
    assert all(pod["metadata"]["annotations"] == note for pod in pods)


def test_recreate_never_mixes_old_and_new(cluster: Cluster) -> None:
    cluster.api.create(RESOURCE, deployment("web", 3, strategy={"type": "Recreate"}))
    cluster.run()
    set_image(cluster, "web", "nginx:2")
    for _ in range(30):
        cluster.settle()
        assert len(set(images(cluster))) <= 1
        cluster.kubelets()
    assert images(cluster) == ["nginx:2"] * 3


def test_a_paused_rollout_waits(cluster: Cluster) -> None:
    cluster.api.create(RESOURCE, deployment("web", 2))
    cluster.run()
    cluster.patch(RESOURCE, "web", {"spec": {"paused": True}})
    set_image(cluster, "web", "nginx:2")
    cluster.run()
    assert images(cluster) == ["nginx:1"] * 2
    assert condition(cluster, "Progressing")["reason"] == "DeploymentPaused"
    scale(cluster, "web", 3)
    cluster.run()
    assert images(cluster) == ["nginx:1"] * 3
    cluster.patch(RESOURCE, "web", {"spec": {"paused": None}})
    cluster.run()
    assert images(cluster) == ["nginx:2"] * 3
    assert condition(cluster, "Progressing")["reason"] == "NewReplicaSetAvailable"


def test_a_rollout_that_does_not_move_is_called_late(cluster: Cluster) -> None:
    cluster.api.create(RESOURCE, deployment("web", 2))
    cluster.run()
    set_image(cluster, "web", "nginx:broken")
    cluster.settle(within=590)
    assert condition(cluster, "Progressing")["status"] == "True"
    cluster.settle(within=20)
    late = condition(cluster, "Progressing")
    assert (late["status"], late["reason"]) == ("False", "ProgressDeadlineExceeded")
    assert late["message"].endswith("has timed out progressing.")
    assert images(cluster).count("nginx:1") == 2


def test_old_revisions_beyond_the_limit_go(cluster: Cluster) -> None:
    cluster.api.create(RESOURCE, deployment("web", 1, revisionHistoryLimit=2))
    cluster.run()
    for number in range(2, 7):
        set_image(cluster, "web", f"nginx:{number}")
        cluster.run()
    assert revisions(cluster) == {"4": "nginx:4", "5": "nginx:5", "6": "nginx:6"}


def test_scaling_in_the_middle_is_shared_in_proportion(cluster: Cluster) -> None:
    strategy = {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 3, "maxUnavailable": 2}}
    cluster.api.create(RESOURCE, deployment("web", 10, strategy=strategy))
    cluster.run()
    set_image(cluster, "web", "nginx:broken")
    cluster.settle()
    sizes = sorted(obj["spec"]["replicas"] for obj in cluster.store.list(REPLICA_SETS))
    assert sizes == [5, 8]
    scale(cluster, "web", 15)
    cluster.settle()
    sizes = sorted(obj["spec"]["replicas"] for obj in cluster.store.list(REPLICA_SETS))
    # The example of the Kubernetes documentation: 3 of the 5 more go to the old one, 2 to the new.
    assert sizes == [7, 11]


def test_scaling_to_nothing_and_back(cluster: Cluster) -> None:
    cluster.api.create(RESOURCE, deployment("web", 3))
    cluster.run()
    scale(cluster, "web", 0)
    cluster.run()
    assert cluster.pods() == []
    scale(cluster, "web", 2)
    cluster.run()
    assert images(cluster) == ["nginx:1"] * 2
    assert len(cluster.names(REPLICA_SETS)) == 1


def test_a_taken_name_gets_another_hash(cluster: Cluster) -> None:
    cluster.api.create(RESOURCE, deployment("web", 1))
    cluster.run()
    (name,) = cluster.names(REPLICA_SETS)
    cluster.store.delete(RESOURCE, "default", "web")
    stranger = cluster.get(REPLICA_SETS, name)
    metadata = {"name": name, "namespace": "default", "labels": {"app": "stranger"}}
    cluster.store.update(REPLICA_SETS, {**stranger, "metadata": metadata})
    cluster.api.create(RESOURCE, deployment("web", 1))
    cluster.manager.settle(cluster.clock.advance, within=30)
    cluster.run()
    assert len(cluster.names(REPLICA_SETS)) == 2
    assert cluster.get(RESOURCE, "web")["status"]["collisionCount"] == 1


@pytest.mark.parametrize("seconds", [0, 30])
def test_min_ready_seconds_hold_a_rollout_back(cluster: Cluster, seconds: int) -> None:
    strategy = {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}}
    cluster.api.create(RESOURCE, deployment("web", 2, strategy=strategy, minReadySeconds=seconds))
    for _ in range(5):
        cluster.run()
        cluster.clock.advance(40)
    set_image(cluster, "web", "nginx:2")
    cluster.run()
    assert images(cluster).count("nginx:1") == (2 if seconds else 0)
    for _ in range(5):
        cluster.settle(within=40)
        cluster.run()
    assert images(cluster) == ["nginx:2"] * 2
