"""Jobs: pods that run to their end, as often as asked for, again when they fail, and not for ever.

Each look counts what has ended since the last one, decides whether the Job itself has ended, and else makes or removes
pods. Rules: pkg/controller/job/job_controller.go.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from kx.practice.controllers.jobs import counting, ending, indexes, pods
from kx.practice.controllers.jobs.counting import Count
from kx.practice.controllers.jobs.ending import Ending
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
_BURST = 100


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
        end = ending.decided(job) or ending.decide(job, mine, found, status, world.now())
        if end is None and counting.is_complete(job, int(status.get("succeeded", 0)), len(found.active)):
            end = ending.DONE
        if end is not None:
            _end(world, job, status, end, found, mine)
            return None
        if job["spec"].get("suspend"):
            pods.discard(world, job, found.active)
            status = {**status, "terminating": len(found.terminating) + len(found.active)}
            _write(world, job, _suspended(world, job, status, True), mine)
            return None
        _write(world, job, _suspended(world, job, status, False), mine)
        pause = _pause(world, job, memory)
        waits: list[float | None] = [pause, ending.seconds_left(job, status, world.now())]
        if pause <= 0:
            waits += _fill(world, job, found, status)
        return min((wait for wait in waits if wait is not None and wait > 0), default=None)

    def _remember(self, key: Key, job: Obj, found: Count) -> _Memory:
        memory = self._memories.get(key)
        if memory is None or memory.uid != job["metadata"]["uid"]:
            memory = self._memories[key] = _Memory(job["metadata"]["uid"])
        if found.succeeded:
            memory.failures, memory.last = 0, None
        failed = len(found.failed) + len(found.ignored)
        if failed:
            memory.failures += failed
            memory.last = self._world.now()
        return memory


def finished_as(job: Obj) -> str:
    """How a Job has ended: Complete or Failed; "" while it has not."""
    return next((type for type in ending.FINISHED if (condition_of(job, type) or {}).get("status") == "True"), "")


def _pause(world: World, job: Obj, memory: _Memory) -> float:
    """Seconds until the next pod may be made; where each number has its own pause there is none for all."""
    if memory.last is None or indexes.has_limit(job):
        return 0.0
    due = memory.last + timedelta(seconds=indexes.delay(memory.failures))
    return (due - world.now()).total_seconds()


def _strays(world: World, key: Key, job: Obj | None) -> list[Obj]:
    """Pods of a Job of this name that is gone."""
    named = world.index.select("pods", key[0], {"matchLabels": {_NAME_LABEL: key[1]}})
    uid = job["metadata"]["uid"] if job else ""
    return [pod for pod in named if (controller_of(pod) or {}).get("kind") == "Job" and controller_uid(pod) != uid]


def _owned(world: World, job: Obj) -> list[Obj]:
    return [obj for kind, obj in world.store.dependents(job["metadata"]["uid"]) if kind == "pods"]


# Counting


def _counted(world: World, job: Obj, found: Count) -> Obj:
    """The status with what has ended since it was written."""
    before = dict(job.get("status") or {})
    status: dict[str, Any] = {
        **before,
        "active": len(found.active),
        "ready": found.ready,
        "terminating": len(found.terminating),
        "succeeded": int(before.get("succeeded", 0)) + len(found.succeeded),
        "failed": int(before.get("failed", 0)) + len(found.failed),
        "startTime": before.get("startTime") or (None if job["spec"].get("suspend") else stamp(world.now())),
        "uncountedTerminatedPods": _uids(succeeded=found.succeeded, failed=(*found.failed, *found.ignored)),
    }
    if indexes.is_indexed(job):
        done = indexes.read(before.get("completedIndexes", ""))
        new = {index for pod in found.succeeded if (index := indexes.index_of(pod)) is not None}
        status["completedIndexes"] = indexes.write(done | new)
        status["succeeded"] = len(done | new)
        if indexes.has_limit(job):
            status["failedIndexes"] = indexes.write(indexes.failed_for_good(job, found.every_failed))
    kept = ("ready", "terminating", "uncountedTerminatedPods", "failedIndexes")
    return {name: value for name, value in status.items() if value or name in kept}


def _uids(**groups: tuple[Obj, ...]) -> Obj:
    return {name: [pod["metadata"]["uid"] for pod in group] for name, group in groups.items() if group}


def _write(world: World, job: Obj, status: Obj, mine: list[Obj]) -> Obj:
    """Write the status, then let the pods go that it counts: in this order none is ever counted twice."""
    if status != (job.get("status") or {}):
        job = world.api.update_status(RESOURCE, {**job, "status": status})
    uncounted = status.get("uncountedTerminatedPods") or {}
    told = {uid for group in uncounted.values() for uid in group}
    pods.let_go(world, (pod for pod in mine if pod["metadata"]["uid"] in told))
    if told:
        job = world.api.update_status(RESOURCE, {**job, "status": {**status, "uncountedTerminatedPods": {}}})
    return job


# Making and removing pods


def _fill(world: World, job: Obj, found: Count, status: Obj) -> list[float]:
    """Make the pods that are missing, remove those that are too many; in how many seconds more may be made."""
    wanted = counting.wanted_active(job, int(status.get("succeeded", 0)), len(found.active))
    missing = wanted - len(found.active)
    if missing < 0:
        newest = sorted(found.active, key=lambda pod: (phase_of(pod) == "Running", pod["metadata"]["name"]))
        pods.discard(world, job, newest[:-missing])
    if counting.replaces_only_failed(job):
        missing -= len(found.terminating)
    missing = min(max(0, missing), _BURST)
    if not indexes.is_indexed(job):
        for _ in range(missing):
            pods.create(world, job)
        return []
    free = _free_indexes(job, found, status)
    limited = indexes.has_limit(job)
    waits = {index: indexes.due(found.every_failed, index, world.now()) if limited else 0.0 for index in free}
    for index in [index for index in free if waits[index] <= 0][:missing]:
        attempts = indexes.attempts(job, found.every_failed, index) if limited else {}
        pods.create(world, job, index, attempts)
    return [wait for wait in waits.values() if wait > 0]


def _free_indexes(job: Obj, found: Count, status: Obj) -> list[int]:
    """The numbers that have neither a pod nor an end."""
    going = found.terminating if counting.replaces_only_failed(job) else ()
    taken = {indexes.index_of(pod) for pod in (*found.active, *going)}
    done = indexes.read(status.get("completedIndexes", "")) | indexes.read(status.get("failedIndexes", ""))
    return [index for index in range(int(job["spec"]["completions"])) if index not in taken and index not in done]


# Ends and pauses


def _end(world: World, job: Obj, status: Obj, end: Ending, found: Count, mine: list[Obj]) -> None:
    """Tell what still runs to go; the Job has ended when the last pod has."""
    now = world.now()
    if end.is_failure:
        pods.remove(world, job, found.active)
        uncounted = status.get("uncountedTerminatedPods") or {}
        failed = [*(uncounted.get("failed") or ()), *(pod["metadata"]["uid"] for pod in found.active)]
        if failed:
            status = {**status, "uncountedTerminatedPods": {**uncounted, "failed": failed}}
        if found.active:
            status = {**status, "failed": int(status.get("failed", 0)) + len(found.active)}
    else:
        pods.discard(world, job, found.active)
    terminating = len(found.terminating) + len(found.active)
    status = {name: value for name, value in status.items() if name != "active"}
    status = {**status, "ready": 0, "terminating": terminating}
    if ending.decided(job) is None:
        status = ending.with_condition(status, end.interim, end.reason, end.message, now)
    job = _write(world, job, status, mine)
    pods.let_go(world, mine)
    if terminating:
        return
    status = ending.with_condition(job["status"], end.final, end.reason, end.message, now)
    if not end.is_failure:
        status["completionTime"] = stamp(now)
    world.api.update_status(RESOURCE, {**job, "status": status})
    _tell_end(world, job, status, end)


def _tell_end(world: World, job: Obj, status: Obj, end: Ending) -> None:
    if end.is_failure:
        world.events.record(job, "Warning", end.reason, end.message, pods.COMPONENT)
        return
    completions = job["spec"].get("completions")
    if completions is not None and int(status.get("succeeded", 0)) > int(completions):
        text = "Too many succeeded pods running after completion count reached"
        world.events.record(job, "Warning", "TooManySucceededPods", text, pods.COMPONENT)
    world.events.record(job, "Normal", "Completed", "Job completed", pods.COMPONENT)


def _suspended(world: World, job: Obj, status: Obj, suspended: bool) -> Obj:
    """Tell that the Job waits, or goes on again, with the event that belongs to it."""
    known = condition_of(job, "Suspended")
    if (known or {}).get("status", "False") == str(suspended):
        return status
    reason, message = ("JobSuspended", "Job suspended") if suspended else ("JobResumed", "Job resumed")
    world.events.record(job, "Normal", reason.removeprefix("Job"), message, pods.COMPONENT)
    changed = ending.with_condition(status, "Suspended", reason, message, world.now(), str(suspended))
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
    ended = [condition_of(job, type) for type in ending.FINISHED]
    since = next((moment(one["lastTransitionTime"]) for one in ended if one), None)
    if since is None:
        return None
    left = (since + timedelta(seconds=int(seconds)) - world.now()).total_seconds()
    if left > 0:
        return left
    metadata = job["metadata"]
    world.api.delete(RESOURCE, metadata["namespace"], metadata["name"], propagation="Foreground", uid=metadata["uid"])
    return None
