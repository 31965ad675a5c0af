"""What becomes of a packet that no program takes, by where it was sent. Reads the store, carries nothing.

As in a real cluster: a machine that is there refuses; an address nobody holds is not found on its link; kube-proxy
refuses for a service without endpoints, and knows nothing of ports a service does not have. What would leave the
practice cluster goes nowhere.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator

from kx.practice.allocation import SERVICE_NETWORK
from kx.practice.node.process import Fate
from kx.practice.status import Obj
from kx.practice.store import Store


def fate(store: Store, address: str, port: int) -> Fate:
    """The fate of a packet to an address that is no pod's; a service counts as one without ready endpoints."""
    try:
        wanted = ipaddress.IPv4Address(address)
    except ValueError:
        return "outside"
    nodes = store.list("nodes")
    if wanted.is_loopback or address in _node_addresses(nodes):
        return "refused"
    if wanted in SERVICE_NETWORK:
        return "refused" if _has_port(store, address, port) else "lost"
    links = [ipaddress.ip_network(one["spec"]["podCIDR"]) for one in nodes if (one.get("spec") or {}).get("podCIDR")]
    links += [ipaddress.ip_network(f"{one}/24", strict=False) for one in _node_addresses(nodes)]
    return "no-route" if any(wanted in link for link in links) else "outside"


def is_node(store: Store, address: str) -> bool:
    """Whether a node has this address."""
    return address in _node_addresses(store.list("nodes"))


def _node_addresses(nodes: list[Obj]) -> set[str]:
    return set(_internal(nodes))


def _internal(nodes: list[Obj]) -> Iterator[str]:
    for node in nodes:
        for one in (node.get("status") or {}).get("addresses") or ():
            if one["type"] == "InternalIP":
                yield str(one["address"])


def _has_port(store: Store, address: str, port: int) -> bool:
    for service in store.list("services"):
        spec = service.get("spec") or {}
        if spec.get("clusterIP") == address:
            return any(one.get("port") == port for one in spec.get("ports") or ())
    return False
