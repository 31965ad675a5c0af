"""Taints that follow from a node's state: cordoned, not ready, unreachable. Rules: pkg/controller/nodelifecycle.

Who finds out about that state, and what taints do to pods, is others' business.
"""

from __future__ import annotations

from collections.abc import Mapping

from kx.practice.controllers.objects import condition_of, own_key, stamp
from kx.practice.controllers.world import Key, KeysOf, World
from kx.practice.status import Obj

_UNSCHEDULABLE = "node.kubernetes.io/unschedulable"
# Status of the Ready condition -> the key of the taint, which keeps pods away and drives them out.
_BY_READINESS = {"False": "node.kubernetes.io/not-ready", "Unknown": "node.kubernetes.io/unreachable"}
_EFFECTS = ("NoSchedule", "NoExecute")
_OURS = frozenset((_UNSCHEDULABLE, *_BY_READINESS.values()))

Wanted = tuple[str, str]  # key, effect


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
    deserved = _deserved(node)
    kept = [taint for taint in present if not _is_ours(taint) or _identity(taint) in deserved]
    there = set(map(_identity, kept))
    return kept + [_taint(world, *each) for each in deserved if each not in there]


def _deserved(node: Obj) -> list[Wanted]:
    found = [(_UNSCHEDULABLE, "NoSchedule")] if (node.get("spec") or {}).get("unschedulable") else []
    ready = condition_of(node, "Ready")
    if ready is not None and ready["status"] in _BY_READINESS:
        found += [(_BY_READINESS[ready["status"]], effect) for effect in _EFFECTS]
    return found


def _is_ours(taint: Obj) -> bool:
    return taint["key"] in _OURS and taint["effect"] in _EFFECTS


def _identity(taint: Obj) -> Wanted:
    return taint["key"], taint["effect"]


def _taint(world: World, key: str, effect: str) -> Obj:
    return {"key": key, "effect": effect, "timeAdded": stamp(world.now())}
