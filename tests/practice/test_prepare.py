"""What the registry does on creation and update: status, generation, generated and kept fields."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from kx.practice import defaults
from kx.practice.defaults.qos import qos_class
from kx.practice.resources import Resource, by_key
from kx.practice.status import Obj


def resource(key: str) -> Resource:
    found = by_key(key)
    assert found is not None
    return found


def created(key: str, obj: Obj) -> Obj:
    return defaults.prepare_create(resource(key), defaults.apply(resource(key), obj))


def updated(key: str, new: Obj, old: Obj) -> Obj:
    return defaults.prepare_update(resource(key), defaults.apply(resource(key), new), old)


def deployment(**spec: Any) -> Obj:
    template = {"metadata": {"labels": {"app": "x"}}, "spec": {"containers": [{"name": "c", "image": "a:1"}]}}
    return {
        "metadata": {"name": "d"},
        "spec": {"selector": {"matchLabels": {"app": "x"}}, "template": template, **spec},
    }


def test_status_is_dropped_on_creation_and_kept_on_update() -> None:
    old = created("deployments.apps", {**deployment(), "status": {"replicas": 9}})
    assert old["status"] == {}
    stored = {**old, "status": {"replicas": 1}}
    assert updated("deployments.apps", {**deployment(), "status": {"replicas": 9}}, stored)["status"] == {"replicas": 1}


def test_a_node_brings_its_status_along() -> None:
    node = {"metadata": {"name": "n"}, "status": {"capacity": {"cpu": "2"}}}
    assert created("nodes", node)["status"]["allocatable"] == {"cpu": "2"}


def test_generation_counts_changes_of_the_spec() -> None:
    old = created("deployments.apps", deployment())
    assert old["metadata"]["generation"] == 1
    same = updated("deployments.apps", copy.deepcopy(old), old)
    assert same["metadata"]["generation"] == 1
    scaled = updated("deployments.apps", {**old, "spec": {**old["spec"], "replicas": 3}}, old)
    assert scaled["metadata"]["generation"] == 2


def test_annotations_of_a_deployment_count_and_of_a_replica_set_do_not() -> None:
    for key, generation in (("deployments.apps", 2), ("replicasets.apps", 1)):
        old = created(key, deployment())
        new = {**old, "metadata": {**old["metadata"], "annotations": {"a": "b"}}}
        assert updated(key, new, old)["metadata"]["generation"] == generation


@pytest.mark.parametrize("key", ["configmaps", "services", "secrets", "persistentvolumeclaims", "nodes", "namespaces"])
def test_kinds_that_do_not_count(key: str) -> None:
    assert "generation" not in created(key, {"metadata": {"name": "x"}, "spec": {}})["metadata"]


def test_a_pod_starts_pending_with_its_class() -> None:
    pod: Obj = {
        "metadata": {"name": "p"},
        "spec": {"containers": [{"name": "c", "image": "a:1"}]},
        "status": {"phase": "Running"},
    }
    assert created("pods", pod)["status"] == {"phase": "Pending", "qosClass": "BestEffort"}
    gated = {**pod, "spec": {**pod["spec"], "schedulingGates": [{"name": "wait"}]}}
    (condition,) = created("pods", gated)["status"]["conditions"]
    assert (condition["type"], condition["reason"]) == ("PodScheduled", "SchedulingGated")


FULL = {"cpu": "1", "memory": "1Gi"}


@pytest.mark.parametrize(
    ("resources", "wanted"),
    [
        ([{}], "BestEffort"),
        ([{"requests": {"cpu": "1"}}], "Burstable"),
        ([{"requests": FULL, "limits": FULL}], "Guaranteed"),
        ([{"requests": FULL, "limits": FULL}, {}], "Burstable"),
        ([{"requests": {"cpu": "500m", "memory": "1Gi"}, "limits": FULL}], "Burstable"),
        ([{"requests": {"example.com/gpu": "1"}}], "BestEffort"),
    ],
)
def test_quality_of_service(resources: list[Obj], wanted: str) -> None:
    assert qos_class({"containers": [{"resources": each} for each in resources]}) == wanted


def test_a_daemon_set_counts_changes_of_its_template() -> None:
    note = "deprecated.daemonset.template.generation"
    old = created("daemonsets.apps", deployment())
    assert old["metadata"]["annotations"] == {note: "1"}
    new = copy.deepcopy(old)
    new["spec"]["template"]["spec"]["containers"][0]["image"] = "a:2"
    assert updated("daemonsets.apps", new, old)["metadata"]["annotations"] == {note: "2"}
    assert updated("daemonsets.apps", copy.deepcopy(old), old)["metadata"]["annotations"] == {note: "1"}


def job(**spec: Any) -> Obj:
    template = {"spec": {"containers": [{"name": "c", "image": "a:1"}], "restartPolicy": "Never"}}
    return {"metadata": {"name": "j", "uid": "u-1"}, "spec": {"template": template, **spec}}


def test_a_job_selects_its_pods_by_its_own_uid() -> None:
    found = created("jobs.batch", job())
    assert found["spec"]["selector"] == {"matchLabels": {"batch.kubernetes.io/controller-uid": "u-1"}}
    assert found["metadata"]["labels"] == found["spec"]["template"]["metadata"]["labels"]
    assert found["metadata"]["labels"]["job-name"] == "j"


def test_a_job_may_select_its_pods_itself() -> None:
    selector = {"matchLabels": {"app": "x"}}
    found = created("jobs.batch", job(manualSelector=True, selector=selector))
    assert found["spec"]["selector"] == selector


def test_the_finalizer_of_a_namespace_stays() -> None:
    old = created("namespaces", {"metadata": {"name": "n"}})
    assert updated("namespaces", {"metadata": {"name": "n"}}, old)["spec"] == {"finalizers": ["kubernetes"]}


def test_a_service_loses_what_belonged_to_its_old_type() -> None:
    ports = [{"port": 80, "nodePort": 31000}]
    spec = {"type": "NodePort", "ports": ports, "clusterIP": "10.0.0.1", "clusterIPs": ["10.0.0.1"]}
    old = created("services", {"metadata": {"name": "s"}, "spec": spec})
    new = {**old, "spec": {**old["spec"], "type": "ClusterIP"}}
    found = updated("services", new, old)["spec"]
    assert "nodePort" not in found["ports"][0]
    assert "externalTrafficPolicy" not in found
    assert found["clusterIP"] == "10.0.0.1"
    outside = updated("services", {**old, "spec": {**old["spec"], "type": "ExternalName", "externalName": "a.b"}}, old)
    assert {"clusterIP", "clusterIPs"}.isdisjoint(outside["spec"])


def test_given_objects_are_left_alone() -> None:
    old = created("jobs.batch", job())
    before = copy.deepcopy(old)
    updated("jobs.batch", job(parallelism=2), old)
    created("jobs.batch", old)
    assert old == before
