"""ResourceQuotas: what they limit, and the scopes of what they limit.

Rules and words: ``ValidateResourceQuotaSpec`` and its neighbours in Kubernetes' ``pkg/apis/core/validation``.
"""

from __future__ import annotations

from collections.abc import Iterable

from kx.practice.status import Obj
from kx.practice.validation import quantities
from kx.practice.validation.errors import IMMUTABLE, Errors, invalid, required

_PODS = frozenset({"pods"})
_COMPUTE = _PODS | {f"{field}{name}" for field in ("", "requests.", "limits.") for name in ("cpu", "memory")}
_CLAIMS = frozenset({"persistentvolumeclaims", "requests.storage"})

# scope -> the standard resources that can be limited in it.
_SCOPES = {
    "Terminating": _COMPUTE,
    "NotTerminating": _COMPUTE,
    "BestEffort": _PODS,
    "NotBestEffort": _COMPUTE,
    "PriorityClass": _COMPUTE,
    "CrossNamespacePodAffinity": _COMPUTE,
    "VolumeAttributesClass": _CLAIMS,
}
_CONFLICTS = ({"BestEffort", "NotBestEffort"}, {"Terminating", "NotTerminating"})
_NAMED = frozenset({"PriorityClass", "VolumeAttributesClass"})
_ONLY_EXISTS = (
    "must be 'Exist' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, "
    "ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity"
)


def resource_quota(obj: Obj, old: Obj | None) -> Errors:
    """A ResourceQuota."""
    spec = obj.get("spec") or {}
    for name, value in sorted((spec.get("hard") or {}).items()):
        here = f"spec.hard[{name}]"
        yield from quantities.quota_name(here, name)
        yield from quantities.amount(here, name, value)
    scopes = spec.get("scopes") or []
    for scope in scopes:
        if scope not in _SCOPES:
            yield invalid("spec.scopes", scopes, "unsupported scope")
        yield from _not_for("spec.scopes", scopes, scope, spec)
    yield from _conflicts("spec.scopes", scopes, scopes)
    yield from _selector("spec.scopeSelector.matchExpressions", spec)
    if old is not None and set(scopes) != set((old.get("spec") or {}).get("scopes") or ()):
        yield invalid("spec.scopes", scopes, IMMUTABLE)


def _selector(path: str, spec: Obj) -> Errors:
    expressions = (spec.get("scopeSelector") or {}).get("matchExpressions") or []
    shown = {"MatchExpressions": [_internal(one) for one in expressions]}
    for expression in expressions:
        scope, operator, values = expression["scopeName"], expression["operator"], expression.get("values") or []
        if scope not in _SCOPES:
            yield invalid(f"{path}.scopeName", scope, "unsupported scope")
        yield from _not_for(path, shown, scope, spec)
        if scope in _SCOPES.keys() - _NAMED and operator != "Exists":
            yield invalid(f"{path}.operator", operator, _ONLY_EXISTS)
        yield from _values(path, operator, values)
    yield from _conflicts(path, spec.get("scopes"), [one["scopeName"] for one in expressions])


def _values(path: str, operator: str, values: list[str]) -> Errors:
    if operator in ("In", "NotIn"):
        if not values:
            detail = "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector"
            yield required(f"{path}.values", detail)
    elif operator in ("Exists", "DoesNotExist"):
        if values:
            detail = "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector"
            yield invalid(f"{path}.values", values, detail)
    else:
        yield invalid(f"{path}.operator", operator, "not a valid selector operator")


def _not_for(path: str, shown: object, scope: str, spec: Obj) -> Errors:
    """One error for each limited resource that has nothing to do with a scope."""
    for name in sorted(spec.get("hard") or {}):
        if scope in _SCOPES and quantities.is_standard_of_quotas(name) and name not in _SCOPES[scope]:
            yield invalid(path, shown, "unsupported scope applied to resource")


def _conflicts(path: str, shown: object, scopes: Iterable[str]) -> Errors:
    for pair in _CONFLICTS:
        if pair <= set(scopes):
            yield invalid(path, shown, "conflicting scopes")


def _internal(expression: Obj) -> Obj:
    """As the server's own type is shown, which has no names for JSON."""
    return {
        "ScopeName": expression["scopeName"],
        "Operator": expression["operator"],
        "Values": expression.get("values"),
    }
