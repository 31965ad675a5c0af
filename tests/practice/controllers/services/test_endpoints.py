"""Services with selectors: their Endpoints and EndpointSlices follow the pods."""

from __future__ import annotations

import re

import pytest

from kx.practice.options import Options
from kx.practice.status import Obj
from tests.practice.controllers.cluster import Cluster, pod, replica_set, service

SLICES = "endpointslices.discovery.k8s.io"


def slices(cluster: Cluster, name: str = "front") -> list[Obj]:
    found = cluster.store.list(SLICES, "default")
    return [obj for obj in found if obj["metadata"]["labels"]["kubernetes.io/service-name"] == name]


def addresses(cluster: Cluster) -> list[str]:
    return sorted(each["addresses"][0] for obj in slices(cluster) for each in obj["endpoints"])


def manual(name: str, *addresses: str) -> Obj:
    subsets = [{"addresses": [{"ip": address} for address in addresses], "ports": [{"port": 5432, "protocol": "TCP"}]}]
    metadata = {"name": name, "namespace": "default", "labels": {"by": "hand"}}
    return {
        "apiVersion": "v1",
        "kind": "Endpoints",
        "metadata": metadata,
        **({"subsets": subsets} if addresses else {}),
    }


def test_nothing_behind_a_service_is_one_empty_slice(cluster: Cluster) -> None:
    made = cluster.api.create("services", service("front", "web"))
    cluster.run()
    (found,) = slices(cluster)
    assert re.fullmatch(r"front-[bcdfghjklmnpqrstvwxz2456789]{5}", found["metadata"]["name"])
    assert found["metadata"]["labels"] == {
        "tier": "front",
        "kubernetes.io/service-name": "front",
        "endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io",
    }
    assert found["metadata"]["ownerReferences"][0]["uid"] == made["metadata"]["uid"]
    assert found["addressType"] == "IPv4"
    assert not found["endpoints"]
    assert not found["ports"]
    assert "subsets" not in cluster.get("endpoints", "front")


def test_a_ready_pod_is_served(cluster: Cluster) -> None:
    cluster.api.create("services", service("front", "web"))
    made = cluster.api.create("pods", pod("web-1", app="web"))
    cluster.settle()
    cluster.start(made, node="node-2")
    cluster.run()
    (found,) = slices(cluster)
    target = {"kind": "Pod", "namespace": "default", "name": "web-1", "uid": made["metadata"]["uid"]}
    assert found["endpoints"] == [
        {
            "addresses": ["10.244.0.2"],
            "conditions": {"ready": True, "serving": True, "terminating": False},
            "nodeName": "node-2",
            "targetRef": target,
            "zone": "b",
        }
    ]
    assert found["ports"] == [{"name": "", "port": 8080, "protocol": "TCP"}]
    assert cluster.get("endpoints", "front")["subsets"] == [
        {
            "addresses": [{"ip": "10.244.0.2", "nodeName": "node-2", "targetRef": target}],
            "ports": [{"port": 8080, "protocol": "TCP"}],
        }
    ]


def test_unready_and_terminating_pods_are_marked(cluster: Cluster) -> None:
    cluster.api.create("services", service("front", "web"))
    cluster.start(cluster.api.create("pods", pod("sick", app="web")), ready=False)
    cluster.start(cluster.api.create("pods", pod("leaving", app="web")))
    cluster.api.delete("pods", "default", "leaving")
    cluster.settle()
    states = {each["targetRef"]["name"]: each["conditions"] for obj in slices(cluster) for each in obj["endpoints"]}
    assert states == {
        "sick": {"ready": False, "serving": False, "terminating": False},
        "leaving": {"ready": False, "serving": True, "terminating": True},
    }
    (subset,) = cluster.get("endpoints", "front")["subsets"]
    assert [each["targetRef"]["name"] for each in subset["notReadyAddresses"]] == ["sick"]
    assert "addresses" not in subset


def test_publish_not_ready_addresses_makes_all_ready(cluster: Cluster) -> None:
    cluster.api.create("services", service("front", "web", publishNotReadyAddresses=True))
    cluster.start(cluster.api.create("pods", pod("sick", app="web")), ready=False)
    cluster.settle()
    (endpoint,) = slices(cluster)[0]["endpoints"]
    assert endpoint["conditions"]["ready"] is True
    assert len(cluster.get("endpoints", "front")["subsets"][0]["addresses"]) == 1


def test_named_ports_are_resolved_per_pod(cluster: Cluster) -> None:
    named = [{"name": "web", "port": 80, "protocol": "TCP", "targetPort": "http"}]
    cluster.api.create("services", service("front", "web", ports=named))
    cluster.start(cluster.api.create("pods", pod("one", app="web")))
    other = pod("two", app="web")
    other["spec"]["containers"][0]["ports"] = [{"name": "http", "containerPort": 9090}]
    cluster.start(cluster.api.create("pods", other))
    none = pod("three", app="web")
    none["spec"]["containers"][0]["ports"] = []
    cluster.start(cluster.api.create("pods", none))
    cluster.settle()
    by_port = {obj["ports"][0]["port"] if obj["ports"] else None: len(obj["endpoints"]) for obj in slices(cluster)}
    assert by_port == {8080: 1, 9090: 1, None: 1}
    assert sorted(subset["ports"][0]["port"] for subset in cluster.get("endpoints", "front")["subsets"]) == [8080, 9090]


def test_headless_services_are_labelled(cluster: Cluster) -> None:
    cluster.api.create("services", service("front", "web", clusterIP="None"))
    cluster.run()
    assert "service.kubernetes.io/headless" in slices(cluster)[0]["metadata"]["labels"]
    assert "service.kubernetes.io/headless" in cluster.get("endpoints", "front")["metadata"]["labels"]


def test_services_without_selector_and_external_names_are_left_alone(cluster: Cluster) -> None:
    cluster.api.create("services", service("manual", "web", selector=None))
    elsewhere = service("elsewhere", "web")
    elsewhere["spec"] = {"type": "ExternalName", "externalName": "example.com", "selector": {"app": "web"}}
    cluster.api.create("services", elsewhere)
    cluster.api.create("endpoints", manual("manual"))
    cluster.run()
    assert slices(cluster, "elsewhere") == []
    assert cluster.names("endpoints") == ["manual"]
    cluster.api.delete("services", "default", "manual")
    cluster.run()
    assert cluster.names("endpoints") == ["manual"]


def test_fifteen_pods_fit_in_one_slice(cluster: Cluster) -> None:
    cluster.api.create("services", service("front", "web"))
    cluster.api.create("replicasets.apps", replica_set("web", 15))
    cluster.run()
    assert [len(obj["endpoints"]) for obj in slices(cluster)] == [15]
    assert len(cluster.get("endpoints", "front")["subsets"][0]["addresses"]) == 15


def test_250_pods_make_three_slices_and_one_pod_changes_one(cluster: Cluster) -> None:
    cluster.api.create("replicasets.apps", replica_set("web", 250))
    cluster.run()
    cluster.api.create("services", service("front", "web"))
    cluster.run()
    before = {obj["metadata"]["name"]: obj["metadata"]["resourceVersion"] for obj in slices(cluster)}
    assert sorted(len(obj["endpoints"]) for obj in slices(cluster)) == [50, 100, 100]
    assert len(set(addresses(cluster))) == 250
    victim = cluster.pods(app="web")[7]
    cluster.start(victim, ready=False)
    cluster.settle()
    after = {obj["metadata"]["name"]: obj["metadata"]["resourceVersion"] for obj in slices(cluster)}
    assert before.keys() == after.keys()
    assert sum(before[name] != after[name] for name in before) == 1


def many(cluster: Cluster, count: int, ready: int) -> None:
    """So many running pods at once, the first ``ready`` of them ready."""
    for number in range(count):
        made = pod(f"web-{number}", app="web")
        condition = {"type": "Ready", "status": "True" if number < ready else "False"}
        address = f"10.244.{number // 250}.{number % 250 + 1}"
        status = {"phase": "Running", "podIP": address, "podIPs": [{"ip": address}], "conditions": [condition]}
        cluster.store.create("pods", {**made, "spec": {**made["spec"], "nodeName": "node-1"}, "status": status})


@pytest.mark.parametrize(
    ("count", "ready", "shown"), ((1000, 900, (900, 100)), (1100, 900, (900, 100)), (1100, 1050, (1000, 0)))
)
def test_endpoints_end_at_a_thousand_where_slices_go_on(
    cluster: Cluster, count: int, ready: int, shown: tuple[int, int]
) -> None:
    many(cluster, count, ready)
    cluster.api.create("services", service("front", "web"))
    cluster.settle()
    found = cluster.get("endpoints", "front")
    (subset,) = found["subsets"]
    assert tuple(len(subset.get(part, ())) for part in ("addresses", "notReadyAddresses")) == shown
    notes = found["metadata"].get("annotations") or {}
    assert notes.get("endpoints.kubernetes.io/over-capacity") == ("truncated" if count > 1000 else None)
    assert sum(len(obj["endpoints"]) for obj in slices(cluster)) == count


def test_pods_that_come_after_their_service_fill_slices_of_the_size_that_was_asked_for(cluster: Cluster) -> None:
    cluster.restart(Options(slice_size=5))
    cluster.api.create("services", service("front", "web"))
    for count in (4, 7, 13, 15):
        have = len(cluster.pods(app="web"))
        for number in range(have, count):
            cluster.start(cluster.api.create("pods", pod(f"web-{number}", app="web")))
        cluster.settle()
    assert [len(obj["endpoints"]) for obj in slices(cluster)] == [5, 5, 5]


def test_a_slice_that_was_deleted_comes_back(cluster: Cluster) -> None:
    cluster.api.create("services", service("front", "web"))
    cluster.api.create("replicasets.apps", replica_set("web", 2))
    cluster.run()
    cluster.api.delete(SLICES, "default", slices(cluster)[0]["metadata"]["name"])
    cluster.api.delete("endpoints", "default", "front")
    cluster.run()
    assert len(addresses(cluster)) == 2
    assert cluster.names("endpoints") == ["front"]


def test_all_goes_with_the_service(cluster: Cluster) -> None:
    cluster.api.create("services", service("front", "web"))
    cluster.api.create("replicasets.apps", replica_set("web", 2))
    cluster.run()
    cluster.api.delete("services", "default", "front")
    cluster.run()
    assert cluster.store.list(SLICES) == []
    assert cluster.names("endpoints") == []
    assert len(cluster.pods(app="web")) == 2


def test_a_changed_selector_and_label_are_followed(cluster: Cluster) -> None:
    cluster.api.create("services", service("front", "web"))
    cluster.api.create("replicasets.apps", replica_set("web", 2))
    cluster.run()
    name = slices(cluster)[0]["metadata"]["name"]
    cluster.patch("services", "front", {"spec": {"selector": {"app": "nobody"}}, "metadata": {"labels": {"tier": "2"}}})
    cluster.run()
    (found,) = slices(cluster)
    assert found["metadata"]["name"] == name
    assert not found["endpoints"]
    assert found["metadata"]["labels"]["tier"] == "2"


def test_endpoints_written_by_hand_are_mirrored(cluster: Cluster) -> None:
    cluster.api.create("services", service("database", "", selector=None))
    cluster.api.create("endpoints", manual("database", "192.0.2.1", "192.0.2.2"))
    cluster.run()
    (found,) = slices(cluster, "database")
    assert found["metadata"]["labels"] == {
        "by": "hand",
        "kubernetes.io/service-name": "database",
        "endpointslice.kubernetes.io/managed-by": "endpointslicemirroring-controller.k8s.io",
    }
    assert found["metadata"]["ownerReferences"][0]["kind"] == "Endpoints"
    assert found["ports"] == [{"name": "", "port": 5432, "protocol": "TCP"}]
    assert found["endpoints"] == [
        {"addresses": ["192.0.2.1"], "conditions": {"ready": True}},
        {"addresses": ["192.0.2.2"], "conditions": {"ready": True}},
    ]
    cluster.api.delete("endpoints", "default", "database")
    cluster.run()
    assert slices(cluster, "database") == []


def test_what_asks_not_to_be_mirrored_is_not(cluster: Cluster) -> None:
    cluster.api.create("services", service("database", "", selector=None))
    endpoints = manual("database", "192.0.2.1")
    endpoints["metadata"]["labels"]["endpointslice.kubernetes.io/skip-mirror"] = "true"
    cluster.api.create("endpoints", endpoints)
    cluster.run()
    assert slices(cluster, "database") == []
