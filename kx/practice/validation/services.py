"""Services: ports, addresses, affinity, traffic policies, and what may change.

Rules: ``validateService`` and ``ValidateServiceUpdate`` in Kubernetes' ``pkg/apis/core/validation``. Whether an
address or node port can be had is the allocator's question.
"""

from __future__ import annotations

from typing import Any

from kx.practice.status import Obj
from kx.practice.validation import meta, names
from kx.practice.validation.errors import (
    Errors,
    duplicate,
    each_invalid,
    forbidden,
    go_json,
    invalid,
    one_of,
    required,
    unsupported,
)

_TYPES = ("ClusterIP", "ExternalName", "LoadBalancer", "NodePort")
_WITH_ADDRESS = ("ClusterIP", "LoadBalancer", "NodePort")
_PROTOCOLS = ("SCTP", "TCP", "UDP")
_POLICIES = ("Cluster", "Local")
_DISTRIBUTIONS = ("PreferClose", "PreferSameZone", "PreferSameNode")
_MAX_AFFINITY_SECONDS = 86400


def service(obj: Obj, old: Obj | None) -> Errors:
    """A Service."""
    spec = obj.get("spec") or {}
    kind, ports = spec.get("type") or "", spec.get("ports") or []
    if old is not None:
        yield from _changes(spec, old.get("spec") or {})
    is_headless = spec.get("clusterIPs") == ["None"] or (not spec.get("clusterIPs") and spec.get("clusterIP") == "None")
    if not ports and not is_headless and kind != "ExternalName":
        yield required("spec.ports")
    if kind in ("LoadBalancer", "NodePort") and is_headless:
        yield invalid("spec.clusterIPs[0]", "None", f"may not be set to 'None' for {kind} services")
    if kind == "ExternalName":
        yield from _external_name(spec)
    seen: set[str] = set()
    for at, port in enumerate(ports):
        yield from _port(f"spec.ports[{at}]", port, len(ports) > 1, seen)
    yield from meta.labels("spec.selector", spec.get("selector"))
    yield from _affinity(spec)
    yield from _addresses(spec)
    yield from one_of("spec.type", kind, _TYPES)
    yield from _same_ports(kind, ports)
    yield from _load_balancer(spec, kind)
    yield from _traffic(spec, kind)


def _external_name(spec: Obj) -> Errors:
    for field in ("clusterIPs", "ipFamilies", "ipFamilyPolicy"):
        if spec.get(field):
            yield forbidden(f"spec.{field}", "may not be set for ExternalName services")
    name = (spec.get("externalName") or "").removesuffix(".")
    if name:
        yield from each_invalid("spec.externalName", name, names.dns_subdomain(name))
    else:
        yield required("spec.externalName")


def _port(path: str, port: Obj, needs_name: bool, seen: set[str]) -> Errors:
    name, number = port.get("name") or "", port.get("port") or 0
    if name:
        yield from each_invalid(f"{path}.name", name, names.dns_label(name))
        if name in seen:
            yield duplicate(f"{path}.name", name)
        seen.add(name)
    elif needs_name:
        yield required(f"{path}.name")
    yield from each_invalid(f"{path}.port", number, names.port_number(number))
    yield from one_of(f"{path}.protocol", port.get("protocol"), _PROTOCOLS)
    target = port.get("targetPort") or 0
    yield from each_invalid(f"{path}.targetPort", target, names.port_number_or_name(target))
    if port.get("appProtocol") is not None:
        protocol = port["appProtocol"]
        yield from each_invalid(f"{path}.appProtocol", protocol, names.qualified_name(protocol))


def _affinity(spec: Obj) -> Errors:
    kind, config = spec.get("sessionAffinity"), spec.get("sessionAffinityConfig")
    yield from one_of("spec.sessionAffinity", kind, ("ClientIP", "None"))
    path = "spec.sessionAffinityConfig"
    if kind == "None" and config is not None:
        yield forbidden(path, "must not be set when session affinity is None")
    if kind == "ClientIP":
        seconds = ((config or {}).get("clientIP") or {}).get("timeoutSeconds")
        if seconds is None:
            yield required(path, "when session affinity type is ClientIP")
        elif not 0 < seconds <= _MAX_AFFINITY_SECONDS:
            detail = f"must be greater than 0 and less than {_MAX_AFFINITY_SECONDS}"
            yield invalid(f"{path}.clientIP.timeoutSeconds", seconds, detail)


def _addresses(spec: Obj) -> Errors:
    if spec.get("type") != "ExternalName":
        first, every = spec.get("clusterIP") or "", spec.get("clusterIPs") or []
        if first and every and every[0] != first:
            yield invalid("spec.clusterIPs", every, "first value must match `clusterIP`")
        yield from _families(spec)
        shown = every or ([first] if first else [])
        for at, address in enumerate(shown):
            if at == 0 and address == "None":
                if len(shown) > 1:
                    yield invalid("spec.clusterIPs", shown, "'None' must be the first and only value")
                continue
            yield from each_invalid(f"spec.clusterIPs[{at}]", address, names.ip(address))
        if len(shown) > 2:
            yield invalid("spec.clusterIPs", shown, "may only hold up to 2 values")
    for at, address in enumerate(spec.get("externalIPs") or ()):
        wrong = names.ip(address) or names.endpoint_ip(address)
        yield from each_invalid(f"spec.externalIPs[{at}]", address, wrong)


def _families(spec: Obj) -> Errors:
    seen: set[str] = set()
    for at, family in enumerate(spec.get("ipFamilies") or ()):
        if family not in ("IPv4", "IPv6"):
            yield unsupported(f"spec.ipFamilies[{at}]", family, ("IPv4", "IPv6"))
        if family in seen:
            yield duplicate(f"spec.ipFamilies[{at}]", family)
        seen.add(family)
    policies = ("PreferDualStack", "RequireDualStack", "SingleStack")
    if spec.get("ipFamilyPolicy") not in (None, *policies):
        yield unsupported("spec.ipFamilyPolicy", spec["ipFamilyPolicy"], policies)


def _same_ports(kind: str, ports: list[Obj]) -> Errors:
    if kind == "ClusterIP":
        for at, port in enumerate(ports):
            if port.get("nodePort"):
                yield forbidden(f"spec.ports[{at}].nodePort", "may not be used when `type` is 'ClusterIP'")
    nodes: set[Any] = set()
    for at, port in enumerate(ports):
        key = (port.get("protocol"), port.get("nodePort"))
        if port.get("nodePort") and key in nodes:
            yield duplicate(f"spec.ports[{at}].nodePort", port["nodePort"])
        nodes.add(key)
    numbers: set[Any] = set()
    for at, port in enumerate(ports):
        key = (port.get("protocol"), port.get("port"))
        if key in numbers:
            shown = {"protocol": port.get("protocol"), "port": port.get("port")}
            yield duplicate(f"spec.ports[{at}]", go_json("core.ServicePort", shown))
        numbers.add(key)


def _load_balancer(spec: Obj, kind: str) -> Errors:
    only = "may only be used when `type` is 'LoadBalancer'"
    ranges = spec.get("loadBalancerSourceRanges") or []
    if ranges and kind != "LoadBalancer":
        yield forbidden("spec.LoadBalancerSourceRanges", only)
    for at, text in enumerate(ranges):
        yield from each_invalid(f"spec.LoadBalancerSourceRanges[{at}]", text.strip(), names.cidr(text.strip()))
    if spec.get("allocateLoadBalancerNodePorts") is not None and kind != "LoadBalancer":
        yield forbidden("spec.allocateLoadBalancerNodePorts", only)
    name = spec.get("loadBalancerClass")
    if name is not None:
        if kind != "LoadBalancer":
            yield forbidden("spec.loadBalancerClass", only)
        yield from each_invalid("spec.loadBalancerClass", name, names.qualified_name(name))


def _traffic(spec: Obj, kind: str) -> Errors:
    outside = spec.get("externalTrafficPolicy") or ""
    if kind in ("LoadBalancer", "NodePort") or (kind == "ClusterIP" and spec.get("externalIPs")):
        yield from one_of("spec.externalTrafficPolicy", outside, _POLICIES)
    elif outside:
        detail = "may only be set for externally-accessible services"
        yield invalid("spec.externalTrafficPolicy", outside, detail)
    needs_check = kind == "LoadBalancer" and outside == "Local"
    if spec.get("healthCheckNodePort") and not needs_check:
        detail = "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'"
        yield invalid("spec.healthCheckNodePort", spec["healthCheckNodePort"], detail)
    inside = spec.get("internalTrafficPolicy")
    if inside is None and kind in _WITH_ADDRESS:
        yield required("spec.internalTrafficPolicy")
    if inside is not None and inside not in _POLICIES:
        yield unsupported("spec.internalTrafficPolicy", inside, _POLICIES)
    wanted = spec.get("trafficDistribution")
    if wanted is not None and wanted not in _DISTRIBUTIONS:
        yield unsupported("spec.trafficDistribution", wanted, _DISTRIBUTIONS)


def _changes(spec: Obj, before: Obj) -> Errors:
    """The first address of a service stays as long as it has one."""
    has_had = before.get("type") != "ExternalName" and spec.get("type") != "ExternalName"
    old, new = before.get("clusterIPs") or [], spec.get("clusterIPs") or []
    if has_had and old and (new[:1] != old[:1]):
        yield invalid("spec.clusterIPs[0]", new, "may not change once set")
    old_families, new_families = before.get("ipFamilies") or [], spec.get("ipFamilies") or []
    if has_had and old_families and new_families and old_families[0] != new_families[0]:
        yield invalid("spec.ipFamilies[0]", new_families, "may not change once set")
    if spec.get("type") == before.get("type") == "LoadBalancer":
        new_class, old_class = spec.get("loadBalancerClass"), before.get("loadBalancerClass")
        if new_class != old_class:
            yield invalid("spec.loadBalancerClass", new_class, "may not change once set")
