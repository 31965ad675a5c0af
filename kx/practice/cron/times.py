"""The times a schedule comes to. Rules: ``robfig/cron`` v3, ``SpecSchedule.Next`` and ``ConstantDelaySchedule``.

Fields are read on the clock of the schedule's time zone: a time that a change of the clocks skips does not come, one
that it repeats comes twice for schedules of every hour.
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from kx.practice.cron.grammar import Schedule

_YEARS = 5
_MINUTE, _HOUR = timedelta(minutes=1), timedelta(hours=1)


def next_after(schedule: Schedule, moment: datetime) -> datetime | None:
    """The first time after ``moment``, in UTC; None when there is none in five years (the 31st of June)."""
    moment = moment.astimezone(timezone.utc)
    if schedule.every is not None:
        return moment.replace(microsecond=0) + schedule.every
    at = _ceiling(moment)
    last = at.astimezone(schedule.zone).year + _YEARS
    while True:
        local = at.astimezone(schedule.zone)
        if local.year > last:
            return None
        if local.month not in schedule.months.values:
            at = _midnight(schedule, local, _days_left(local))
        elif not _is_day(schedule, local):
            at = _midnight(schedule, local, 1)
        elif local.hour not in schedule.hours.values:
            at += _HOUR - timedelta(minutes=local.minute)
        elif local.minute not in schedule.minutes.values:
            at += _MINUTE
        else:
            return at


def _ceiling(moment: datetime) -> datetime:
    """The first whole minute after a moment: schedules have no seconds."""
    return moment.replace(second=0, microsecond=0) + _MINUTE


def _is_day(schedule: Schedule, local: datetime) -> bool:
    """Both day fields have to agree, but where each names days either is enough."""
    of_month = local.day in schedule.days.values
    of_week = local.isoweekday() % 7 in schedule.weekdays.values
    if schedule.days.any or schedule.weekdays.any:
        return of_month and of_week
    return of_month or of_week


def _days_left(local: datetime) -> int:
    """Days from here to the first of the next month."""
    following = (local.replace(day=28) + timedelta(days=4)).replace(day=1)
    return (following.date() - local.date()).days


def _midnight(schedule: Schedule, local: datetime, days: int) -> datetime:
    """The beginning of a later day; an hour later where the clocks skip midnight."""
    day = local.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None, fold=0) + timedelta(days=days)
    return day.replace(tzinfo=schedule.zone).astimezone(timezone.utc)
