"""Limit ranges and quotas where writes pass: what is added before an object is validated, what is refused after it.

Order: LimitRanger completes pods first of all plug-ins that matter to it; ResourceQuota has the last word, when nothing
else can refuse any more.
"""

from __future__ import annotations

from datetime import datetime

from kx.practice.claims import CLAIMS, CLASSES, default_class, wants_default_class
from kx.practice.limits import limitrange, quota
from kx.practice.limits.usage import GROWING
from kx.practice.resources import Resource
from kx.practice.status import Obj
from kx.practice.store import Store


def complete(store: Store, resource: Resource, obj: Obj) -> Obj:
    """A new pod with what the limit ranges of its namespace set; other objects as they are."""
    if resource.key == "pods":
        for limit_range in store.list(limitrange.RESOURCE, obj["metadata"]["namespace"]):
            obj = limitrange.defaulted(obj, limit_range)
    return obj


def charges(store: Store, resource: Resource, obj: Obj, old: Obj | None, subresource: str, now: datetime) -> list[Obj]:
    """The quotas as they are to be written once ``obj`` is; Forbidden where a limit range or a quota is against it."""
    namespace, key = obj["metadata"].get("namespace", ""), resource.key
    resized = key == "pods" and subresource == "resize"
    if not namespace or (subresource and not resized):
        return []
    if old is not None and not resized and key not in GROWING:
        return []
    if key in limitrange.LIMITED:
        for limit_range in store.list(limitrange.RESOURCE, namespace):
            limitrange.check(key, obj, old, limit_range)
    quotas = store.list(quota.RESOURCE, namespace)
    if key == CLAIMS and quotas:
        obj, old = _with_class(store, obj), _with_class(store, old) if old is not None else None
    return quota.charged(key, obj, old, quotas, now)


def _with_class(store: Store, claim: Obj) -> Obj:
    """A claim with the class that it is about to get: quotas are asked for storage of that class now."""
    chosen = default_class(store.list(CLASSES)) if wants_default_class(claim) else None
    if chosen is None:
        return claim
    return {**claim, "spec": {**(claim.get("spec") or {}), "storageClassName": chosen["metadata"]["name"]}}
