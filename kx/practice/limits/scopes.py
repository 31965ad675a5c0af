"""Which objects a quota is about: its scopes, held against pods and claims.

Rules: ``podMatchesScopeFunc`` and ``pvcMatchesScopeFunc`` of ``pkg/quota/v1/evaluator/core``. Other kinds are in no
scope, so a quota with scopes does not count them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from kx.practice.defaults.qos import qos_class
from kx.practice.selectors import match_labels
from kx.practice.status import Obj


def within(resource: str, obj: Obj, quota: Obj) -> bool:
    """Whether an object is in all the scopes of a quota."""
    return all(_matches(resource, obj, requirement) for requirement in requirements(quota))


def requirements(quota: Obj) -> Iterator[Obj]:
    """The scopes of a quota and the expressions of its selector, as expressions."""
    spec = quota.get("spec") or {}
    for scope in spec.get("scopes") or ():
        yield {"scopeName": scope, "operator": "Exists"}
    yield from (spec.get("scopeSelector") or {}).get("matchExpressions") or ()


def _matches(resource: str, obj: Obj, requirement: Obj) -> bool:
    scope = requirement["scopeName"]
    if scope in _NAMED.get(resource, {}):
        return _named(scope, requirement, _NAMED[resource][scope](obj))
    plain = _PLAIN.get(scope) if resource == "pods" else None
    return plain is not None and plain(obj)


def _named(scope: str, requirement: Obj, names: Iterable[str]) -> bool:
    """Whether one of the classes an object names is among those a quota is about; no class is one without a name."""
    chosen = [{scope: name} for name in names if name]
    if requirement["operator"] == "Exists":
        return bool(chosen)
    expression: Obj = {"key": scope, **{key: requirement[key] for key in ("operator", "values") if key in requirement}}
    nothing: list[dict[str, str]] = [{}]
    return any(match_labels({"matchExpressions": [expression]}, labels) for labels in chosen or nothing)


def _is_best_effort(pod: Obj) -> bool:
    return qos_class(pod.get("spec") or {}) == "BestEffort"


def _has_deadline(pod: Obj) -> bool:
    deadline = (pod.get("spec") or {}).get("activeDeadlineSeconds")
    return deadline is not None and deadline >= 0


def _crosses_namespaces(pod: Obj) -> bool:
    return any(term.get("namespaces") or term.get("namespaceSelector") is not None for term in _affinity_terms(pod))


def _affinity_terms(pod: Obj) -> Iterator[Obj]:
    affinity = (pod.get("spec") or {}).get("affinity") or {}
    for kind in ("podAffinity", "podAntiAffinity"):
        given = affinity.get(kind) or {}
        yield from given.get("requiredDuringSchedulingIgnoredDuringExecution") or ()
        for weighted in given.get("preferredDuringSchedulingIgnoredDuringExecution") or ():
            yield weighted.get("podAffinityTerm") or {}


def _attributes_classes(claim: Obj) -> Iterator[str]:
    status = claim.get("status") or {}
    yield (claim.get("spec") or {}).get("volumeAttributesClassName") or ""
    yield status.get("currentVolumeAttributesClassName") or ""
    yield (status.get("modifyVolumeStatus") or {}).get("targetVolumeAttributesClassName") or ""


_PLAIN: dict[str, Callable[[Obj], bool]] = {
    "Terminating": _has_deadline,
    "NotTerminating": lambda pod: not _has_deadline(pod),
    "BestEffort": _is_best_effort,
    "NotBestEffort": lambda pod: not _is_best_effort(pod),
    "CrossNamespacePodAffinity": _crosses_namespaces,
}

# resource -> scope -> the names of classes that an object of it uses.
_NAMED: dict[str, dict[str, Callable[[Obj], Iterable[str]]]] = {
    "pods": {"PriorityClass": lambda pod: [(pod.get("spec") or {}).get("priorityClassName") or ""]},
    "persistentvolumeclaims": {"VolumeAttributesClass": _attributes_classes},
}
