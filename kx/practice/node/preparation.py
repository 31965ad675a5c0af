"""What has to be there before a pod's containers: volumes, sandbox and address; and volumes kept up to date."""

from __future__ import annotations

from kx.practice.controllers.world import World
from kx.practice.node.claimed import awaited
from kx.practice.node.lifecycle import Emit
from kx.practice.node.memory import PodMemory
from kx.practice.node.moments import Moment, after, earliest
from kx.practice.node.mounting import Volumes
from kx.practice.node.reporter import Reporter, host_address
from kx.practice.node.sandbox import Addresses
from kx.practice.status import Obj

_SANDBOX_SECONDS = 0.3
_FIRST_MOUNT_DELAY, _LONGEST_MOUNT_DELAY = 0.5, 122.0
_MOUNT_PATIENCE = 123.0  # podAttachAndMountTimeout
_GIVEN_UP = (
    "Unable to attach or mount volumes: unmounted volumes=[{}], unattached volumes=[], failed to process volumes=[]: "
    "context deadline exceeded"
)


class Preparation:
    """Prepares pods, one step at a time."""

    def __init__(self, world: World, volumes: Volumes, reporter: Reporter, addresses: Addresses) -> None:
        self._world = world
        self._volumes = volumes
        self._reporter = reporter
        self._addresses = addresses

    def prepared(self, pod: Obj, memory: PodMemory, wakes: list[Moment]) -> bool:
        """Volumes are mounted and the sandbox has its address."""
        if memory.address:
            self._keep_volumes(pod, memory, wakes)
            return True
        if not self._mounted(pod, memory):
            wakes.append(memory.mount_retry_at or memory.mount_given_up)
            return False
        now = self._world.now()
        memory.sandbox_at = memory.sandbox_at or after(now, self._world.options.paced(_SANDBOX_SECONDS))
        if now < memory.sandbox_at:
            wakes.append(memory.sandbox_at)
            return False
        memory.address = self._address(pod, memory)
        return bool(memory.address)

    def _mounted(self, pod: Obj, memory: PodMemory) -> bool:
        now = self._world.now()
        if memory.mount_retry_at and now < memory.mount_retry_at:
            return False
        # A claim without a volume, or a volume on another node, is for others to tell of.
        absent = awaited(pod, self._world.store)
        problems = [] if absent else self._volumes.set_up(pod)
        if not problems and not absent:
            return True
        for message in problems:
            self._reporter.emit(pod, Emit("FailedMount", message, True))
        memory.mount_given_up = memory.mount_given_up or after(now, _MOUNT_PATIENCE)
        if now >= memory.mount_given_up:
            memory.mount_given_up = after(now, _MOUNT_PATIENCE)
            unmounted = " ".join(self._volumes.missing(pod))
            self._reporter.emit(pod, Emit("FailedMount", _GIVEN_UP.format(unmounted), True))
        if not problems:
            memory.mount_retry_at = None  # something will happen
            return False
        memory.mount_delay = min(_LONGEST_MOUNT_DELAY, memory.mount_delay * 2 or _FIRST_MOUNT_DELAY)
        memory.mount_retry_at = earliest([after(now, memory.mount_delay), memory.mount_given_up])
        return False

    def _keep_volumes(self, pod: Obj, memory: PodMemory, wakes: list[Moment]) -> None:
        """Volumes follow what they are made from; after a restart of the server they are made anew."""
        self._volumes.set_up(pod, lenient=True)
        problems, wake = self._volumes.refresh(pod)
        for message in problems:
            self._reporter.emit(pod, Emit("FailedMount", message, True))
        wakes.append(wake)

    def _address(self, pod: Obj, memory: PodMemory) -> str:
        node = self._world.store.get("nodes", "", pod["spec"]["nodeName"])
        if pod["spec"].get("hostNetwork"):
            return host_address(node)
        return self._addresses.take(node["spec"]["podCIDR"], memory.uid) or ""
