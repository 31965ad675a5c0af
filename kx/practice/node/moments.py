"""Small sums with moments that may be missing: None stands for never."""

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
