"""What becomes of a volume whose claim is gone: kept, wiped or deleted. Rules: the binder's reclaimVolume."""

from __future__ import annotations

from kx.practice.claims import ATTACHMENTS, BOUND_BY_CONTROLLER, DRIVER, PROVISIONED_BY, VOLUMES, notes_of
from kx.practice.controllers.volumes.writing import patched, volume_phase
from kx.practice.controllers.world import World
from kx.practice.status import Obj

_PATIENCE = 1.0  # seconds between two looks at a volume that cannot go yet


class Reclaimer:
    """Carries out reclaim policies; ``source`` is who tells of it."""

    def __init__(self, world: World, source: str) -> None:
        self._world = world
        self._source = source

    def reclaim(self, volume: Obj) -> float | None:
        """Do what the policy of a released volume asks for; seconds until the next look, if one is needed."""
        policy = volume["spec"].get("persistentVolumeReclaimPolicy", "Retain")
        if policy == "Delete":
            return self._delete(volume)
        if policy == "Recycle":
            self._recycle(volume)
        return None

    def unbind(self, volume: Obj) -> None:
        """Take back what binding wrote; a reference that an administrator wrote stays, without the uid."""
        reference = volume["spec"].get("claimRef") or {}
        if BOUND_BY_CONTROLLER in notes_of(volume):
            patch: Obj = {"spec": {"claimRef": None}, "metadata": {"annotations": {BOUND_BY_CONTROLLER: None}}}
        elif reference.get("uid"):
            patch = {"spec": {"claimRef": {"uid": None, "resourceVersion": None}}}
        else:
            return
        volume_phase(self._world, patched(self._world, VOLUMES, volume, patch), "Available")

    def _delete(self, volume: Obj) -> float | None:
        maker = notes_of(volume).get(PROVISIONED_BY, "")
        if maker == DRIVER:
            if self._in_use(volume):
                return _PATIENCE
            self._world.api.delete(VOLUMES, "", volume["metadata"]["name"], uid=volume["metadata"]["uid"])
        elif not maker:
            # Made by hand: only what is surely nobody else's may be deleted.
            self._fail(volume, "VolumeFailedDelete", _undeletable(volume))
        return None  # a provisioner that is not here has to delete its own

    def _in_use(self, volume: Obj) -> bool:
        name = volume["metadata"]["name"]
        every = self._world.store.list(ATTACHMENTS)
        return any(one["spec"]["source"].get("persistentVolumeName") == name for one in every)

    def _recycle(self, volume: Obj) -> None:
        if not {"hostPath", "nfs"} & volume["spec"].keys():
            self._fail(volume, "VolumeFailedRecycle", "No recycler plugin found for the volume!")
            return
        if (volume.get("status") or {}).get("phase") == "Failed":
            return
        self._world.disks.wipe(volume)
        self._world.events.record(volume, "Normal", "VolumeRecycled", "Volume recycled", self._source)
        self.unbind(volume)

    def _fail(self, volume: Obj, reason: str, message: str) -> None:
        if (volume.get("status") or {}).get("phase") == "Failed":
            return
        volume_phase(self._world, volume, "Failed", message=message)
        self._world.events.record(volume, "Warning", reason, message, self._source)


def _undeletable(volume: Obj) -> str:
    host = volume["spec"].get("hostPath")
    if host is not None:
        return f"host_path deleter only supports /tmp/.+ but received provided {host['path']}"
    name = volume["metadata"]["name"]
    return f'error getting deleter volume plugin for volume "{name}": no deletable volume plugin matched'
