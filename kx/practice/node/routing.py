"""Where a connection lands that is made to an address and a port: what kube-proxy does on every node.

A Service's ready endpoints are taken strictly in turn, so that every one of them is met. (The real kube-proxy leaves
it to chance.) When none is ready, those that end but still answer are taken. Source: pkg/proxy/topology.go.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address, ip_network

from kx.practice.node.directory import Directory, Endpoint, Entrance
from kx.practice.status import Obj

_AFFINITY_SECONDS = 10800
_REMEMBERED = 10_000  # clients that keep their endpoint

Place = tuple[str, int]


@dataclass(frozen=True)
class Client:
    """Who connects: the address, and the node it is on. Both "" for somebody outside of the cluster."""

    address: str = ""
    node: str = ""


OUTSIDE = Client()


class Router:
    """Remembers whose turn it is, and which client keeps to which endpoint."""

    def __init__(self, directory: Directory, now: Callable[[], datetime]) -> None:
        self._directory = directory
        self._now = now
        self._turns: dict[tuple[str, str], Place] = {}
        self._kept: dict[tuple[str, str, str], tuple[Place, float]] = {}

    def route(self, address: str, port: int, client: Client) -> tuple[Place, ...]:
        """Where to connect, the first choice first; empty when nobody may be reached."""
        entrance = self._directory.entrance(address, port)
        if entrance is not None:
            return self.enter(entrance, client)
        if self._directory.service_at(address) is not None:
            return ()  # a Service, but not a port of it
        node = self._directory.node_at(address)
        if not node:
            return ((address, port),)
        entrance = self._directory.node_port(port)
        if entrance is not None:
            return self.enter(entrance, client, node)
        return tuple(self._directory.host_ports(node, port)) or ((address, port),)

    def enter(self, entrance: Entrance, client: Client, node: str = "") -> tuple[Place, ...]:
        """The endpoints of a Service's port for a client; ``node`` is where it came in by a node port."""
        if not _is_allowed(entrance, client):
            return ()
        service, port = entrance.service, entrance.port
        ends = [end for end in self._directory.endpoints(service) if _serves(end, port)]
        places = [(end.address, end.port) for end in _usable(ends, _only_on(entrance, client, node))]
        if not places:
            return ()
        if (service["spec"].get("sessionAffinity") or "None") == "ClientIP":
            return (self._keep(service, port, client, places),)
        return self._next(service, port, places)

    def _next(self, service: Obj, port: Obj, places: list[Place]) -> tuple[Place, ...]:
        """All places, beginning with the one after the last that was taken."""
        key = service["metadata"]["uid"], port.get("name", "")
        ordered = sorted(places)
        at = bisect_right(ordered, self._turns[key]) % len(ordered) if key in self._turns else 0
        self._turns[key] = ordered[at]
        return (*ordered[at:], *ordered[:at])

    def _keep(self, service: Obj, port: Obj, client: Client, places: list[Place]) -> Place:
        """The place this client has kept to for no longer than the Service says, or the next one."""
        config = ((service["spec"].get("sessionAffinityConfig") or {}).get("clientIP") or {}).get("timeoutSeconds")
        key = service["metadata"]["uid"], port.get("name", ""), client.address
        now = self._now().timestamp()
        place, since = self._kept.pop(key, (("", 0), 0.0))
        if place not in places or now - since > (config or _AFFINITY_SECONDS):
            place = self._next(service, port, places)[0]
        self._kept[key] = (place, now)
        if len(self._kept) > _REMEMBERED:
            del self._kept[next(iter(self._kept))]
        return place


def _serves(end: Endpoint, port: Obj) -> bool:
    return end.port_name == (port.get("name") or "") and end.protocol == port.get("protocol", "TCP") and end.port > 0


def _usable(ends: list[Endpoint], node: str | None) -> list[Endpoint]:
    """Those that are ready; where there are none, those that end and still answer. ``node``: on this one only."""
    there = [end for end in ends if node is None or end.node == node]
    return [end for end in there if end.ready] or [end for end in there if end.serving and end.terminating]


def _only_on(entrance: Entrance, client: Client, node: str) -> str | None:
    """The node that a Local traffic policy keeps a connection on; None for anywhere.

    A pod that uses an outer address of a Service is treated as if it had used the inner one, without a policy.
    """
    spec = entrance.service["spec"]
    if entrance.way == "cluster":
        return client.node if spec.get("internalTrafficPolicy") == "Local" else None
    if node and not client.address and spec.get("externalTrafficPolicy") == "Local":
        return node
    return None


def _is_allowed(entrance: Entrance, client: Client) -> bool:
    """Whether a load balancer's address may be used from there (``loadBalancerSourceRanges``)."""
    ranges = entrance.service["spec"].get("loadBalancerSourceRanges")
    if entrance.way != "balancer" or not ranges or not client.address:
        return True
    return any(ip_address(client.address) in ip_network(each.strip(), strict=False) for each in ranges)
