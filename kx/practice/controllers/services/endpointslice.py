"""EndpointSlices: a Service's addresses in portions, one set of slices for each way its ports resolve.

Rules: staging/src/k8s.io/endpointslice. Topology hints are not given.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kx.practice.controllers.objects import controller_of, is_deleting, labels_of, own_key, ready_since
from kx.practice.controllers.services import slices
from kx.practice.controllers.services.backends import (
    HEADLESS_LABEL,
    addresses_of,
    hostname_of,
    is_headless,
    is_managed,
    pods_of,
    ports_of,
    publishes_all,
    services_of,
    target_of,
)
from kx.practice.controllers.services.slices import MANAGED_LABEL, RESOURCE, SERVICE_LABEL, Kind
from kx.practice.controllers.world import Key, KeysOf, World
from kx.practice.history import Event
from kx.practice.status import Obj

_MANAGER = "endpointslice-controller.k8s.io"
_ZONE_LABEL = "topology.kubernetes.io/zone"
_RESERVED = frozenset((SERVICE_LABEL, MANAGED_LABEL, HEADLESS_LABEL))
_NODE_SECONDS = 5.0  # until a pod whose node is not known is looked at again


class EndpointSliceController:
    """Keeps the slices of each Service that has a selector."""

    name = "endpointslice-controller"

    def __init__(self, world: World) -> None:
        self.watches: Mapping[str, KeysOf] = {
            "services": own_key,
            "pods": lambda event: services_of(world, event),
            RESOURCE: _service_of,
        }

    def reconcile(self, world: World, key: Key) -> float | None:
        """One Service. Looks again soon when a pod names a node that is not there."""
        service = world.store.find("services", *key)
        if service is None or is_deleting(service) or not is_managed(service):
            return None
        families = service["spec"].get("ipFamilies") or ["IPv4"]
        pods = pods_of(world, service, terminating=True)
        placed = [pod for pod in pods if _has_node(world, service, pod)]
        for family in families:
            kind = Kind(owner=service, labels=_labels(service), family=family, placeholder=True, singly=True)
            wanted = [(ports_of(service, pod), _endpoint(world, service, pod, family)) for pod in placed]
            slices.settle(world, kind, [pair for pair in wanted if pair[1]["addresses"]])
        for stray in slices.owned(world, service, _MANAGER):
            if stray["addressType"] not in families:
                slices.delete(world, stray)
        return None if len(placed) == len(pods) else _NODE_SECONDS


def _endpoint(world: World, service: Obj, pod: Obj, family: str) -> Obj:
    serving, terminating = ready_since(pod) is not None, is_deleting(pod)
    ready = publishes_all(service) or (serving and not terminating)
    node = pod["spec"].get("nodeName", "")
    zone = labels_of(world.store.find("nodes", "", node) or {"metadata": {}}).get(_ZONE_LABEL, "")
    named = {"hostname": hostname_of(service, pod), "nodeName": node, "zone": zone}
    return {
        "addresses": addresses_of(pod, family),
        "conditions": {"ready": ready, "serving": serving, "terminating": terminating},
        "targetRef": target_of(pod),
        **{name: value for name, value in named.items() if value},
    }


def _labels(service: Obj) -> dict[str, str]:
    own = {name: value for name, value in labels_of(service).items() if name not in _RESERVED}
    headless = {HEADLESS_LABEL: ""} if is_headless(service) else {}
    return {**own, **headless, SERVICE_LABEL: service["metadata"]["name"], MANAGED_LABEL: _MANAGER}


def _service_of(event: Event) -> Iterator[Key]:
    """The Service of a slice that somebody changed or removed."""
    owner = controller_of(event.object)
    if owner is not None and owner["kind"] == "Service" and event.type != "ADDED":
        yield event.object["metadata"].get("namespace", ""), owner["name"]


def _has_node(world: World, service: Obj, pod: Obj) -> bool:
    node = pod["spec"].get("nodeName", "")
    return publishes_all(service) or not node or world.store.find("nodes", "", node) is not None
