"""The simulated kubelets: bring each pod bound to a node from ContainerCreating to Running, and down again.

One controller plays the kubelets of all nodes. The order of things is here: volumes, sandbox, init containers,
containers, deadlines, deletion. What becomes of a container is ``containers``' business, how it ends ``stopper``'s,
what is told ``reporter``'s.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from datetime import datetime

from kx.practice.claims import ATTACHMENTS, CLAIMS
from kx.practice.controllers.world import Key, KeysOf, World
from kx.practice.history import Event
from kx.practice.node import machines, podkeys
from kx.practice.node.clock import parse
from kx.practice.node.containers import Containers
from kx.practice.node.hooks import Hooks
from kx.practice.node.lifecycle import Emit
from kx.practice.node.lookup import RESOURCES
from kx.practice.node.memory import PodMemory, note_reboot, remember
from kx.practice.node.moments import Moment, after, earliest
from kx.practice.node.mounting import Volumes
from kx.practice.node.nodes import is_simulated
from kx.practice.node.orphans import collected
from kx.practice.node.preparation import Preparation
from kx.practice.node.prober import Prober
from kx.practice.node.reporter import Reporter
from kx.practice.node.restarts import RESTARTS, Restart, is_sidecar, restart_of, restart_of_init
from kx.practice.node.runtime import Runtime
from kx.practice.node.sandbox import Addresses
from kx.practice.node.stopper import Stopper
from kx.practice.status import Obj

_ORPHAN_SECONDS = 40.0  # the pod garbage collector's quarantine for pods whose node is gone
_OVER = ("Succeeded", "Failed")


class Kubelet:
    """Reconciles pods that have a node."""

    name = "kubelet"

    def __init__(self, world: World, runtime: Runtime) -> None:
        self._world = world
        self._runtime = runtime
        self._memories: dict[Key, PodMemory] = {}
        self._appointments: dict[Key, asyncio.Task[None]] = {}
        self._closed = False
        self._addresses = Addresses()
        self._addresses.remember(world.store.list("pods"))
        self._prober = Prober(runtime, self._look_soon)
        self._reporter = Reporter(world, self._prober)
        hooks = Hooks(runtime)
        self._stopper = Stopper(world, runtime, self._reporter, hooks)
        self._volumes = Volumes(world)
        self._containers = Containers(world, runtime, self._prober, self._reporter, self._stopper, hooks, self._volumes)
        self._preparation = Preparation(world, self._volumes, self._reporter, self._addresses)
        runtime.on_exit = self._look_soon

    @property
    def watches(self) -> Mapping[str, KeysOf]:
        return {
            "pods": podkeys.pod_key,
            "nodes": lambda event: podkeys.pods_left_behind(self._world.store, event),
            machines.RESOURCE: lambda event: podkeys.pods_on(self._world.store, event),
            ATTACHMENTS: lambda event: podkeys.pods_that_wait(self._world.store, event),
            CLAIMS: lambda event: podkeys.pods_of_claim(self._world.store, event),
            **{resource: self._users_of(kind) for kind, resource in RESOURCES.items()},
        }

    def close(self) -> None:
        """Everything on every machine ends, and nobody looks at anything any more."""
        self._closed = True
        for key, memory in tuple(self._memories.items()):
            self._forget(key, memory.uid)

    def _users_of(self, kind: str) -> KeysOf:
        """The pods that show an object in a volume."""

        def keys(event: Event) -> Iterable[Key]:
            metadata = event.object["metadata"]
            return self._volumes.users((kind, metadata["namespace"], metadata["name"]))

        return keys

    def reconcile(self, world: World, key: Key) -> float | None:
        pod = world.store.find("pods", *key)
        known = self._memories.get(key)
        if known and (pod is None or pod["metadata"]["uid"] != known.uid):
            self._forget(key, known.uid)
        if pod is None or not pod["spec"].get("nodeName"):
            return None
        node = world.store.find("nodes", "", pod["spec"]["nodeName"])
        if node is not None and not is_simulated(node):
            return None  # registered by hand: nobody is there to run anything
        if machines.is_off(world.store, pod["spec"]["nodeName"]):
            # The power is off: what ran is gone, and nobody is there to tell of it.
            if known and node is not None:
                self._forget(key, known.uid)
                self._addresses.remember([pod])
            if node is not None:
                return None
        wake = self._orphaned(key, pod) if node is None else self._lead(key, pod)
        return None if wake is None else max(0.0, (wake - world.now()).total_seconds())

    def _lead(self, key: Key, pod: Obj) -> Moment:
        over = (pod.get("status") or {}).get("phase") in _OVER
        leaving = bool(pod["metadata"].get("deletionTimestamp"))
        if over and not leaving and key not in self._memories:
            return None
        memory = self._memories.get(key) or self._memories.setdefault(key, self._remember(pod))
        if leaving:
            return self._stop(key, pod, memory)
        if over:
            # Nothing is started any more; what was still ending may have ended.
            self._stopper.note_ends(pod, memory)
            self._reporter.write(pod, memory)
            return None
        return self._sync(pod, memory)

    def _remember(self, pod: Obj) -> PodMemory:
        """What is known of a pod that was not seen before, its machine's power having been cut or not."""
        memory = remember(pod)
        machine = machines.find(self._world.store, pod["spec"]["nodeName"])
        if machine is not None and machine.booted is not None and note_reboot(memory, machine.booted):
            text = "Pod sandbox changed, it will be killed and re-created."
            self._reporter.emit(pod, Emit("SandboxChanged", text))
        return memory

    # Looks of its own

    def _look_soon(self, namespace: str, name: str) -> None:
        """Something happened inside a container: look, but not from within its own call."""
        asyncio.get_running_loop().call_soon(self._look, (namespace, name))

    def _look(self, key: Key) -> None:
        """A look that the Manager does not know of: its next appointment has to be kept here."""
        if self._closed:
            return
        seconds = self.reconcile(self._world, key)
        before = self._appointments.pop(key, None)
        if before:
            before.cancel()
        if seconds is not None:
            self._appointments[key] = asyncio.ensure_future(self._look_later(key, seconds))

    async def _look_later(self, key: Key, seconds: float) -> None:
        await self._runtime.clock.sleep(seconds)
        self._appointments.pop(key, None)
        self._look(key)

    # Up

    def _sync(self, pod: Obj, memory: PodMemory) -> Moment:
        deadline = _deadline(pod)
        if memory.failing or (deadline and self._world.now() >= deadline):
            return self._fail(pod, memory)
        wakes: list[Moment] = [deadline]
        if self._preparation.prepared(pod, memory, wakes):
            self._run_containers(pod, memory, wakes)
        self._reporter.write(pod, memory)
        return earliest(wakes)

    def _run_containers(self, pod: Obj, memory: PodMemory, wakes: list[Moment]) -> None:
        for container in pod["spec"].get("ephemeralContainers") or ():
            wakes.append(self._containers.advance(pod, memory, container, RESTARTS["Never"]))
        finished = _finished(pod, memory)
        begun = any(one["name"] in memory.records for one in pod["spec"]["containers"])
        for container in pod["spec"].get("initContainers") or ():
            if not is_sidecar(container) and (begun or _succeeded(memory, container)):
                continue
            restart = restart_of_init(pod, container, finished)
            wakes.append(self._containers.advance(pod, memory, container, restart))
            if not begun and not self._passed(pod, memory, container):
                if _has_failed(memory, container, restart):
                    self._end_rest(pod, memory, wakes)
                return
        waits = False
        for container in pod["spec"]["containers"]:
            if waits and container["name"] not in memory.records:
                continue  # the kubelet makes containers one after the other, and waits for image and postStart hook
            wakes.append(self._containers.advance(pod, memory, container, restart_of(pod, container)))
            name = container["name"]
            waits = waits or memory.records[name].stage == "pulling" or name in memory.starting
        if _finished(pod, memory):
            self._end_rest(pod, memory, wakes)

    def _end_rest(self, pod: Obj, memory: PodMemory, wakes: list[Moment]) -> None:
        """The pod's work is done, or will never be: what still runs beside it ends too."""
        wakes.append(self._stopper.stop_rest(pod, memory, _grace(pod)))
        self._stopper.note_ends(pod, memory)

    def _passed(self, pod: Obj, memory: PodMemory, container: Obj) -> bool:
        """An init container lets the next one begin."""
        if is_sidecar(container):
            name = container["name"]
            return name not in memory.starting and self._reporter.up(pod, container, memory.records[name])
        return _succeeded(memory, container)

    # Down

    def _stop(self, key: Key, pod: Obj, memory: PodMemory) -> Moment:
        """The pod is being deleted: end its containers, then let the object go."""
        wake = self._stopper.stop_all(pod, memory)
        if self._stopper.running(pod, memory):
            self._reporter.write(pod, memory)
            return wake
        final = self._reporter.status(pod, memory)
        metadata = {**pod["metadata"], "deletionGracePeriodSeconds": 0}
        self._forget(key, memory.uid)
        self._world.store.update("pods", {**pod, "metadata": metadata, "status": final})
        return None

    def _fail(self, pod: Obj, memory: PodMemory) -> Moment:
        """activeDeadlineSeconds is over: once nothing runs any more, the pod has failed."""
        message = "Pod was active on the node longer than the specified deadline"
        if not memory.failing:
            memory.failing = True
            self._reporter.emit(pod, Emit("DeadlineExceeded", message))
        wake = self._stopper.stop_rest(pod, memory, _grace(pod))
        self._stopper.note_ends(pod, memory)
        if self._stopper.running(pod, memory):
            self._reporter.write(pod, memory)
            return wake
        failed = {"phase": "Failed", "reason": "DeadlineExceeded", "message": message}
        over = {**pod, "status": {**(pod.get("status") or {}), **failed}}
        self._stopper.note_lost(pod, memory)
        self._world.store.update("pods", {**pod, "status": self._reporter.status(over, memory)})
        return None

    def _orphaned(self, key: Key, pod: Obj) -> Moment:
        """The node is gone: its pods go too, after a while, as the pod garbage collector sees to."""
        memory = self._memories.get(key) or self._memories.setdefault(key, remember(pod))
        memory.orphaned_at = memory.orphaned_at or self._world.now()
        if machines.find(self._world.store, pod["spec"]["nodeName"]) is None:
            self._runtime.remove(memory.uid)  # not only the node is gone, but the machine as well
        due = after(memory.orphaned_at, _ORPHAN_SECONDS)
        if self._world.now() < due and not pod["metadata"].get("deletionTimestamp"):
            return due
        self._forget(key, memory.uid)
        self._world.store.update("pods", collected(pod, self._world.now()))
        return None

    def _forget(self, key: Key, uid: str) -> None:
        self._memories.pop(key, None)
        appointment = self._appointments.pop(key, None)
        if appointment:
            appointment.cancel()
        self._prober.forget(uid)
        self._volumes.forget(uid)
        self._runtime.remove(uid)
        self._addresses.release(uid)


def _grace(pod: Obj) -> float:
    return float(pod["spec"].get("terminationGracePeriodSeconds", 30))


def _succeeded(memory: PodMemory, container: Obj) -> bool:
    record = memory.records.get(container["name"])
    return bool(record and record.ended and record.ended.exit_code == 0)


def _has_failed(memory: PodMemory, container: Obj, restart: Restart) -> bool:
    """An init container has ended badly, and will not be tried again."""
    record = memory.records.get(container["name"])
    return bool(record and record.ended and record.ended.exit_code and not restart(record.ended.exit_code))


def _finished(pod: Obj, memory: PodMemory) -> bool:
    """Every container has ended and none will be restarted."""
    pairs = [(container, memory.records.get(container["name"])) for container in pod["spec"]["containers"]]
    ends = [(container, record.ended if record else None) for container, record in pairs]
    return all(end and not restart_of(pod, container)(end.exit_code) for container, end in ends)


def _deadline(pod: Obj) -> datetime | None:
    seconds, begun = pod["spec"].get("activeDeadlineSeconds"), (pod.get("status") or {}).get("startTime")
    return after(parse(begun), seconds) if seconds is not None and begun else None
