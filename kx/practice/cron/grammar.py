"""Reads a schedule, or says what is wrong with it in the words of the library Kubernetes uses.

Grammar and words: ``robfig/cron`` v3, ``ParseStandard``. Computes no times.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta, timezone, tzinfo

from kx.practice.cron import zones


@dataclass(frozen=True)
class Field:
    """The values one field allows; ``any`` when it is a plain ``*``, which leaves days to the other day field."""

    values: frozenset[int]
    any: bool = False


@dataclass(frozen=True)
class Schedule:
    """A schedule that was read; ``every`` instead of the fields for ``@every``."""

    minutes: Field
    hours: Field
    days: Field
    months: Field
    weekdays: Field  # 0 is Sunday
    zone: tzinfo = timezone.utc
    every: timedelta | None = None


class ScheduleError(ValueError):
    """What is wrong with a schedule."""


@dataclass(frozen=True)
class _Allowed:
    low: int
    high: int
    names: Mapping[str, int] = field(default_factory=dict)

    @property
    def all(self) -> Field:
        return Field(frozenset(range(self.low, self.high + 1)), any=True)


_MONTH_NAMES = {name: at for at, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(" "), 1)}
_DAY_NAMES = {name: at for at, name in enumerate("sun mon tue wed thu fri sat".split(" "))}
_ALLOWED = (
    _Allowed(0, 59),
    _Allowed(0, 23),
    _Allowed(1, 31),
    _Allowed(1, 12, _MONTH_NAMES),
    _Allowed(0, 6, _DAY_NAMES),
)
_DESCRIPTORS: Mapping[str, str] = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}
_DURATION = re.compile(r"[+-]?((\d+(\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h))+|[+-]?0")
_DURATION_PART = re.compile(r"(\d+\.?\d*|\.\d+)(ns|us|µs|ms|s|m|h)")
_UNIT_SECONDS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}
_LONGEST_SECONDS = 292 * 365 * 86400.0  # what Go's durations hold, about


def parse(text: str, zone: tzinfo = timezone.utc) -> Schedule:
    """Read a schedule; a ``TZ=`` in it wins over ``zone``. Raises ``ScheduleError``."""
    if text.startswith(("TZ=", "CRON_TZ=")):
        prefix, _, text = text.partition(" ")
        name = prefix.split("=", 1)[1]
        if zones.problem(name):
            raise ScheduleError(f"provided bad location {name}: unknown time zone {name}")
        zone, text = zones.find(name) or timezone.utc, text.strip()
    if text.startswith("@every "):
        length = _every(text)
        return replace(_schedule([allowed.all for allowed in _ALLOWED], zone), every=length)
    if text.startswith("@"):
        if text not in _DESCRIPTORS:
            raise ScheduleError(f"unrecognized descriptor: {text}")
        text = _DESCRIPTORS[text]
    parts = text.split()
    if len(parts) != len(_ALLOWED):
        raise ScheduleError(f"expected exactly 5 fields, found {len(parts)}: [{' '.join(parts)}]")
    return _schedule([_field(part, allowed) for part, allowed in zip(parts, _ALLOWED, strict=True)], zone)


def _schedule(fields: Sequence[Field], zone: tzinfo) -> Schedule:
    minutes, hours, days, months, weekdays = fields
    return Schedule(minutes, hours, days, months, weekdays, zone)


def problem(text: str) -> str:
    """What is wrong with a schedule, or nothing."""
    try:
        parse(text)
    except ScheduleError as wrong:
        return str(wrong)
    return ""


def _every(text: str) -> timedelta:
    length = text.removeprefix("@every ")
    if not _DURATION.fullmatch(length):
        raise ScheduleError(f'failed to parse duration {text}: time: invalid duration "{length}"')
    seconds = sum(float(number) * _UNIT_SECONDS[unit] for number, unit in _DURATION_PART.findall(length))
    if length.startswith("-"):
        seconds = 0.0
    # Whole seconds, and at least one of them.
    return timedelta(seconds=max(1, int(min(seconds, _LONGEST_SECONDS))))


def _field(text: str, allowed: _Allowed) -> Field:
    ranges = [_range(expression, allowed) for expression in text.split(",") if expression]
    return Field(_union(one.values for one in ranges), any(one.any for one in ranges))


def _union(sets: Iterable[frozenset[int]]) -> frozenset[int]:
    return frozenset().union(*sets)


def _range(expression: str, allowed: _Allowed) -> Field:
    reach, *steps = expression.split("/")
    ends = reach.split("-")
    starred = ends[0] in ("*", "?")
    if starred:
        low, high = allowed.low, allowed.high
    else:
        low = _number(ends[0], allowed)
        if len(ends) > 2:
            raise ScheduleError(f"too many hyphens: {expression}")
        high = _number(ends[1], allowed) if len(ends) == 2 else low
    step = 1
    if len(steps) > 1:
        raise ScheduleError(f"too many slashes: {expression}")
    if steps:
        step = _plain_number(steps[0])
        if len(ends) == 1 and not starred:
            high = allowed.high
    if low < allowed.low:
        raise ScheduleError(f"beginning of range ({low}) below minimum ({allowed.low}): {expression}")
    if high > allowed.high:
        raise ScheduleError(f"end of range ({high}) above maximum ({allowed.high}): {expression}")
    if low > high:
        raise ScheduleError(f"beginning of range ({low}) beyond end of range ({high}): {expression}")
    if step == 0:
        raise ScheduleError(f"step of range should be a positive number: {expression}")
    return Field(frozenset(range(low, high + 1, step)), any=starred and step == 1)


def _number(text: str, allowed: _Allowed) -> int:
    named = allowed.names.get(text.lower())
    return _plain_number(text) if named is None else named


def _plain_number(text: str) -> int:
    if not re.fullmatch(r"[+-]?\d+", text, re.ASCII):
        raise ScheduleError(f'failed to parse int from {text}: strconv.Atoi: parsing "{text}": invalid syntax')
    if int(text) < 0:
        raise ScheduleError(f"negative number ({int(text)}) not allowed: {text}")
    return int(text)
