"""Endpoints and EndpointSlices.

Rules: Kubernetes' ``pkg/apis/core/validation`` and ``pkg/apis/discovery/validation``.
"""

from __future__ import annotations

from kx.practice.status import Obj
from kx.practice.validation import names
from kx.practice.validation.errors import (
    Errors,
    duplicate,
    each_invalid,
    immutable,
    one_of,
    required,
    too_many,
    unsupported,
)

_PROTOCOLS = ("SCTP", "TCP", "UDP")
_FAMILIES = {"IPv4": 4, "IPv6": 6}


def endpoints(obj: Obj, old: Obj | None) -> Errors:
    """An Endpoints object; subsets that did not change are not looked at again."""
    subsets = obj.get("subsets") or []
    if old is not None and subsets == (old.get("subsets") or []):
        return
    for at, subset in enumerate(subsets):
        here = f"subsets[{at}]"
        if not subset.get("addresses") and not subset.get("notReadyAddresses"):
            yield required(here, "must specify `addresses` or `notReadyAddresses`")
        for kind in ("addresses", "notReadyAddresses"):
            for position, address in enumerate(subset.get(kind) or ()):
                yield from _address(f"{here}.{kind}[{position}]", address)
        ports = subset.get("ports") or []
        for position, port in enumerate(ports):
            yield from _port(f"{here}.ports[{position}]", port, len(ports) > 1)


def _address(path: str, address: Obj) -> Errors:
    ip, host = address.get("ip") or "", address.get("hostname") or ""
    wrong = names.ip(ip)
    yield from each_invalid(f"{path}.ip", ip, wrong)
    if host:
        yield from each_invalid(f"{path}.hostname", host, names.dns_label(host))
    if address.get("nodeName") is not None:
        node = address["nodeName"]
        yield from each_invalid(f"{path}.nodeName", node, names.dns_subdomain(node))
    yield from each_invalid(f"{path}.ip", ip, names.endpoint_ip(ip))


def _port(path: str, port: Obj, needs_name: bool) -> Errors:
    name, number = port.get("name") or "", port.get("port") or 0
    if name:
        yield from each_invalid(f"{path}.name", name, names.dns_label(name))
    elif needs_name:
        yield required(f"{path}.name")
    yield from each_invalid(f"{path}.port", number, names.port_number(number))
    yield from one_of(f"{path}.protocol", port.get("protocol"), _PROTOCOLS)
    if port.get("appProtocol") is not None:
        yield from each_invalid(f"{path}.appProtocol", port["appProtocol"], names.qualified_name(port["appProtocol"]))


def endpoint_slice(obj: Obj, old: Obj | None) -> Errors:
    """An EndpointSlice."""
    kind = obj.get("addressType") or ""
    yield from one_of("addressType", kind, ("FQDN", "IPv4", "IPv6"))
    yield from _endpoints(obj.get("endpoints") or [], kind)
    yield from _slice_ports(obj.get("ports") or [])
    if old is not None:
        yield from immutable("addressType", kind, old.get("addressType"))


def _endpoints(given: list[Obj], kind: str) -> Errors:
    if len(given) > 1000:
        yield too_many("endpoints", len(given), 1000)
        return
    for at, endpoint in enumerate(given):
        here, addresses = f"endpoints[{at}]", endpoint.get("addresses") or []
        if not addresses:
            yield required(f"{here}.addresses", "must contain at least 1 address")
        elif len(addresses) > 100:
            yield too_many(f"{here}.addresses", len(addresses), 100)
        for position, address in enumerate(addresses):
            yield from _slice_address(f"{here}.addresses[{position}]", address, kind)
        if endpoint.get("nodeName") is not None:
            node = endpoint["nodeName"]
            yield from each_invalid(f"{here}.nodeName", node, names.dns_subdomain(node))
        if endpoint.get("hostname") is not None:
            host = endpoint["hostname"]
            yield from each_invalid(f"{here}.hostname", host, names.dns_label(host))


def _slice_address(path: str, address: str, kind: str) -> Errors:
    if kind in _FAMILIES:
        found = names.parse_ip(address)
        if found is None or found.version != _FAMILIES[kind]:
            yield from each_invalid(path, address, [f"must be a valid {kind} address"])
        yield from each_invalid(path, address, names.endpoint_ip(address))
    elif kind == "FQDN":
        if not address:
            yield required(path)
            return
        bare = address.removesuffix(".")
        wrong = names.dns_subdomain(bare)
        if wrong:
            yield from each_invalid(path, bare, [",".join(wrong)])
        elif "." not in bare:
            detail = "should be a domain with at least two segments separated by dots"
            yield from each_invalid(path, bare, [detail])


def _slice_ports(given: list[Obj]) -> Errors:
    seen: set[str] = set()
    for at, port in enumerate(given):
        here, name = f"ports[{at}]", port.get("name") or ""
        if name:
            yield from each_invalid(f"{here}.name", name, names.dns_label(name))
        if name in seen:
            yield duplicate(f"{here}.name", name)
        seen.add(name)
        protocol = port.get("protocol")
        if protocol is None:
            yield required(f"{here}.protocol")
        elif protocol not in _PROTOCOLS:
            yield unsupported(f"{here}.protocol", protocol, _PROTOCOLS)
        if port.get("appProtocol") is not None:
            wrong = names.qualified_name(port["appProtocol"])
            yield from each_invalid(f"{here}.appProtocol", port["appProtocol"], wrong)
