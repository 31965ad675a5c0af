"""Namespaces: furnished when they come, emptied when they go."""

from __future__ import annotations

from kx.practice.controllers.objects import condition_of
from tests.practice.controllers.cluster import Cluster, deployment, service


def test_a_namespace_is_furnished(cluster: Cluster) -> None:
    cluster.run()
    for namespace in ("default", "other"):
        assert cluster.store.get("serviceaccounts", namespace, "default")
        assert cluster.store.get("configmaps", namespace, "kube-root-ca.crt")["data"] == {"ca.crt": "the certificate"}


def test_the_furniture_is_put_back(cluster: Cluster) -> None:
    cluster.run()
    cluster.api.delete("serviceaccounts", "default", "default")
    cluster.patch("configmaps", "kube-root-ca.crt", {"data": {"ca.crt": "forged", "more": "x"}})
    cluster.run()
    assert cluster.names("serviceaccounts") == ["default"]
    assert cluster.get("configmaps", "kube-root-ca.crt")["data"] == {"ca.crt": "the certificate"}


def test_everything_goes_and_then_the_namespace(cluster: Cluster) -> None:
    cluster.api.create("deployments.apps", deployment("web", 3))
    cluster.api.create("services", service("front", "web"))
    cluster.run()
    cluster.api.delete("namespaces", "", "default")
    cluster.settle()
    namespace = cluster.store.get("namespaces", "", "default")
    assert namespace["status"]["phase"] == "Terminating"
    remaining = condition_of(namespace, "NamespaceContentRemaining") or {}
    assert remaining["message"] == "Some resources are remaining: pods. has 3 resource instances"
    cluster.run()
    assert cluster.store.find("namespaces", "", "default") is None
    left = [obj for resource in cluster.store.resources() for obj in cluster.store.list(resource, "default")]
    assert left == []
    assert cluster.store.find("namespaces", "", "other") is not None


def test_a_finalizer_holds_the_namespace(cluster: Cluster) -> None:
    held = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "held", "namespace": "default", "finalizers": ["example.com/hold"]},
    }
    cluster.api.create("configmaps", held)
    cluster.api.delete("namespaces", "", "default")
    cluster.run()
    namespace = cluster.store.get("namespaces", "", "default")
    holding = condition_of(namespace, "NamespaceFinalizersRemaining") or {}
    assert holding["message"] == (
        "Some content in the namespace has finalizers remaining: example.com/hold in 1 resource instances"
    )
    cluster.patch("configmaps", "held", {"metadata": {"finalizers": None}})
    cluster.run()
    assert cluster.store.find("namespaces", "", "default") is None
