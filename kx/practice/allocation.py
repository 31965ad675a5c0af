"""Cluster IPs and node ports: what is taken, what a Service gets, and how a request for a taken one is refused.

Source of the rules and words: kubernetes ``pkg/registry/core/service`` (storage and allocators).
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from ipaddress import IPv4Network, ip_address
from typing import Any

from kx.practice.history import Event
from kx.practice.status import FieldError, Obj, invalid
from kx.practice.store import Store

SERVICE_NETWORK = IPv4Network("10.96.0.0/12")
NODE_PORTS = range(30000, 32768)
API_SERVER_IP = "10.96.0.1"
DNS_IP = "10.96.0.10"
# Addresses below this one are left to those who ask for one by name, as the real allocator does.
_FIRST_RANDOM = 256


class Allocations:
    """Follows the store's Services; allocates for new ones."""

    def __init__(self, store: Store) -> None:
        self._random = random.Random()
        self._taken: dict[str | int, str] = {}  # address or node port -> uid of the Service
        for service in store.list("services"):
            self._take(service)
        store.subscribe(self._follow)

    def assign(self, service: Obj, old: Obj | None) -> Obj:
        """``service`` with its cluster IP and node ports; ``old`` on update. Invalid when one cannot be had."""
        spec = dict(service.get("spec") or {})
        uid = service["metadata"].get("uid", "")
        before = (old or {}).get("spec") or {}
        errors: list[FieldError] = []
        if spec.get("type") == "ExternalName":
            spec = _without_addresses(spec, before)
        else:
            self._assign_address(spec, before, uid, errors)
        self._assign_ports(spec, before, uid, errors)
        if errors:
            raise invalid("Service", "", service["metadata"].get("name", ""), errors)
        return {**service, "spec": spec}

    def _assign_address(self, spec: Obj, before: Obj, uid: str, errors: list[FieldError]) -> None:
        asked = spec.get("clusterIP") or next(iter(spec.get("clusterIPs") or ()), "")
        if not asked and before.get("type") != "ExternalName":
            asked = before.get("clusterIP", "")
        if not asked:
            asked = self._free_address()
        elif asked != "None" and asked != before.get("clusterIP"):
            problem = self._address_problem(asked, uid)
            if problem:
                detail = f"failed to allocate IP {asked}: {problem}"
                errors.append(FieldError("FieldValueInvalid", "spec.clusterIPs", [asked], detail))
        spec["clusterIP"] = asked
        spec["clusterIPs"] = [asked]
        spec.setdefault("ipFamilies", ["IPv4"])
        spec.setdefault("ipFamilyPolicy", "SingleStack")

    def _address_problem(self, asked: str, uid: str) -> str:
        try:
            inside = ip_address(asked) in SERVICE_NETWORK
        except ValueError:
            return ""  # not an address at all: validation says so
        if not inside:
            return "the provided network does not match the current range"
        return "provided IP is already allocated" if self._taken.get(asked, uid) != uid else ""

    def _free_address(self) -> str:
        while True:
            found = str(SERVICE_NETWORK[self._random.randrange(_FIRST_RANDOM, SERVICE_NETWORK.num_addresses - 1)])
            if found not in self._taken:
                return found

    def _assign_ports(self, spec: Obj, before: Obj, uid: str, errors: list[FieldError]) -> None:
        if not _wants_node_ports(spec):
            if _wants_node_ports(before):
                kept = {port.get("nodePort") for port in before.get("ports") or ()}
                spec["ports"] = [_without_port(port, kept) for port in spec.get("ports") or ()]
            return
        known = {port.get("name", ""): port.get("nodePort", 0) for port in before.get("ports") or ()}
        used = {port["nodePort"] for port in spec.get("ports") or () if port.get("nodePort")}
        ports: list[Obj] = []
        for index, port in enumerate(spec.get("ports") or ()):
            number = port.get("nodePort") or 0
            if not number and (earlier := known.get(port.get("name", ""), 0)) and earlier not in used:
                number = earlier
            elif not number:
                number = self._free_port(used)
            elif number not in known.values() and (problem := self._port_problem(number, uid)):
                errors.append(FieldError("FieldValueInvalid", f"spec.ports[{index}].nodePort", number, problem))
            used.add(number)
            ports.append({**port, "nodePort": number})
        spec["ports"] = ports

    def _port_problem(self, number: int, uid: str) -> str:
        if number not in NODE_PORTS:
            valid = f"{NODE_PORTS.start}-{NODE_PORTS.stop - 1}"
            return f"provided port is not in the valid range. The range of valid ports is {valid}"
        return "provided port is already allocated" if self._taken.get(number, uid) != uid else ""

    def _free_port(self, used: set[int]) -> int:
        while True:
            found = self._random.choice(NODE_PORTS)
            if found not in self._taken and found not in used:
                return found

    def _follow(self, event: Event) -> None:
        if event.resource != "services":
            return
        if event.old is not None:
            uid = event.old["metadata"]["uid"]
            for item in _allocated(event.old):
                if self._taken.get(item) == uid:
                    del self._taken[item]
        if event.type != "DELETED":
            self._take(event.object)

    def _take(self, service: Obj) -> None:
        for item in _allocated(service):
            self._taken[item] = service["metadata"]["uid"]


def _allocated(service: Obj) -> Iterator[str | int]:
    spec = service.get("spec") or {}
    for address in spec.get("clusterIPs") or ():
        if address != "None":
            yield address
    for port in spec.get("ports") or ():
        if port.get("nodePort"):
            yield port["nodePort"]


def _wants_node_ports(spec: Obj) -> bool:
    kind = spec.get("type")
    return kind == "NodePort" or (kind == "LoadBalancer" and spec.get("allocateLoadBalancerNodePorts") is not False)


def _without_port(port: dict[str, Any], dropped: set[int | None]) -> Obj:
    return {key: value for key, value in port.items() if key != "nodePort" or value not in dropped}


def _without_addresses(spec: Obj, before: Obj) -> Obj:
    """An ExternalName has no address; one kept from before is let go."""
    if spec.get("clusterIP") != before.get("clusterIP"):
        return spec
    dropped = ("clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy")
    return {key: value for key, value in spec.items() if key not in dropped}
