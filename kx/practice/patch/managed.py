"""managedFields: who owns which field of an object, kept up to date by every write.

Sources: apimachinery ``util/managedfields`` and structured-merge-diff ``merge/update.go``. Pure: objects in, objects
out; the time of a write is passed in.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Literal

from kx.practice.patch.fields import FieldSet, fields_of, from_fields_v1, to_fields_v1
from kx.practice.status import Obj


@dataclass(frozen=True)
class Entry:
    """One manager's fields."""

    manager: str
    operation: Literal["Apply", "Update"]
    api_version: str
    time: str  # RFC 3339
    fields: FieldSet
    subresource: str = ""

    @property
    def identity(self) -> tuple[str, str, str, str]:
        """Two writes with the same identity share one entry."""
        return self.manager, self.operation, self.api_version, self.subresource


def read(obj: Obj) -> list[Entry]:
    """The entries an object carries."""
    return [
        Entry(
            manager=entry.get("manager", ""),
            operation=entry.get("operation", "Update"),
            api_version=entry.get("apiVersion", ""),
            time=entry.get("time", ""),
            fields=from_fields_v1(entry.get("fieldsV1") or {}),
            subresource=entry.get("subresource", ""),
        )
        for entry in obj.get("metadata", {}).get("managedFields") or ()
    ]


def write(obj: Obj, entries: Iterable[Entry]) -> Obj:
    """The object carrying these entries, empty ones left out; the given object is not changed."""
    kept = [_entry(entry) for entry in entries if entry.fields]
    metadata = {key: value for key, value in obj["metadata"].items() if key != "managedFields"}
    if kept:
        metadata["managedFields"] = kept
    return {**obj, "metadata": metadata}


def _entry(entry: Entry) -> Obj:
    found: Obj = {
        "manager": entry.manager,
        "operation": entry.operation,
        "apiVersion": entry.api_version,
        "time": entry.time,
        "fieldsType": "FieldsV1",
        "fieldsV1": to_fields_v1(entry.fields),
    }
    return {**found, "subresource": entry.subresource} if entry.subresource else found


def record_update(old: Obj | None, new: Obj, *, manager: str, time: str, subresource: str = "") -> Obj:
    """``new`` with managedFields after an ordinary write: what changed belongs to ``manager`` now.

    A field whose value changed leaves every other manager; a field that is gone leaves all. ``old`` is None on create.
    The managedFields in ``new`` are ignored, those of ``old`` are the truth; an empty list in ``new`` resets them.
    """
    if new.get("metadata", {}).get("managedFields") == [] and old is not None:
        return write(new, ())
    before: dict[Any, Any] = fields_of(old) if old is not None else {}
    after = fields_of(new)
    changed = frozenset(path for path, value in after.items() if path not in before or before[path] != value)
    entries = [replace(entry, fields=(entry.fields & after.keys()) - changed) for entry in read(old or {})]
    if not changed:
        return write(new, entries)
    mine = Entry(manager, "Update", new.get("apiVersion", ""), time, changed, subresource)
    return write(new, _joined(entries, mine))


def _joined(entries: list[Entry], mine: Entry) -> list[Entry]:
    for index, entry in enumerate(entries):
        if entry.identity == mine.identity:
            entries[index] = replace(mine, fields=entry.fields | mine.fields)
            return entries
    return [*entries, mine]
