"""Autoscalers say what they say without metrics, and change nothing."""

from __future__ import annotations

from typing import Any

from kx.practice.status import Obj
from tests.practice.controllers.cluster import Cluster, deployment

RESOURCE = "horizontalpodautoscalers.autoscaling"
NO_METRICS = (
    "failed to get cpu utilization: unable to get metrics for resource cpu: unable to fetch metrics from resource "
    "metrics API: the server could not find the requested resource (get pods.metrics.k8s.io)"
)


def autoscaler(*metrics: Obj, **spec: Any) -> Obj:
    target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}
    return {
        "apiVersion": "autoscaling/v2",
        "kind": "HorizontalPodAutoscaler",
        "metadata": {"name": "web", "namespace": "default"},
        "spec": {"scaleTargetRef": target, "minReplicas": 3, "maxReplicas": 9, "metrics": list(metrics), **spec},
    }


def conditions(cluster: Cluster) -> dict[str, tuple[str, str, str]]:
    found = cluster.get(RESOURCE, "web")["status"]["conditions"]
    return {one["type"]: (one["status"], one["reason"], one["message"]) for one in found}


def test_without_metrics_nothing_is_scaled(cluster: Cluster) -> None:
    cluster.api.create("deployments.apps", deployment("web", 2))
    cluster.api.create(RESOURCE, autoscaler())
    cluster.run()
    cluster.settle(within=40)
    assert cluster.get("deployments.apps", "web")["spec"]["replicas"] == 2
    assert cluster.get(RESOURCE, "web")["status"]["currentReplicas"] == 2
    assert conditions(cluster) == {
        "AbleToScale": ("True", "SucceededGetScale", "the HPA controller was able to get the target's current scale"),
        "ScalingActive": (
            "False",
            "FailedGetResourceMetric",
            f"the HPA was unable to compute the replica count: {NO_METRICS}",
        ),
    }
    assert cluster.messages("FailedGetResourceMetric") == [NO_METRICS]
    assert cluster.messages("FailedComputeMetricsReplicas") == [
        f"invalid metrics (1 invalid out of 1), first error is: failed to get cpu resource metric value: {NO_METRICS}"
    ]
    (plain,) = cluster.messages("PracticeCluster")
    assert "never changes the number of replicas" in plain
    (event,) = [one for one in cluster.store.list("events") if one["reason"] == "FailedGetResourceMetric"]
    assert event["count"] >= 3, "it looks every fifteen seconds"


def test_a_target_that_is_not_there(cluster: Cluster) -> None:
    cluster.api.create(RESOURCE, autoscaler())
    cluster.settle()
    message = 'deployments/scale.apps "web" not found'
    assert conditions(cluster) == {
        "AbleToScale": (
            "False",
            "FailedGetScale",
            f"the HPA controller was unable to get the target's current scale: {message}",
        )
    }
    assert cluster.messages("FailedGetScale") == [message]


def test_a_target_of_no_replicas_is_left_alone(cluster: Cluster) -> None:
    cluster.api.create("deployments.apps", deployment("web", 0))
    cluster.api.create(RESOURCE, autoscaler())
    cluster.run()
    assert conditions(cluster)["ScalingActive"][:2] == ("False", "ScalingDisabled")


def test_every_kind_of_metric_has_its_words(cluster: Cluster) -> None:
    value = {"type": "AverageValue", "averageValue": "10"}
    metrics = (
        {"type": "Pods", "pods": {"metric": {"name": "hits"}, "target": value}},
        {"type": "Resource", "resource": {"name": "memory", "target": value}},
        {"type": "ContainerResource", "containerResource": {"name": "cpu", "container": "c", "target": value}},
        {"type": "External", "external": {"metric": {"name": "queue"}, "target": value}},
        {
            "type": "Object",
            "object": {
                "metric": {"name": "hits"},
                "target": value,
                "describedObject": {"apiVersion": "v1", "kind": "Service", "name": "front"},
            },
        },
    )
    cluster.api.create("deployments.apps", deployment("web", 1))
    cluster.api.create(RESOURCE, autoscaler(*metrics))
    cluster.run()
    custom = "unable to fetch metrics from custom metrics API: no custom metrics API (custom.metrics.k8s.io) registered"
    assert cluster.messages("FailedGetPodsMetric") == [f"unable to get metric hits: {custom}"]
    assert cluster.messages("FailedGetObjectMetric") == [
        f"unable to get metric hits: Service on default front/{custom}"
    ]
    assert cluster.messages("FailedGetResourceMetric")[0].startswith("failed to get memory usage: ")
    assert cluster.messages("FailedGetContainerResourceMetric")[0].startswith("failed to get cpu usage: ")
    assert cluster.messages("FailedGetExternalMetric") == [
        "unable to get external metric default/queue/nil: unable to fetch metrics from external metrics API: "
        "the server could not find the requested resource (get queue.external.metrics.k8s.io)"
    ]
    (summary,) = cluster.messages("FailedComputeMetricsReplicas")
    assert summary.startswith("invalid metrics (5 invalid out of 5), first error is: failed to get pods metric value: ")
