"""CronJobs: a Job at each time of a schedule, never two for one time, and the old ones cleared away.

Rules and words: pkg/controller/cronjob/cronjob_controllerv2.go.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Literal

from kx.practice.controllers.jobs import schedule as schedules
from kx.practice.controllers.jobs.controller import RESOURCE as JOBS
from kx.practice.controllers.jobs.controller import finished_as
from kx.practice.controllers.objects import controller_of, controller_uid, is_deleting, moment, own_key, stamp
from kx.practice.controllers.world import Key, KeysOf, World
from kx.practice.cron.grammar import Schedule, ScheduleError
from kx.practice.history import Event
from kx.practice.status import ApiError, Obj

RESOURCE = "cronjobs.batch"
COMPONENT = "cronjob-controller"
_UNOFFICIAL = (
    'CRON_TZ or TZ used in schedule "{}" is not officially supported, '
    "see https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ for more details"
)
_TOO_MANY = "too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew"
_FORBIDDEN = "Not starting job because prior execution is running and concurrency policy is Forbid"


class CronJobController:
    """Starts Jobs when they are due."""

    name = COMPONENT

    def __init__(self, world: World) -> None:
        # The schedule each CronJob had when it was last looked at, and whose it was.
        self._seen: dict[Key, tuple[str, str, str | None]] = {}
        self.watches: Mapping[str, KeysOf] = {RESOURCE: own_key, JOBS: _of_job}

    def reconcile(self, world: World, key: Key) -> float | None:
        """One CronJob. Looks again when the next Job is due."""
        cron_job = world.store.find(RESOURCE, *key)
        if cron_job is None:
            self._seen.pop(key, None)
            return None
        if self._rescheduled(key, cron_job):
            return _wait(cron_job, world.now())
        look = _Look(world, cron_job)
        try:
            return look.step()
        finally:
            look.write_status()

    def _rescheduled(self, key: Key, cron_job: Obj) -> bool:
        """A new schedule counts from now on: nothing is made up for that it would have come to before."""
        spec, uid = cron_job["spec"], cron_job["metadata"]["uid"]
        before, now = self._seen.get(key), (uid, spec["schedule"], spec.get("timeZone"))
        self._seen[key] = now
        return before is not None and before[0] == uid and before != now


def _of_job(event: Event) -> Iterable[Key]:
    for obj in (event.object, event.old):
        owner = controller_of(obj) if obj is not None else None
        if owner is not None and owner["kind"] == "CronJob":
            yield event.object["metadata"].get("namespace", ""), owner["name"]


def _wait(cron_job: Obj, now: datetime) -> float | None:
    try:
        return schedules.seconds_to_next(cron_job, schedules.schedule_of(cron_job), now)
    except ScheduleError:
        return None


class _Look:
    """One look at one CronJob; the status is worked on and written at its end."""

    def __init__(self, world: World, cron_job: Obj) -> None:
        self._world = world
        self._cron_job = cron_job
        self._spec = cron_job["spec"]
        self._status: Obj = dict(cron_job.get("status") or {})
        self._active: list[Obj] = list(self._status.get("active") or ())
        owned = world.store.dependents(cron_job["metadata"]["uid"])
        self._jobs = [obj for resource, obj in owned if resource == JOBS and _controls(cron_job, obj)]

    def step(self) -> float | None:
        """See what became of the Jobs, start the one that is due, clear the old ones away."""
        self._follow()
        if is_deleting(self._cron_job):
            return None
        try:
            return self._start()
        finally:
            self._clear()

    def write_status(self) -> None:
        """Store the status, if anything changed."""
        before = self._cron_job.get("status") or {}
        status = {name: value for name, value in {**self._status, "active": self._active}.items() if value}
        if status != before:
            self._world.api.update_status(RESOURCE, {**self._cron_job, "status": status})

    # What became of the Jobs

    def _follow(self) -> None:
        for job in self._jobs:
            name, listed = job["metadata"]["name"], self._is_listed(job["metadata"]["uid"])
            ended = finished_as(job)
            if not ended and not listed:
                self._tell(
                    "Warning", "UnexpectedJob", f"Saw a job that the controller did not create or forgot: {name}"
                )
            elif ended and listed:
                self._unlist(job)
                self._tell("Normal", "SawCompletedJob", f"Saw completed job: {name}, condition: {ended}")
            if ended == "Complete":
                self._note_success(job)
        known = {job["metadata"]["uid"] for job in self._jobs}
        for reference in [one for one in self._active if one["uid"] not in known]:
            self._active.remove(reference)
            self._tell("Normal", "MissingJob", f"Active job went missing: {reference['name']}")

    def _note_success(self, job: Obj) -> None:
        ended = (job.get("status") or {}).get("completionTime")
        before = self._status.get("lastSuccessfulTime")
        if ended and (not before or ended > before):
            self._status["lastSuccessfulTime"] = ended

    # What is due

    def _start(self) -> float | None:
        if schedules.zone_of(self._cron_job) is None:
            zone = self._spec["timeZone"]
            self._tell("Warning", "UnknownTimeZone", f'invalid timeZone: "{zone}": unknown time zone {zone}')
            return None
        if self._spec.get("suspend"):
            return None
        text = self._spec["schedule"]
        if "TZ" in text:
            self._tell("Warning", "UnsupportedSchedule", _UNOFFICIAL.format(text))
        now = self._world.now()
        try:
            schedule = schedules.schedule_of(self._cron_job)
            found = schedules.due(self._cron_job, schedule, now, within_deadline=True)
        except ScheduleError as error:
            self._tell("Warning", "UnparseableSchedule", f'unparseable schedule: "{text}" : {error}')
            return None
        except schedules.NeverDueError as error:
            self._tell("Warning", "InvalidSchedule", f"invalid schedule: {text} : {error}")
            return None
        if found.start is not None:
            if found.missed > schedules.TOO_MANY:
                self._tell("Warning", "TooManyMissedTimes", _TOO_MANY)
            self._start_at(found.start, now)
        return self._next(schedule, now)

    def _next(self, schedule: Schedule, now: datetime) -> float | None:
        return schedules.seconds_to_next({**self._cron_job, "status": self._status}, schedule, now)

    def _start_at(self, start: datetime, now: datetime) -> None:
        deadline = self._spec.get("startingDeadlineSeconds")
        if deadline is not None and start + timedelta(seconds=int(deadline)) < now:
            text = f"Missed scheduled time to start a job: {format_datetime(start)}"
            self._tell("Warning", "MissSchedule", text)
            return
        name = schedules.job_name(self._cron_job, start)
        if any(one["name"] == name for one in self._active):
            return
        if moment(self._status.get("lastScheduleTime")) == start:
            return
        policy = self._spec.get("concurrencyPolicy", "Allow")
        if policy == "Forbid" and self._active:
            self._tell("Normal", "JobAlreadyActive", _FORBIDDEN)
            return
        if policy == "Replace":
            for job in [one for one in self._jobs if self._is_listed(one["metadata"]["uid"])]:
                self._delete(job)
        started = self._create(start)
        if started is not None and not self._is_listed(started["metadata"]["uid"]):
            self._active.append(_reference(started))
            self._status["lastScheduleTime"] = stamp(start)

    def _create(self, start: datetime) -> Obj | None:
        """The Job of that start; one that is there already was made in a former life. None: somebody else's."""
        wanted = schedules.new_job(self._cron_job, start)
        try:
            job = self._world.api.create(JOBS, wanted)
        except ApiError as error:
            if error.reason == "AlreadyExists":
                found = self._world.store.get(JOBS, wanted["metadata"]["namespace"], wanted["metadata"]["name"])
                return found if _controls(self._cron_job, found) else None
            causes = (error.details or {}).get("causes") or ()
            if not any(cause.get("reason") == "NamespaceTerminating" for cause in causes):
                self._tell("Warning", "FailedCreate", f"Error creating job: {error.message}")
            raise
        self._tell("Normal", "SuccessfulCreate", f"Created job {job['metadata']['name']}")
        return job

    # What is left

    def _clear(self) -> None:
        for ending, limit in (("Complete", "successfulJobsHistoryLimit"), ("Failed", "failedJobsHistoryLimit")):
            kept = self._spec.get(limit)
            if kept is None:
                continue
            ended = sorted((job for job in self._jobs if finished_as(job) == ending), key=_begun)
            for job in ended[: max(0, len(ended) - int(kept))]:
                self._delete(job)

    def _delete(self, job: Obj) -> None:
        metadata = job["metadata"]
        if is_deleting(job):
            self._unlist(job)
            return
        try:
            self._world.api.delete(JOBS, metadata["namespace"], metadata["name"], uid=metadata["uid"])
        except ApiError as error:
            self._tell("Warning", "FailedDelete", f"Deleted job: {error.message}")
            raise
        self._unlist(job)
        self._tell("Normal", "SuccessfulDelete", f"Deleted job {metadata['name']}")

    # The list of those that run

    def _is_listed(self, uid: str) -> bool:
        return any(one["uid"] == uid for one in self._active)

    def _unlist(self, job: Obj) -> None:
        self._active = [one for one in self._active if one["uid"] != job["metadata"]["uid"]]

    def _tell(self, type: Literal["Normal", "Warning"], reason: str, message: str) -> None:
        self._world.events.record(self._cron_job, type, reason, message, COMPONENT)


def _controls(cron_job: Obj, job: Obj) -> bool:
    return bool(controller_uid(job) == cron_job["metadata"]["uid"])


def _begun(job: Obj) -> tuple[bool, str, str]:
    """Those that began first come first, those that never did last."""
    begun = (job.get("status") or {}).get("startTime") or ""
    return not begun, begun, job["metadata"]["name"]


def _reference(job: Obj) -> Obj:
    metadata = job["metadata"]
    return {
        "kind": "Job",
        "namespace": metadata["namespace"],
        "name": metadata["name"],
        "uid": metadata["uid"],
        "apiVersion": "batch/v1",
        "resourceVersion": metadata["resourceVersion"],
    }
