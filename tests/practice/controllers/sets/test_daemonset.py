"""DaemonSets: one pod a node, wherever nodes come, go, close and change; renewed one after the other."""

from __future__ import annotations

from typing import Any

import pytest

from kx.practice.controllers.objects import is_deleting, labels_of
from kx.practice.controllers.sets.daemonset import node_of
from kx.practice.status import Obj
from tests.practice.controllers.cluster import Cluster, template

RESOURCE = "daemonsets.apps"


def daemon_set(image: str = "fluentd:1", **spec: Any) -> Obj:
    return {
        "apiVersion": "apps/v1",
        "kind": "DaemonSet",
        "metadata": {"name": "log", "namespace": "default"},
        "spec": {"selector": {"matchLabels": {"app": "log"}}, "template": template("log", image), **spec},
    }


def run(cluster: Cluster, ready: bool = True) -> None:
    """Controllers and kubelets in turn, each pod on the node it was made for."""
    for _ in range(50):
        before = cluster.store.revision
        cluster.settle()
        for pod in cluster.pods():
            if is_deleting(pod):
                cluster.bury(pod)
            elif pod["status"]["phase"] == "Pending":
                cluster.start(pod, ready, node_of(pod))
        if cluster.store.revision == before:
            return
    raise AssertionError("never comes to rest")


def places(cluster: Cluster) -> list[str]:
    return sorted(node_of(pod) for pod in cluster.pods() if not is_deleting(pod))


def add_node(cluster: Cluster, name: str, **spec: Any) -> None:
    cluster.store.create("nodes", {"apiVersion": "v1", "kind": "Node", "metadata": {"name": name}, "spec": spec})


def images(cluster: Cluster) -> list[str]:
    return sorted(pod["spec"]["containers"][0]["image"] for pod in cluster.pods())


def test_every_node_gets_one_and_new_nodes_too(cluster: Cluster) -> None:
    cluster.api.create(RESOURCE, daemon_set())
    run(cluster)
    assert places(cluster) == ["node-1", "node-2"]
    status = cluster.get(RESOURCE, "log")["status"]
    assert status == {
        "currentNumberScheduled": 2,
        "numberMisscheduled": 0,
        "desiredNumberScheduled": 2,
        "numberReady": 2,
        "observedGeneration": 1,
        "updatedNumberScheduled": 2,
        "numberAvailable": 2,
    }
    add_node(cluster, "node-3")
    run(cluster)
    assert places(cluster) == ["node-1", "node-2", "node-3"]
    assert len(cluster.messages("SuccessfulCreate")) == 3


@pytest.mark.parametrize(
    ("spec", "pod_spec", "comes"),
    [
        ({"unschedulable": True}, {}, True),
        ({"taints": [{"key": "node.kubernetes.io/unreachable", "effect": "NoExecute"}]}, {}, True),
        ({"taints": [{"key": "gpu", "effect": "NoSchedule"}]}, {}, False),
        ({"taints": [{"key": "gpu", "effect": "NoSchedule"}]}, {"tolerations": [{"operator": "Exists"}]}, True),
        ({}, {"nodeSelector": {"disk": "ssd"}}, False),
    ],
)
def test_closed_and_tainted_nodes(cluster: Cluster, spec: Obj, pod_spec: Obj, comes: bool) -> None:
    add_node(cluster, "node-3", **spec)
    made = daemon_set()
    made["spec"]["template"]["spec"] |= pod_spec
    cluster.api.create(RESOURCE, made)
    run(cluster)
    assert ("node-3" in places(cluster)) == comes


def test_a_node_that_stops_fitting_loses_its_pod(cluster: Cluster) -> None:
    cluster.api.create(RESOURCE, daemon_set())
    run(cluster)
    node = cluster.store.get("nodes", "", "node-2")
    taint = {"key": "gone", "value": "x", "effect": "NoSchedule"}
    cluster.store.update("nodes", {**node, "spec": {**node["spec"], "taints": [taint]}})
    run(cluster)
    assert places(cluster) == ["node-1"]


def test_pods_that_go_or_fail_come_back(cluster: Cluster) -> None:
    cluster.api.create(RESOURCE, daemon_set())
    run(cluster)
    first, second = cluster.pods()
    cluster.api.delete("pods", "default", first["metadata"]["name"])
    cluster.store.update("pods", {**second, "status": {**second["status"], "phase": "Failed"}})
    run(cluster)
    assert places(cluster) == ["node-1", "node-2"]
    assert "Found failed daemon pod" in cluster.messages("FailedDaemonPod")[0]


def test_a_new_template_comes_to_one_node_after_the_other(cluster: Cluster) -> None:
    cluster.api.create(RESOURCE, daemon_set())
    run(cluster)
    cluster.apply(RESOURCE, {**cluster.get(RESOURCE, "log"), "spec": daemon_set("fluentd:2")["spec"]})
    cluster.settle()
    assert [is_deleting(pod) for pod in cluster.pods()].count(True) == 1, "one may be missing"
    run(cluster)
    assert images(cluster) == ["fluentd:2", "fluentd:2"]
    revisions = sorted(
        (one["revision"], one["metadata"]["name"]) for one in cluster.store.list("controllerrevisions.apps")
    )
    assert [number for number, _ in revisions] == [1, 2]
    status = cluster.get(RESOURCE, "log")["status"]
    assert status["updatedNumberScheduled"] == 2 and "numberUnavailable" not in status


def test_an_old_template_becomes_the_newest_revision_again(cluster: Cluster) -> None:
    cluster.api.create(RESOURCE, daemon_set())
    run(cluster)
    first = labels_of(cluster.pods()[0])["controller-revision-hash"]
    for image in ("fluentd:2", "fluentd:1"):
        cluster.apply(RESOURCE, {**cluster.get(RESOURCE, "log"), "spec": daemon_set(image)["spec"]})
        run(cluster)
    assert labels_of(cluster.pods()[0])["controller-revision-hash"] == first
    assert sorted(one["revision"] for one in cluster.store.list("controllerrevisions.apps")) == [2, 3]


def test_old_pods_stay_until_they_are_deleted_where_that_is_asked(cluster: Cluster) -> None:
    strategy: dict[str, Any] = {"updateStrategy": {"type": "OnDelete"}}
    cluster.api.create(RESOURCE, daemon_set(**strategy))
    run(cluster)
    cluster.apply(RESOURCE, {**cluster.get(RESOURCE, "log"), "spec": daemon_set("fluentd:2", **strategy)["spec"]})
    run(cluster)
    assert images(cluster) == ["fluentd:1", "fluentd:1"]
    cluster.api.delete("pods", "default", cluster.pods()[0]["metadata"]["name"])
    run(cluster)
    assert images(cluster) == ["fluentd:1", "fluentd:2"]


def test_former_templates_are_kept_as_many_as_asked_for(cluster: Cluster) -> None:
    cluster.api.create(RESOURCE, daemon_set(revisionHistoryLimit=1))
    run(cluster)
    for number in (2, 3, 4):
        spec = daemon_set(f"fluentd:{number}", revisionHistoryLimit=1)["spec"]
        cluster.apply(RESOURCE, {**cluster.get(RESOURCE, "log"), "spec": spec})
        run(cluster)
    assert sorted(one["revision"] for one in cluster.store.list("controllerrevisions.apps")) == [3, 4]


def test_deleted_with_everything_it_made(cluster: Cluster) -> None:
    cluster.api.create(RESOURCE, daemon_set())
    run(cluster)
    cluster.api.delete(RESOURCE, "default", "log")
    run(cluster)
    assert cluster.pods() == [] and cluster.store.list("controllerrevisions.apps") == []


def test_with_a_surge_the_new_pod_comes_first(cluster: Cluster) -> None:
    surge = {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}}
    cluster.api.create(RESOURCE, daemon_set(updateStrategy=surge))
    run(cluster)
    before = {pod["metadata"]["name"] for pod in cluster.pods()}
    cluster.patch(RESOURCE, "log", {"spec": {"template": template("log", "fluentd:2")}})
    cluster.settle()
    assert len(cluster.pods()) == 3 and before < {pod["metadata"]["name"] for pod in cluster.pods()}
    cluster.settle(within=30)
    assert len(cluster.pods()) == 3, "the next one waits for it to be ready"
    run(cluster)
    assert [pod["spec"]["containers"][0]["image"] for pod in cluster.pods()] == ["fluentd:2"] * 2
    assert sorted(map(node_of, cluster.pods())) == ["node-1", "node-2"]
