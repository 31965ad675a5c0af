"""A Job's own rules: which failures end it, count for nothing or end one number, and what is enough success."""

from __future__ import annotations

from typing import Any

import pytest

from kx.practice.controllers.jobs import indexes
from kx.practice.status import Obj
from tests.practice.controllers.cluster import Cluster
from tests.practice.controllers.jobs.test_controller import RESOURCE, active, conditions, job, status


def exits(cluster: Cluster, pod: Obj, code: int) -> None:
    """The pod's program ends with that code."""
    found = cluster.store.get("pods", "default", pod["metadata"]["name"])
    now = cluster.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")
    ended = {"name": "c", "restartCount": 0, "state": {"terminated": {"exitCode": code, "finishedAt": now}}}
    phase = "Failed" if code else "Succeeded"
    new = {**found["status"], "phase": phase, "conditions": [], "containerStatuses": [ended]}
    cluster.store.update("pods", {**found, "status": new})
    cluster.settle()


def rule(action: str, *codes: int, operator: str = "In") -> Obj:
    return {"action": action, "onExitCodes": {"operator": operator, "values": list(codes)}}


def numbered(cluster: Cluster, index: int) -> Obj:
    (found,) = [pod for pod in active(cluster) if indexes.index_of(pod) == index]
    return found


def start(cluster: Cluster, **spec: Any) -> None:
    cluster.api.create(RESOURCE, job("work", **spec))
    cluster.run()


def test_a_rule_ends_the_whole_job(cluster: Cluster) -> None:
    start(cluster, parallelism=2, completions=2, podFailurePolicy={"rules": [rule("FailJob", 42)]})
    pod, other = active(cluster)
    exits(cluster, pod, 42)
    name = pod["metadata"]["name"]
    message = f"Container c for pod default/{name} failed with exit code 42 matching FailJob rule at index 0"
    assert conditions(cluster) == [("FailureTarget", "PodFailurePolicy")]
    assert "deletionTimestamp" in cluster.get("pods", other["metadata"]["name"])["metadata"]
    cluster.run()
    assert conditions(cluster)[-1] == ("Failed", "PodFailurePolicy")
    assert (cluster.messages("PodFailurePolicy"), status(cluster)["failed"]) == ([message], 2)


def test_a_rule_that_ignores_counts_nothing(cluster: Cluster) -> None:
    start(cluster, backoffLimit=0, podFailurePolicy={"rules": [rule("Ignore", 7), rule("FailJob", 7)]})
    exits(cluster, active(cluster)[0], 7)
    assert (conditions(cluster), "failed" in status(cluster)) == ([], False)
    cluster.settle(within=11)
    cluster.run()
    exits(cluster, active(cluster)[0], 1)
    assert conditions(cluster)[-1] == ("Failed", "BackoffLimitExceeded")
    assert status(cluster)["failed"] == 1


def test_a_rule_about_conditions(cluster: Cluster) -> None:
    pattern = {"type": "DisruptionTarget", "status": "True"}
    start(cluster, backoffLimit=0, podFailurePolicy={"rules": [{"action": "FailJob", "onPodConditions": [pattern]}]})
    (pod,) = active(cluster)
    condition = {"type": "DisruptionTarget", "status": "True"}
    cluster.store.update("pods", {**pod, "status": {**pod["status"], "phase": "Failed", "conditions": [condition]}})
    cluster.settle()
    name = pod["metadata"]["name"]
    assert cluster.messages("PodFailurePolicy") == [
        f"Pod default/{name} has condition DisruptionTarget matching FailJob rule at index 0"
    ]


def test_each_number_has_its_own_limit(cluster: Cluster) -> None:
    start(cluster, completions=2, parallelism=2, completionMode="Indexed", backoffLimitPerIndex=1)
    assert numbered(cluster, 0)["metadata"]["annotations"][indexes.FAILURES] == "0"
    exits(cluster, numbered(cluster, 0), 1)
    cluster.settle(within=9)
    assert len(active(cluster)) == 1
    cluster.settle(within=2)
    cluster.run()
    assert numbered(cluster, 0)["metadata"]["annotations"][indexes.FAILURES] == "1"
    exits(cluster, numbered(cluster, 0), 1)
    assert (status(cluster)["failedIndexes"], conditions(cluster)) == ("0", [])
    cluster.settle(within=100)
    cluster.run()
    assert len(active(cluster)) == 1, "the number is given up, the other one goes on"
    exits(cluster, numbered(cluster, 1), 0)
    assert conditions(cluster) == [("FailureTarget", "FailedIndexes"), ("Failed", "FailedIndexes")]
    assert (status(cluster)["completedIndexes"], status(cluster)["failed"]) == ("1", 2)
    assert cluster.messages("FailedIndexes") == ["Job has failed indexes"]


def test_too_many_failed_numbers(cluster: Cluster) -> None:
    limits = {"backoffLimitPerIndex": 0, "maxFailedIndexes": 0}
    start(cluster, completions=3, parallelism=3, completionMode="Indexed", **limits)
    exits(cluster, numbered(cluster, 1), 1)
    cluster.run()
    assert conditions(cluster)[-1] == ("Failed", "MaxFailedIndexesExceeded")
    assert cluster.pods() and not active(cluster)


def test_a_rule_gives_one_number_up(cluster: Cluster) -> None:
    policy = {"rules": [rule("FailIndex", 42)]}
    start(
        cluster, completions=2, completionMode="Indexed", backoffLimitPerIndex=5, parallelism=2, podFailurePolicy=policy
    )
    exits(cluster, numbered(cluster, 0), 42)
    assert status(cluster)["failedIndexes"] == "0"


@pytest.mark.parametrize(
    "rules",
    [
        [{"succeededIndexes": "1-2"}],
        [{"succeededCount": 2}],
        [{"succeededIndexes": "0,3"}, {"succeededIndexes": "0-2", "succeededCount": 2}],
    ],
)
def test_enough_success(cluster: Cluster, rules: list[Obj]) -> None:
    start(cluster, completions=4, parallelism=4, completionMode="Indexed", successPolicy={"rules": rules})
    exits(cluster, numbered(cluster, 1), 0)
    assert conditions(cluster) == []
    exits(cluster, numbered(cluster, 2), 0)
    assert conditions(cluster) == [("SuccessCriteriaMet", "SuccessPolicy")]
    cluster.run()
    assert conditions(cluster)[-1] == ("Complete", "SuccessPolicy")
    assert status(cluster)["conditions"][-1]["message"] == f"Matched rules at index {len(rules) - 1}"
    assert (status(cluster)["succeeded"], "failed" in status(cluster)) == (2, False)


def test_a_pod_is_replaced_only_once_it_has_ended(cluster: Cluster) -> None:
    start(cluster, podReplacementPolicy="Failed")
    (pod,) = active(cluster)
    cluster.api.delete("pods", "default", pod["metadata"]["name"])
    cluster.settle(within=60)
    assert (len(cluster.pods()), status(cluster)["terminating"]) == (1, 1)
    exits(cluster, pod, 143)
    cluster.settle(within=11)
    cluster.run()
    assert len(active(cluster)) == 1 and status(cluster)["failed"] == 1


def test_a_smaller_parallelism_fails_nothing(cluster: Cluster) -> None:
    start(cluster, parallelism=3, completions=3)
    cluster.patch(RESOURCE, "work", {"spec": {"parallelism": 1}})
    cluster.run()
    assert (len(active(cluster)), "failed" in status(cluster)) == (1, False)
