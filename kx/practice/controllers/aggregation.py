"""ClusterRoles that gather the rules of others by label. Rules: pkg/controller/clusterroleaggregation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kx.practice.access.authorizer import CLUSTER_ROLES
from kx.practice.controllers.world import Key, KeysOf, World
from kx.practice.history import Event
from kx.practice.selectors import match_labels
from kx.practice.status import Obj


class RoleAggregationController:
    """Keeps the rules of gathering roles up to date."""

    name = "clusterrole-aggregation-controller"

    def __init__(self, world: World) -> None:
        self._world = world
        self.watches: Mapping[str, KeysOf] = {CLUSTER_ROLES: self._gathering}

    def _gathering(self, event: Event) -> Iterator[Key]:
        """Any role may be one that is gathered."""
        for role in self._world.store.list(CLUSTER_ROLES):
            if role.get("aggregationRule"):
                yield "", role["metadata"]["name"]

    def reconcile(self, world: World, key: Key) -> float | None:
        """One role."""
        role = world.store.find(CLUSTER_ROLES, *key)
        if role is None or not role.get("aggregationRule"):
            return None
        rules = _gathered(world, role)
        if rules != (role.get("rules") or []):
            world.api.update(CLUSTER_ROLES, {**role, "rules": rules})
        return None


def _gathered(world: World, role: Obj) -> list[Obj]:
    rules: list[Obj] = []
    for selector in role["aggregationRule"].get("clusterRoleSelectors") or ():
        for other in world.store.list(CLUSTER_ROLES):
            if other["metadata"]["name"] == role["metadata"]["name"]:
                continue
            if match_labels(selector, other["metadata"].get("labels") or {}):
                rules += [rule for rule in other.get("rules") or () if rule not in rules]
    return rules
