"""Pod addresses: each node hands out its own range in order, as the host-local address plug-in does."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable

from kx.practice.status import Obj


class Addresses:
    """The addresses of all nodes' pods, in memory; ``take`` is told which are in use."""

    def __init__(self) -> None:
        self._last: dict[str, int] = {}
        self._of: dict[str, str] = {}  # pod uid -> address
        self._used: set[str] = set()

    def remember(self, pods: Iterable[Obj]) -> None:
        """Addresses that pods of an earlier run hold."""
        for pod in pods:
            address = (pod.get("status") or {}).get("podIP")
            if address and not pod["spec"].get("hostNetwork"):
                self._keep(address, pod["metadata"]["uid"])

    def take(self, cidr: str, uid: str) -> str | None:
        """The next free address of a range; None when all are in use."""
        network = ipaddress.ip_network(cidr)
        first, count = 2, network.num_addresses - 3  # network, gateway and broadcast are not for pods
        for _ in range(count):
            offset = (self._last.get(cidr, -1) + 1) % count
            self._last[cidr] = offset
            address = str(network[first + offset])
            if address not in self._used:
                self._keep(address, uid)
                return address
        return None

    def release(self, uid: str) -> None:
        """The pod is gone."""
        self._used.discard(self._of.pop(uid, ""))

    def _keep(self, address: str, uid: str) -> None:
        self._of[uid] = address
        self._used.add(address)
