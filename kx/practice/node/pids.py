"""Process ids: who is in which table, and what a table around others shows of them. It starts and ends nothing.

A container has a table of its own, or shares its pod's, another container's, or its node's, as PID namespaces are
shared. A node's table shows the processes of all its containers under numbers of their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kx.practice.node.process import Process


@dataclass(eq=False)
class PidTable:
    """One PID namespace."""

    processes: dict[int, Process] = field(default_factory=dict)  # those that were started in it
    inner: list[PidTable] = field(default_factory=list)
    _last: int = 0
    _numbers: dict[int, tuple[Process, int]] = field(default_factory=dict)  # of inner processes, by identity

    def take(self) -> int:
        """The next number."""
        self._last += 1
        return self._last

    def all(self) -> dict[int, Process]:
        """Every process that can be seen here, by the number it has here."""
        found = dict(self.processes)
        seen: dict[int, tuple[Process, int]] = {}
        for process in self._inner():
            known = self._numbers.get(id(process)) or (process, self.take())
            seen[id(process)] = known
            found[known[1]] = process
        self._numbers = seen
        return dict(sorted(found.items()))

    def _inner(self) -> Iterator[Process]:
        for table in self.inner:
            yield from table.processes.values()
            yield from table._inner()
