"""The simulated pod network: names and addresses to pods, pods to the programs that listen in them.

``dns`` and ``routing`` say what a name means and where a connection lands; here is who listens there, and how one pod
sees it all. Carries no packet.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timezone
from ipaddress import IPv4Address, ip_address

from kx.practice.allocation import DNS_IP
from kx.practice.node.directory import Directory
from kx.practice.node.dns import ClusterDns, Reply
from kx.practice.node.fate import fate
from kx.practice.node.files import FileError, Files
from kx.practice.node.process import Fate, Listener
from kx.practice.node.resolver import NODE_DNS, Resolving, candidates, read
from kx.practice.node.routing import OUTSIDE, Client, Place, Router
from kx.practice.store import Store

_RESOLV_CONF = "/etc/resolv.conf"
_DNS_PORT = 53
Ports = dict[int, Listener]


class ClusterNetwork:
    """Who listens where, for all pods; ``seen_from`` gives one pod's view."""

    def __init__(self, store: Store, now: Callable[[], datetime] | None = None) -> None:
        self.store = store
        self.directory = Directory(store)
        self.dns = ClusterDns(self.directory)
        self.router = Router(self.directory, now or (lambda: datetime.now(timezone.utc)))
        self._ports: dict[str, list[Ports]] = {}  # several pods may share their node's address
        self._doors: dict[int, Listener] = {}  # what all nodes listen on themselves

    def open(self, address: str, ports: Ports) -> None:
        """A pod is there; its programs add to ``ports`` what they listen on."""
        sharing = self._ports.setdefault(address, [])
        if not any(ports is known for known in sharing):
            sharing.append(ports)

    def close(self, address: str, ports: Ports) -> None:
        """The pod is gone."""
        left = [known for known in self._ports.get(address, ()) if known is not ports]
        if left:
            self._ports[address] = left
        else:
            self._ports.pop(address, None)

    def open_on_nodes(self, port: int, listener: Listener) -> None:
        """Listen on a port of every node, as a pod with a host port on each of them would."""
        self._doors[port] = listener

    def listener(self, address: str, port: int) -> Listener | None:
        """The program that takes a connection to this very place."""
        for ports in self._ports.get(address, ()):
            if port in ports:
                return ports[port]
        return self._doors.get(port) if self.directory.node_at(address) else None

    def has(self, address: str) -> bool:
        """Whether a pod holds this address."""
        return address in self._ports

    def seen_from(self, namespace: str, client: Client = OUTSIDE, files: Files | None = None) -> View:
        """The network as a pod sees it; without ``files`` it asks cluster DNS as pods usually do."""
        return View(self, namespace, client, files)


class View:
    """One pod's view; satisfies ``process.Network``. Names are read by the pod's own /etc/resolv.conf."""

    def __init__(self, network: ClusterNetwork, namespace: str, client: Client, files: Files | None) -> None:
        self._network = network
        self._client = client
        self._files = files
        self._usual = Resolving((DNS_IP,), (f"{namespace}.svc.cluster.local", "svc.cluster.local", "cluster.local"), 5)

    @property
    def resolving(self) -> Resolving:
        """Whom the pod asks for names, and how."""
        if self._files is None:
            return self._usual
        try:
            return read(self._files.read(_RESOLV_CONF).decode("utf-8", "replace"))
        except FileError:
            return read("")  # as a C library takes a file that it cannot read

    def listener(self, address: str, port: int) -> Listener | None:
        return self._network.listener(address, port)

    def fate(self, address: str, port: int) -> Fate:
        """What becomes of a packet that no program takes; see ``process.Fate``."""
        return "refused" if self._network.has(address) else fate(self._network.store, address, port)

    def addresses(self, host: str, port: int) -> tuple[Place, ...] | None:
        """Where a connection lands: () when a service has nobody ready, None when the name is unknown."""
        if is_address(host):
            return self._network.router.route(host, port, self._client)
        found = self.resolve(host)
        if found is None:
            return None
        return tuple(place for each in found[1] for place in self._network.router.route(each, port, self._client))

    def resolve(self, name: str) -> tuple[str, tuple[str, ...]] | None:
        """What a C library learns from DNS: the full name and its addresses; None when there is no such name."""
        resolving = self.resolving
        for each in candidates(name, resolving):
            for server in resolving.servers:
                reply = self.ask(server, each, "A")
                if reply is None:
                    continue
                if reply.addresses:
                    owner = next(record.name for record in reply.answers if record.type == "A")
                    return owner, reply.addresses
                break
        return None

    def ask(self, server: str, name: str, kind: str) -> Reply | None:
        """One question to one name server; None when it does not answer."""
        if server == NODE_DNS:
            return Reply("NXDOMAIN", authoritative=False)
        if server != DNS_IP and not self._leads_to_dns(server):
            return None
        return self._network.dns.answer(name, kind)

    def _leads_to_dns(self, server: str) -> bool:
        """Cluster DNS runs on the nodes themselves, as the API server does; no pod of the cluster is a name server."""
        places = self._network.router.route(server, _DNS_PORT, self._client) if is_address(server) else ()
        return any(self._network.directory.node_at(address) and port == _DNS_PORT for address, port in places)


def is_address(host: str) -> bool:
    """Whether this is an IPv4 address and no name."""
    try:
        return isinstance(ip_address(host), IPv4Address)
    except ValueError:
        return False
