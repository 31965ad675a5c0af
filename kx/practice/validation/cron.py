"""Cron schedules and time zones: what is wrong with one, in the words of the library Kubernetes reads them with.

Grammar and words: ``robfig/cron`` v3, ``ParseStandard``. Computes no times.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones


@dataclass(frozen=True)
class _Field:
    low: int
    high: int
    names: Mapping[str, int] = field(default_factory=dict)


_MONTHS = {name: at for at, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(" "), 1)}
_DAYS = {name: at for at, name in enumerate("sun mon tue wed thu fri sat".split(" "))}
_FIELDS = (_Field(0, 59), _Field(0, 23), _Field(1, 31), _Field(1, 12, _MONTHS), _Field(0, 6, _DAYS))
_DESCRIPTORS = frozenset({"@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly"})
_DURATION = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h)((\d+(\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h))*|0")
_ZONE_PART = re.compile(r"[A-Za-z.\-_0-9+]{1,14}")


class _ScheduleError(ValueError):
    """What is wrong with a schedule; never leaves this module."""


def schedule_problem(schedule: str) -> str:
    """What is wrong with a schedule, or nothing."""
    try:
        _parse(schedule)
    except _ScheduleError as wrong:
        return str(wrong)
    return ""


def _parse(schedule: str) -> None:
    if schedule.startswith(("TZ=", "CRON_TZ=")):
        zone, _, rest = schedule.partition(" ")
        name = zone.split("=", 1)[1]
        if time_zone_problem(name):
            raise _ScheduleError(f"provided bad location {name}: unknown time zone {name}")
        schedule = rest.strip()
    if schedule.startswith("@"):
        _descriptor(schedule)
        return
    parts = schedule.split()
    if len(parts) != len(_FIELDS):
        raise _ScheduleError(f"expected exactly 5 fields, found {len(parts)}: [{' '.join(parts)}]")
    for text, allowed in zip(parts, _FIELDS, strict=True):
        for expression in text.split(","):
            if expression:
                _range(expression, allowed)


def _descriptor(text: str) -> None:
    if text in _DESCRIPTORS:
        return
    if text.startswith("@every "):
        length = text.removeprefix("@every ")
        if not _DURATION.fullmatch(length):
            raise _ScheduleError(f'failed to parse duration {text}: time: invalid duration "{length}"')
        return
    raise _ScheduleError(f"unrecognized descriptor: {text}")


def _range(expression: str, allowed: _Field) -> None:
    reach, *steps = expression.split("/")
    ends = reach.split("-")
    if ends[0] in ("*", "?"):
        low, high = allowed.low, allowed.high
    else:
        low = _number(ends[0], allowed)
        if len(ends) > 2:
            raise _ScheduleError(f"too many hyphens: {expression}")
        high = _number(ends[1], allowed) if len(ends) == 2 else low
    step = 1
    if len(steps) > 1:
        raise _ScheduleError(f"too many slashes: {expression}")
    if steps:
        step = _plain_number(steps[0])
        if len(ends) == 1 and reach not in ("*", "?"):
            high = allowed.high
    if low < allowed.low:
        raise _ScheduleError(f"beginning of range ({low}) below minimum ({allowed.low}): {expression}")
    if high > allowed.high:
        raise _ScheduleError(f"end of range ({high}) above maximum ({allowed.high}): {expression}")
    if low > high:
        raise _ScheduleError(f"beginning of range ({low}) beyond end of range ({high}): {expression}")
    if step == 0:
        raise _ScheduleError(f"step of range should be a positive number: {expression}")


def _number(text: str, allowed: _Field) -> int:
    named = allowed.names.get(text.lower())
    return _plain_number(text) if named is None else named


def _plain_number(text: str) -> int:
    if not re.fullmatch(r"[+-]?\d+", text, re.ASCII):
        raise _ScheduleError(f'failed to parse int from {text}: strconv.Atoi: parsing "{text}": invalid syntax')
    if int(text) < 0:
        raise _ScheduleError(f"negative number ({int(text)}) not allowed: {text}")
    return int(text)


def time_zone_problem(name: str) -> str:
    """What is wrong with the name of a time zone, or nothing."""
    if not name:
        return "timeZone must be nil or non-empty string"
    parts = name.split("/")
    if any(part in (".", "..") or part.startswith("-") or not _ZONE_PART.fullmatch(part) for part in parts):
        return f"unknown time zone {name}"
    if name.lower() == "local":
        return "timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones"
    if name == "UTC":
        return ""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        # A machine without a time zone database knows none: then a plausible name is taken at its word.
        return f"unknown time zone {name}" if available_timezones() else ""
    return ""
