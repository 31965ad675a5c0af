"""A cron schedule in words: five fields, or @hourly and its like. Source: robfig/cron v3, which Kubernetes uses.

What it refuses was tried against the API server's own words: another number of fields, a number out of range (7 is no
weekday), a range that runs backwards, a step of 0, TZ=.
"""

from __future__ import annotations

import re

from kx.explain.values.duration import read as duration
from kx.explain.values.piece import Meaning, Piece, listed, refused
from kx.records import dataclass

_NAMED = {
    "@yearly": "once a year, on 1 January at midnight",
    "@annually": "once a year, on 1 January at midnight",
    "@monthly": "on the first of each month at midnight",
    "@weekly": "each Sunday at midnight",
    "@daily": "each day at midnight",
    "@midnight": "each day at midnight",
    "@hourly": "each hour, on the hour",
}
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
           "December")  # fmt: skip
_DAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")


@dataclass(frozen=True)
class _Field:
    unit: str
    low: int
    high: int
    before: str  # what stands before a single value: "at minute 5", "on Monday"
    names: tuple[str, ...] = ()  # what the values are called, from ``low`` on


_FIELDS = (
    _Field("minute", 0, 59, "at minute "),
    _Field("hour", 0, 23, "in hour "),
    _Field("day", 1, 31, "on day "),
    _Field("month", 1, 12, "in ", _MONTHS),
    _Field("weekday", 0, 6, "on ", _DAYS),
)
_ENTRY = re.compile(r"(\*|\?|\w+)(?:-(\w+))?(?:/(\d+))?$", re.ASCII)


def _refused(why: str) -> Meaning:
    """kubectl sends any schedule; it is the API server that reads it."""
    return refused(why, "the cluster")


def read(text: str) -> Meaning:
    """--schedule."""
    if text.startswith(("TZ=", "CRON_TZ=")):
        return _refused("a schedule may not name a time zone")
    if text.startswith("@"):
        return _named(text)
    parts = list(re.finditer(r"\S+", text))
    if len(parts) != len(_FIELDS):
        return _refused(f"a schedule has five fields: minute, hour, day, month, weekday; here are {len(parts)}")
    told = [_field(field, part.group()) for field, part in zip(_FIELDS, parts, strict=True)]
    wrong = next((part.group() for part, words in zip(parts, told, strict=True) if not words), None)
    if wrong is not None:
        field = _FIELDS[next(place for place, words in enumerate(told) if not words)]
        return _refused(f"{wrong} is no {field.unit}; {field.unit}s go from {field.low} to {field.high}")
    pieces = tuple(Piece(*part.span(), words) for part, words in zip(parts, told, strict=True))
    return Meaning(_gist([part.group() for part in parts], told), pieces)


def _named(text: str) -> Meaning:
    if text.startswith("@every "):
        told = duration(text.removeprefix("@every ")).gist
        return Meaning(f"once every {told}") if told else _refused("@every needs a length of time, such as 5m")
    return Meaning(_NAMED[text]) if text in _NAMED else _refused(f"there is no {text}")


def _gist(typed: list[str], told: list[str]) -> str:
    """The whole schedule in one phrase; a plain minute and hour are a time of day."""
    minute, hour, day, month, weekday = typed
    if minute.isdecimal() and hour.isdecimal():
        when = [f"at {int(hour):02}:{int(minute):02}"]
    else:
        when = told[:2] if hour != "*" else told[:1]
    free = ("*", "?")
    days = [words for words, field in ((told[2], day), (told[4], weekday)) if field not in free]
    when += [" or ".join(days)] if days else ["each day"] if hour not in free else []
    when += [told[3]] if month not in free else []
    return ", ".join(when)


def _field(field: _Field, text: str) -> str:
    """One field in words; "" for one that cron refuses."""
    entries = [_entry(field, part) for part in text.split(",")]
    if not all(entries):
        return ""
    if any(part[:1] in ("*", "?") or "-" in part or "/" in part for part in text.split(",")):
        return listed(entries)
    return field.before + listed(entry.removeprefix(field.before) for entry in entries)


def _entry(field: _Field, text: str) -> str:
    found = _ENTRY.match(text)
    if found is None:
        return ""
    first, last, step = found.groups()
    if step is not None and (len(step) > 4 or int(step) == 0):
        return ""
    if first in ("*", "?"):
        each = f"every {step} {field.unit}s" if step not in (None, "1") else f"every {field.unit}"
        return "" if last else each
    low, high = _number(field, first), _number(field, last) if last else None
    if low is None or (last and (high is None or high < low)):
        return ""
    if step and not last:
        return f"every {step} {field.unit}s from {_called(field, low)} on"
    if last and high is not None:
        span = f"from {_called(field, low)} to {_called(field, high)}"
        return f"every {step} {field.unit}s {span}" if step else f"every {field.unit} {span}"
    return field.before + _called(field, low)


def _number(field: _Field, text: str) -> int | None:
    """The value of ``5`` or ``MON``, None where the field has no such value."""
    if text.isdecimal():
        number = int(text) if len(text) < 5 else -1
        return number if field.low <= number <= field.high else None
    short = [name[:3].lower() for name in field.names]
    return short.index(text.lower()) + field.low if text.lower() in short else None


def _called(field: _Field, number: int) -> str:
    return field.names[number - field.low] if field.names else str(number)
