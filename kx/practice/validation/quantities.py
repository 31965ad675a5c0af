"""Resource names and amounts: requests and limits of containers, quotas, limit ranges.

Rules: ``validateResourceRequirements`` and its neighbours in Kubernetes' ``pkg/apis/core/validation``.
"""

from __future__ import annotations

from decimal import Decimal

from kx.practice.quantity import canonical, parse
from kx.practice.status import FieldError, Obj
from kx.practice.validation import names
from kx.practice.validation.errors import (
    NEGATIVE,
    Errors,
    duplicate,
    each_invalid,
    forbidden,
    invalid,
    not_found,
    required,
)

_CONTAINER = frozenset({"cpu", "memory", "ephemeral-storage"})
_QUOTA = _CONTAINER | {
    "requests.cpu",
    "requests.memory",
    "requests.storage",
    "requests.ephemeral-storage",
    "limits.cpu",
    "limits.memory",
    "limits.ephemeral-storage",
    "pods",
    "resourcequotas",
    "services",
    "replicationcontrollers",
    "secrets",
    "persistentvolumeclaims",
    "configmaps",
    "services.nodeports",
    "services.loadbalancers",
}
_STANDARD = _QUOTA | {"storage"}
_INTEGER = frozenset(
    {
        "pods",
        "resourcequotas",
        "services",
        "replicationcontrollers",
        "secrets",
        "configmaps",
        "persistentvolumeclaims",
        "services.nodeports",
        "services.loadbalancers",
    }
)


def _is_huge_page(name: str) -> bool:
    return name.startswith("hugepages-")


def _is_native(name: str) -> bool:
    return "/" not in name or "kubernetes.io/" in name


def is_extended(name: str) -> bool:
    """A resource of somebody's own, such as ``example.com/gpu``."""
    return not _is_native(name) and not name.startswith("requests.") and not names.qualified_name(f"requests.{name}")


def allows_overcommit(name: str) -> bool:
    """Whether limits may be above requests."""
    return _is_native(name) and not _is_huge_page(name)


def _standard_name(path: str, name: str) -> Errors:
    wrong = names.qualified_name(name)
    yield from each_invalid(path, name, wrong)
    if not wrong and "/" not in name and name not in _STANDARD and not _is_huge_page(name):
        yield invalid(path, name, "must be a standard resource type or fully qualified")


def container_resource_name(path: str, name: str) -> Errors:
    """A resource a container can ask for."""
    yield from _standard_name(path, name)
    if "/" not in name:
        if name not in _CONTAINER and not _is_huge_page(name):
            yield invalid(path, name, "must be a standard resource for containers")
    elif not _is_native(name) and not is_extended(name):
        yield invalid(path, name, "doesn't follow extended resource name standard")


def resource_name(path: str, name: str) -> Errors:
    """Any resource."""
    yield from _standard_name(path, name)


def is_standard_of_quotas(name: str) -> bool:
    """Whether a quota can count a resource under a name that Kubernetes gave it."""
    return name in _QUOTA or name.startswith(("hugepages-", "requests.hugepages-"))


def quota_name(path: str, name: str) -> Errors:
    """A resource a quota can count."""
    prefixed = ("hugepages-", "requests.hugepages-")
    wrong = names.qualified_name(name)
    yield from each_invalid(path, name, wrong)
    if wrong or "/" in name:
        return
    if name not in _STANDARD and not name.startswith(prefixed):
        yield invalid(path, name, "must be a standard resource type or fully qualified")
    if not is_standard_of_quotas(name):
        yield invalid(path, name, "must be a standard resource for quota")


def amount(path: str, name: str, value: str | int) -> Errors:
    """An amount of a resource: not negative, whole where the resource comes in pieces."""
    number = parse(value).value
    if number < 0:
        yield invalid(path, canonical(value), NEGATIVE)
    if (name in _INTEGER or is_extended(name)) and number % 1:
        yield invalid(path, canonical(value), "must be an integer")


def positive(path: str, value: str | int) -> list[FieldError]:
    """An amount above zero."""
    return [] if parse(value).value > 0 else [invalid(path, canonical(value), "must be greater than zero")]


def requirements(path: str, given: Obj | None, claims: frozenset[str] = frozenset()) -> Errors:
    """The requests and limits of a container."""
    limits, requests = (given or {}).get("limits") or {}, (given or {}).get("requests") or {}
    for name, value in sorted(limits.items()):
        here = f"{path}.limits[{name}]"
        yield from container_resource_name(here, name)
        yield from amount(here, name, value)
        yield from _huge_page(here, name, value)
    for name, value in sorted(requests.items()):
        here = f"{path}.requests[{name}]"
        yield from container_resource_name(here, name)
        yield from amount(here, name, value)
        yield from _against_limit(path, name, value, limits)
        yield from _huge_page(here, name, value)
    asked = {*limits, *requests}
    if any(map(_is_huge_page, asked)) and not asked & {"cpu", "memory"}:
        yield forbidden(path, "HugePages require cpu or memory")
    yield from _claims(f"{path}.claims", (given or {}).get("claims") or [], claims)


def _against_limit(path: str, name: str, value: str | int, limits: Obj) -> Errors:
    if name not in limits:
        if not allows_overcommit(name):
            yield required(f"{path}.limits", "Limit must be set for non overcommitable resources")
        return
    asked, limit = parse(value).value, parse(limits[name]).value
    if asked != limit and not allows_overcommit(name):
        detail = f"must be equal to {name} limit of {canonical(limits[name])}"
        yield invalid(f"{path}.requests", canonical(value), detail)
    elif asked > limit:
        detail = f"must be less than or equal to {name} limit of {canonical(limits[name])}"
        yield invalid(f"{path}.requests", canonical(value), detail)


def _huge_page(path: str, name: str, value: str | int) -> Errors:
    if not _is_huge_page(name):
        return
    try:
        size = parse(name.removeprefix("hugepages-")).value
    except ValueError:
        return
    if parse(value).value <= 0 or parse(value).value % size != Decimal(0):
        yield invalid(path, canonical(value), f"{canonical(value)} is not positive integer multiple of {name}")


def _claims(path: str, given: list[Obj], known: frozenset[str]) -> Errors:
    seen: set[str] = set()
    for at, claim in enumerate(given):
        name, here = claim.get("name") or "", f"{path}[{at}]"
        if not name:
            yield required(here)
            continue
        key = f"{name}/{claim['request']}" if claim.get("request") else name
        if key in seen or name in seen:
            yield duplicate(here, key)
        seen.add(key)
        if name not in known:
            listed = ": " + ", ".join(sorted(known)) if known else " which is empty"
            yield not_found(here, name, f"must be one of the names in pod.spec.resourceClaims{listed}")
