"""A network policy is told of once, because nobody enforces it."""

from __future__ import annotations

from tests.practice.controllers.cluster import Cluster


def test_whoever_makes_a_policy_hears_that_it_is_not_enforced(cluster: Cluster) -> None:
    policy = {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": "deny", "namespace": "default"},
        "spec": {"podSelector": {}, "policyTypes": ["Ingress"]},
    }
    cluster.api.create("networkpolicies.networking.k8s.io", policy)
    cluster.settle()
    (event,) = cluster.store.list("events")
    assert (event["type"], event["reason"], event["involvedObject"]["kind"]) == (
        "Warning",
        "NotEnforced",
        "NetworkPolicy",
    )
    cluster.clock.advance(60)
    cluster.restart()
    cluster.settle()
    assert [one["count"] for one in cluster.store.list("events")] == [1]
