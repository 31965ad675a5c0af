"""CronJobs: started on time, once each, as their policy and limits say, and told of in Kubernetes' words."""

from __future__ import annotations

from typing import Any

from kx.practice.status import Obj
from tests.practice.controllers.cluster import Cluster

RESOURCE, JOBS = "cronjobs.batch", "jobs.batch"


def cron_job(name: str = "tick", schedule: str = "* * * * *", **spec: Any) -> Obj:
    template = {"spec": {"restartPolicy": "Never", "containers": [{"name": "c", "image": "busybox"}]}}
    job = {"metadata": {"labels": {"from": name}, "annotations": {"a": "b"}}, "spec": {"template": template}}
    return {
        "apiVersion": "batch/v1",
        "kind": "CronJob",
        "metadata": {"name": name, "namespace": "default"},
        "spec": {"schedule": schedule, "jobTemplate": job, **spec},
    }


def minute(cluster: Cluster) -> int:
    return int(cluster.clock.now().timestamp()) // 60


def status(cluster: Cluster) -> Obj:
    found: Obj = cluster.get(RESOURCE, "tick").get("status") or {}
    return found


def end(cluster: Cluster, job: str, phase: str = "Succeeded") -> None:
    """The Job's pods end."""
    for pod in cluster.pods(**{"batch.kubernetes.io/job-name": job}):
        found = cluster.store.get("pods", "default", pod["metadata"]["name"])
        cluster.store.update("pods", {**found, "status": {**found["status"], "phase": phase, "conditions": []}})
    cluster.settle()


def pass_minute(cluster: Cluster) -> str:
    """Let a minute pass; the name a Job of it has."""
    cluster.settle(within=60)
    return f"tick-{minute(cluster)}"


def test_a_job_is_made_each_minute(cluster: Cluster) -> None:
    cluster.api.create(RESOURCE, cron_job())
    cluster.settle()
    assert cluster.names(JOBS) == []
    name = pass_minute(cluster)
    cluster.settle(within=1)
    job = cluster.get(JOBS, name)
    metadata = job["metadata"]
    assert metadata["labels"]["from"] == "tick"
    assert metadata["annotations"] == {
        "a": "b",
        "batch.kubernetes.io/cronjob-scheduled-timestamp": "2030-01-01T00:01:00Z",
    }
    (owner,) = metadata["ownerReferences"]
    assert (owner["kind"], owner["name"], owner["controller"]) == ("CronJob", "tick", True)
    assert cluster.messages("SuccessfulCreate")[0] == f"Created job {name}"
    assert [one["name"] for one in status(cluster)["active"]] == [name]
    assert status(cluster)["lastScheduleTime"] == "2030-01-01T00:01:00Z"
    cluster.run()
    end(cluster, name)
    assert cluster.messages("SawCompletedJob") == [f"Saw completed job: {name}, condition: Complete"]
    assert "active" not in status(cluster) and status(cluster)["lastSuccessfulTime"]


def test_forbid_waits_and_replace_does_not(cluster: Cluster) -> None:
    cluster.api.create(RESOURCE, cron_job(concurrencyPolicy="Forbid"))
    cluster.settle()
    first = pass_minute(cluster)
    cluster.settle(within=121)
    assert cluster.names(JOBS) == [first]
    assert set(cluster.messages("JobAlreadyActive")) == {
        "Not starting job because prior execution is running and concurrency policy is Forbid"
    }
    cluster.patch(RESOURCE, "tick", {"spec": {"concurrencyPolicy": "Replace"}})
    cluster.settle(within=60)
    assert first not in cluster.names(JOBS) and len(status(cluster)["active"]) == 1
    assert f"Deleted job {first}" in cluster.messages("SuccessfulDelete")


def test_old_jobs_are_cleared_away(cluster: Cluster) -> None:
    cluster.api.create(RESOURCE, cron_job(successfulJobsHistoryLimit=1, failedJobsHistoryLimit=0))
    cluster.settle()
    made = []
    for _ in range(3):
        made.append(pass_minute(cluster))
        cluster.settle(within=1)
        cluster.run()
        end(cluster, made[-1])
    cluster.run()
    assert cluster.names(JOBS) == [made[-1]]
    assert f"Deleted job {made[0]}" in cluster.messages("SuccessfulDelete")


def test_nothing_while_suspended_and_one_afterwards(cluster: Cluster) -> None:
    cluster.api.create(RESOURCE, cron_job(suspend=True))
    cluster.settle(within=300)
    assert cluster.names(JOBS) == []
    cluster.patch(RESOURCE, "tick", {"spec": {"suspend": False}})
    cluster.settle()
    assert cluster.names(JOBS) == [f"tick-{minute(cluster)}"]


def test_a_new_schedule_counts_from_now_on(cluster: Cluster) -> None:
    cluster.api.create(RESOURCE, cron_job(schedule="0 0 1 1 *"))
    cluster.settle(within=630)
    cluster.patch(RESOURCE, "tick", {"spec": {"schedule": "* * * * *"}})
    cluster.settle()
    assert cluster.names(JOBS) == []
    cluster.settle(within=31)
    assert cluster.names(JOBS) == [f"tick-{minute(cluster)}"]


def test_a_long_absence_makes_up_for_the_last_start_only(cluster: Cluster) -> None:
    cluster.api.create(RESOURCE, cron_job())
    cluster.settle()
    cluster.clock.advance(120 * 60)
    cluster.restart()
    cluster.settle()
    assert cluster.names(JOBS) == [f"tick-{minute(cluster)}"]
    assert cluster.messages("TooManyMissedTimes") == [
        "too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew"
    ]


def test_what_is_too_late_is_not_started(cluster: Cluster) -> None:
    cluster.api.create(RESOURCE, cron_job(schedule="@hourly", startingDeadlineSeconds=30))
    cluster.settle()
    cluster.clock.advance(3600 + 31)
    cluster.restart()
    cluster.settle()
    assert cluster.names(JOBS) == []


def test_a_restart_starts_nothing_twice(cluster: Cluster) -> None:
    cluster.api.create(RESOURCE, cron_job())
    cluster.settle()
    name = pass_minute(cluster)
    cluster.settle(within=1)
    cluster.restart()
    cluster.settle(within=10)
    assert cluster.names(JOBS) == [name]


def test_a_job_made_by_hand_is_noticed_and_one_that_vanishes_too(cluster: Cluster) -> None:
    made = cluster.api.create(RESOURCE, cron_job(schedule="@yearly"))
    metadata = made["metadata"]
    owner = {"apiVersion": "batch/v1", "kind": "CronJob", "name": "tick", "uid": metadata["uid"], "controller": True}
    template = made["spec"]["jobTemplate"]["spec"]
    mine = {"name": "mine", "namespace": "default", "ownerReferences": [owner]}
    cluster.api.create(JOBS, {"apiVersion": "batch/v1", "kind": "Job", "metadata": mine, "spec": template})
    cluster.settle()
    assert "Saw a job that the controller did not create or forgot: mine" in cluster.messages("UnexpectedJob")
    cluster.patch(RESOURCE, "tick", {"spec": {"schedule": "* * * * *"}})
    name = pass_minute(cluster)
    cluster.settle(within=1)
    cluster.api.delete(JOBS, "default", name)
    cluster.run()
    assert cluster.messages("MissingJob") == [f"Active job went missing: {name}"]


def test_schedules_that_never_come_are_told_of(cluster: Cluster) -> None:
    cluster.api.create(RESOURCE, cron_job(schedule="0 0 31 2 *"))
    cluster.settle()
    assert cluster.messages("InvalidSchedule") == [
        "invalid schedule: 0 0 31 2 * : time difference between two schedules is less than 1 second"
    ]


def test_the_time_zone_decides(cluster: Cluster) -> None:
    cluster.api.create(RESOURCE, cron_job(schedule="30 9 * * *", timeZone="Asia/Tokyo"))
    cluster.settle()
    cluster.settle(within=1801)
    (name,) = cluster.names(JOBS)
    stamp = cluster.get(JOBS, name)["metadata"]["annotations"]["batch.kubernetes.io/cronjob-scheduled-timestamp"]
    assert stamp == "2030-01-01T09:30:00+09:00"
