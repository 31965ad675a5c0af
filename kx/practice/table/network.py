"""Rows of services, endpoints, ingresses and network policies.

Formats from Kubernetes' ``pkg/printers/internalversion/printers.go``.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from kx.practice.status import Obj
from kx.practice.table.values import (
    NONE,
    UNKNOWN,
    UNSET,
    Cells,
    Printer,
    age,
    labels,
    listed,
    name,
    selector,
    spec,
    status,
)


def service(obj: Obj, now: datetime) -> Cells:
    """Type, addresses, ports as ``80:31975/TCP``."""
    addresses = spec(obj).get("clusterIPs") or ()
    ports = ",".join(_port(port) for port in spec(obj).get("ports") or ())
    return [
        name(obj),
        spec(obj).get("type") or "",
        addresses[0] if addresses else NONE,
        _external(obj),
        ports or NONE,
        age(obj, now),
        labels(spec(obj).get("selector")),
    ]


def _port(port: Obj) -> str:
    node = f":{port['nodePort']}" if port.get("nodePort") else ""
    return f"{port.get('port')}{node}/{port.get('protocol')}"


def _external(obj: Obj) -> str:
    kind, extra = spec(obj).get("type"), spec(obj).get("externalIPs") or []
    if kind in ("ClusterIP", "NodePort"):
        return ",".join(extra) or NONE
    if kind == "LoadBalancer":
        balanced = balancer(obj)
        return ",".join([*(balanced.split(",") if balanced else ()), *extra]) or "<pending>"
    return str(spec(obj).get("externalName") or "") if kind == "ExternalName" else UNKNOWN


def balancer(obj: Obj) -> str:
    """The addresses a load balancer got."""
    points = (status(obj).get("loadBalancer") or {}).get("ingress") or ()
    return ",".join(sorted({point.get("ip") or point.get("hostname") or "" for point in points} - {""}))


def _host_port(address: str, port: object) -> str:
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


def endpoints(obj: Obj, now: datetime) -> Cells:
    """Three addresses with their ports, then how many more."""
    found: list[str] = []
    for subset in obj.get("subsets") or ():
        addresses = [each.get("ip") or "" for each in subset.get("addresses") or ()]
        ports = subset.get("ports")
        if not ports:
            found += addresses
        for port in ports or ():
            found += [_host_port(address, port.get("port")) for address in addresses]
    shown = listed(found, len(found), 3, "") if obj.get("subsets") else NONE
    return [name(obj), shown, age(obj, now)]


def endpoint_slice(obj: Obj, now: datetime) -> Cells:
    """Address type, ports, three addresses."""
    ports = [_slice_port(port) for port in obj.get("ports") or ()]
    addresses = [address for each in obj.get("endpoints") or () for address in each.get("addresses") or ()]
    return [
        name(obj),
        obj.get("addressType") or "",
        listed(ports, len(ports), 3, UNSET),
        listed(addresses, len(addresses), 3, UNSET),
        age(obj, now),
    ]


def _slice_port(port: Obj) -> str:
    if port.get("port") is not None:
        return str(port["port"])
    return "*" if port.get("name") is None else str(port["name"])


def ingress(obj: Obj, now: datetime) -> Cells:
    """Class, hosts, address; 443 when there is TLS."""
    rules = spec(obj).get("rules") or ()
    ports = "80, 443" if spec(obj).get("tls") else "80"
    class_name = spec(obj).get("ingressClassName")
    return [name(obj), NONE if class_name is None else class_name, _hosts(rules), balancer(obj), ports, age(obj, now)]


def _hosts(rules: object) -> str:
    found: list[str] = []
    more = False
    rows = list(rules) if isinstance(rules, (list, tuple)) else []
    for rule in rows:
        more = more or len(found) == 3
        if not more and rule.get("host"):
            found.append(rule["host"])
    if not found:
        return "*"
    return ",".join(found) + (f" + {len(rows) - 3} more..." if more else "")


def ingress_class(obj: Obj, now: datetime) -> Cells:
    """Controller and parameters as ``Kind.group/name``."""
    parameters = spec(obj).get("parameters")
    shown = NONE
    if parameters is not None:
        group = parameters.get("apiGroup")
        shown = f"{parameters.get('kind')}{'' if group is None else '.' + group}/{parameters.get('name')}"
    return [name(obj), spec(obj).get("controller") or "", shown, age(obj, now)]


def network_policy(obj: Obj, now: datetime) -> Cells:
    """The pods it is about."""
    return [name(obj), selector(spec(obj).get("podSelector")), age(obj, now)]


def ip_address(obj: Obj, now: datetime) -> Cells:
    """The object that holds the address."""
    parent = spec(obj).get("parentRef")
    shown = NONE
    if parent is not None:
        group = f".{parent['group']}" if parent.get("group") else ""
        place = f"/{parent['namespace']}" if parent.get("namespace") else ""
        shown = f"{(parent.get('resource') or '').lower()}{group}{place}/{parent.get('name')}"
    return [name(obj), shown]


def service_cidr(obj: Obj, now: datetime) -> Cells:
    """Its ranges."""
    return [name(obj), ",".join(spec(obj).get("cidrs") or ()), age(obj, now)]


PRINTERS: Mapping[str, Printer] = {
    "services": service,
    "endpoints": endpoints,
    "endpointslices.discovery.k8s.io": endpoint_slice,
    "ingresses.networking.k8s.io": ingress,
    "ingressclasses.networking.k8s.io": ingress_class,
    "networkpolicies.networking.k8s.io": network_policy,
    "ipaddresses.networking.k8s.io": ip_address,
    "servicecidrs.networking.k8s.io": service_cidr,
}
