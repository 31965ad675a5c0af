"""Load balancers: asked for, given, taken back; and what is told of it."""

from __future__ import annotations

from kx.practice.options import Options
from kx.practice.status import Obj
from tests.practice.controllers.cluster import Cluster, service

_FINALIZER = "service.kubernetes.io/load-balancer-cleanup"


def balanced(name: str, **spec: object) -> Obj:
    made = service(name, "web", type="LoadBalancer", **spec)
    del made["spec"]["clusterIP"]
    return made


def addresses(cluster: Cluster, name: str) -> list[Obj]:
    found: list[Obj] = cluster.get("services", name)["status"].get("loadBalancer", {}).get("ingress", [])
    return found


def reasons(cluster: Cluster) -> list[str]:
    events = sorted(cluster.store.list("events"), key=lambda event: int(event["metadata"]["resourceVersion"]))
    return [event["reason"] for event in events if event["source"]["component"] == "service-controller"]


def test_an_address_comes_after_a_while_and_is_nobody_elses(cluster: Cluster) -> None:
    cluster.api.create("services", balanced("one"))
    cluster.api.create("services", balanced("two"))
    cluster.settle()
    assert addresses(cluster, "one") == []
    cluster.settle(within=5)
    assert addresses(cluster, "one") == [{"ip": "10.0.0.200", "ipMode": "VIP"}]
    assert addresses(cluster, "two") == [{"ip": "10.0.0.201", "ipMode": "VIP"}]
    assert cluster.get("services", "one")["metadata"]["finalizers"] == [_FINALIZER]
    assert reasons(cluster) == ["EnsuringLoadBalancer"] * 2 + ["EnsuredLoadBalancer"] * 2


def test_it_stays_after_a_restart_and_nothing_is_told_again(cluster: Cluster) -> None:
    cluster.api.create("services", balanced("one"))
    cluster.settle(within=5)
    cluster.restart()
    before = cluster.store.revision
    cluster.settle(within=60)
    assert cluster.store.revision == before


def test_a_service_of_another_type_gives_it_back(cluster: Cluster) -> None:
    cluster.api.create("services", balanced("one"))
    cluster.settle(within=5)
    cluster.patch("services", "one", {"spec": {"type": "ClusterIP"}})
    cluster.settle(within=5)
    assert addresses(cluster, "one") == []
    assert "finalizers" not in cluster.get("services", "one")["metadata"]
    assert cluster.messages("Type") == ["LoadBalancer -> ClusterIP"]
    assert reasons(cluster)[-2:] == ["DeletingLoadBalancer", "DeletedLoadBalancer"]


def test_changed_ports_are_ensured_anew_at_the_same_address(cluster: Cluster) -> None:
    cluster.api.create("services", balanced("one"))
    cluster.settle(within=5)
    cluster.patch("services", "one", {"spec": {"ports": [{"port": 81, "protocol": "TCP", "targetPort": 8080}]}})
    cluster.settle(within=5)
    assert addresses(cluster, "one") == [{"ip": "10.0.0.200", "ipMode": "VIP"}]
    counts = {event["reason"]: event["count"] for event in cluster.store.list("events")}
    assert (counts["EnsuringLoadBalancer"], counts["EnsuredLoadBalancer"]) == (2, 2)


def test_a_deleted_one_goes_and_its_address_is_free(cluster: Cluster) -> None:
    cluster.api.create("services", balanced("one"))
    cluster.settle(within=5)
    cluster.api.delete("services", "default", "one")
    cluster.settle(within=5)
    assert "one" not in cluster.names("services")
    cluster.api.create("services", balanced("two"))
    cluster.settle(within=5)
    assert addresses(cluster, "two") == [{"ip": "10.0.0.200", "ipMode": "VIP"}]


def test_an_address_that_is_asked_for(cluster: Cluster) -> None:
    cluster.api.create("services", balanced("one", loadBalancerIP="10.0.0.222"))
    cluster.api.create("services", balanced("two", loadBalancerIP="192.0.2.1"))
    cluster.settle(within=4)
    assert addresses(cluster, "one") == [{"ip": "10.0.0.222", "ipMode": "VIP"}]
    assert addresses(cluster, "two") == []
    assert cluster.messages("SyncLoadBalancerFailed") == [
        "Error syncing load balancer: failed to ensure load balancer: the address 192.0.2.1 cannot be had"
    ]


def test_a_class_of_its_own_is_somebody_elses(cluster: Cluster) -> None:
    cluster.api.create("services", balanced("one", loadBalancerClass="example.com/other"))
    cluster.settle(within=30)
    assert addresses(cluster, "one") == []
    assert reasons(cluster) == []


def test_without_load_balancers_all_stay_pending_and_what_was_given_is_taken_back(cluster: Cluster) -> None:
    cluster.api.create("services", balanced("one"))
    cluster.settle(within=5)
    cluster.restart(Options(load_balancer=False))
    cluster.api.create("services", balanced("two"))
    cluster.settle(within=30)
    assert addresses(cluster, "one") == addresses(cluster, "two") == []
    cluster.api.delete("services", "default", "one")
    cluster.settle()
    assert "one" not in cluster.names("services")


def test_at_once_where_the_cluster_is_told_to_hurry(cluster: Cluster) -> None:
    cluster.restart(Options(speed=0))
    cluster.api.create("services", balanced("one"))
    cluster.settle()
    assert addresses(cluster, "one")
