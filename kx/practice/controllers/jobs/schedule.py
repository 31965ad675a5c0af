"""When a CronJob was due, when it will be next, and the Job it makes of its template. Pure.

Rules: pkg/controller/cronjob/utils.go.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone, tzinfo

from kx.practice.controllers.objects import controlled_by, moment
from kx.practice.cron import zones
from kx.practice.cron.grammar import Schedule, parse
from kx.practice.cron.times import next_after
from kx.practice.status import Obj

SCHEDULED = "batch.kubernetes.io/cronjob-scheduled-timestamp"
TOO_MANY = 100  # missed starts that are still thought to be nobody's mistake
_PADDING_SECONDS = 0.1  # clocks that run a little ahead must not look too early


class NeverDueError(ValueError):
    """A schedule that can be read and comes to no time."""


@dataclass(frozen=True)
class Due:
    """What is due of a CronJob at one moment."""

    since: datetime  # from when on starts were looked for
    start: datetime | None  # the latest start that was due
    missed: int = 0


def schedule_of(cron_job: Obj) -> Schedule:
    """The CronJob's schedule. Raises ``ScheduleError``."""
    return parse(cron_job["spec"]["schedule"], zone_of(cron_job) or timezone.utc)


def zone_of(cron_job: Obj) -> tzinfo | None:
    """The time zone its schedule is in: UTC unless it names one; None for one that is unknown here."""
    return zones.find(cron_job["spec"].get("timeZone") or "")


def due(cron_job: Obj, schedule: Schedule, now: datetime, within_deadline: bool) -> Due:
    """The latest start between the last one and ``now``. Raises ``NeverDueError``.

    ``within_deadline`` leaves out what is too late to be started (``startingDeadlineSeconds``).
    """
    since = moment((cron_job.get("status") or {}).get("lastScheduleTime"))
    since = since or moment(cron_job["metadata"].get("creationTimestamp")) or now
    deadline = cron_job["spec"].get("startingDeadlineSeconds")
    if within_deadline and deadline is not None:
        since = max(since, now - timedelta(seconds=int(deadline)))
    first = next_after(schedule, since)
    if first is None:
        raise NeverDueError("time difference between two schedules is less than 1 second")
    if now < first:
        return Due(since, None)
    second = next_after(schedule, first)
    if second is None or now < second:
        return Due(since, first)
    between = second - first
    # Counted as if all starts were as far apart as the first two.
    missed = (now - first) // between + 1
    return Due(since, _latest(schedule, first + between * (missed - 2), now), missed)


def _latest(schedule: Schedule, start: datetime, now: datetime) -> datetime | None:
    found, following = None, next_after(schedule, start)
    while following is not None and following <= now:
        found, following = following, next_after(schedule, following)
    return found


def seconds_to_next(cron_job: Obj, schedule: Schedule, now: datetime) -> float | None:
    """How long until it is to be looked at again; None for never."""
    try:
        found = due(cron_job, schedule, now, within_deadline=False)
    except NeverDueError:
        return None
    after = found.start or (now if found.missed else found.since)
    following = next_after(schedule, after)
    if following is None:
        return None
    return max(0.0, (following - now).total_seconds()) + _PADDING_SECONDS


def job_name(cron_job: Obj, start: datetime) -> str:
    """One name for each start: its minute since 1970 tells them apart."""
    return f"{cron_job['metadata']['name']}-{int(start.timestamp()) // 60}"


def new_job(cron_job: Obj, start: datetime) -> Obj:
    """The Job of one start."""
    template = copy.deepcopy(cron_job["spec"]["jobTemplate"])
    meta = template.get("metadata") or {}
    when = start.astimezone(zone_of(cron_job)).isoformat(timespec="seconds").replace("+00:00", "Z")
    metadata = {
        "name": job_name(cron_job, start),
        "namespace": cron_job["metadata"].get("namespace", ""),
        **({"labels": meta["labels"]} if meta.get("labels") else {}),
        "annotations": {**(meta.get("annotations") or {}), SCHEDULED: when},
        "ownerReferences": [controlled_by(cron_job)],
    }
    return {"apiVersion": "batch/v1", "kind": "Job", "metadata": metadata, "spec": template["spec"]}
