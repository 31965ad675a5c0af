"""Jobs: pods that end, are counted once, fail, wait, are numbered, suspended and given up."""

from __future__ import annotations

from typing import Any

import pytest

from kx.practice.controllers.jobs import counting
from kx.practice.controllers.jobs import indexes as numbers
from kx.practice.status import Obj
from tests.practice.controllers.cluster import Cluster

RESOURCE = "jobs.batch"


def job(name: str, **spec: Any) -> Obj:
    template = {"spec": {"restartPolicy": "Never", "containers": [{"name": "c", "image": "busybox"}]}}
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": name, "namespace": "default"},
        "spec": {"template": template, **spec},
    }


def active(cluster: Cluster) -> list[Obj]:
    return [pod for pod in cluster.pods() if pod["status"]["phase"] in ("Pending", "Running")]


def end(cluster: Cluster, pod: Obj, phase: str = "Succeeded") -> None:
    """The pod's program ends."""
    found = cluster.store.get("pods", "default", pod["metadata"]["name"])
    cluster.store.update("pods", {**found, "status": {**found["status"], "phase": phase, "conditions": []}})
    cluster.settle()


def status(cluster: Cluster, name: str = "work") -> Obj:
    found: Obj = cluster.get(RESOURCE, name)["status"]
    return found


def conditions(cluster: Cluster) -> list[tuple[str, str]]:
    return [(one["type"], one["reason"]) for one in status(cluster).get("conditions") or ()]


def test_one_pod_runs_to_its_end(cluster: Cluster) -> None:
    cluster.api.create(RESOURCE, job("work"))
    cluster.run()
    (pod,) = cluster.pods()
    assert pod["metadata"]["name"].startswith("work-") and pod["metadata"]["finalizers"] == [counting.TRACKING]
    assert (status(cluster)["active"], status(cluster)["ready"]) == (1, 1)
    end(cluster, pod)
    assert status(cluster)["succeeded"] == 1 and "active" not in status(cluster)
    assert conditions(cluster) == [
        ("SuccessCriteriaMet", "CompletionsReached"),
        ("Complete", "CompletionsReached"),
    ]
    assert "finalizers" not in cluster.pods()[0]["metadata"]
    assert cluster.messages("Completed") == ["Job completed"]
    cluster.settle(within=1000)
    assert len(cluster.pods()) == 1 and cluster.messages("Completed") == ["Job completed"]


def test_completions_and_parallelism(cluster: Cluster) -> None:
    cluster.api.create(RESOURCE, job("work", completions=3, parallelism=2))
    cluster.run()
    assert len(active(cluster)) == 2
    for left in (2, 1):
        end(cluster, active(cluster)[0])
        cluster.run()
        assert len(active(cluster)) == left
    end(cluster, active(cluster)[0])
    assert status(cluster)["succeeded"] == 3 and conditions(cluster)[-1][0] == "Complete"
    assert len(cluster.pods()) == 3


def test_a_work_queue_ends_with_its_first_success(cluster: Cluster) -> None:
    cluster.api.create(RESOURCE, job("work", parallelism=2))
    cluster.run()
    first, second = active(cluster)
    end(cluster, first)
    cluster.run()
    assert [pod["metadata"]["name"] for pod in active(cluster)] == [second["metadata"]["name"]]
    end(cluster, second)
    assert conditions(cluster)[-1][0] == "Complete"


def test_failures_wait_longer_each_time_and_end_it(cluster: Cluster) -> None:
    cluster.api.create(RESOURCE, job("work", backoffLimit=2))
    cluster.run()
    for wait in (10, 20):
        end(cluster, active(cluster)[0], "Failed")
        cluster.settle(within=wait - 1)
        assert active(cluster) == []
        cluster.settle(within=2)
        cluster.run()
        assert len(active(cluster)) == 1
    end(cluster, active(cluster)[0], "Failed")
    assert status(cluster)["failed"] == 3
    assert conditions(cluster) == [("FailureTarget", "BackoffLimitExceeded"), ("Failed", "BackoffLimitExceeded")]
    assert cluster.messages("BackoffLimitExceeded") == ["Job has reached the specified backoff limit"]


def test_a_success_in_between_makes_the_next_failure_a_first_one(cluster: Cluster) -> None:
    cluster.api.create(RESOURCE, job("work", completions=3))
    cluster.run()
    end(cluster, active(cluster)[0], "Failed")
    cluster.settle(within=11)
    cluster.run()
    end(cluster, active(cluster)[0])
    cluster.run()
    assert len(active(cluster)) == 1, "no pause after a success"


def test_the_deadline_ends_it_with_its_pods(cluster: Cluster) -> None:
    cluster.api.create(RESOURCE, job("work", activeDeadlineSeconds=30))
    cluster.run()
    cluster.settle(within=31)
    assert conditions(cluster) == [("FailureTarget", "DeadlineExceeded")], "not before its pods have ended"
    assert (status(cluster)["terminating"], cluster.messages("DeadlineExceeded")) == (1, [])
    assert all(pod["metadata"].get("deletionTimestamp") for pod in cluster.pods())
    cluster.run()
    assert cluster.pods() == []
    assert conditions(cluster)[-1] == ("Failed", "DeadlineExceeded")
    assert (status(cluster)["failed"], status(cluster)["terminating"]) == (1, 0)
    assert cluster.messages("DeadlineExceeded") == ["Job was active longer than specified deadline"]


def test_every_pod_of_an_indexed_job_has_its_number(cluster: Cluster) -> None:
    cluster.api.create(RESOURCE, job("work", completions=3, parallelism=3, completionMode="Indexed"))
    cluster.run()
    pods = sorted(active(cluster), key=lambda pod: numbers.index_of(pod) or 0)
    assert [numbers.index_of(pod) for pod in pods] == [0, 1, 2]
    assert pods[1]["metadata"]["name"].startswith("work-1-") and pods[1]["spec"]["hostname"] == "work-1"
    assert pods[1]["spec"]["containers"][0]["env"][0]["name"] == "JOB_COMPLETION_INDEX"
    end(cluster, pods[1], "Failed")
    cluster.settle(within=11)
    cluster.run()
    again = [pod for pod in active(cluster) if numbers.index_of(pod) == 1]
    assert len(again) == 1
    for pod in (pods[0], pods[2], again[0]):
        end(cluster, pod)
    assert status(cluster)["completedIndexes"] == "0-2" and conditions(cluster)[-1][0] == "Complete"


def test_suspended_and_resumed(cluster: Cluster) -> None:
    cluster.api.create(RESOURCE, job("work", suspend=True))
    cluster.run()
    assert cluster.pods() == [] and conditions(cluster) == [("Suspended", "JobSuspended")]
    assert "startTime" not in status(cluster)
    cluster.patch(RESOURCE, "work", {"spec": {"suspend": False}})
    cluster.run()
    assert len(active(cluster)) == 1 and "startTime" in status(cluster)
    assert (cluster.messages("Suspended"), cluster.messages("Resumed")) == (["Job suspended"], ["Job resumed"])
    cluster.patch(RESOURCE, "work", {"spec": {"suspend": True}})
    cluster.run()
    assert cluster.pods() == []
    assert "failed" not in status(cluster), "what was told to go for that has not failed"


def test_a_finished_job_lives_as_long_as_it_says(cluster: Cluster) -> None:
    cluster.api.create(RESOURCE, job("work", ttlSecondsAfterFinished=60))
    cluster.run()
    end(cluster, active(cluster)[0])
    cluster.settle(within=59)
    assert cluster.names(RESOURCE) == ["work"]
    cluster.settle(within=2)
    cluster.run()
    assert (cluster.names(RESOURCE), cluster.pods()) == ([], [])


def test_a_deleted_job_takes_its_pods_along(cluster: Cluster) -> None:
    cluster.api.create(RESOURCE, job("work", completions=2, parallelism=2))
    cluster.run()
    end(cluster, active(cluster)[0])
    cluster.api.delete(RESOURCE, "default", "work")
    cluster.run()
    assert (cluster.names(RESOURCE), cluster.pods()) == ([], [])


def test_a_restart_counts_nothing_twice(cluster: Cluster) -> None:
    cluster.api.create(RESOURCE, job("work", completions=2, parallelism=2))
    cluster.run()
    end(cluster, active(cluster)[0])
    cluster.restart()
    cluster.run()
    assert status(cluster)["succeeded"] == 1
    end(cluster, active(cluster)[0])
    assert status(cluster)["succeeded"] == 2 and conditions(cluster)[-1][0] == "Complete"


@pytest.mark.parametrize(("indexes", "text"), [((), ""), ((0,), "0"), ((0, 1), "0,1"), ((4, 0, 2, 3), "0,2-4")])
def test_indexes_as_kubernetes_writes_them(indexes: tuple[int, ...], text: str) -> None:
    assert numbers.write(indexes) == text
    assert numbers.read(text) == set(indexes)


@pytest.mark.parametrize(("failures", "seconds"), [(0, 0), (1, 10), (2, 20), (6, 320), (7, 600), (99, 600)])
def test_pauses(failures: int, seconds: float) -> None:
    assert numbers.delay(failures) == seconds
