"""Sends pods away from nodes whose NoExecute taints they do not tolerate, or no longer.

Rules: pkg/controller/tainteviction. Knows nothing of why a node is tainted.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from datetime import datetime

from kx.practice.controllers.objects import condition_of, is_deleting, key_of, own_key, stamp
from kx.practice.controllers.world import Key, KeysOf, World
from kx.practice.history import Event
from kx.practice.status import Obj
from kx.practice.tolerations import matches

_REASON = "TaintManagerEviction"
_SOURCE = "taint-eviction-controller"


class TaintEvictionController:
    """Deletes a pod once none of its tolerations holds it on its node."""

    name = _SOURCE

    def __init__(self, world: World) -> None:
        self.watches: Mapping[str, KeysOf] = {
            "pods": own_key,
            "nodes": lambda event: self._pods_of(world, event),
        }
        # Pods that may stay for a while: which pod it is, and since when it has been counted.
        self._counting: dict[Key, tuple[str, datetime]] = {}

    def _pods_of(self, world: World, event: Event) -> Iterable[Key]:
        old = _taints(event.old) if event.old is not None else []
        if event.type == "DELETED" or _taints(event.object) == old:
            return ()
        name = event.object["metadata"]["name"]
        return [key_of(pod) for pod in world.store.list("pods") if pod["spec"].get("nodeName") == name]

    def reconcile(self, world: World, key: Key) -> float | None:
        """One pod. Looks again when its patience ends."""
        pod = world.store.find("pods", *key)
        stays = _stays(world, pod) if pod is not None and not is_deleting(pod) else None
        if pod is None or stays is None or math.isinf(stays):
            self._forget(world, key, pod)
            return None
        uid, now = pod["metadata"]["uid"], world.now()
        counted, since = self._counting.get(key, (uid, now))
        left = stays - (now - since).total_seconds() if counted == uid else stays
        if left > 0:
            self._counting[key] = (uid, since if counted == uid else now)
            return left
        self._counting.pop(key, None)
        _evict(world, key, pod)
        return None

    def _forget(self, world: World, key: Key, pod: Obj | None) -> None:
        if self._counting.pop(key, None) and pod is not None and not is_deleting(pod):
            world.events.record(pod, "Normal", _REASON, f"Cancelling deletion of Pod {key[0]}/{key[1]}", _SOURCE)


def _taints(node: Obj) -> list[Obj]:
    taints = (node.get("spec") or {}).get("taints") or ()
    return [taint for taint in taints if taint.get("effect") == "NoExecute"]


def _stays(world: World, pod: Obj) -> float | None:
    """How many seconds a pod may stay on its node, infinity for ever; None when nothing speaks against it."""
    node = world.store.find("nodes", "", pod["spec"].get("nodeName") or "")
    taints = _taints(node) if node is not None else []
    if not taints:
        return None
    tolerations = pod["spec"].get("tolerations") or ()
    used = [next((one for one in tolerations if matches(one, taint)), None) for taint in taints]
    if None in used:
        return 0.0
    limits = (one.get("tolerationSeconds") for one in used if one is not None)
    return min((max(float(limit), 0.0) for limit in limits if limit is not None), default=math.inf)


def _evict(world: World, key: Key, pod: Obj) -> None:
    world.events.record(pod, "Normal", _REASON, f"Marking for deletion Pod {key[0]}/{key[1]}", _SOURCE)
    if condition_of(pod, "DisruptionTarget") is None:
        condition = {
            "type": "DisruptionTarget",
            "status": "True",
            "observedGeneration": pod["metadata"].get("generation"),
            "lastProbeTime": None,
            "lastTransitionTime": stamp(world.now()),
            "reason": "DeletionByTaintManager",
            "message": "Taint manager: deleting due to NoExecute taint",
        }
        status = pod.get("status") or {}
        conditions = [*(status.get("conditions") or ()), condition]
        world.api.update_status("pods", {**pod, "status": {**status, "conditions": conditions}})
    world.api.delete("pods", *key, uid=pod["metadata"]["uid"])
