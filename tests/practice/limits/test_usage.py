"""What objects take from quotas, and which of a quota's resources a kind has to do with."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from kx.practice.limits.amounts import add, growth, read, shown, written
from kx.practice.limits.scopes import within
from kx.practice.limits.usage import matching, of, unsaid
from kx.practice.status import Obj
from tests.practice.limits.objects import claim, config_map, container, pod, quota, service

NOW = datetime(2030, 1, 1, tzinfo=timezone.utc)


def taken(resource: str, obj: Obj, now: datetime = NOW) -> dict[str, str]:
    return written(of(resource, obj, now))


def test_a_pod_takes_what_its_containers_ask_for() -> None:
    two = pod(
        container("a", "cpu=500m,memory=1Gi", "cpu=1,example.com/gpu=1"),
        container("b", "cpu=250m,ephemeral-storage=1Gi,example.com/gpu=1"),
        initContainers=[container("i", "memory=3Gi", "memory=4Gi")],
    )
    assert taken("pods", two) == {
        "count/pods": "1",
        "pods": "1",
        "cpu": "750m",
        "requests.cpu": "750m",
        "limits.cpu": "1",
        "memory": "3Gi",
        "requests.memory": "3Gi",
        "limits.memory": "4Gi",
        "ephemeral-storage": "1Gi",
        "requests.ephemeral-storage": "1Gi",
        "requests.example.com/gpu": "1",
    }


def test_overhead_counts_where_there_is_something_to_add_it_to() -> None:
    heavy = pod(container("a", "cpu=1", "memory=1Gi"), overhead={"cpu": "100m", "memory": "1Mi"})
    found = taken("pods", heavy)
    assert (found["requests.cpu"], found["requests.memory"], found["limits.memory"]) == ("1100m", "1Mi", "1025Mi")
    assert "limits.cpu" not in found


def test_a_pod_that_ended_takes_only_its_place() -> None:
    running = pod(container("c", "cpu=1"))
    for phase in ("Succeeded", "Failed"):
        assert taken("pods", {**running, "status": {"phase": phase}}) == {"count/pods": "1"}
    ending = {"deletionTimestamp": "2030-01-01T00:00:30Z", "deletionGracePeriodSeconds": 30}
    stuck = {**running, "metadata": {**running["metadata"], **ending}}
    assert taken("pods", stuck, NOW + timedelta(seconds=60))["cpu"] == "1"
    assert taken("pods", stuck, NOW + timedelta(seconds=61)) == {"count/pods": "1"}


@pytest.mark.parametrize(
    ("obj", "nodeports", "balancers"),
    [
        (service("s", "ClusterIP", 80), "0", "0"),
        (service("s", "NodePort", 80, 81), "2", "0"),
        (service("s", "LoadBalancer", 80, 81), "2", "1"),
        (service("s", "LoadBalancer", 80, 81, allocateLoadBalancerNodePorts=False), "0", "1"),
        (service("s", "ExternalName"), "0", "0"),
    ],
)
def test_services_take_node_ports_and_balancers(obj: Obj, nodeports: str, balancers: str) -> None:
    assert taken("services", obj) == {
        "count/services": "1",
        "services": "1",
        "services.nodeports": nodeports,
        "services.loadbalancers": balancers,
    }


def test_claims_take_storage_of_their_class() -> None:
    plain = {"count/persistentvolumeclaims": "1", "persistentvolumeclaims": "1", "requests.storage": "1Gi"}
    assert taken("persistentvolumeclaims", claim("1Gi")) == plain
    gold = {
        "gold.storageclass.storage.k8s.io/persistentvolumeclaims": "1",
        "gold.storageclass.storage.k8s.io/requests.storage": "1Gi",
    }
    assert taken("persistentvolumeclaims", claim("1Gi", storageClassName="gold")) == {**plain, **gold}
    growing = {**claim("1Gi"), "status": {"allocatedResources": {"storage": "3Gi"}}}
    assert taken("persistentvolumeclaims", growing)["requests.storage"] == "3Gi"
    assert taken("persistentvolumeclaims", claim("1500m"))["requests.storage"] == "2"


@pytest.mark.parametrize(
    ("resource", "wanted"),
    [
        ("pods", ["count/pods", "cpu", "hugepages-2Mi", "limits.memory", "pods", "requests.example.com/gpu"]),
        ("services", ["services", "services.nodeports"]),
        ("persistentvolumeclaims", ["gold.storageclass.storage.k8s.io/requests.storage", "requests.storage"]),
        ("configmaps", ["configmaps"]),
        ("deployments.apps", ["count/deployments.apps"]),
        ("deployments", []),
        ("events", []),
    ],
)
def test_kinds_have_to_do_with_resources_of_their_own(resource: str, wanted: list[str]) -> None:
    every = [
        *("count/pods", "cpu", "hugepages-2Mi", "limits.memory", "pods", "requests.example.com/gpu", "services"),
        *("services.nodeports", "gold.storageclass.storage.k8s.io/requests.storage", "requests.storage"),
        *("configmaps", "count/deployments.apps", "count/events", "requests.kubernetes.io/x"),
    ]
    assert matching(resource, every) == wanted


def test_counted_kinds_have_two_names() -> None:
    assert taken("configmaps", config_map("a")) == {"configmaps": "1", "count/configmaps": "1"}
    assert taken("deployments.apps", config_map("a")) == {"count/deployments.apps": "1"}


def test_every_container_says_what_a_quota_limits() -> None:
    two = pod(container("b", "cpu=1"), container("a"), initContainers=[container("i", limits="memory=1Mi")])
    names = ["limits.memory", "pods", "requests.cpu", "requests.ephemeral-storage"]
    assert unsaid("pods", two, names) == "must specify limits.memory for: a,b; requests.cpu for: a,i"
    assert unsaid("pods", two, ["pods", "requests.ephemeral-storage"]) == ""
    assert unsaid("pods", {**two, "spec": {**two["spec"], "resources": {"limits": {"cpu": "1"}}}}, names) == ""


def scoped(*scopes: str, **expression: Any) -> Obj:
    selector = {"matchExpressions": [expression]} if expression else None
    return quota("pods=1", scopes=list(scopes), scopeSelector=selector)


BEST_EFFORT, BURSTABLE = pod(container()), pod(container("c", "cpu=1"))
CROSSING = {"podAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [{"namespaces": ["other"]}]}}


@pytest.mark.parametrize(
    ("obj", "rule", "covered"),
    [
        (BEST_EFFORT, scoped(), True),
        (BEST_EFFORT, scoped("BestEffort"), True),
        (BURSTABLE, scoped("BestEffort"), False),
        (BURSTABLE, scoped("NotBestEffort"), True),
        (BURSTABLE, scoped("NotBestEffort", "Terminating"), False),
        (pod(container("c", "cpu=1"), activeDeadlineSeconds=5), scoped("NotBestEffort", "Terminating"), True),
        (pod(container(), activeDeadlineSeconds=5), scoped("NotTerminating"), False),
        (BEST_EFFORT, scoped("NotTerminating"), True),
        (BEST_EFFORT, scoped("PriorityClass"), False),
        (pod(container(), priorityClassName="high"), scoped("PriorityClass"), True),
        (
            pod(container(), priorityClassName="high"),
            scoped(scopeName="PriorityClass", operator="In", values=["high", "higher"]),
            True,
        ),
        (
            pod(container(), priorityClassName="low"),
            scoped(scopeName="PriorityClass", operator="In", values=["high"]),
            False,
        ),
        (BEST_EFFORT, scoped(scopeName="PriorityClass", operator="NotIn", values=["high"]), True),
        (BEST_EFFORT, scoped(scopeName="PriorityClass", operator="DoesNotExist"), True),
        (pod(container(), affinity=CROSSING), scoped("CrossNamespacePodAffinity"), True),
        (BEST_EFFORT, scoped("CrossNamespacePodAffinity"), False),
    ],
)
def test_scopes_choose_pods(obj: Obj, rule: Obj, covered: bool) -> None:
    assert within("pods", obj, rule) is covered


def test_other_kinds_are_in_no_scope() -> None:
    assert within("services", service("s", "ClusterIP", 80), scoped())
    assert not within("services", service("s", "ClusterIP", 80), scoped("NotTerminating"))
    fast = claim("1Gi", volumeAttributesClassName="fast")
    assert within("persistentvolumeclaims", fast, scoped("VolumeAttributesClass"))
    assert not within("persistentvolumeclaims", claim("1Gi"), scoped("VolumeAttributesClass"))


def test_sums_are_written_as_their_first_part_is() -> None:
    memory = {"memory": "0"}, {"memory": "1Gi"}, {"memory": "1M"}
    first, second, third = (read(each) for each in memory)
    assert written(add(first, second)) == {"memory": "1Gi"}
    assert written(add(second, third)) == {"memory": "1074741824"}
    assert written(add(read({"memory": "512Mi"}), read({"memory": "512Mi", "cpu": "1"}))) == {
        "cpu": "1",
        "memory": "1Gi",
    }
    assert written(growth(second, third)) == {"memory": "1072741824"}
    assert shown(growth(third, second)) == "memory=0"
