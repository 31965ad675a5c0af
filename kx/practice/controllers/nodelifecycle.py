"""Taints that follow from a node's state: cordoned, not ready, unreachable. Rules: pkg/controller/nodelifecycle.

Simulated nodes live and die with the server, so nobody listens for their heartbeats and nobody is evicted.
"""

from __future__ import annotations

from collections.abc import Mapping

from kx.practice.controllers.objects import condition_of, own_key, stamp
from kx.practice.controllers.world import Key, KeysOf, World
from kx.practice.status import Obj

_UNSCHEDULABLE = "node.kubernetes.io/unschedulable"
# Status of the Ready condition -> the key of the taint.
_BY_READINESS = {"False": "node.kubernetes.io/not-ready", "Unknown": "node.kubernetes.io/unreachable"}
_OURS = frozenset((_UNSCHEDULABLE, *_BY_READINESS.values()))


class NodeLifecycleController:
    """Keeps nodes tainted as they deserve."""

    name = "node-controller"

    def __init__(self, world: World) -> None:
        self.watches: Mapping[str, KeysOf] = {"nodes": own_key}

    def reconcile(self, world: World, key: Key) -> float | None:
        """One node."""
        node = world.store.find("nodes", *key)
        if node is None:
            return None
        spec = node.get("spec") or {}
        present = spec.get("taints") or []
        wanted = _wanted(world, node, present)
        if wanted != present:
            changed = {**spec, "taints": wanted}
            if not wanted:
                del changed["taints"]
            world.api.update("nodes", {**node, "spec": changed})
        return None


def _wanted(world: World, node: Obj, present: list[Obj]) -> list[Obj]:
    keys = [_UNSCHEDULABLE] if (node.get("spec") or {}).get("unschedulable") else []
    ready = condition_of(node, "Ready")
    if ready is not None and ready["status"] in _BY_READINESS:
        keys.append(_BY_READINESS[ready["status"]])
    kept = [taint for taint in present if taint["key"] not in _OURS or taint["effect"] != "NoSchedule"]
    known = {taint["key"]: taint for taint in present if taint["effect"] == "NoSchedule"}
    return kept + [known.get(key) or _taint(world, key) for key in keys]


def _taint(world: World, key: str) -> Obj:
    return {"key": key, "effect": "NoSchedule", "timeAdded": stamp(world.now())}
