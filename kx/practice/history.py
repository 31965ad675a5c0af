"""What changed, in order: the events of one resource, as far back as watches may ask.

Knows nothing of storage or sockets; a revision older than what is kept is refused as Expired (410).
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import Literal

from kx.practice.status import Obj, expired

EventType = Literal["ADDED", "MODIFIED", "DELETED"]

HISTORY = 1000  # events kept per resource for watches that ask for the past


@dataclass(frozen=True)
class Event:
    """One change. ``old`` is the object before it, None for ADDED; a DELETED object carries its last state."""

    type: EventType
    resource: str
    object: Obj
    old: Obj | None
    revision: int


class History:
    """The last events of one resource. ``compacted`` is the newest revision no longer known."""

    def __init__(self, compacted: int) -> None:
        self.compacted = compacted
        self.events: list[Event] = []

    def append(self, event: Event) -> None:
        """Add the newest event, forgetting old ones now and then."""
        self.events.append(event)
        # Dropping half at a time keeps the cost per event constant.
        if len(self.events) >= 2 * HISTORY:
            self.compacted = self.events[HISTORY - 1].revision
            del self.events[:HISTORY]

    def since(self, revision: int) -> list[Event]:
        """The events after ``revision``; Expired when some of them are no longer known."""
        if revision < self.compacted:
            raise expired(f"too old resource version: {revision} ({self.compacted})")
        return self.events[bisect_right(self.events, revision, key=lambda event: event.revision) :]
