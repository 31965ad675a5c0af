"""Claims that live as long as one pod does: its generic ephemeral volumes. Rules: pkg/controller/volume/ephemeral."""

from __future__ import annotations

from collections.abc import Mapping

from kx.practice.claims import CLAIMS, ephemeral_name
from kx.practice.controllers.objects import controller_uid, is_deleting, own_key
from kx.practice.controllers.world import Key, KeysOf, World
from kx.practice.status import Obj

SOURCE = "ephemeral_volume"


class EphemeralVolumeController:
    """Makes the claims; the garbage collector takes them away with the pod."""

    name = "ephemeral-volume-controller"

    def __init__(self, world: World) -> None:
        self.watches: Mapping[str, KeysOf] = {"pods": own_key}

    def reconcile(self, world: World, key: Key) -> float | None:
        """One pod."""
        pod = world.store.find("pods", *key)
        if pod is None or is_deleting(pod):
            return None
        for volume in pod["spec"].get("volumes") or ():
            if volume.get("ephemeral") is not None:
                _ensure(world, pod, volume)
        return None


def _ensure(world: World, pod: Obj, volume: Obj) -> None:
    name, namespace = ephemeral_name(pod, volume["name"]), pod["metadata"]["namespace"]
    known = world.store.find(CLAIMS, namespace, name)
    if known is None:
        world.api.create(CLAIMS, _claim(pod, volume, name))
    elif controller_uid(known) != pod["metadata"]["uid"]:
        whose = f'"{namespace}/{pod["metadata"]["name"]}"'
        why = f'PVC "{namespace}/{name}" was not created for pod {whose} (pod is not owner)'
        world.events.record(pod, "Warning", "FailedBinding", f"ephemeral volume {volume['name']}: {why}", SOURCE)


def _claim(pod: Obj, volume: Obj, name: str) -> Obj:
    template = (volume["ephemeral"] or {}).get("volumeClaimTemplate") or {}
    asked = template.get("metadata") or {}
    owner = {
        "apiVersion": "v1",
        "kind": "Pod",
        "name": pod["metadata"]["name"],
        "uid": pod["metadata"]["uid"],
        "controller": True,
        "blockOwnerDeletion": True,
    }
    metadata = {"name": name, "namespace": pod["metadata"]["namespace"], "ownerReferences": [owner]}
    metadata |= {part: asked[part] for part in ("labels", "annotations") if asked.get(part)}
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": metadata,
        "spec": template.get("spec") or {},
    }
