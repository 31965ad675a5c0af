"""PolicyRules: what one allows, and whether many together allow another. Pure.

Rules: pkg/apis/rbac/v1 evaluation helpers, component-helpers/auth/rbac/validation (Covers).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from kx.practice.access.attributes import Attributes
from kx.practice.status import Obj

_ALL = "*"
_PARTS = (
    ("apiGroups", "APIGroups"),
    ("resources", "Resources"),
    ("resourceNames", "ResourceNames"),
    ("nonResourceURLs", "NonResourceURLs"),
    ("verbs", "Verbs"),
)


def allows(rule: Obj, asked: Attributes) -> bool:
    """Whether a rule allows what is asked."""
    if not _has(rule, "verbs", asked.verb):
        return False
    if asked.path:
        return any(_reaches(pattern, asked.path) for pattern in rule.get("nonResourceURLs") or ())
    names = rule.get("resourceNames") or ()
    return (
        _has(rule, "apiGroups", asked.group)
        and _has_resource(rule, asked.resource, asked.subresource)
        and (not names or (bool(asked.name) and asked.name in names))
    )


def uncovered(owned: Sequence[Obj], wanted: Iterable[Obj]) -> list[Obj]:
    """The parts of ``wanted`` that ``owned`` does not allow, as small as they can be told apart."""
    return [part for rule in wanted for part in _parts(rule) if not any(_covers(one, part) for one in owned)]


def compact(rules: Iterable[Obj]) -> list[str]:
    """One line for each rule, as refusals write them; parts that differ only in their verb are told together."""
    verbs: dict[tuple[tuple[str, tuple[str, ...]], ...], list[str]] = {}
    for rule in rules:
        key = tuple((name, tuple(rule.get(name) or ())) for name, _ in _PARTS if name != "verbs" and rule.get(name))
        found = verbs.setdefault(key, [])
        found += [verb for verb in rule.get("verbs") or () if verb not in found]
    return sorted(_written(dict(key) | {"verbs": tuple(found)}) for key, found in verbs.items())


def _written(rule: Obj) -> str:
    parts = [f"{label}:[{' '.join(_quoted(rule[name]))}]" for name, label in _PARTS if rule.get(name)]
    return "{" + ", ".join(parts) + "}"


def _quoted(values: Iterable[str]) -> Iterator[str]:
    return (f'"{value}"' for value in values)


def _parts(rule: Obj) -> Iterator[Obj]:
    """A rule as many rules of one verb and one thing each."""
    for verb in rule.get("verbs") or ():
        for path in rule.get("nonResourceURLs") or ():
            yield {"verbs": [verb], "nonResourceURLs": [path]}
        for group in rule.get("apiGroups") or ():
            for resource in rule.get("resources") or ():
                part: Obj = {"verbs": [verb], "apiGroups": [group], "resources": [resource]}
                for name in rule.get("resourceNames") or (None,):
                    yield part if name is None else {**part, "resourceNames": [name]}


def _covers(owned: Obj, part: Obj) -> bool:
    if not _has(owned, "verbs", part["verbs"][0]):
        return False
    if "nonResourceURLs" in part:
        return any(_reaches(pattern, part["nonResourceURLs"][0]) for pattern in owned.get("nonResourceURLs") or ())
    resource, _, subresource = part["resources"][0].partition("/")
    names = owned.get("resourceNames") or ()
    return (
        _has(owned, "apiGroups", part["apiGroups"][0])
        and _has_resource(owned, resource, subresource)
        and (not names or ("resourceNames" in part and part["resourceNames"][0] in names))
    )


def _has(rule: Obj, field: str, value: str) -> bool:
    found = rule.get(field) or ()
    return _ALL in found or value in found


def _has_resource(rule: Obj, resource: str, subresource: str) -> bool:
    found = rule.get("resources") or ()
    whole = f"{resource}/{subresource}" if subresource else resource
    return _ALL in found or whole in found or (bool(subresource) and f"*/{subresource}" in found)


def _reaches(pattern: str, path: str) -> bool:
    return pattern in (_ALL, path) or (pattern.endswith("*") and path.startswith(pattern.rstrip("*")))
