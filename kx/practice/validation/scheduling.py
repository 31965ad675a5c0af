"""Where pods may run: node selectors, affinity, tolerations, taints, spreading.

Rules: ``validateAffinity``, ``ValidateTolerations``, ``validateNodeTaints`` and their neighbours in Kubernetes'
``pkg/apis/core/validation``.
"""

from __future__ import annotations

from kx.practice.status import Obj
from kx.practice.validation import meta, names
from kx.practice.validation.errors import (
    Errors,
    duplicate,
    each_invalid,
    forbidden,
    go_json,
    invalid,
    required,
    unsupported,
)

_EFFECTS = ("NoSchedule", "PreferNoSchedule", "NoExecute")
_REQUIRED, _PREFERRED = (
    "requiredDuringSchedulingIgnoredDuringExecution",
    "preferredDuringSchedulingIgnoredDuringExecution",
)


def tolerations(path: str, given: list[Obj]) -> Errors:
    """Which taints a pod puts up with."""
    for at, each in enumerate(given):
        here, key, value = f"{path}[{at}]", each.get("key") or "", each.get("value") or ""
        operator, effect = each.get("operator") or "", each.get("effect") or ""
        if key:
            yield from each_invalid(f"{here}.key", key, names.qualified_name(key))
        elif operator != "Exists":
            detail = 'operator must be Exists when `key` is empty, which means "match all values and all keys"'
            yield invalid(f"{here}.operator", operator, detail)
        if each.get("tolerationSeconds") is not None and effect != "NoExecute":
            yield invalid(f"{here}.effect", effect, "effect must be 'NoExecute' when `tolerationSeconds` is set")
        if operator in ("Equal", ""):
            wrong = names.label_value(value)
            if wrong:
                yield invalid(f"{here}.operator", value, ";".join(wrong))
        elif operator == "Exists":
            if value:
                yield invalid(f"{here}.operator", value, "value must be empty when `operator` is 'Exists'")
        else:
            yield unsupported(f"{here}.operator", operator, ("Equal", "Exists"))
        if effect and effect not in _EFFECTS:
            yield unsupported(f"{here}.effect", effect, _EFFECTS)


def taints(path: str, given: list[Obj]) -> Errors:
    """What keeps pods off a node."""
    seen: set[tuple[str, str]] = set()
    for at, each in enumerate(given):
        here, key, value, effect = (f"{path}[{at}]", *(each.get(field) or "" for field in ("key", "value", "effect")))
        yield from each_invalid(f"{here}.key", key, names.qualified_name(key))
        wrong = names.label_value(value)
        if wrong:
            yield invalid(f"{here}.value", value, ";".join(wrong))
        if not effect:
            yield required(f"{here}.effect")
        elif effect not in _EFFECTS:
            yield unsupported(f"{here}.effect", effect, _EFFECTS)
        if (key, effect) in seen:
            yield duplicate(here, go_json("core.Taint", each), "taints must be unique by key and effect pair")
        seen.add((key, effect))


def affinity(path: str, given: Obj | None) -> Errors:
    """Attraction to nodes, attraction to and repulsion from other pods."""
    given = given or {}
    if given.get("nodeAffinity") is not None:
        yield from _node_affinity(f"{path}.nodeAffinity", given["nodeAffinity"])
    for kind in ("podAffinity", "podAntiAffinity"):
        both = given.get(kind) or {}
        for at, term in enumerate(both.get(_REQUIRED) or ()):
            yield from _pod_term(f"{path}.{kind}.{_REQUIRED}[{at}]", term)
        for at, term in enumerate(both.get(_PREFERRED) or ()):
            here = f"{path}.{kind}.{_PREFERRED}[{at}]"
            yield from _weight(here, term)
            yield from _pod_term(f"{here}.podAffinityTerm", term.get("podAffinityTerm") or {})


def _weight(path: str, term: Obj) -> Errors:
    weight = term.get("weight") or 0
    if not 1 <= weight <= 100:
        yield invalid(f"{path}.weight", weight, "must be in the range 1-100")


def _node_affinity(path: str, given: Obj) -> Errors:
    needed = given.get(_REQUIRED)
    if needed is not None:
        yield from node_selector(f"{path}.{_REQUIRED}", needed)
    for at, term in enumerate(given.get(_PREFERRED) or ()):
        here = f"{path}.{_PREFERRED}[{at}]"
        yield from _weight(here, term)
        yield from _node_term(f"{here}.preference", term.get("preference") or {})


def node_selector(path: str, given: Obj) -> Errors:
    """Terms, one of which a node must meet."""
    terms = given.get("nodeSelectorTerms") or []
    if not terms:
        yield required(f"{path}.nodeSelectorTerms", "must have at least one node selector term")
    for at, term in enumerate(terms):
        yield from _node_term(f"{path}.nodeSelectorTerms[{at}]", term)


def _node_term(path: str, term: Obj) -> Errors:
    for at, part in enumerate(term.get("matchExpressions") or ()):
        yield from _node_requirement(f"{path}.matchExpressions[{at}]", part)
    for at, part in enumerate(term.get("matchFields") or ()):
        here = f"{path}.matchFields[{at}]"
        if part.get("operator") not in ("In", "NotIn"):
            yield invalid(f"{here}.operator", part.get("operator") or "", "not a valid selector operator")
        elif len(part.get("values") or ()) != 1:
            detail = "must be only one value when `operator` is 'In' or 'NotIn' for node field selector"
            yield required(f"{here}.values", detail)
        if part.get("key") != "metadata.name":
            yield invalid(f"{here}.key", part.get("key") or "", "not a valid field selector key")


def _node_requirement(path: str, part: Obj) -> Errors:
    operator, values, key = part.get("operator") or "", part.get("values") or [], part.get("key") or ""
    if operator in ("In", "NotIn"):
        if not values:
            yield required(f"{path}.values", "must be specified when `operator` is 'In' or 'NotIn'")
    elif operator in ("Exists", "DoesNotExist"):
        if values:
            yield forbidden(f"{path}.values", "may not be specified when `operator` is 'Exists' or 'DoesNotExist'")
    elif operator in ("Gt", "Lt"):
        if len(values) != 1:
            yield required(f"{path}.values", "must be specified single value when `operator` is 'Lt' or 'Gt'")
    else:
        yield invalid(f"{path}.operator", operator, "not a valid selector operator")
    yield from each_invalid(f"{path}.key", key, names.qualified_name(key))
    for at, value in enumerate(values):
        yield from each_invalid(f"{path}.values[{at}]", value, names.label_value(value))


def _pod_term(path: str, term: Obj) -> Errors:
    yield from meta.selector(f"{path}.labelSelector", term.get("labelSelector"))
    yield from meta.selector(f"{path}.namespaceSelector", term.get("namespaceSelector"))
    for name in term.get("namespaces") or ():
        yield from each_invalid(f"{path}.namespace", name, names.dns_label(name))
    key = term.get("topologyKey") or ""
    if not key:
        yield required(f"{path}.topologyKey", "can not be empty")
    yield from each_invalid(f"{path}.topologyKey", key, names.qualified_name(key))


def spread(path: str, given: list[Obj]) -> Errors:
    """How pods are spread over nodes and zones."""
    known = ("DoNotSchedule", "ScheduleAnyway")
    seen: set[tuple[str, str]] = set()
    for at, each in enumerate(given):
        here, key, action = f"{path}[{at}]", each.get("topologyKey") or "", each.get("whenUnsatisfiable") or ""
        skew = each.get("maxSkew") or 0
        if skew <= 0:
            yield invalid(f"{here}.maxSkew", skew, "must be greater than zero")
        if not key:
            yield required(f"{here}.topologyKey", "can not be empty")
        if action not in known:
            yield unsupported(f"{here}.whenUnsatisfiable", action, known)
        if (key, action) in seen:
            yield duplicate(f"{here}.{{topologyKey, whenUnsatisfiable}}", f"{{{key}, {action}}}")
        seen.add((key, action))
        domains = each.get("minDomains")
        if domains is not None:
            if domains <= 0:
                yield invalid(f"{here}.minDomains", domains, "must be greater than zero")
            if action != "DoNotSchedule":
                detail = "can only use minDomains if whenUnsatisfiable=DoNotSchedule, not"
                yield invalid(f"{here}.minDomains", domains, f"{detail} {action}")
        yield from meta.selector(f"{here}.labelSelector", each.get("labelSelector"))
