"""What DNS and kube-proxy know of the cluster: Services, who stands behind them, and the nodes' addresses.

Read from the store and kept until something of it changes. What to do with it is for ``dns`` and ``routing``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Literal

from kx.practice.history import Event
from kx.practice.status import Obj
from kx.practice.store import Store

_SLICES = "endpointslices.discovery.k8s.io"
_SERVICE_LABEL = "kubernetes.io/service-name"
_WATCHED = ("services", _SLICES, "nodes")

# How an address belongs to a Service: its own, one that leads in from outside, or one given by a load balancer.
Way = Literal["cluster", "external", "balancer"]
Name = tuple[str, str]  # namespace, name


@dataclass(frozen=True)
class Endpoint:
    """One pod (or other machine) behind one port of a Service."""

    address: str
    port: int  # 0 where the Service has no ports
    port_name: str
    protocol: str
    node: str
    hostname: str  # the name of its own in DNS, "" for none
    ready: bool
    serving: bool
    terminating: bool


@dataclass(frozen=True)
class Entrance:
    """A port of a Service, and by which way one came to it."""

    service: Obj
    port: Obj
    way: Way


class Directory:
    """Answers from the store, remembered between changes."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._entrances: dict[tuple[str, int], Entrance] | None = None
        self._node_ports: dict[int, Entrance] = {}
        self._by_address: dict[str, Obj] = {}
        self._endpoints: dict[Name, tuple[Endpoint, ...]] = {}
        self._slices: dict[Name, list[Obj]] | None = None
        self._nodes: dict[str, str] | None = None
        store.subscribe(self._follow)

    def service(self, namespace: str, name: str) -> Obj | None:
        return self._store.find("services", namespace, name)

    def has_namespace(self, name: str) -> bool:
        return self._store.find("namespaces", "", name) is not None

    def service_at(self, address: str) -> Obj | None:
        """The Service that has this cluster IP."""
        self._know_services()
        return self._by_address.get(address)

    def entrance(self, address: str, port: int) -> Entrance | None:
        """The port of a Service that is reached at an address of it (not: of a node)."""
        self._know_services()
        assert self._entrances is not None
        return self._entrances.get((address, port))

    def node_port(self, number: int) -> Entrance | None:
        """The port of a Service that all nodes lead to."""
        self._know_services()
        return self._node_ports.get(number)

    def node_ports(self) -> Mapping[int, Entrance]:
        """All of them."""
        self._know_services()
        return self._node_ports

    def node_at(self, address: str) -> str:
        """The name of the node that has this address; "" for none."""
        if self._nodes is None:
            self._nodes = {
                found: node["metadata"]["name"] for node in self._store.list("nodes") for found in _own(node)
            }
        return self._nodes.get(address, "")

    def endpoints(self, service: Obj) -> tuple[Endpoint, ...]:
        """Everybody behind a Service, in the order of their addresses."""
        key = service["metadata"]["namespace"], service["metadata"]["name"]
        if key not in self._endpoints:
            found = (end for one in self._slices_of(key) for end in _read(one))
            self._endpoints[key] = tuple(sorted(set(found), key=lambda end: (ip_address(end.address).packed, end.port)))
        return self._endpoints[key]

    def named(self, address: str) -> Iterable[tuple[Name, Endpoint]]:
        """(Service, endpoint) of every Service that has this address behind it."""
        self._know_slices()
        assert self._slices is not None
        for key in self._slices:
            service = self.service(*key)
            for end in self.endpoints(service) if service else ():
                if end.address == address:
                    yield key, end

    @property
    def serial(self) -> int:
        """Grows with every change of the cluster."""
        return self._store.revision

    def host_ports(self, node: str, port: int) -> Iterable[tuple[str, int]]:
        """Where the pods of a node listen that took this port of it (``hostPort``)."""
        for pod in self._store.list("pods"):
            address = (pod.get("status") or {}).get("podIP")
            if pod["spec"].get("nodeName") != node or not address or pod["spec"].get("hostNetwork"):
                continue
            for container in pod["spec"].get("containers") or ():
                for one in container.get("ports") or ():
                    if one.get("hostPort") == port and one.get("protocol", "TCP") == "TCP":
                        yield address, one["containerPort"]

    def _slices_of(self, key: Name) -> list[Obj]:
        self._know_slices()
        assert self._slices is not None
        return self._slices.get(key, [])

    def _know_slices(self) -> None:
        if self._slices is not None:
            return
        self._slices = {}
        for found in self._store.list(_SLICES):
            metadata = found["metadata"]
            name = (metadata.get("labels") or {}).get(_SERVICE_LABEL)
            if name:
                self._slices.setdefault((metadata["namespace"], name), []).append(found)

    def _know_services(self) -> None:
        if self._entrances is not None:
            return
        self._entrances = {}
        self._node_ports = {}
        self._by_address = {}
        for service in self._store.list("services"):
            spec = service.get("spec") or {}
            if spec.get("type") == "ExternalName":
                continue
            ways = list(_addresses(service))
            for address, way in ways:
                if way == "cluster":
                    self._by_address[address] = service
            for port in spec.get("ports") or ():
                if port.get("protocol", "TCP") != "TCP":
                    continue  # the programs here speak TCP only
                for address, way in ways:
                    self._entrances.setdefault((address, port["port"]), Entrance(service, port, way))
                if port.get("nodePort"):
                    self._node_ports.setdefault(port["nodePort"], Entrance(service, port, "external"))

    def _follow(self, event: Event) -> None:
        if event.resource not in _WATCHED:
            return
        if event.resource == "services":
            self._entrances = None
        elif event.resource == "nodes":
            self._nodes = None
            return
        else:
            self._slices = None
        self._endpoints.clear()


def _addresses(service: Obj) -> Iterable[tuple[str, Way]]:
    spec = service.get("spec") or {}
    for address in spec.get("clusterIPs") or ([spec["clusterIP"]] if spec.get("clusterIP") else []):
        if address != "None":
            yield address, "cluster"
    for address in spec.get("externalIPs") or ():
        yield address, "external"
    if spec.get("type") == "LoadBalancer":
        for point in ((service.get("status") or {}).get("loadBalancer") or {}).get("ingress") or ():
            if point.get("ip"):
                yield point["ip"], "balancer"


def _own(node: Obj) -> Iterable[str]:
    for one in (node.get("status") or {}).get("addresses") or ():
        if one["type"] in ("InternalIP", "ExternalIP"):
            yield str(one["address"])


def _read(found: Obj) -> Iterable[Endpoint]:
    """The endpoints of one slice, once for each of its ports."""
    if found.get("addressType") == "FQDN":
        return
    ports = found.get("ports") or [{}]
    for endpoint in found.get("endpoints") or ():
        conditions = endpoint.get("conditions") or {}
        ready = conditions.get("ready") is not False
        serving = conditions.get("serving")
        for address in endpoint.get("addresses") or ():
            for port in ports:
                yield Endpoint(
                    address=address,
                    port=port.get("port") or 0,
                    port_name=port.get("name") or "",
                    protocol=port.get("protocol") or "TCP",
                    node=endpoint.get("nodeName") or "",
                    hostname=endpoint.get("hostname") or "",
                    ready=ready,
                    serving=ready if serving is None else bool(serving),
                    terminating=bool(conditions.get("terminating")),
                )
