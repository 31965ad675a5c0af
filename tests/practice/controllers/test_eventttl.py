"""Events live an hour from when the server wrote them, whatever times their writers put in."""

from __future__ import annotations

from tests.practice.controllers.cluster import Cluster


def test_an_event_about_long_ago_lives_an_hour_like_any_other(cluster: Cluster) -> None:
    about = {"kind": "Pod", "name": "p", "namespace": "default"}
    metadata = {"name": "old", "namespace": "default"}
    told = {"involvedObject": about, "type": "Normal", "firstTimestamp": "2001-01-01T00:00:00Z"}
    event = {"metadata": metadata, **told, "lastTimestamp": "2001-01-01T00:00:00Z"}
    cluster.api.create("events", event)
    cluster.settle(within=3500)
    assert cluster.names("events") == ["old"]
    cluster.settle(within=200)
    assert cluster.names("events") == []
