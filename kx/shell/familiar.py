"""Which shapes of line the user has seen explained, so that explanations can grow short.

A shape is a command path with the names of its flags: no value, no name of an object is ever stored.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from kx import paths

ENOUGH = 3  # full explanations of one shape before brief ones


class Familiar:
    """Counts of explained shapes, kept in one small file across sessions."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._counts = _read(file)

    def knows(self, shape: str) -> bool:
        """Whether this shape has been explained in full often enough."""
        return self._counts.get(shape, 0) >= ENOUGH

    def seen(self, shape: str) -> None:
        """Count one more full explanation of this shape."""
        if self.knows(shape):
            return
        # Another session may have counted meanwhile; the larger number of both is the truth or close to it.
        for other, count in _read(self._file).items():
            self._counts[other] = max(count, self._counts.get(other, 0))
        self._counts[shape] = self._counts.get(shape, 0) + 1
        paths.keep(self._file, json.dumps(self._counts))  # without it, more is explained in full


def shape(path: Iterable[str], flags: Iterable[str]) -> str:
    """The shape of a line: its command path and the names of its flags in alphabetical order."""
    return " ".join((*path, *(f"--{name}" for name in sorted(set(flags)))))


def file(env: Mapping[str, str]) -> Path:
    """Where the counts are kept."""
    return paths.state_dir(env) / "familiar.json"


def _read(file: Path) -> dict[str, int]:
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    if not isinstance(found, dict):
        return {}
    return {str(key): value for key, value in found.items() if isinstance(value, int)}
