"""Disruption budgets: how many pods are well, how many may go, and why it cannot be told."""

from __future__ import annotations

from typing import Any

import pytest

from kx.practice.status import Obj
from tests.practice.controllers.cluster import Cluster, deployment, pod

RESOURCE = "poddisruptionbudgets.policy"


def budget(app: str = "web", **spec: Any) -> Obj:
    return {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": {"name": "guard", "namespace": "default"},
        "spec": {"selector": {"matchLabels": {"app": app}}, **spec},
    }


def counts(cluster: Cluster) -> tuple[int, int, int, int]:
    """Current, desired, expected, allowed."""
    found = cluster.get(RESOURCE, "guard")["status"]
    fields = ("currentHealthy", "desiredHealthy", "expectedPods", "disruptionsAllowed")
    current, desired, expected, allowed = (int(found[field]) for field in fields)
    return current, desired, expected, allowed


def condition(cluster: Cluster) -> Obj:
    (found,) = cluster.get(RESOURCE, "guard")["status"]["conditions"]
    return dict(found)


@pytest.mark.parametrize(
    ("limit", "expected"),
    [
        ({"minAvailable": 3}, (4, 3, 4, 1)),
        ({"minAvailable": "50%"}, (4, 2, 4, 2)),
        ({"minAvailable": "51%"}, (4, 3, 4, 1)),
        ({"maxUnavailable": 1}, (4, 3, 4, 1)),
        ({"maxUnavailable": "30%"}, (4, 2, 4, 2)),
        ({"minAvailable": 9}, (4, 9, 4, 0)),
    ],
)
def test_the_counts(cluster: Cluster, limit: Obj, expected: tuple[int, int, int, int]) -> None:
    cluster.api.create("deployments.apps", deployment("web", 4))
    cluster.api.create(RESOURCE, budget(**limit))
    cluster.run()
    assert counts(cluster) == expected
    allowed = expected[-1] > 0
    assert condition(cluster)["reason"] == ("SufficientPods" if allowed else "InsufficientPods")
    assert condition(cluster)["status"] == str(allowed)


def test_a_pod_that_goes_is_missed_until_there_is_another(cluster: Cluster) -> None:
    cluster.api.create("deployments.apps", deployment("web", 2))
    cluster.api.create(RESOURCE, budget(maxUnavailable=1))
    cluster.run()
    cluster.api.delete("pods", "default", cluster.pods(app="web")[0]["metadata"]["name"])
    cluster.settle()
    assert counts(cluster) == (1, 1, 2, 0)
    cluster.run()
    assert counts(cluster) == (2, 1, 2, 1)


def test_no_pods(cluster: Cluster) -> None:
    cluster.api.create(RESOURCE, budget(minAvailable=0))
    cluster.settle()
    assert counts(cluster) == (0, 0, 0, 0)
    assert set(cluster.messages("NoPods")) == {"No matching pods found"}


def test_pods_nobody_leads_cannot_be_counted_in_shares(cluster: Cluster) -> None:
    cluster.start(cluster.api.create("pods", pod("alone", app="web")))
    cluster.api.create(RESOURCE, budget(maxUnavailable=1))
    cluster.settle()
    assert counts(cluster) == (1, 0, 0, 0)
    assert "(selector: &LabelSelector{MatchLabels:map[string]string{app: web,}" in cluster.messages("UnmanagedPods")[0]


def test_what_has_no_scale_is_told_of(cluster: Cluster) -> None:
    job = {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": "work", "namespace": "default"},
        "spec": {
            "template": {
                "metadata": {"labels": {"app": "web"}},
                "spec": {"restartPolicy": "Never", "containers": [{"name": "c", "image": "busybox"}]},
            }
        },
    }
    cluster.api.create("jobs.batch", job)
    cluster.api.create(RESOURCE, budget(maxUnavailable=1))
    cluster.run()
    assert (condition(cluster)["reason"], condition(cluster)["message"]) == (
        "SyncFailed",
        "jobs.batch does not implement the scale subresource",
    )
    assert cluster.get(RESOURCE, "guard")["status"]["disruptionsAllowed"] == 0


def test_an_eviction_that_comes_to_nothing_is_forgotten(cluster: Cluster) -> None:
    cluster.api.create("deployments.apps", deployment("web", 2))
    cluster.api.create(RESOURCE, budget(maxUnavailable=1))
    cluster.run()
    found = cluster.get(RESOURCE, "guard")
    name = cluster.pods(app="web")[0]["metadata"]["name"]
    announced = {name: cluster.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")}
    status = {**found["status"], "disruptionsAllowed": 0, "disruptedPods": announced}
    cluster.api.update_status(RESOURCE, {**found, "status": status})
    cluster.settle()
    assert counts(cluster) == (1, 1, 2, 0)
    cluster.settle(within=125)
    assert counts(cluster) == (2, 1, 2, 1)
    assert "disruptedPods" not in cluster.get(RESOURCE, "guard")["status"]
    assert cluster.messages("NotDeleted") == ["Pod was expected by PDB default/default to be deleted but it wasn't"]
