"""Objects of one resource in one namespace, with their JSON, by name. Knows nothing of their fields."""

from __future__ import annotations

from dataclasses import dataclass

from kx.practice.status import Obj


@dataclass(frozen=True)
class Stored:
    """An object and its JSON, encoded once."""

    object: Obj
    body: bytes


class Bucket:
    """The objects of one resource in one namespace; sorted when somebody lists them."""

    def __init__(self) -> None:
        self.entries: dict[str, Stored] = {}
        self._sorted: list[str] | None = None

    def put(self, name: str, entry: Stored) -> None:
        """Add or replace."""
        if name not in self.entries:
            self._sorted = None
        self.entries[name] = entry

    def drop(self, name: str) -> None:
        """Take out what is there."""
        del self.entries[name]
        self._sorted = None

    def names(self) -> list[str]:
        """All names, in order."""
        if self._sorted is None:
            self._sorted = sorted(self.entries)
        return self._sorted
