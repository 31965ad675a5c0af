"""Events: counted, combined, silenced, forgotten."""

from __future__ import annotations

from tests.practice.controllers.cluster import Cluster, pod


def test_an_event_says_what_happened_to_whom(cluster: Cluster) -> None:
    made = cluster.api.create("pods", pod("web", app="web"))
    cluster.world.events.record(
        made, "Warning", "BackOff", "Back-off restarting", "kubelet", "node-1", "spec.containers{main}"
    )
    (event,) = cluster.store.list("events", "default")
    metadata = event.pop("metadata")
    assert metadata["name"].startswith("web.")
    assert event == {
        "apiVersion": "v1",
        "kind": "Event",
        "involvedObject": {
            "kind": "Pod",
            "namespace": "default",
            "name": "web",
            "uid": made["metadata"]["uid"],
            "apiVersion": "v1",
            "resourceVersion": made["metadata"]["resourceVersion"],
            "fieldPath": "spec.containers{main}",
        },
        "reason": "BackOff",
        "message": "Back-off restarting",
        "source": {"component": "kubelet", "host": "node-1"},
        "firstTimestamp": "2030-01-01T00:00:00Z",
        "lastTimestamp": "2030-01-01T00:00:00Z",
        "count": 1,
        "type": "Warning",
        "eventTime": None,
        "reportingComponent": "kubelet",
        "reportingInstance": "node-1",
    }


def test_the_same_again_only_counts_up(cluster: Cluster) -> None:
    made = cluster.api.create("pods", pod("web", app="web"))
    for _ in range(3):
        cluster.world.events.record(made, "Normal", "Pulled", "again", "kubelet")
        cluster.clock.advance(10)
    (event,) = cluster.store.list("events")
    assert (event["count"], event["lastTimestamp"]) == (3, "2030-01-01T00:00:20Z")


def test_many_alike_are_combined_and_then_silenced(cluster: Cluster) -> None:
    made = cluster.api.create("pods", pod("web", app="web"))
    for number in range(40):
        cluster.world.events.record(made, "Normal", "Created", f"number {number}", "kubelet")
    events = cluster.store.list("events")
    assert len(events) == 10
    combined = [event for event in events if event["message"].startswith("(combined from similar events): ")]
    assert [event["count"] for event in combined] == [16]  # 25 said in all, then silence


def test_nodes_tell_in_the_default_namespace(cluster: Cluster) -> None:
    node = cluster.store.get("nodes", "", "node-1")
    cluster.world.events.record(node, "Normal", "Starting", "", "kubelet", "node-1")
    (event,) = cluster.store.list("events")
    assert event["metadata"]["namespace"] == "default"


def test_an_hour_later_it_is_forgotten(cluster: Cluster) -> None:
    made = cluster.api.create("pods", pod("web", app="web"))
    cluster.world.events.record(made, "Normal", "Pulled", "once", "kubelet")
    cluster.settle(within=1800)
    cluster.world.events.record(made, "Normal", "Pulled", "once", "kubelet")
    cluster.settle(within=3500)
    assert len(cluster.store.list("events")) == 1
    cluster.settle(within=200)
    assert cluster.store.list("events") == []
