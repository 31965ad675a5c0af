"""A cluster small enough for a test: a store, a clock one winds by hand, and an API without sockets."""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

from kx.practice.status import Obj
from kx.practice.store import Store


class Clock:
    """Stands still until advanced."""

    def __init__(self) -> None:
        self._now = datetime(2030, 1, 1, tzinfo=timezone.utc)
        self._elapsed = 0.0

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return self._elapsed

    def advance(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)
        self._elapsed += seconds


def merge(old: Any, patch: Any) -> Any:
    """JSON merge patch (RFC 7386)."""
    if not isinstance(patch, dict):
        return patch
    merged = dict(old) if isinstance(old, dict) else {}
    for key, value in patch.items():
        if value is None:
            merged.pop(key, None)
        else:
            merged[key] = merge(merged.get(key), value)
    return merged


class PlainApi:
    """The write pipeline without admission and validation: generations, status apart, deletion."""

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now

    def create(self, resource: str, obj: Obj) -> Obj:
        created = copy.deepcopy(obj)
        created["metadata"]["generation"] = 1
        if resource == "pods":
            created["status"] = {"phase": "Pending"}
        return self._store.create(resource, created)

    def update(self, resource: str, obj: Obj) -> Obj:
        metadata = obj["metadata"]
        old = self._store.get(resource, metadata.get("namespace", ""), metadata["name"])
        changed = obj.get("spec") != old.get("spec")
        generation = old["metadata"].get("generation", 1) + (1 if changed else 0)
        kept = {"generation": generation}
        updated = {**obj, "metadata": {**metadata, **kept}}
        if "status" in old:
            updated["status"] = old["status"]
        return self._store.update(resource, updated)

    def update_status(self, resource: str, obj: Obj) -> Obj:
        metadata = obj["metadata"]
        old = self._store.get(resource, metadata.get("namespace", ""), metadata["name"])
        version = metadata.get("resourceVersion", old["metadata"]["resourceVersion"])
        merged = {**old, "metadata": {**old["metadata"], "resourceVersion": version}, "status": obj["status"]}
        return self._store.update(resource, merged)

    def patch(self, resource: str, namespace: str, name: str, patch: Obj) -> Obj:
        return self.update(resource, merge(self._store.get(resource, namespace, name), patch))

    def delete(
        self,
        resource: str,
        namespace: str,
        name: str,
        *,
        propagation: str = "Background",
        uid: str = "",
        grace_seconds: int | None = None,
    ) -> Obj | None:
        old = self._store.get(resource, namespace, name)
        metadata = dict(old["metadata"])
        finalizers = list(metadata.get("finalizers") or [])
        if propagation == "Foreground":
            finalizers.append("foregroundDeletion")
        if propagation == "Orphan":
            finalizers.append("orphan")
        grace = 0
        if resource == "pods":
            grace = 30 if grace_seconds is None else grace_seconds
            grace = grace if (old.get("spec") or {}).get("nodeName") else 0
        namespaced = resource == "namespaces" and (old.get("spec") or {}).get("finalizers")
        if not finalizers and not grace and not namespaced:
            return self._store.delete(resource, namespace, name)
        if metadata.get("deletionTimestamp"):
            return old
        gone = self._now() + timedelta(seconds=grace)
        metadata["deletionTimestamp"] = gone.strftime("%Y-%m-%dT%H:%M:%SZ")
        metadata["deletionGracePeriodSeconds"] = grace
        if finalizers:
            metadata["finalizers"] = finalizers
        return self._store.update(resource, {**old, "metadata": metadata})
