"""Ingresses: the address they are reached at, and that somebody looks after them, as ingress-nginx tells it.

The address is the first node's, as with a controller that listens on its nodes' own ports. Where requests go is
``node.ingress``'s business.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from kx.practice.bootstrap import first_address
from kx.practice.controllers.objects import is_deleting, key_of, own_key
from kx.practice.controllers.world import Key, KeysOf, World
from kx.practice.status import Obj
from kx.practice.store import Store

RESOURCE = "ingresses.networking.k8s.io"
CLASSES = "ingressclasses.networking.k8s.io"
CLASS_ANNOTATION = "kubernetes.io/ingress.class"
_CLASS, _CONTROLLER = "nginx", "k8s.io/ingress-nginx"
_PUBLISH_SECONDS = 1.5
_COMPONENT = "nginx-ingress-controller"


class IngressController:
    """Publishes addresses, and says that it has seen a change."""

    name = "ingress-controller"

    def __init__(self, world: World) -> None:
        self._seen: dict[str, str] = {}  # uid -> resourceVersion
        self._due: dict[str, datetime] = {}  # uid -> when its address will be published
        self.watches: Mapping[str, KeysOf] = {
            RESOURCE: own_key,
            CLASSES: lambda event: _all(world.store),
            "nodes": lambda event: _all(world.store) if event.type != "MODIFIED" else (),
        }

    def reconcile(self, world: World, key: Key) -> float | None:
        """One Ingress. Those of other controllers are left alone."""
        ingress = world.store.find(RESOURCE, *key)
        if ingress is None or is_deleting(ingress):
            return None
        if not is_served(ingress, world.store.list(CLASSES)):
            self._seen.pop(ingress["metadata"]["uid"], None)
            return None
        self._say(world, ingress)
        address = first_address(world.store)
        waits = self._waits(world, ingress) if address else 0.0
        if waits > 0:
            return waits
        wanted = {"ingress": [{"ip": address}]} if address else {}
        status = ingress.get("status") or {}
        if (status.get("loadBalancer") or {}) != wanted:
            world.api.update_status(RESOURCE, {**ingress, "status": {**status, "loadBalancer": wanted}})
        return None

    def _waits(self, world: World, ingress: Obj) -> float:
        """How long until the address of a new Ingress is published: the real controller takes its time as well."""
        if (ingress.get("status") or {}).get("loadBalancer"):
            return 0.0
        now = world.now()
        due = self._due.setdefault(
            ingress["metadata"]["uid"], now + timedelta(seconds=world.options.paced(_PUBLISH_SECONDS))
        )
        if now >= due:
            del self._due[ingress["metadata"]["uid"]]
        return (due - now).total_seconds()

    def _say(self, world: World, ingress: Obj) -> None:
        """Once for each change, the one of the status included; nothing after a restart."""
        uid, version = ingress["metadata"]["uid"], ingress["metadata"]["resourceVersion"]
        before = self._seen.get(uid)
        self._seen[uid] = version
        published = bool(((ingress.get("status") or {}).get("loadBalancer") or {}).get("ingress"))
        if before != version and not (before is None and published):
            world.events.record(ingress, "Normal", "Sync", "Scheduled for sync", _COMPONENT)


def is_served(ingress: Obj, classes: Sequence[Obj]) -> bool:
    """Whether an Ingress is this controller's: by its class, by the old annotation, or because it names none."""
    name = (ingress.get("spec") or {}).get("ingressClassName")
    noted = (ingress["metadata"].get("annotations") or {}).get(CLASS_ANNOTATION)
    if name is not None:
        return any(
            known["metadata"]["name"] == name and (known.get("spec") or {}).get("controller") == _CONTROLLER
            for known in classes
        )
    return noted in (None, "", _CLASS)


def _all(store: Store) -> Iterator[Key]:
    for ingress in store.list(RESOURCE):
        yield key_of(ingress)
