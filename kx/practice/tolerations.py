"""Whether a pod's toleration holds against a node's taint. Rule: core/v1 ``Toleration.ToleratesTaint``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping


def tolerates(tolerations: Iterable[Mapping[str, str]], taint: Mapping[str, str]) -> bool:
    """Whether one of the tolerations matches a taint."""
    return any(matches(one, taint) for one in tolerations)


def matches(toleration: Mapping[str, str], taint: Mapping[str, str]) -> bool:
    """Whether this toleration matches a taint."""
    if toleration.get("effect") and toleration["effect"] != taint.get("effect"):
        return False
    if toleration.get("key") and toleration["key"] != taint.get("key"):
        return False
    if toleration.get("operator") == "Exists":
        return True
    return bool(toleration.get("key")) and toleration.get("value", "") == taint.get("value", "")
