"""Addresses of services as objects: who holds one, and the ranges they are taken from.

Rules: Kubernetes' ``pkg/apis/networking/validation``.
"""

from __future__ import annotations

from ipaddress import ip_network

from kx.practice.status import Obj
from kx.practice.validation import names
from kx.practice.validation.errors import Errors, each_invalid, immutable, invalid, required


def ip_address(obj: Obj, old: Obj | None) -> Errors:
    """An IPAddress: what it belongs to, for ever."""
    parent = (obj.get("spec") or {}).get("parentRef")
    if old is not None:
        yield from immutable("spec.parentRef", parent, (old.get("spec") or {}).get("parentRef"))
    elif parent is None:
        yield required("spec.parentRef")
    else:
        yield from _parent("spec.parentRef", parent)


def _parent(path: str, parent: Obj) -> Errors:
    group, namespace = parent.get("group") or "", parent.get("namespace") or ""
    if group:
        yield from each_invalid(f"{path}.group", group, names.dns_subdomain(group))
    for field in ("resource", "name"):
        value = parent.get(field) or ""
        if not value:
            yield required(f"{path}.{field}")
        yield from each_invalid(f"{path}.{field}", value, names.path_segment(value))
    yield from each_invalid(f"{path}.namespace", namespace, names.path_segment(namespace))


def service_cidr(obj: Obj, old: Obj | None) -> Errors:
    """A ServiceCIDR: one range of each family at most, for ever."""
    spec = obj.get("spec") or {}
    ranges = spec.get("cidrs") or []
    if old is not None:
        yield from immutable("spec.cidrs", ranges, (old.get("spec") or {}).get("cidrs"))
    elif not ranges:
        yield required("spec.cidrs", "at least one CIDR required")
    elif len(ranges) > 2:
        yield invalid("spec.cidrs", {"CIDRs": ranges}, "may only hold up to 2 values")
    elif len(ranges) == 2 and not _of_both_families(ranges):
        words = "may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64"
        yield invalid("spec.cidrs", {"CIDRs": ranges}, words)
    else:
        for at, each in enumerate(ranges):
            yield from each_invalid(f"spec.cidrs[{at}]", each, names.cidr(each))


def _of_both_families(ranges: list[str]) -> bool:
    try:
        return {ip_network(each, strict=False).version for each in ranges} == {4, 6}
    except ValueError:
        return False
