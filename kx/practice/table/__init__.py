"""Objects as rows of a Table: the columns and cells a real API server sends to ``kubectl get``.

Columns are facts in ``columns.json`` (name, type, format, priority); cells come from one printer per kind. Kinds
without a printer show name and age, or the time of creation where that is their column.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from kx.practice.resources import Resource
from kx.practice.status import Obj
from kx.practice.table import cluster, network, pods, storage, workloads
from kx.practice.table.values import Cells, age, meta, name

_PRINTERS = {
    "pods": pods.pod,
    **workloads.PRINTERS,
    **network.PRINTERS,
    **storage.PRINTERS,
    **cluster.PRINTERS,
}

_DESCRIPTIONS = {
    "Name": "What the object is called; unique among objects of its kind in one namespace.",
    "Age": "How long ago the object was created.",
    "Created At": "When the object was created.",
    "Ready": "How many are ready to work, of how many.",
    "Status": "How it is doing, in a word.",
    "Restarts": "How often its containers were started again, and when last.",
    "Labels": "The labels it carries.",
    "Selector": "The labels by which it finds its pods.",
    "Containers": "The names of its containers.",
    "Images": "The images its containers run.",
    "Node": "The node it runs on.",
    "IP": "Its address inside the cluster.",
}
_GENERIC: Sequence[Sequence[Any]] = (("Name", "string", "name", 0), ("Age", "string", "", 0))


@cache
def _facts() -> dict[str, Sequence[Sequence[Any]]]:
    found: dict[str, Sequence[Sequence[Any]]] = json.loads(Path(__file__).with_name("columns.json").read_text())
    return found


def _rows(resource: Resource) -> Sequence[Sequence[Any]]:
    return _facts().get(f"{resource.api_version}/{resource.plural}", _GENERIC)


def columns(resource: Resource) -> list[Obj]:
    """The column definitions of a resource's Table."""
    return [
        {
            "name": title,
            "type": kind,
            "format": form,
            "description": _DESCRIPTIONS.get(title, f"{title} of this {resource.kind}."),
            "priority": priority,
        }
        for title, kind, form, priority in _rows(resource)
    ]


def cells(resource: Resource, obj: Obj, now: datetime) -> Cells:
    """The cells of one object, as many as the resource has columns, wide ones included."""
    printer = _PRINTERS.get(resource.key)
    if printer is not None:
        return printer(obj, now)
    if any(title == "Created At" for title, *_ in _rows(resource)):
        return [name(obj), meta(obj).get("creationTimestamp") or ""]
    return [name(obj), age(obj, now)]


def conditions(resource: Resource, obj: Obj) -> list[Obj]:
    """What a row says about itself beside its cells: that a pod has run to its end."""
    phase = pods.is_finished(obj) if resource.key == "pods" else ""
    if not phase:
        return []
    message = "The pod failed." if phase == "Failed" else "The pod has completed successfully."
    return [{"type": "Completed", "status": "True", "reason": phase, "message": message}]
