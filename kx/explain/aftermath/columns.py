"""The tables that kubectl prints, read back by their headers: rows with their cells, and what kind of objects they are.

Text in, values out. A table without a header (--no-headers), or with columns of the user's own, is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

_HEADING = re.compile(r"[A-Z][A-Z0-9()/%-]*(?: [A-Z0-9()/%-]+)*")
_GAP = re.compile(r" {2,}")
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "y": 31_536_000}
_AGE = re.compile(r"(\d+)([smhdy])")

# Kind -> the columns that only its tables have together; the first that fits is it.
_KINDS: tuple[tuple[str, frozenset[str]], ...] = tuple(
    (kind, frozenset(columns.split(",")))
    for kind, columns in (
        ("pods", "NAME,READY,STATUS,RESTARTS"),
        ("nodes", "NAME,STATUS,ROLES,VERSION"),
        ("persistentvolumeclaims", "NAME,STATUS,VOLUME,CAPACITY"),
        ("persistentvolumes", "NAME,CAPACITY,RECLAIM POLICY,STATUS,CLAIM"),
        ("services", "NAME,TYPE,CLUSTER-IP,EXTERNAL-IP"),
        ("deployments", "NAME,READY,UP-TO-DATE,AVAILABLE"),
        ("daemonsets", "NAME,DESIRED,CURRENT,READY,UP-TO-DATE"),
        ("replicasets", "NAME,DESIRED,CURRENT,READY"),
        ("jobs", "NAME,COMPLETIONS,DURATION"),
        ("cronjobs", "NAME,SCHEDULE,SUSPEND"),
        ("horizontalpodautoscalers", "NAME,REFERENCE,TARGETS"),
        ("poddisruptionbudgets", "NAME,ALLOWED DISRUPTIONS"),
        ("certificatesigningrequests", "NAME,SIGNERNAME,CONDITION"),
        ("apiservices", "NAME,SERVICE,AVAILABLE"),
        ("events", "LAST SEEN,TYPE,REASON,OBJECT"),
    )
)
_EXACT = {frozenset({"NAME", "STATUS", "AGE"}): "namespaces", frozenset({"NAME", "READY", "AGE"}): "statefulsets"}
_EXTRA = frozenset({"NAMESPACE", "LABELS", "CONTAINERS", "IMAGES"})  # what -A, --show-labels and -o wide add to any


@dataclass(frozen=True)
class Row:
    """One object of a table. ``kind`` is "" where the table is of no kind that is known here."""

    kind: str
    name: str  # without the type that `get all` puts in front
    namespace: str  # "" where the table does not say
    cells: Mapping[str, str]

    @property
    def age(self) -> int | None:
        """Its age in seconds; None where the table does not say."""
        return seconds(self.cells.get("AGE", ""))


def seconds(age: str) -> int | None:
    """``3d4h`` in seconds; None for what is no age."""
    parts = _AGE.findall(age)
    return sum(int(number) * _UNITS[unit] for number, unit in parts) if parts else None


def rows(text: str) -> Iterator[Row]:
    """Every row of every table in ``text``."""
    starts: list[tuple[str, int]] = []
    kind = ""
    for line in text.splitlines():
        if not line.strip():
            starts = []
        elif found := _header(line):
            starts, kind = found, _kind(frozenset(title for title, _ in found))
        elif starts:
            cells = _cells(line, starts)
            yield Row(kind, cells.get("NAME", "").rpartition("/")[2], cells.get("NAMESPACE", ""), cells)


def _header(line: str) -> list[tuple[str, int]]:
    """The titles and where they begin; [] for a line that is no header."""
    titles = _GAP.split(line.strip())
    if line[0] == " " or len(titles) < 2 or not all(_HEADING.fullmatch(title) for title in titles):
        return []
    if "NAME" not in titles and "OBJECT" not in titles:
        return []
    found, at = [], 0
    for title in titles:
        at = line.index(title, at)
        found.append((title, at))
        at += len(title)
    return found


def _cells(line: str, starts: list[tuple[str, int]]) -> dict[str, str]:
    ends = [at for _, at in starts[1:]] + [len(line)]
    cells = {title: line[at:end].strip() for (title, at), end in zip(starts, ends, strict=True)}
    if "DESIRED" in cells:  # said in two columns what others say in one
        cells["READY"] = f"{cells.get('READY', '')}/{cells['DESIRED']}"
    return cells


def _kind(titles: frozenset[str]) -> str:
    exact = _EXACT.get(titles - _EXTRA)
    return exact or next((kind for kind, wanted in _KINDS if wanted <= titles), "")
