"""Endpoints: the old list of a Service's addresses, all in one object. Rules: pkg/controller/endpoint."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping

from kx.practice.controllers.objects import labels_of, own_key, ready_since
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
from kx.practice.controllers.world import Key, KeysOf, World
from kx.practice.status import ApiError, Obj

RESOURCE = "endpoints"
_MANAGED_BY = {"endpoints.kubernetes.io/managed-by": "endpoint-controller"}
_OVER_CAPACITY = "endpoints.kubernetes.io/over-capacity"
_CAPACITY = 1000
_PARTS = ("addresses", "notReadyAddresses")


class EndpointsController:
    """Keeps the Endpoints of each Service that has a selector."""

    name = "endpoint-controller"

    def __init__(self, world: World) -> None:
        self.watches: Mapping[str, KeysOf] = {
            "services": own_key,
            "pods": lambda event: services_of(world, event),
            RESOURCE: lambda event: own_key(event) if event.type == "DELETED" else (),
        }

    def reconcile(self, world: World, key: Key) -> float | None:
        """One Service, by whose name its Endpoints go."""
        service, known = world.store.find("services", *key), world.store.find(RESOURCE, *key)
        if service is None:
            if known is not None and _MANAGED_BY.items() <= labels_of(known).items():
                world.api.delete(RESOURCE, *key, uid=known["metadata"]["uid"])
            return None
        if is_managed(service):
            _write(world, _wanted(world, service, known), known)
        return None


def _write(world: World, wanted: Obj, known: Obj | None) -> None:
    try:
        if known is None:
            world.api.create(RESOURCE, wanted)
        elif wanted != known:
            world.api.update(RESOURCE, wanted)
    except ApiError as error:
        # Nothing can be made in a namespace that is being deleted, and nothing needs to be.
        if error.reason != "Forbidden":
            raise


def _wanted(world: World, service: Obj, known: Obj | None) -> Obj:
    subsets = _subsets(world, service)
    metadata = {
        "name": service["metadata"]["name"],
        "namespace": service["metadata"]["namespace"],
        **(known["metadata"] if known else {}),
        "labels": {
            **labels_of(service),
            **_MANAGED_BY,
            **({HEADLESS_LABEL: ""} if is_headless(service) else {}),
        },
    }
    notes = {name: value for name, value in (metadata.get("annotations") or {}).items() if name != _OVER_CAPACITY}
    kept = _truncated(subsets)
    if kept != subsets:
        notes[_OVER_CAPACITY] = "truncated"
    metadata.pop("annotations", None)
    if notes:
        metadata["annotations"] = notes
    wanted: Obj = {"apiVersion": "v1", "kind": "Endpoints", "metadata": metadata}
    return {**wanted, "subsets": kept} if kept else wanted


def _subsets(world: World, service: Obj) -> list[Obj]:
    """Addresses grouped by the ports they have, those that are ready apart from the others."""
    family = (service["spec"].get("ipFamilies") or [""])[0]
    groups: dict[str, tuple[list[Obj], list[Obj], list[Obj]]] = {}
    for pod in pods_of(world, service, terminating=publishes_all(service)):
        ports = ports_of(service, pod)
        if not ports and not (is_headless(service) and not service["spec"].get("ports")):
            continue
        for address in addresses_of(pod, family)[:1]:
            group = groups.setdefault(json.dumps(ports, sort_keys=True), (ports, [], []))
            is_ready = publishes_all(service) or ready_since(pod) is not None
            group[1 if is_ready else 2].append(_address(service, pod, address))
    return [_subset(*groups[key]) for key in sorted(groups)]


def _subset(ports: list[Obj], ready: list[Obj], others: list[Obj]) -> Obj:
    named = [{name: value for name, value in port.items() if value != ""} for port in ports]
    parts = {"addresses": _sorted(ready), "notReadyAddresses": _sorted(others), "ports": named}
    return {name: value for name, value in parts.items() if value}


def _sorted(addresses: list[Obj]) -> list[Obj]:
    return sorted(addresses, key=lambda address: (address["ip"], address["targetRef"]["uid"]))


def _address(service: Obj, pod: Obj, address: str) -> Obj:
    parts = {
        "ip": address,
        "hostname": hostname_of(service, pod),
        "nodeName": pod["spec"].get("nodeName", ""),
        "targetRef": target_of(pod),
    }
    return {name: value for name, value in parts.items() if value}


def _truncated(subsets: list[Obj]) -> list[Obj]:
    """At most a thousand addresses, the ready ones first, each subset in proportion to what it has."""
    ready, others = (sum(len(one.get(part) or ()) for one in subsets) for part in _PARTS)
    if ready + others <= _CAPACITY:
        return subsets
    cut, most, count = (_PARTS[0], _CAPACITY, ready) if ready > _CAPACITY else (_PARTS[1], _CAPACITY - ready, others)
    left, kept = most, []
    for subset in subsets:
        share = min(left, math.ceil(len(subset.get(cut) or ()) / count * most))
        left -= share
        dropped = _PARTS[1] if cut == _PARTS[0] else ""
        remains = {**subset, cut: (subset.get(cut) or [])[:share], dropped: []}
        kept.append({name: value for name, value in remains.items() if value})
    return [subset for subset in kept if any(subset.get(part) for part in _PARTS)]
