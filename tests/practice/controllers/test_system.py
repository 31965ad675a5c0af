"""What the API server made comes back when somebody deletes it."""

from __future__ import annotations

from kx.practice.bootstrap import bootstrap
from tests.practice.controllers.cluster import Cluster


def test_the_kubernetes_service_comes_back(cluster: Cluster) -> None:
    bootstrap(cluster.store, cluster.api)
    cluster.run()
    cluster.api.delete("services", "default", "kubernetes")
    cluster.run()
    assert cluster.get("services", "kubernetes")["spec"]["clusterIP"] == "10.96.0.1"


def test_a_system_namespace_comes_back(cluster: Cluster) -> None:
    bootstrap(cluster.store, cluster.api)
    cluster.run()
    cluster.api.delete("namespaces", "", "kube-node-lease")
    cluster.run()
    assert cluster.store.get("namespaces", "", "kube-node-lease")["status"]["phase"] == "Active"
