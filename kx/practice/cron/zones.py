"""Time zones by name: which there are, and what is wrong with a name."""

from __future__ import annotations

import re
from datetime import timezone, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

_PART = re.compile(r"[A-Za-z.\-_0-9+]{1,14}")


def find(name: str) -> tzinfo | None:
    """The time zone of that name; None if there is none, or none can be read on this machine."""
    if name in ("", "UTC"):
        return timezone.utc
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def problem(name: str) -> str:
    """What is wrong with the name of a time zone, or nothing (``pkg/apis/batch/validation``)."""
    if not name:
        return "timeZone must be nil or non-empty string"
    parts = name.split("/")
    if any(part in (".", "..") or part.startswith("-") or not _PART.fullmatch(part) for part in parts):
        return f"unknown time zone {name}"
    if name.lower() == "local":
        return "timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones"
    # A machine without a time zone database knows none: then a plausible name is taken at its word.
    known = find(name) is not None or not available_timezones()
    return "" if known else f"unknown time zone {name}"
