"""Small sums with moments that may be missing (None stands for never), and durations as Go prints them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

Moment = datetime | None


def after(now: datetime, seconds: float) -> datetime:
    """So many seconds from ``now``."""
    return now + timedelta(seconds=seconds)


def earliest(moments: Iterable[Moment]) -> Moment:
    """The first of those that come at all."""
    return min((moment for moment in moments if moment), default=None)


def go_duration(seconds: float) -> str:
    """A duration as Go prints it: 512ms, 1.2s, 1m20s, 5m0s."""
    if seconds < 1:
        return f"{seconds * 1000:.0f}ms"
    minutes, rest = divmod(round(seconds, 3), 60)
    text = f"{rest:.3f}".rstrip("0").rstrip(".") + "s"
    return f"{minutes:.0f}m{text}" if minutes else text
