"""Objects as Go prints them inside Kubernetes' messages."""

from __future__ import annotations

from kx.practice.status import Obj


def go_selector(selector: Obj | None) -> str:
    """A LabelSelector: ``&LabelSelector{MatchLabels:map[string]string{app: web,},MatchExpressions:…,}``."""
    if selector is None:
        return "nil"
    labels = "".join(f"{name}: {value}," for name, value in sorted((selector.get("matchLabels") or {}).items()))
    rules = "".join(map(_requirement, selector.get("matchExpressions") or ()))
    shown = f"[]LabelSelectorRequirement{{{rules}}}"
    return f"&LabelSelector{{MatchLabels:map[string]string{{{labels}}},MatchExpressions:{shown},}}"


def _requirement(rule: Obj) -> str:
    values = " ".join(rule.get("values") or ())
    return f"LabelSelectorRequirement{{Key:{rule['key']},Operator:{rule['operator']},Values:[{values}],}},"
