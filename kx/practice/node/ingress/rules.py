"""Which backend a request for a host and a path belongs to. Pure.

The rules are those of the Ingress API, read as ingress-nginx reads them: the most specific host only, then an exact
path, then the longest one; where two Ingresses say the same, the older one holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from kx.practice.status import Obj

_PREFIX = "nginx.ingress.kubernetes.io/"
_LONGEST_FOR_PATTERN = 2048  # characters of a path that are matched with a regular expression


@dataclass(frozen=True)
class Target:
    """Where a request goes: a Service's port in a namespace, under which path, and because of which Ingress."""

    namespace: str
    ingress: str
    service: str  # "" for a backend that is no Service
    port: int | str  # number or name
    path: str  # as the backend shall see it


@dataclass(frozen=True)
class _Rule:
    """One path of one host."""

    host: str  # "" for any
    path: str
    kind: str  # Exact, Prefix, ImplementationSpecific, Pattern
    backend: Obj
    ingress: Obj
    rewrite: str

    @property
    def rank(self) -> tuple[int, int, int]:
        """Sorts those that win first: exact ones, longer ones, and element-wise ones."""
        return 0 if self.kind == "Exact" else 1, -len(self.path), 0 if self.kind == "Prefix" else 1


class Rules:
    """All rules of the Ingresses that this controller serves."""

    def __init__(self, ingresses: Iterable[Obj]) -> None:
        ordered = sorted(ingresses, key=_age)
        self._by_host: dict[str, list[_Rule]] = {}
        self._defaults: dict[str, tuple[Obj, Obj]] = {}  # host -> Ingress and its default backend
        for ingress in ordered:
            for rule in _read(ingress):
                self._by_host.setdefault(rule.host, []).append(rule)
            self._note_default(ingress)
        for rules in self._by_host.values():
            rules.sort(key=lambda rule: rule.rank)

    def choose(self, host: str, path: str) -> Target | None:
        """The target of a request; None when no rule meets it. ``path`` comes without a query."""
        found = self._host_of(host.lower())
        for rule in self._by_host.get(found, ()):
            matched = _matches(rule, path)
            if matched is not None:
                return _target(rule.ingress, rule.backend, matched)
        default = self._defaults.get(found) or self._defaults.get("")
        return _target(*default, path) if default else None

    def _host_of(self, host: str) -> str:
        """The most specific host that rules speak of."""
        wildcard = "*." + host.partition(".")[2]
        known = self._by_host.keys() | self._defaults.keys()
        return next((each for each in (host, wildcard) if each in known), "")

    def _note_default(self, ingress: Obj) -> None:
        backend = ingress["spec"].get("defaultBackend")
        if backend:
            hosts = {rule.get("host") or "" for rule in ingress["spec"].get("rules") or ()} or {""}
            for host in hosts:
                self._defaults.setdefault(host, (ingress, backend))


def _age(ingress: Obj) -> tuple[str, str, str]:
    metadata = ingress["metadata"]
    return metadata.get("creationTimestamp", ""), metadata["namespace"], metadata["name"]


def _read(ingress: Obj) -> Iterator[_Rule]:
    notes = ingress["metadata"].get("annotations") or {}
    rewrite = notes.get(_PREFIX + "rewrite-target", "")
    as_patterns = notes.get(_PREFIX + "use-regex") == "true" or "$" in rewrite
    for rule in ingress["spec"].get("rules") or ():
        host = (rule.get("host") or "").lower()
        for each in (rule.get("http") or {}).get("paths") or ():
            kind = "Pattern" if as_patterns and each["pathType"] != "Exact" else each["pathType"]
            yield _Rule(host, each.get("path") or "/", kind, each["backend"], ingress, rewrite)


def _matches(rule: _Rule, path: str) -> str | None:
    """The path as the backend shall see it; None where the rule is not met."""
    if rule.kind == "Pattern":
        return _by_pattern(rule, path)
    if rule.kind == "Exact":
        met = path == rule.path
    elif rule.kind == "Prefix":
        stem = rule.path.rstrip("/")
        met = path == stem or path.startswith(stem + "/")
    else:
        met = path.startswith(rule.path)
    return (rule.rewrite or path) if met else None


def _by_pattern(rule: _Rule, path: str) -> str | None:
    pattern = _compiled(rule.path)
    match = pattern.match(path) if pattern and len(path) <= _LONGEST_FOR_PATTERN else None
    if match is None:
        return None
    if not rule.rewrite:
        return path
    groups = (match.group(0), *match.groups())
    return re.sub(r"\$(\d)", lambda found: _group(groups, int(found.group(1))), rule.rewrite) or "/"


def _group(groups: tuple[str | None, ...], number: int) -> str:
    return (groups[number] or "") if number < len(groups) else ""


@lru_cache(maxsize=256)
def _compiled(text: str) -> re.Pattern[str] | None:
    """A path as ingress-nginx matches it, from its beginning and whatever the case; None where it is no pattern."""
    try:
        return re.compile(text, re.IGNORECASE)
    except re.error:
        return None


def _target(ingress: Obj, backend: Obj, path: str) -> Target:
    service = backend.get("service") or {}
    port = service.get("port") or {}
    metadata = ingress["metadata"]
    number: int | str = port.get("number") or port.get("name") or 0
    return Target(metadata["namespace"], metadata["name"], service.get("name", ""), number, path)
