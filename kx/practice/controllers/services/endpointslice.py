"""EndpointSlices: a Service's addresses in portions, one set of slices for each way its ports resolve.

Rules: staging/src/k8s.io/endpointslice. Topology hints are not given.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from kx.practice.controllers.objects import controlled_by, controller_of, is_deleting, labels_of, own_key, ready_since
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
from kx.practice.controllers.services.slicing import Plan, plan
from kx.practice.controllers.world import Key, KeysOf, World
from kx.practice.history import Event
from kx.practice.status import ApiError, Obj

RESOURCE = "endpointslices.discovery.k8s.io"
SERVICE_LABEL = "kubernetes.io/service-name"
MANAGED_LABEL = "endpointslice.kubernetes.io/managed-by"
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
        pods = [pod for pod in pods_of(world, service, terminating=True) if _has_node(world, service, pod)]
        for family in families:
            _Slices(world, service, family).settle(pods)
        for stray in _present(world, service):
            if stray["addressType"] not in families:
                _delete(world, stray)
        complete = len(pods) == len(pods_of(world, service, terminating=True))
        return None if complete else _NODE_SECONDS


class _Slices:
    """The slices of one Service for one address family."""

    def __init__(self, world: World, service: Obj, family: str) -> None:
        self._world = world
        self._service = service
        self._family = family

    def settle(self, pods: list[Obj]) -> None:
        """Bring them to hold ``pods``."""
        wanted: dict[str, list[Obj]] = {}
        for pod in pods:
            endpoint = self._endpoint(pod)
            if endpoint["addresses"]:
                wanted.setdefault(_ports_key(ports_of(self._service, pod)), []).append(endpoint)
        present = [obj for obj in _present(self._world, self._service) if obj["addressType"] == self._family]
        groups: dict[str, list[Obj]] = {}
        for obj in present:
            groups.setdefault(_ports_key(obj.get("ports") or []), []).append(obj)
        spare = [obj for ports, objs in sorted(groups.items()) if ports not in wanted for obj in objs]
        made: list[Obj] = []
        for ports, endpoints in sorted(wanted.items()):
            known = {obj["metadata"]["name"]: obj for obj in groups.get(ports, ())}
            contents = {name: tuple(obj.get("endpoints") or ()) for name, obj in known.items()}
            steps = plan(contents, endpoints)
            self._rewrite(known, steps)
            spare += [known[name] for name in steps.gone]
            made += [self._new(json.loads(ports), portion) for portion in steps.made]
        if not wanted:
            # Nothing behind the Service: one empty slice says so.
            made = [self._new([], ())]
        self._exchange(spare, made)

    def _endpoint(self, pod: Obj) -> Obj:
        serving, terminating = ready_since(pod) is not None, is_deleting(pod)
        ready = publishes_all(self._service) or (serving and not terminating)
        node = pod["spec"].get("nodeName", "")
        zone = labels_of(self._world.store.find("nodes", "", node) or {"metadata": {}}).get(_ZONE_LABEL, "")
        named = {"hostname": hostname_of(self._service, pod), "nodeName": node, "zone": zone}
        return {
            "addresses": addresses_of(pod, self._family),
            "conditions": {"ready": ready, "serving": serving, "terminating": terminating},
            "targetRef": target_of(pod),
            **{name: value for name, value in named.items() if value},
        }

    def _labels(self) -> dict[str, str]:
        own = {name: value for name, value in labels_of(self._service).items() if name not in _RESERVED}
        headless = {HEADLESS_LABEL: ""} if is_headless(self._service) else {}
        return {**own, **headless, SERVICE_LABEL: self._service["metadata"]["name"], MANAGED_LABEL: _MANAGER}

    def _new(self, ports: list[Obj], endpoints: tuple[Obj, ...]) -> Obj:
        metadata = self._service["metadata"]
        return {
            "apiVersion": "discovery.k8s.io/v1",
            "kind": "EndpointSlice",
            "metadata": {
                "generateName": metadata["name"] + "-",
                "namespace": metadata["namespace"],
                "labels": self._labels(),
                "ownerReferences": [controlled_by(self._service)],
            },
            "addressType": self._family,
            "endpoints": list(endpoints),
            "ports": ports,
        }

    def _rewrite(self, known: dict[str, Obj], steps: Plan) -> None:
        """Write the slices whose endpoints or labels changed."""
        for name, obj in known.items():
            if name in steps.gone:
                continue
            contents = list(steps.changed.get(name, obj.get("endpoints") or ()))
            self._update(obj, contents, obj.get("ports") or [])

    def _update(self, obj: Obj, endpoints: list[Obj], ports: list[Obj]) -> None:
        labels = self._labels()
        same = (obj.get("endpoints") or []) == endpoints and (obj.get("ports") or []) == ports
        if same and labels_of(obj) == labels:
            return
        metadata = {**obj["metadata"], "labels": labels}
        self._world.api.update(RESOURCE, {**obj, "metadata": metadata, "endpoints": endpoints, "ports": ports})

    def _exchange(self, spare: list[Obj], made: list[Obj]) -> None:
        """Turn slices that are no longer needed into those that are; delete or create the rest."""
        for old, new in zip(spare, made, strict=False):
            self._update(old, new["endpoints"], new["ports"])
        for old in spare[len(made) :]:
            _delete(self._world, old)
        for new in made[len(spare) :]:
            try:
                self._world.api.create(RESOURCE, new)
            except ApiError as error:
                # Nothing can be made in a namespace that is being deleted, and nothing needs to be.
                if error.reason != "Forbidden":
                    raise


def _present(world: World, service: Obj) -> list[Obj]:
    """The slices this controller made for this very Service."""
    owned = (obj for resource, obj in world.store.dependents(service["metadata"]["uid"]) if resource == RESOURCE)
    return [obj for obj in owned if labels_of(obj).get(MANAGED_LABEL) == _MANAGER and not is_deleting(obj)]


def _service_of(event: Event) -> Iterator[Key]:
    """The Service of a slice that somebody changed or removed."""
    owner = controller_of(event.object)
    if owner is not None and owner["kind"] == "Service" and event.type != "ADDED":
        yield event.object["metadata"].get("namespace", ""), owner["name"]


def _has_node(world: World, service: Obj, pod: Obj) -> bool:
    node = pod["spec"].get("nodeName", "")
    return publishes_all(service) or not node or world.store.find("nodes", "", node) is not None


def _delete(world: World, obj: Obj) -> None:
    metadata = obj["metadata"]
    try:
        world.api.delete(RESOURCE, metadata["namespace"], metadata["name"], uid=metadata["uid"])
    except ApiError as error:
        if error.reason != "NotFound":
            raise


def _ports_key(ports: list[Obj]) -> str:
    """Equal for equal lists of ports; reads back as the list."""
    return json.dumps(ports, sort_keys=True)
