"""ResourceQuotas: their status says what is limited, and what all the objects of the namespace take of it.

Creations are charged where they are admitted; here usage is measured when a quota is new or changed, when objects go or
come to take less, and every few minutes. Rules: pkg/controller/resourcequota and pkg/quota/v1/install.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kx.practice.controllers.objects import key_of
from kx.practice.controllers.world import Key, KeysOf, World
from kx.practice.history import Event
from kx.practice.limits import quota
from kx.practice.limits.amounts import only, read, same, written
from kx.practice.limits.scopes import within
from kx.practice.limits.usage import matching, of
from kx.practice.status import Obj

_RESYNC = 300.0  # seconds; kube-controller-manager's --resource-quota-sync-period


class ResourceQuotaController:
    """Measures what quotas limit."""

    name = "resourcequota-controller"

    def __init__(self, world: World, resources: tuple[str, ...]) -> None:
        self._world = world
        self._resources = resources
        self.watches: Mapping[str, KeysOf] = dict.fromkeys(resources, self._replenished)

    def reconcile(self, world: World, key: Key) -> float | None:
        """One quota. Looks again after a while: pods that should have ended long ago count no longer."""
        found = world.store.find(quota.RESOURCE, *key)
        if found is None:
            return None
        hard = read((found.get("spec") or {}).get("hard"))
        status = found.get("status") or {}
        usage = quota.measured(found, self._resources, lambda resource: world.store.list(resource, key[0]), world.now())
        used = only({**read(status.get("used")), **usage}, hard)
        is_known = status.get("hard") is not None and status.get("used") is not None
        if not (is_known and same(read(status["hard"]), hard) and same(read(status["used"]), used)):
            status = {"hard": written(hard), "used": written(used)}
            world.api.update_status(quota.RESOURCE, {**found, "status": status})
        return _RESYNC

    def _replenished(self, event: Event) -> Iterator[Key]:
        """The quotas that limit something new, and those that an object takes from otherwise than before."""
        if event.resource == quota.RESOURCE and event.type != "DELETED" and _limits_anew(event):
            yield key_of(event.object)
        if event.type == "ADDED":
            return  # charged when it was admitted
        for each in self._world.store.list(quota.RESOURCE, event.object["metadata"].get("namespace", "")):
            limited = matching(event.resource, (each.get("spec") or {}).get("hard") or ())
            if limited and (event.type == "DELETED" or self._takes_otherwise(event, each)):
                yield key_of(each)

    def _takes_otherwise(self, event: Event, each: Obj) -> bool:
        now, states = self._world.now(), [event.object, event.old or event.object]
        taken = [of(event.resource, one, now) if within(event.resource, one, each) else {} for one in states]
        return taken[0] != taken[1]


def _limits_anew(event: Event) -> bool:
    """Whether a quota is new or has another spec; its status is written here and says nothing new."""
    return event.old is None or event.old.get("spec") != event.object.get("spec")
