"""StatefulSets: steady names and claims; one after the other up, down and through a new template."""

from __future__ import annotations

from typing import Any

from kx.practice.controllers.objects import is_deleting
from kx.practice.status import Obj
from tests.practice.controllers.cluster import Cluster, template

RESOURCE = "statefulsets.apps"
CLAIM = {
    "metadata": {"name": "data"},
    "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}},
}


def stateful_set(replicas: int, image: str = "redis:1", **spec: Any) -> Obj:
    return {
        "apiVersion": "apps/v1",
        "kind": "StatefulSet",
        "metadata": {"name": "db", "namespace": "default"},
        "spec": {
            "replicas": replicas,
            "serviceName": "db",
            "selector": {"matchLabels": {"app": "db"}},
            "template": template("db", image),
            **spec,
        },
    }


def change(cluster: Cluster, replicas: int, image: str = "redis:1", **spec: Any) -> None:
    known = cluster.get(RESOURCE, "db")
    cluster.apply(RESOURCE, {**known, "spec": {**known["spec"], **stateful_set(replicas, image, **spec)["spec"]}})


def names(cluster: Cluster) -> list[str]:
    return sorted(pod["metadata"]["name"] for pod in cluster.pods())


def images(cluster: Cluster) -> list[str]:
    pods = sorted(cluster.pods(), key=lambda pod: str(pod["metadata"]["name"]))
    return [pod["spec"]["containers"][0]["image"] for pod in pods]


def test_pods_come_one_after_the_other(cluster: Cluster) -> None:
    cluster.api.create(RESOURCE, stateful_set(3))
    for count in (1, 2, 3):
        cluster.settle()
        assert names(cluster) == [f"db-{number}" for number in range(count)]
        cluster.kubelets()
    cluster.settle()
    first = cluster.get("pods", "db-0")
    assert (first["spec"]["hostname"], first["spec"]["subdomain"]) == ("db-0", "db")
    assert first["metadata"]["labels"]["statefulset.kubernetes.io/pod-name"] == "db-0"
    assert first["metadata"]["labels"]["apps.kubernetes.io/pod-index"] == "0"
    revision = cluster.store.list("controllerrevisions.apps")[0]["metadata"]["name"]
    assert cluster.get(RESOURCE, "db")["status"] == {
        "observedGeneration": 1,
        "replicas": 3,
        "readyReplicas": 3,
        "currentReplicas": 3,
        "updatedReplicas": 3,
        "currentRevision": revision,
        "updateRevision": revision,
        "collisionCount": 0,
        "availableReplicas": 3,
    }
    assert cluster.messages("SuccessfulCreate")[0] == "create Pod db-0 in StatefulSet db successful"


def test_a_pod_that_is_not_ready_holds_up_the_next(cluster: Cluster) -> None:
    cluster.api.create(RESOURCE, stateful_set(2))
    cluster.settle()
    cluster.start(cluster.pods()[0], ready=False)
    cluster.settle()
    assert names(cluster) == ["db-0"]


def test_all_at_once_where_the_order_does_not_matter(cluster: Cluster) -> None:
    cluster.api.create(RESOURCE, stateful_set(3, podManagementPolicy="Parallel"))
    cluster.settle()
    assert names(cluster) == ["db-0", "db-1", "db-2"]
    cluster.run()
    change(cluster, 1)
    cluster.settle()
    assert [is_deleting(pod) for pod in cluster.pods()] == [False, True, True]


def test_the_last_goes_first_and_claims_stay(cluster: Cluster) -> None:
    cluster.api.create(RESOURCE, stateful_set(3, volumeClaimTemplates=[CLAIM]))
    cluster.run()
    claims = [f"data-db-{number}" for number in range(3)]
    assert sorted(cluster.names("persistentvolumeclaims")) == claims
    assert cluster.get("pods", "db-1")["spec"]["volumes"][0] == {
        "name": "data",
        "persistentVolumeClaim": {"claimName": "data-db-1"},
    }
    change(cluster, 1)
    cluster.settle()
    going = [pod["metadata"]["name"] for pod in cluster.pods() if is_deleting(pod)]
    assert going == ["db-2"], "one after the other"
    cluster.run()
    assert names(cluster) == ["db-0"]
    assert sorted(cluster.names("persistentvolumeclaims")) == claims
    change(cluster, 2)
    cluster.run()
    assert names(cluster) == ["db-0", "db-1"]


def test_claims_go_where_that_is_asked(cluster: Cluster) -> None:
    policy = {"whenDeleted": "Delete", "whenScaled": "Delete"}
    wanted = stateful_set(2, volumeClaimTemplates=[CLAIM], persistentVolumeClaimRetentionPolicy=policy)
    cluster.api.create(RESOURCE, wanted)
    cluster.run()
    cluster.patch(RESOURCE, "db", {"spec": {"replicas": 1}})
    cluster.run()
    living = [one for one in cluster.store.list("persistentvolumeclaims") if not is_deleting(one)]
    assert [one["metadata"]["name"] for one in living] == ["data-db-0"]
    cluster.api.delete(RESOURCE, "default", "db")
    cluster.run()
    assert all(is_deleting(one) for one in cluster.store.list("persistentvolumeclaims"))


def test_a_lost_pod_comes_back_under_its_name(cluster: Cluster) -> None:
    cluster.api.create(RESOURCE, stateful_set(2))
    cluster.run()
    before = cluster.get("pods", "db-0")["metadata"]["uid"]
    cluster.api.delete("pods", "default", "db-0")
    cluster.run()
    assert names(cluster) == ["db-0", "db-1"] and cluster.get("pods", "db-0")["metadata"]["uid"] != before
    failed = cluster.get("pods", "db-1")
    cluster.store.update("pods", {**failed, "status": {**failed["status"], "phase": "Failed"}})
    cluster.run()
    assert cluster.get("pods", "db-1")["metadata"]["uid"] != failed["metadata"]["uid"]
    assert "recreating failed Pod db-1" in cluster.messages("RecreatingFailedPod")[0]


def test_a_new_template_comes_from_the_last_to_the_first(cluster: Cluster) -> None:
    cluster.api.create(RESOURCE, stateful_set(3))
    cluster.run()
    change(cluster, 3, "redis:2")
    cluster.settle()
    assert [is_deleting(pod) for pod in cluster.pods()] == [False, False, True]
    cluster.kubelets()
    cluster.settle()
    assert images(cluster) == ["redis:1", "redis:1", "redis:2"]
    status = cluster.get(RESOURCE, "db")["status"]
    assert status["currentRevision"] != status["updateRevision"] and status["updatedReplicas"] == 1
    cluster.run()
    assert images(cluster) == ["redis:2"] * 3
    status = cluster.get(RESOURCE, "db")["status"]
    assert status["currentRevision"] == status["updateRevision"] and status["currentReplicas"] == 3


def test_a_partition_keeps_the_first_back(cluster: Cluster) -> None:
    strategy = {"type": "RollingUpdate", "rollingUpdate": {"partition": 2}}
    cluster.api.create(RESOURCE, stateful_set(3, updateStrategy=strategy))
    cluster.run()
    change(cluster, 3, "redis:2", updateStrategy=strategy)
    cluster.run()
    assert images(cluster) == ["redis:1", "redis:1", "redis:2"]
    cluster.api.delete("pods", "default", "db-0")
    cluster.run()
    assert images(cluster) == ["redis:1", "redis:1", "redis:2"], "a pod kept back comes back as it was"


def test_old_pods_stay_until_they_are_deleted_where_that_is_asked(cluster: Cluster) -> None:
    cluster.api.create(RESOURCE, stateful_set(2, updateStrategy={"type": "OnDelete"}))
    cluster.run()
    change(cluster, 2, "redis:2", updateStrategy={"type": "OnDelete"})
    cluster.run()
    assert images(cluster) == ["redis:1", "redis:1"]
    cluster.api.delete("pods", "default", "db-1")
    cluster.run()
    assert images(cluster) == ["redis:1", "redis:2"]
    cluster.api.delete("pods", "default", "db-0")
    cluster.run()
    status = cluster.get(RESOURCE, "db")["status"]
    assert status["currentRevision"] != status["updateRevision"], "nobody rolled this out"


def test_numbers_may_begin_elsewhere(cluster: Cluster) -> None:
    cluster.api.create(RESOURCE, stateful_set(2, ordinals={"start": 5}))
    cluster.run()
    assert names(cluster) == ["db-5", "db-6"]


def test_availability_takes_its_time(cluster: Cluster) -> None:
    cluster.api.create(RESOURCE, stateful_set(2, minReadySeconds=10))
    cluster.settle()
    cluster.kubelets()
    cluster.settle(within=9)
    assert names(cluster) == ["db-0"]
    cluster.settle(within=2)
    assert names(cluster) == ["db-0", "db-1"]
