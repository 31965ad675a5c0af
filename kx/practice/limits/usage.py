"""What one object takes from a quota, and which of a quota's resources objects of a kind can take.

Rules: ``pkg/quota/v1/evaluator/core`` (pods, services, claims); all other kinds are counted
(apiserver ``pkg/quota/v1/generic``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta, timezone
from decimal import ROUND_CEILING

from kx.practice.claims import class_of
from kx.practice.limits.amounts import ONE, ZERO, Amounts, add, read
from kx.practice.limits.podamounts import containers, has_own, of_container, with_overhead
from kx.practice.quantity import Quantity
from kx.practice.status import Obj
from kx.practice.validation.quantities import is_extended

# Kinds that are counted under a name of their own besides count/<resource>.
_COUNTED_AS = frozenset({"configmaps", "resourcequotas", "replicationcontrollers", "secrets"})
# What nobody counts: it comes and goes by itself.
_IGNORED = frozenset({"events", "events.events.k8s.io"})

_COMPUTE = ("cpu", "memory", "ephemeral-storage")
_POD = frozenset({"pods", *_COMPUTE, *(f"{field}.{name}" for field in ("requests", "limits") for name in _COMPUTE)})
_SERVICE = frozenset({"services", "services.nodeports", "services.loadbalancers"})
_CLAIM = ("persistentvolumeclaims", "requests.storage")
_BY_CLASS = ".storageclass.storage.k8s.io/"
_HUGE, _ASKED = "hugepages-", "requests."

# A quota on one of these makes every container say how much of it it wants; Kubernetes regrets that and keeps it.
_MUST_BE_SAID = frozenset(f"{field}{name}" for field in ("", "requests.", "limits.") for name in ("cpu", "memory"))


def matching(resource: str, names: Iterable[str]) -> list[str]:
    """Those of a quota's resources that objects of a kind can take, by name."""
    if resource in _IGNORED:
        return []
    own = _MATCHES.get(resource)
    counted = {f"count/{resource}", *({resource} & _COUNTED_AS)}
    return sorted(name for name in set(names) if name in counted or (own is not None and own(name)))


def of(resource: str, obj: Obj, now: datetime) -> Amounts:
    """What an object takes as things stand at ``now``."""
    counted = {f"count/{resource}": ONE}
    measure = _USAGES.get(resource)
    if measure is not None:
        return {**counted, **measure(obj, now)}
    return {**counted, resource: ONE} if resource in _COUNTED_AS else counted


def unsaid(resource: str, obj: Obj, names: Iterable[str]) -> str:
    """What a pod has to say because of a quota on ``names`` and does not, in a refusal's words; "" for nothing."""
    if resource != "pods" or has_own(obj):
        return ""
    wanted = _MUST_BE_SAID.intersection(names)
    missing: dict[str, set[str]] = {}
    for container in containers(obj):
        said = _compute(of_container(container, "requests"), of_container(container, "limits"))
        for name in wanted - said.keys():
            missing.setdefault(name, set()).add(container["name"])
    told = "; ".join(f"{name} for: {','.join(sorted(missing[name]))}" for name in sorted(missing))
    return f"must specify {told}" if told else ""


# Pods


def is_counted(pod: Obj, now: datetime) -> bool:
    """Whether a pod takes more than its place: it has not ended, nor should it have ended long ago."""
    if (pod.get("status") or {}).get("phase") in ("Succeeded", "Failed"):
        return False
    metadata = pod["metadata"]
    ends, grace = metadata.get("deletionTimestamp"), metadata.get("deletionGracePeriodSeconds")
    if not ends or grace is None:
        return True
    deadline = datetime.strptime(ends, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc) + timedelta(seconds=grace)
    return now <= deadline


def _pod(pod: Obj, now: datetime) -> Amounts:
    return _compute(with_overhead(pod, "requests"), with_overhead(pod, "limits")) if is_counted(pod, now) else {}


def _compute(requests: Amounts, limits: Amounts) -> Amounts:
    taken: Amounts = {"pods": ONE}
    for name, amount in requests.items():
        if name in _COMPUTE or name.startswith(_HUGE):
            taken[name] = amount
        if name in _COMPUTE or name.startswith(_HUGE) or is_extended(name):
            taken[f"{_ASKED}{name}"] = amount
    for name, amount in limits.items():
        if name in _COMPUTE:
            taken[f"limits.{name}"] = amount
    return taken


def _is_of_pods(name: str) -> bool:
    if name in _POD or name.startswith((_HUGE, _ASKED + _HUGE)):
        return True
    return name.startswith(_ASKED) and is_extended(name.removeprefix(_ASKED))


# Services


def _service(service: Obj, now: datetime) -> Amounts:
    spec = service.get("spec") or {}
    kind, ports = spec.get("type"), spec.get("ports") or ()
    balanced = kind == "LoadBalancer"
    if balanced and spec.get("allocateLoadBalancerNodePorts") is False:
        opened = sum(1 for port in ports if port.get("nodePort"))
    else:
        opened = len(ports) if balanced or kind == "NodePort" else 0
    return {
        "services": ONE,
        "services.nodeports": Quantity(ONE.value * opened),
        "services.loadbalancers": ONE if balanced else ZERO,
    }


# Claims


def _claim(claim: Obj, now: datetime) -> Amounts:
    taken: Amounts = {"persistentvolumeclaims": ONE}
    storage = read(((claim.get("spec") or {}).get("resources") or {}).get("requests")).get("storage")
    allocated = read((claim.get("status") or {}).get("allocatedResources")).get("storage")
    if storage is not None:
        if allocated is not None and allocated.value > storage.value:
            storage = allocated
        taken["requests.storage"] = Quantity(storage.value.to_integral_value(ROUND_CEILING), storage.family)
    storage_class = class_of(claim)
    return add(taken, {f"{storage_class}{_BY_CLASS}{name}": amount for name, amount in taken.items() if storage_class})


def _is_of_claims(name: str) -> bool:
    return name in _CLAIM or name.endswith(tuple(f"{_BY_CLASS}{each}" for each in _CLAIM))


_USAGES: dict[str, Callable[[Obj, datetime], Amounts]] = {
    "pods": _pod,
    "services": _service,
    "persistentvolumeclaims": _claim,
}
_MATCHES: dict[str, Callable[[str], bool]] = {
    "pods": _is_of_pods,
    "services": lambda name: name in _SERVICE,
    "persistentvolumeclaims": _is_of_claims,
}
# Kinds whose objects may come to take more while they live.
GROWING = frozenset({"services", "persistentvolumeclaims"})
