"""Endpoints that somebody wrote by hand, for a Service without selector, shown as EndpointSlices as well.

Rules: pkg/controller/endpointslicemirroring.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping

from kx.practice.controllers.objects import annotations_of, controller_of, is_deleting, labels_of, own_key
from kx.practice.controllers.services import slices
from kx.practice.controllers.services.slices import MANAGED_LABEL, RESOURCE, SERVICE_LABEL, Kind, Wanted
from kx.practice.controllers.world import Key, KeysOf, World
from kx.practice.history import Event
from kx.practice.status import Obj

_MANAGER = "endpointslicemirroring-controller.k8s.io"
_SKIP_LABEL = "endpointslice.kubernetes.io/skip-mirror"
_LEADER_NOTE = "control-plane.alpha.kubernetes.io/leader"
_FAMILIES = ("IPv4", "IPv6")


class EndpointSliceMirroringController:
    """Keeps the slices that mirror hand-written Endpoints."""

    name = "endpointslicemirroring-controller"

    def __init__(self, world: World) -> None:
        self.watches: Mapping[str, KeysOf] = {"endpoints": own_key, "services": own_key, RESOURCE: _endpoints_of}

    def reconcile(self, world: World, key: Key) -> float | None:
        """One Endpoints object. When it goes, its slices follow it as its dependents."""
        endpoints, service = world.store.find("endpoints", *key), world.store.find("services", *key)
        if endpoints is None or is_deleting(endpoints):
            return None
        mirrored = service is not None and not service["spec"].get("selector") and not _is_exempt(endpoints)
        labels = {**labels_of(endpoints), SERVICE_LABEL: key[1], MANAGED_LABEL: _MANAGER}
        for family in _FAMILIES:
            wanted = _wanted(endpoints, family) if mirrored else ()
            slices.settle(
                world, Kind(owner=endpoints, labels=labels, family=family, placeholder=False, singly=False), wanted
            )
        return None


def _is_exempt(endpoints: Obj) -> bool:
    return labels_of(endpoints).get(_SKIP_LABEL) == "true" or _LEADER_NOTE in annotations_of(endpoints)


def _wanted(endpoints: Obj, family: str) -> Wanted:
    for subset in endpoints.get("subsets") or ():
        ports = [{"name": "", **port} for port in subset.get("ports") or ()]
        for part, ready in (("addresses", True), ("notReadyAddresses", False)):
            for address in subset.get(part) or ():
                if f"IPv{ipaddress.ip_address(address['ip']).version}" == family:
                    yield ports, _endpoint(address, ready)


def _endpoint(address: Obj, ready: bool) -> Obj:
    extra = {part: address[part] for part in ("hostname", "nodeName", "targetRef") if address.get(part)}
    return {"addresses": [address["ip"]], "conditions": {"ready": ready}, **extra}


def _endpoints_of(event: Event) -> Iterator[Key]:
    """The Endpoints that a slice mirrors, when somebody changed or removed the slice."""
    owner = controller_of(event.object)
    if owner is not None and owner["kind"] == "Endpoints" and event.type != "ADDED":
        yield event.object["metadata"].get("namespace", ""), owner["name"]
