"""What a pod asks for and is limited to as a whole. Rules: PodRequests and PodLimits of component-helpers/resource."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from kx.practice.limits.amounts import Amounts, add, largest, only, read, without_zeros
from kx.practice.status import Obj

Field = Literal["requests", "limits"]

# What can be asked for a pod as a whole.
_POD_LEVEL = ("cpu", "memory")


def containers(pod: Obj) -> Iterator[Obj]:
    """Its containers, then its init containers."""
    spec = pod.get("spec") or {}
    yield from spec.get("containers") or ()
    yield from spec.get("initContainers") or ()


def of_container(container: Obj, field: Field) -> Amounts:
    return read((container.get("resources") or {}).get(field))


def of_pod(pod: Obj, field: Field) -> Amounts:
    """The sum of its containers, or the most that is taken while it starts, unless the pod itself says otherwise."""
    spec = pod.get("spec") or {}
    total: Amounts = {}
    for container in spec.get("containers") or ():
        total = add(total, of_container(container, field))
    peak: Amounts = {}
    sidecars: Amounts = {}
    for container in spec.get("initContainers") or ():
        own = of_container(container, field)
        if container.get("restartPolicy") == "Always":
            total, sidecars = add(total, own), add(sidecars, own)
            own = sidecars
        else:
            own = add(own, sidecars)
        peak = largest(peak, own)
    return {**largest(total, peak), **_pod_level(spec, field)}


def with_overhead(pod: Obj, field: Field) -> Amounts:
    """``of_pod`` and what its runtime class takes besides; a resource without a limit gets none by that."""
    amounts, overhead = of_pod(pod, field), read((pod.get("spec") or {}).get("overhead"))
    return add(amounts, overhead if field == "requests" else only(overhead, without_zeros(amounts)))


def has_own(pod: Obj) -> bool:
    """Whether anything is asked for the pod as a whole."""
    spec = pod.get("spec") or {}
    return bool(_pod_level(spec, "requests") or _pod_level(spec, "limits"))


def _pod_level(spec: Obj, field: Field) -> Amounts:
    return only(read((spec.get("resources") or {}).get(field)), _POD_LEVEL)
