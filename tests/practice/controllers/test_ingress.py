"""Ingresses get an address and their events; those of other controllers get nothing."""

from __future__ import annotations

from kx.practice.status import Obj
from tests.practice.controllers.cluster import Cluster

INGRESSES, CLASSES = "ingresses.networking.k8s.io", "ingressclasses.networking.k8s.io"


def ingress(name: str, **spec: object) -> Obj:
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata": {"name": name, "namespace": "default"},
        "spec": {"defaultBackend": {"service": {"name": "web", "port": {"number": 80}}}, **spec},
    }


def ingress_class(name: str, controller: str, default: bool = False) -> Obj:
    notes = {"ingressclass.kubernetes.io/is-default-class": "true"} if default else {}
    metadata = {"name": name, "annotations": notes}
    spec = {"controller": controller}
    return {"apiVersion": "networking.k8s.io/v1", "kind": "IngressClass", "metadata": metadata, "spec": spec}


def prepared(cluster: Cluster) -> None:
    status = {"addresses": [{"type": "InternalIP", "address": "10.0.0.11"}]}
    cluster.store.update("nodes", {**cluster.store.get("nodes", "", "node-1"), "status": status})
    cluster.api.create(CLASSES, ingress_class("nginx", "k8s.io/ingress-nginx"))


def points(cluster: Cluster, name: str) -> list[Obj]:
    found: list[Obj] = (cluster.get(INGRESSES, name).get("status") or {}).get("loadBalancer", {}).get("ingress", [])
    return found


def test_the_address_is_published_after_a_while_and_both_changes_are_seen(cluster: Cluster) -> None:
    prepared(cluster)
    cluster.api.create(INGRESSES, ingress("shop", ingressClassName="nginx"))
    cluster.settle()
    assert points(cluster, "shop") == []
    cluster.settle(within=5)
    assert points(cluster, "shop") == [{"ip": "10.0.0.11"}]
    (event,) = cluster.store.list("events")
    told = (event["reason"], event["message"], event["count"], event["source"]["component"])
    assert told == ("Sync", "Scheduled for sync", 2, "nginx-ingress-controller")


def test_a_restart_says_nothing_new(cluster: Cluster) -> None:
    prepared(cluster)
    cluster.api.create(INGRESSES, ingress("shop", ingressClassName="nginx"))
    cluster.settle(within=5)
    cluster.restart()
    before = cluster.store.revision
    cluster.settle(within=60)
    assert cluster.store.revision == before


def test_somebody_elses_is_left_alone_until_it_becomes_ours(cluster: Cluster) -> None:
    prepared(cluster)
    cluster.api.create(CLASSES, ingress_class("other", "example.com/other"))
    cluster.api.create(INGRESSES, ingress("shop", ingressClassName="other"))
    cluster.settle(within=30)
    assert (points(cluster, "shop"), cluster.store.list("events")) == ([], [])
    cluster.patch(INGRESSES, "shop", {"spec": {"ingressClassName": "nginx"}})
    cluster.settle(within=30)
    assert points(cluster, "shop") == [{"ip": "10.0.0.11"}]


def test_one_without_a_class_is_served_and_gets_the_default_class_where_there_is_one(cluster: Cluster) -> None:
    prepared(cluster)
    cluster.api.create(INGRESSES, ingress("plain"))
    cluster.api.create(CLASSES, ingress_class("mine", "k8s.io/ingress-nginx", default=True))
    cluster.api.create(INGRESSES, ingress("later"))
    cluster.settle(within=30)
    classes = [cluster.get(INGRESSES, name)["spec"].get("ingressClassName") for name in ("plain", "later")]
    assert classes == [None, "mine"]
    assert points(cluster, "plain") == points(cluster, "later") == [{"ip": "10.0.0.11"}]
