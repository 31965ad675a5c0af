"""Jobs: pods that run to their end, as often as asked for, again when they fail, and not for ever.

Each look counts what has ended since the last one, decides whether the Job itself has ended, and else makes or removes
pods. Rules: pkg/controller/job/job_controller.go.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from kx.practice.controllers.jobs import counting, pods
from kx.practice.controllers.jobs.counting import Count
from kx.practice.controllers.objects import (
    condition_of,
    controller_of,
    controller_uid,
    is_deleting,
    moment,
    own_key,
    phase_of,
    stamp,
)
from kx.practice.controllers.ownership import claim, owner_keys
from kx.practice.controllers.world import Key, KeysOf, World
from kx.practice.history import Event
from kx.practice.status import Obj

RESOURCE = "jobs.batch"
_NAME_LABEL = "batch.kubernetes.io/job-name"
_FINISHED = ("Complete", "Failed")
_BURST = 100


@dataclass(frozen=True)
class Ending:
    """Why a Job has failed."""

    reason: str
    message: str


@dataclass
class _Memory:
    """Failures in a row, and when the last of them was: they make the next pod wait."""

    uid: str
    failures: int = 0
    last: datetime | None = None


class JobController:
    """Runs Jobs."""

    name = pods.COMPONENT

    def __init__(self, world: World) -> None:
        self._world = world
        self._memories: dict[Key, _Memory] = {}
        self.watches: Mapping[str, KeysOf] = {RESOURCE: own_key, "pods": self._of_pod}

    def _of_pod(self, event: Event) -> Iterable[Key]:
        return tuple(owner_keys(self._world, RESOURCE, "Job", event.object))

    def reconcile(self, world: World, key: Key) -> float | None:
        """One Job. Looks again when its deadline, its pause after a failure or its time to live is over."""
        job = world.store.find(RESOURCE, *key)
        pods.let_go(world, _strays(world, key, job))
        if job is None or is_deleting(job):
            self._memories.pop(key, None)
            if job is not None:
                pods.let_go(world, _owned(world, job))
            return None
        if finished_as(job):
            self._memories.pop(key, None)
            pods.let_go(world, _owned(world, job))
            return _live_out(world, job)
        return self._run(world, key, job)

    def _run(self, world: World, key: Key, job: Obj) -> float | None:
        mine = claim(world, job, "pods")
        found = counting.count(job, mine)
        memory = self._remember(key, job, found)
        status = _counted(world, job, found)
        ending = _failure(world, job, found, status)
        if ending is not None:
            pods.remove(world, job, found.active)
            self._finish(world, job, _failed(world, job, status, found, ending), mine)
            return 0.0
        if counting.is_complete(job, int(status.get("succeeded", 0)), len(found.active)):
            self._finish(world, job, _completed(world, job, status), mine)
            return 0.0
        if job["spec"].get("suspend"):
            pods.remove(world, job, found.active)
            self._write(world, job, _suspended(world, job, status, True), mine)
            return None
        self._write(world, job, _suspended(world, job, status, False), mine)
        pause = self._pause(world, memory)
        if pause <= 0:
            self._fill(world, job, found, status)
        return _earliest([pause, _deadline(world, job, status)])

    def _remember(self, key: Key, job: Obj, found: Count) -> _Memory:
        memory = self._memories.get(key)
        if memory is None or memory.uid != job["metadata"]["uid"]:
            memory = self._memories[key] = _Memory(job["metadata"]["uid"])
        if found.succeeded:
            memory.failures, memory.last = 0, None
        if found.failed:
            memory.failures += len(found.failed)
            memory.last = self._world.now()
        return memory

    @staticmethod
    def _pause(world: World, memory: _Memory) -> float:
        if memory.last is None:
            return 0.0
        due = memory.last + timedelta(seconds=counting.delay(memory.failures))
        return (due - world.now()).total_seconds()

    def _fill(self, world: World, job: Obj, found: Count, status: Obj) -> None:
        """Make the pods that are missing, remove those that are too many."""
        wanted = counting.wanted_active(job, int(status.get("succeeded", 0)), len(found.active))
        missing = wanted - len(found.active)
        if missing < 0:
            newest = sorted(found.active, key=lambda pod: (phase_of(pod) == "Running", pod["metadata"]["name"]))
            pods.remove(world, job, newest[:-missing])
        for index in self._numbers(job, found, status, missing):
            pods.create(world, job, index)

    @staticmethod
    def _numbers(job: Obj, found: Count, status: Obj, missing: int) -> list[int | None]:
        missing = min(max(0, missing), _BURST)
        if not counting.is_indexed(job):
            return [None] * missing
        taken = {counting.index_of(pod) for pod in found.active}
        done = counting.read_indexes(status.get("completedIndexes", ""))
        free = (index for index in range(int(job["spec"]["completions"])) if index not in taken and index not in done)
        return [index for index, _ in zip(free, range(missing), strict=False)]

    def _write(self, world: World, job: Obj, status: Obj, mine: list[Obj]) -> None:
        """Write the status, then let the pods go that it counts: in this order none is ever counted twice."""
        if status != (job.get("status") or {}):
            job = world.api.update_status(RESOURCE, {**job, "status": status})
        uncounted = status.get("uncountedTerminatedPods") or {}
        told = {uid for group in uncounted.values() for uid in group}
        pods.let_go(world, (pod for pod in mine if pod["metadata"]["uid"] in told))
        if told:
            world.api.update_status(RESOURCE, {**job, "status": {**status, "uncountedTerminatedPods": {}}})

    def _finish(self, world: World, job: Obj, status: Obj, mine: list[Obj]) -> None:
        self._write(world, job, {**status, "uncountedTerminatedPods": {}}, mine)
        pods.let_go(world, mine)
        condition = status["conditions"][-1]
        kind: Literal["Normal", "Warning"] = "Normal" if condition["type"] == "Complete" else "Warning"
        reason = "Completed" if kind == "Normal" else condition["reason"]
        message = "Job completed" if kind == "Normal" else condition["message"]
        world.events.record(job, kind, reason, message, pods.COMPONENT)


def finished_as(job: Obj) -> str:
    """How a Job has ended: Complete or Failed; "" while it has not."""
    return next((type for type in _FINISHED if (condition_of(job, type) or {}).get("status") == "True"), "")


def _strays(world: World, key: Key, job: Obj | None) -> list[Obj]:
    """Pods of a Job of this name that is gone."""
    named = world.index.select("pods", key[0], {"matchLabels": {_NAME_LABEL: key[1]}})
    uid = job["metadata"]["uid"] if job else ""
    return [pod for pod in named if (controller_of(pod) or {}).get("kind") == "Job" and controller_uid(pod) != uid]


def _owned(world: World, job: Obj) -> list[Obj]:
    return [obj for kind, obj in world.store.dependents(job["metadata"]["uid"]) if kind == "pods"]


def _counted(world: World, job: Obj, found: Count) -> Obj:
    """The status with what has ended since it was written."""
    before = dict(job.get("status") or {})
    succeeded = int(before.get("succeeded", 0)) + len(found.succeeded)
    failed = int(before.get("failed", 0)) + len(found.failed)
    status: dict[str, Any] = {
        **before,
        "active": len(found.active),
        "ready": found.ready,
        "terminating": found.terminating,
        "succeeded": succeeded,
        "failed": failed,
        "startTime": before.get("startTime") or (None if job["spec"].get("suspend") else stamp(world.now())),
        "uncountedTerminatedPods": _uids(succeeded=found.succeeded, failed=found.failed),
    }
    if counting.is_indexed(job):
        done = counting.read_indexes(before.get("completedIndexes", ""))
        new = {index for pod in found.succeeded if (index := counting.index_of(pod)) is not None}
        status["completedIndexes"] = counting.write_indexes(done | new)
        status["succeeded"] = len(done | new)
    kept = ("ready", "terminating", "uncountedTerminatedPods")
    return {name: value for name, value in status.items() if value or name in kept}


def _uids(**groups: tuple[Obj, ...]) -> Obj:
    return {name: [pod["metadata"]["uid"] for pod in group] for name, group in groups.items() if group}


def _failure(world: World, job: Obj, found: Count, status: Obj) -> Ending | None:
    """Why the Job has to be given up, if it has."""
    limit = int(job["spec"].get("backoffLimit", 6))
    onfailure = job["spec"]["template"]["spec"].get("restartPolicy") == "OnFailure"
    again = counting.restarts(found.active) if onfailure else 0
    if int(status.get("failed", 0)) > limit or (onfailure and again and again >= limit):
        return Ending("BackoffLimitExceeded", "Job has reached the specified backoff limit")
    left = _deadline(world, job, status)
    if left is not None and left <= 0:
        return Ending("DeadlineExceeded", "Job was active longer than specified deadline")
    return None


def _deadline(world: World, job: Obj, status: Obj) -> float | None:
    """Seconds until ``activeDeadlineSeconds`` is over; None without one, or while the Job has not begun."""
    seconds, begun = job["spec"].get("activeDeadlineSeconds"), moment(status.get("startTime"))
    if seconds is None or begun is None or job["spec"].get("suspend"):
        return None
    return (begun + timedelta(seconds=int(seconds)) - world.now()).total_seconds()


def _condition(world: World, type: str, reason: str, message: str, status: str = "True") -> Obj:
    now = stamp(world.now())
    return {
        "type": type,
        "status": status,
        "lastProbeTime": now,
        "lastTransitionTime": now,
        "reason": reason,
        "message": message,
    }


def _completed(world: World, job: Obj, status: Obj) -> Obj:
    reason, message = "CompletionsReached", "Reached expected number of succeeded pods"
    added = [_condition(world, type, reason, message) for type in ("SuccessCriteriaMet", "Complete")]
    done = {name: value for name, value in status.items() if name != "active"}
    conditions = [*(status.get("conditions") or ()), *added]
    return {**done, "ready": 0, "conditions": conditions, "completionTime": stamp(world.now())}


def _failed(world: World, job: Obj, status: Obj, found: Count, ending: Ending) -> Obj:
    added = [_condition(world, type, ending.reason, ending.message) for type in ("FailureTarget", "Failed")]
    # What is told to go now counts as failed.
    failed = int(status.get("failed", 0)) + len(found.active)
    done = {name: value for name, value in status.items() if name != "active"}
    return {**done, "ready": 0, "failed": failed, "conditions": [*(status.get("conditions") or ()), *added]}


def _suspended(world: World, job: Obj, status: Obj, suspended: bool) -> Obj:
    """Tell that the Job waits, or goes on again, with the event that belongs to it."""
    known = condition_of(job, "Suspended")
    if (known or {}).get("status", "False") == str(suspended):
        return status
    reason, message = ("JobSuspended", "Job suspended") if suspended else ("JobResumed", "Job resumed")
    world.events.record(job, "Normal", reason.removeprefix("Job"), message, pods.COMPONENT)
    others = [one for one in status.get("conditions") or () if one["type"] != "Suspended"]
    condition = _condition(world, "Suspended", reason, message, str(suspended))
    changed = {**status, "conditions": [*others, condition]}
    if suspended:
        changed.pop("startTime", None)
        changed.pop("active", None)
        return {**changed, "ready": 0}
    return {**changed, "startTime": stamp(world.now())}


def _live_out(world: World, job: Obj) -> float | None:
    """A Job that has ended and has a time to live goes when that is over."""
    seconds = job["spec"].get("ttlSecondsAfterFinished")
    if seconds is None:
        return None
    ended = [condition_of(job, type) for type in _FINISHED]
    since = next((moment(one["lastTransitionTime"]) for one in ended if one), None)
    if since is None:
        return None
    left = (since + timedelta(seconds=int(seconds)) - world.now()).total_seconds()
    if left > 0:
        return left
    metadata = job["metadata"]
    world.api.delete(RESOURCE, metadata["namespace"], metadata["name"], propagation="Foreground", uid=metadata["uid"])
    return None


def _earliest(waits: Iterable[float | None]) -> float | None:
    return min((wait for wait in waits if wait is not None and wait > 0), default=None)
