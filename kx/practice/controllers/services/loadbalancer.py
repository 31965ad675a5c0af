"""Load balancers: an address for each Service of type LoadBalancer, as a cloud's controller gives it.

Rules, events and the finalizer: cloud-provider's service controller. Without load balancers (an option of the cluster)
Services stay pending, and what was given before is taken back. Where an address leads is kube-proxy's business.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from ipaddress import IPv4Address, ip_address
from typing import Literal

from kx.practice.controllers.objects import is_deleting, key_of
from kx.practice.controllers.world import Key, KeysOf, World
from kx.practice.history import Event
from kx.practice.status import ApiError, Obj

FIRST, LAST = IPv4Address("10.0.0.200"), IPv4Address("10.0.0.254")  # of the network the nodes are in
_FINALIZER = "service.kubernetes.io/load-balancer-cleanup"
_COMPONENT = "service-controller"
_TYPE = "LoadBalancer"
_SECONDS = 1.5  # until a load balancer is there
_RETRY_SECONDS = 5.0
# What a load balancer has to hear of when it changes.
_FACE = ("type", "ports", "sessionAffinity", "sessionAffinityConfig", "loadBalancerIP", "loadBalancerSourceRanges")
_FACE_TOO = ("externalIPs", "externalTrafficPolicy", "healthCheckNodePort")


class LoadBalancerController:
    """Gives addresses and takes them back. A new one takes its time, as it does in every cloud."""

    name = "service-lb-controller"

    def __init__(self, world: World) -> None:
        self._due: dict[Key, datetime] = {}  # when a load balancer will be there
        self._changed: dict[Key, str] = {}  # Services with their type before the change
        self.watches: Mapping[str, KeysOf] = {"services": self._heard}

    def reconcile(self, world: World, key: Key) -> float | None:
        """One Service. Looks again when there was no address left."""
        service = world.store.find("services", *key)
        before = self._changed.pop(key, None)
        if service is None:
            self._due.pop(key, None)
            return None
        if before is not None and (before == _TYPE) != (service["spec"].get("type") == _TYPE):
            _say(world, service, "Normal", "Type", f"{before} -> {service['spec'].get('type')}")
        if is_deleting(service) or not _wants(world, service):
            self._due.pop(key, None)
            if _has(service) or _FINALIZER in _finalizers(service):
                _take_back(world, service)
            return None
        if _has(service) and before is None and key not in self._due:
            return None
        return self._give(world, service)

    def _give(self, world: World, service: Obj) -> float | None:
        key, now = key_of(service), world.now()
        if key not in self._due:
            _say(world, service, "Normal", "EnsuringLoadBalancer", "Ensuring load balancer")
            self._due[key] = now + timedelta(seconds=0.0 if _has(service) else world.options.paced(_SECONDS))
        if _FINALIZER not in _finalizers(service):
            service = _finalized(world, service, [*_finalizers(service), _FINALIZER])
        if now < self._due[key]:
            return (self._due[key] - now).total_seconds()
        del self._due[key]
        return _ensure(world, service)

    def _heard(self, event: Event) -> Iterator[Key]:
        """Every Service; one that changed in what a load balancer looks at is ensured anew."""
        key = key_of(event.object)
        if event.old is not None and _face(event.old) != _face(event.object):
            self._changed[key] = str(event.old["spec"].get("type"))
        yield key


def _ensure(world: World, service: Obj) -> float | None:
    """Write the address down; looks again when there is none."""
    address = _address(world, service)
    if not address:
        asked = service["spec"].get("loadBalancerIP")
        why = f"the address {asked} cannot be had" if asked else "no address is left"
        message = f"Error syncing load balancer: failed to ensure load balancer: {why}"
        _say(world, service, "Warning", "SyncLoadBalancerFailed", message)
        return _RETRY_SECONDS
    _set_status(world, service, {"ingress": [{"ip": address, "ipMode": "VIP"}]})
    _say(world, service, "Normal", "EnsuredLoadBalancer", "Ensured load balancer")
    return None


def _say(world: World, service: Obj, type: Literal["Normal", "Warning"], reason: str, message: str) -> None:
    world.events.record(service, type, reason, message, _COMPONENT)


def _take_back(world: World, service: Obj) -> None:
    _say(world, service, "Normal", "DeletingLoadBalancer", "Deleting load balancer")
    _say(world, service, "Normal", "DeletedLoadBalancer", "Deleted load balancer")
    try:
        if _has(service):
            service = _set_status(world, service, {})
        if _FINALIZER in _finalizers(service):
            _finalized(world, service, [each for each in _finalizers(service) if each != _FINALIZER])
    except ApiError as error:
        if error.reason != "NotFound":
            raise


def _address(world: World, service: Obj) -> str:
    """The Service's own address, the one it asks for, or the next free one; "" when it cannot have any."""
    uid = service["metadata"]["uid"]
    taken = {
        found
        for other in world.store.list("services")
        if other["metadata"]["uid"] != uid
        for found in (*_given(other), *(other["spec"].get("externalIPs") or ()))
    }
    taken |= {each["address"] for node in world.store.list("nodes") for each in _addresses_of(node)}
    asked = service["spec"].get("loadBalancerIP")
    own = [found for found in _given(service) if asked in (None, "", found)]
    if own and own[0] not in taken:
        return own[0]
    if asked:
        return str(asked) if _is_ours(asked) and asked not in taken else ""
    every = (str(IPv4Address(number)) for number in range(int(FIRST), int(LAST) + 1))
    return next((found for found in every if found not in taken), "")


def _is_ours(address: str) -> bool:
    found = ip_address(address)
    return isinstance(found, IPv4Address) and FIRST <= found <= LAST


def _addresses_of(node: Obj) -> list[Obj]:
    return (node.get("status") or {}).get("addresses") or []


def _wants(world: World, service: Obj) -> bool:
    spec = service["spec"]
    return world.options.load_balancer and spec.get("type") == _TYPE and not spec.get("loadBalancerClass")


def _has(service: Obj) -> bool:
    return bool(_given(service))


def _given(service: Obj) -> list[str]:
    points = ((service.get("status") or {}).get("loadBalancer") or {}).get("ingress") or ()
    return [point["ip"] for point in points if point.get("ip")]


def _finalizers(service: Obj) -> list[str]:
    return list(service["metadata"].get("finalizers") or ())


def _finalized(world: World, service: Obj, finalizers: list[str]) -> Obj:
    metadata = {name: value for name, value in service["metadata"].items() if name != "finalizers"}
    if finalizers:
        metadata["finalizers"] = finalizers
    return world.api.update("services", {**service, "metadata": metadata})


def _set_status(world: World, service: Obj, balancer: Obj) -> Obj:
    status = {**(service.get("status") or {}), "loadBalancer": balancer}
    return world.api.update_status("services", {**service, "status": status})


def _face(service: Obj) -> tuple[object, ...]:
    spec = service["spec"]
    return (*(spec.get(name) for name in (*_FACE, *_FACE_TOO)), service["metadata"].get("annotations"))
