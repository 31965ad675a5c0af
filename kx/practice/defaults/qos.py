"""The quality-of-service class of a pod, from what its containers ask for.

Rule: ``ComputePodQOS`` in Kubernetes' ``pkg/apis/core/helper/qos``.
"""

from __future__ import annotations

from decimal import Decimal

from kx.practice.quantity import parse
from kx.practice.status import Obj

_COUNTED = ("cpu", "memory")


def qos_class(spec: Obj) -> str:
    """``Guaranteed``, ``Burstable`` or ``BestEffort``."""
    own = spec.get("resources") or {}
    everything = [*(spec.get("containers") or ()), *(spec.get("initContainers") or ())]
    resources = [own] if _amounts(own, "requests") or _amounts(own, "limits") else []
    resources = resources or [each.get("resources") or {} for each in everything]
    requests, limits = _total(resources, "requests"), _total(resources, "limits")
    if not requests and not limits:
        return "BestEffort"
    all_limited = all(len(_amounts(each, "limits")) == len(_COUNTED) for each in resources)
    same = len(requests) == len(limits) and all(limits.get(name) == amount for name, amount in requests.items())
    return "Guaranteed" if all_limited and same else "Burstable"


def _amounts(resources: Obj, field: str) -> dict[str, Decimal]:
    given = resources.get(field) or {}
    found = {name: parse(given[name]).value for name in _COUNTED if name in given}
    return {name: amount for name, amount in found.items() if amount > 0}


def _total(resources: list[Obj], field: str) -> dict[str, Decimal]:
    total: dict[str, Decimal] = {}
    for each in resources:
        for name, amount in _amounts(each, field).items():
            total[name] = total.get(name, Decimal(0)) + amount
    return total
