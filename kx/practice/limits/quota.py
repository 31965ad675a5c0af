"""ResourceQuotas: what a write takes from them, whether that is too much, and what all objects of a namespace take.

Rules and words: apiserver ``pkg/admission/plugin/resourcequota`` and ``pkg/quota/v1``. Reads objects and quotas that it
is handed; knows no store.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from kx.practice.limits.amounts import ZERO, Amounts, add, growth, only, read, shown, without_zeros, written
from kx.practice.limits.scopes import within
from kx.practice.limits.usage import matching, of, unsaid
from kx.practice.status import Obj, forbidden

RESOURCE = "resourcequotas"


def charged(resource: str, obj: Obj, old: Obj | None, quotas: Iterable[Obj], now: datetime) -> list[Obj]:
    """The quotas as they are once ``obj`` is written, only those that change; Forbidden when one does not allow it."""
    quotas = [each for each in quotas if _covers(each, resource, obj)]
    for quota in quotas:
        names = matching(resource, _status(quota, "hard"))
        if missing := unsaid(resource, obj, names):
            raise _refused(resource, obj, f"failed quota: {_name(quota)}: {missing}")
        if any(name not in _status(quota, "used") for name in names):
            raise _refused(resource, obj, f"status unknown for quota: {_name(quota)}, resources: {','.join(names)}")
    changed = []
    taken = of(resource, obj, now)
    for quota in quotas:
        before = of(resource, old, now) if old is not None and within(resource, old, quota) else {}
        requested = only(without_zeros(growth(taken, before)), _status(quota, "hard"))
        if requested:
            changed.append(_charged(resource, obj, quota, requested))
    return changed


def _charged(resource: str, obj: Obj, quota: Obj, requested: Amounts) -> Obj:
    hard, used = _status(quota, "hard"), _status(quota, "used")
    after = add(used, requested)
    exceeded = [name for name in requested if after[name].value > hard[name].value]
    if exceeded:
        told = ", ".join(
            f"{word}: {shown(only(amounts, exceeded))}"
            for word, amounts in (("requested", requested), ("used", used), ("limited", hard))
        )
        raise _refused(resource, obj, f"exceeded quota: {_name(quota)}, {told}")
    return {**quota, "status": {**quota["status"], "used": written(after)}}


def measured(quota: Obj, resources: Iterable[str], objects: Callable[[str], Iterable[Obj]], now: datetime) -> Amounts:
    """What all the ``objects`` of a namespace take of what a quota limits."""
    hard = read((quota.get("spec") or {}).get("hard"))
    total: Amounts = {}
    for resource in resources:
        names = matching(resource, hard)
        if not names:
            continue
        total = {**dict.fromkeys(names, ZERO), **total}
        for obj in objects(resource):
            if within(resource, obj, quota):
                total = add(total, only(of(resource, obj, now), names))
    return total


def _covers(quota: Obj, resource: str, obj: Obj) -> bool:
    return bool(matching(resource, _status(quota, "hard"))) and within(resource, obj, quota)


def _status(quota: Obj, field: str) -> Amounts:
    return read((quota.get("status") or {}).get(field))


def _name(quota: Obj) -> str:
    return str(quota["metadata"]["name"])


def _refused(resource: str, obj: Obj, why: str) -> Exception:
    return forbidden(resource, obj["metadata"]["name"], why)
