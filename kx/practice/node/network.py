"""The simulated pod network: service names and addresses to pods, pods to the programs that listen in them.

Resolves as cluster DNS and kube-proxy do, from Services and their ready EndpointSlices. Carries no packet.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

from kx.practice.node.fate import fate, is_node
from kx.practice.node.process import Fate, Listener
from kx.practice.status import Obj
from kx.practice.store import Store

_DOMAIN = "svc.cluster.local"
_LONGEST_CHAIN = 8  # names that stand for names
Place = tuple[str, int]


class ClusterNetwork:
    """Who listens where, for all pods; ``seen_from`` gives a namespace's view with its short names."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._ports: dict[str, dict[int, Listener]] = {}
        self._doors: dict[int, Listener] = {}  # what all nodes listen on themselves

    def open(self, address: str, ports: dict[int, Listener]) -> None:
        """A pod is there; its programs add to ``ports`` what they listen on."""
        self._ports[address] = ports

    def close(self, address: str) -> None:
        self._ports.pop(address, None)

    def open_on_nodes(self, port: int, listener: Listener) -> None:
        """Listen on a port of every node, as a pod with a host port on each of them would."""
        self._doors[port] = listener

    def listener(self, address: str, port: int) -> Listener | None:
        """The program that takes a connection to this very place."""
        found = self._ports.get(address, {}).get(port)
        return found or (self._doors.get(port) if is_node(self._store, address) else None)

    def has(self, address: str) -> bool:
        """Whether a pod holds this address."""
        return address in self._ports

    def seen_from(self, namespace: str) -> View:
        return View(self, self._store, namespace)


class View:
    """The network as pods of one namespace see it; satisfies ``process.Network``."""

    def __init__(self, network: ClusterNetwork, store: Store, namespace: str) -> None:
        self._network = network
        self._store = store
        self._namespace = namespace

    def listener(self, address: str, port: int) -> Listener | None:
        return self._network.listener(address, port)

    def fate(self, address: str, port: int) -> Fate:
        """What becomes of a packet that no program takes; see ``process.Fate``."""
        return "refused" if self._network.has(address) else fate(self._store, address, port)

    def addresses(self, host: str, port: int) -> tuple[Place, ...] | None:
        """Where a connection lands: () when a service has nobody ready, None when the name is unknown."""
        if _is_address(host):
            service = self._service_at(host)
            return ((host, port),) if service is None else self._backends(service, port)
        service, pod = self._named(host)
        if service is None:
            return None
        if pod:
            found = self._pod_address(service, pod)
            return ((found, port),) if found else None
        return self._backends(service, port)

    def resolve(self, name: str) -> tuple[str, tuple[str, ...]] | None:
        """What cluster DNS answers: a service's cluster IP, or the addresses of its pods, or that of one of them."""
        service, pod = self._named(name)
        if service is None:
            return None
        metadata, address = service["metadata"], (service.get("spec") or {}).get("clusterIP")
        full = f"{metadata['name']}.{metadata['namespace']}.{_DOMAIN}"
        if pod:
            found = self._pod_address(service, pod)
            return (f"{pod}.{full}", (found,)) if found else None
        if address and address != "None":
            return full, (address,)
        return full, tuple(dict.fromkeys(place[0] for place in self._backends(service, 0)))

    def _named(self, host: str) -> tuple[Obj | None, str]:
        """The service a name means, and the pod of it where the name has one in front: ``db-0.db.data``."""
        for _ in range(_LONGEST_CHAIN):
            service, pod = self._service_named(host), ""
            if service is None:
                pod, _, rest = host.partition(".")
                service = self._service_named(rest) if rest else None
            host = _external_name(service) if service else ""
            if not host:
                return service, pod if service else ""
        return None, ""

    def _pod_address(self, service: Obj, hostname: str) -> str | None:
        """The address of the pod that a headless service knows by this name, ready or about to be."""
        if (service.get("spec") or {}).get("clusterIP") != "None":
            return None
        for found in self._slices(service):
            for endpoint in found.get("endpoints") or ():
                if endpoint.get("hostname") == hostname and _is_told(service, endpoint):
                    return str(endpoint["addresses"][0])
        return None

    def _service_named(self, host: str) -> Obj | None:
        parts = host.rstrip(".").removesuffix(f".{_DOMAIN}").removesuffix(".svc").split(".")
        if len(parts) > 2:
            return None
        return self._store.find("services", parts[1] if len(parts) == 2 else self._namespace, parts[0])

    def _service_at(self, address: str) -> Obj | None:
        services = self._store.list("services")
        return next((one for one in services if (one.get("spec") or {}).get("clusterIP") == address), None)

    def _backends(self, service: Obj, port: int) -> tuple[Place, ...]:
        spec = service.get("spec") or {}
        wanted = next((one for one in spec.get("ports") or () if one.get("port") == port), None)
        headless = spec.get("clusterIP") == "None"
        if wanted is None and not headless:
            return ()
        places: list[Place] = []
        for found in self._slices(service):
            places += _ready(found, (wanted or {}).get("name") or "", port if headless else 0)
        # kube-proxy picks a backend by chance: whoever takes the first takes any.
        return tuple(random.sample(places, len(places)))

    def _slices(self, service: Obj) -> Iterator[Obj]:
        metadata = service["metadata"]
        for found in self._store.list("endpointslices.discovery.k8s.io", metadata["namespace"]):
            if (found["metadata"].get("labels") or {}).get("kubernetes.io/service-name") == metadata["name"]:
                yield found


def _external_name(service: Obj) -> str:
    """The outside name that a service of type ExternalName stands for."""
    spec = service.get("spec") or {}
    return str(spec.get("externalName", "")) if spec.get("type") == "ExternalName" else ""


def _is_told(service: Obj, endpoint: Obj) -> bool:
    """Whether DNS names a pod: a ready one, or any where the service says so."""
    ready = (endpoint.get("conditions") or {}).get("ready", True) is not False
    return ready or bool((service.get("spec") or {}).get("publishNotReadyAddresses"))


def _ready(found: Obj, port_name: str, port: int) -> list[Place]:
    numbers = [one.get("port") for one in found.get("ports") or () if (one.get("name") or "") == port_name]
    target = port or next((number for number in numbers if number), 0)
    return [
        (address, target)
        for endpoint in found.get("endpoints") or ()
        if (endpoint.get("conditions") or {}).get("ready", True) is not False
        for address in endpoint.get("addresses") or ()
        if target
    ]


def _is_address(host: str) -> bool:
    parts = host.split(".")
    return len(parts) == 4 and all(part.isdigit() for part in parts)
