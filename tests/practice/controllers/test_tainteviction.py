"""NoExecute taints: who has to go at once, who later, who never."""

from __future__ import annotations

from kx.practice.status import Obj
from tests.practice.controllers.cluster import Cluster, pod

TAINT = {"key": "a", "value": "b", "effect": "NoExecute"}


def running(cluster: Cluster, name: str, *tolerations: Obj) -> None:
    made = pod(name)
    made["spec"]["tolerations"] = list(tolerations)
    cluster.start(cluster.api.create("pods", made))


def taint(cluster: Cluster, *taints: Obj) -> None:
    cluster.api.patch("nodes", "", "node-1", {"spec": {"taints": list(taints)}})
    cluster.settle()


def leaving(cluster: Cluster) -> list[str]:
    return [each["metadata"]["name"] for each in cluster.pods() if each["metadata"].get("deletionTimestamp")]


def test_who_does_not_tolerate_a_taint_goes_at_once_and_who_does_stays(cluster: Cluster) -> None:
    running(cluster, "loose")
    running(cluster, "firm", {"key": "a", "operator": "Exists"})
    running(cluster, "other", {"key": "a", "operator": "Equal", "value": "c"})
    taint(cluster, {**TAINT, "effect": "NoSchedule"})
    assert leaving(cluster) == []
    taint(cluster, TAINT)
    assert leaving(cluster) == ["loose", "other"]
    (condition,) = [
        one for one in cluster.get("pods", "loose")["status"]["conditions"] if one["type"] == "DisruptionTarget"
    ]
    assert condition["reason"] == "DeletionByTaintManager"
    told = ["Marking for deletion Pod default/loose", "Marking for deletion Pod default/other"]
    assert sorted(cluster.messages("TaintManagerEviction")) == told


def test_a_pod_stays_as_long_as_its_toleration_lasts(cluster: Cluster) -> None:
    running(cluster, "patient", {"key": "a", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 60})
    taint(cluster, TAINT)
    cluster.settle(within=59)
    assert leaving(cluster) == []
    cluster.settle(within=2)
    assert leaving(cluster) == ["patient"]


def test_a_taint_taken_away_in_time_changes_nothing(cluster: Cluster) -> None:
    running(cluster, "patient", {"key": "a", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 60})
    taint(cluster, TAINT)
    cluster.settle(within=30)
    taint(cluster)
    cluster.settle(within=120)
    assert leaving(cluster) == []
    assert cluster.messages("TaintManagerEviction") == ["Cancelling deletion of Pod default/patient"]
