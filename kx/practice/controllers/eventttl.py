"""Events are forgotten an hour after they were last written, as an API server's storage does."""

from __future__ import annotations

from collections.abc import Mapping

from kx.practice.controllers.objects import moment, own_key
from kx.practice.controllers.world import Key, KeysOf, World
from kx.practice.status import Obj

_SECONDS = 3600.0


class EventTtl:
    """Takes old events out of the store, unseen by any client's rules."""

    name = "event-ttl"

    def __init__(self, world: World) -> None:
        self.watches: Mapping[str, KeysOf] = {
            "events": lambda event: own_key(event) if event.type == "ADDED" else (),
        }

    def reconcile(self, world: World, key: Key) -> float | None:
        """One event. Looks again when it will be old enough."""
        event = world.store.find("events", *key)
        if event is None:
            return None
        left = _SECONDS - _age(world, event)
        if left > 0:
            return left
        world.store.delete("events", *key)
        return None


def _age(world: World, event: Obj) -> float:
    texts = (
        (event.get("series") or {}).get("lastObservedTime"),
        event.get("lastTimestamp"),
        event.get("eventTime"),
        event["metadata"].get("creationTimestamp"),
    )
    # The writer's own times may lie far back; what counts is when the server wrote it.
    written = max((found for found in map(moment, texts) if found is not None), default=world.now())
    return (world.now() - written).total_seconds()
