"""The simulated kubelets: bring each pod bound to a node from ContainerCreating to Running, and down again.

One controller plays the kubelets of all nodes. What to do with a container is decided in ``lifecycle`` (pure), what
the status says in ``podstatus`` (pure); this module fetches what they need, carries out what they decide, and writes.

One mercy: a main program that ignores SIGTERM (a shell or sleep as process 1 does, as in any container) is killed two
seconds later instead of after the whole grace period. The outcome, exit code 137, is the real one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Literal

from kx.practice.controllers.world import Key, KeysOf, World
from kx.practice.history import Event
from kx.practice.node import images, podstatus
from kx.practice.node.clock import parse as parse_time
from kx.practice.node.clock import stamp
from kx.practice.node.launching import Launcher
from kx.practice.node.lifecycle import Emit, Record, Start, Terminated, View, Waiting, start_failed, started, step
from kx.practice.node.lookup import Lookup
from kx.practice.node.memory import PodMemory, remember
from kx.practice.node.prober import Prober
from kx.practice.node.runtime import Runtime, StartError
from kx.practice.node.sandbox import Addresses
from kx.practice.node.volumes import missing_volumes
from kx.practice.status import Obj

_SANDBOX_SECONDS = 0.3
_MERCY_SECONDS = 2.0
_FIRST_MOUNT_DELAY, _LONGEST_MOUNT_DELAY = 0.5, 122.0

Restart = Callable[[int], bool]
_RESTARTS: dict[str, Restart] = {
    "Always": lambda code: True,
    "OnFailure": lambda code: code != 0,
    "Never": lambda code: False,
}


class Kubelet:
    """Reconciles pods that have a node."""

    name = "kubelet"

    def __init__(self, world: World, runtime: Runtime) -> None:
        self._world = world
        self._runtime = runtime
        self._memories: dict[Key, PodMemory] = {}
        self._appointments: dict[Key, asyncio.Task[None]] = {}
        self._addresses = Addresses()
        self._addresses.remember(world.store.list("pods"))
        self._launcher = Launcher(world, runtime)
        self._prober = Prober(runtime, self._look_soon)
        runtime.on_exit = self._look_soon

    @property
    def watches(self) -> Mapping[str, KeysOf]:
        return {"pods": _pod_key}

    def reconcile(self, world: World, key: Key) -> float | None:
        pod = world.store.find("pods", *key)
        known = self._memories.get(key)
        if known and (pod is None or pod["metadata"]["uid"] != known.uid):
            self._forget(key, known.uid)
        if pod is None or world.store.find("nodes", "", pod["spec"].get("nodeName") or "") is None:
            return None
        over = (pod.get("status") or {}).get("phase") in ("Succeeded", "Failed")
        leaving = bool(pod["metadata"].get("deletionTimestamp"))
        if over and not leaving and key not in self._memories:
            return None
        memory = self._memories.get(key) or self._memories.setdefault(key, remember(pod))
        if over and not leaving:
            self._rest(pod, memory)
            return None
        wake = self._stop(key, pod, memory) if leaving else self._sync(pod, memory)
        return None if wake is None else max(0.0, (wake - world.now()).total_seconds())

    def _look_soon(self, namespace: str, name: str) -> None:
        """Something happened inside a container: look, but not from within its own call."""
        asyncio.get_running_loop().call_soon(self._look, (namespace, name))

    def _look(self, key: Key) -> None:
        """A look that nobody asked the Manager for: its next appointment has to be kept here."""
        seconds = self.reconcile(self._world, key)
        before = self._appointments.pop(key, None)
        if before:
            before.cancel()
        if seconds is not None:
            self._appointments[key] = asyncio.ensure_future(self._look_later(key, seconds))

    async def _look_later(self, key: Key, seconds: float) -> None:
        await self._runtime.clock.sleep(seconds)
        del self._appointments[key]
        self._look(key)

    def _forget(self, key: Key, uid: str) -> None:
        self._memories.pop(key, None)
        appointment = self._appointments.pop(key, None)
        if appointment:
            appointment.cancel()
        self._prober.forget(uid)
        self._runtime.remove(uid)
        self._addresses.release(uid)

    # Up

    def _sync(self, pod: Obj, memory: PodMemory) -> datetime | None:
        now = self._world.now()
        wakes: list[datetime | None] = []
        if self._deadline_passed(pod, now):
            return self._fail(pod, memory)
        if self._prepared(pod, memory, wakes):
            self._run_containers(pod, memory, wakes)
        wakes.append(_add(now, self._deadline_in(pod, now)))
        self._write(pod, memory)
        return _earliest(wakes)

    def _rest(self, pod: Obj, memory: PodMemory) -> None:
        """Nothing is started any more; what was still ending may have ended."""
        self._note_ends(pod, memory)
        self._write(pod, memory)

    def _prepared(self, pod: Obj, memory: PodMemory, wakes: list[datetime | None]) -> bool:
        """Volumes are mounted and the sandbox has its address."""
        now = self._world.now()
        if memory.address:
            return True
        if memory.mount_retry_at and now < memory.mount_retry_at:
            wakes.append(memory.mount_retry_at)
            return False
        problems = missing_volumes(pod, Lookup(self._world.store, pod["metadata"]["namespace"]))
        if problems:
            for message in problems:
                self._emit(pod, Emit("FailedMount", message, True))
            memory.mount_delay = min(_LONGEST_MOUNT_DELAY, memory.mount_delay * 2 or _FIRST_MOUNT_DELAY)
            memory.mount_retry_at = _add(now, memory.mount_delay)
            wakes.append(memory.mount_retry_at)
            return False
        if memory.sandbox_at is None:
            memory.sandbox_at = _add(now, _SANDBOX_SECONDS)
        if memory.sandbox_at and now < memory.sandbox_at:
            wakes.append(memory.sandbox_at)
            return False
        memory.address = self._address(pod, memory)
        return bool(memory.address)

    def _address(self, pod: Obj, memory: PodMemory) -> str:
        node = self._world.store.get("nodes", "", pod["spec"]["nodeName"])
        if pod["spec"].get("hostNetwork"):
            return _host_address(node)
        return self._addresses.take(node["spec"]["podCIDR"], memory.uid) or ""

    def _run_containers(self, pod: Obj, memory: PodMemory, wakes: list[datetime | None]) -> None:
        policy = pod["spec"].get("restartPolicy", "Always")
        finished = self._finished(pod, memory)
        for container in pod["spec"].get("initContainers") or ():
            sidecar = podstatus.is_sidecar(container)
            before = memory.records.get(container["name"])
            begun = any(one["name"] in memory.records for one in pod["spec"]["containers"])
            if before and not sidecar and before.ended and before.ended.exit_code == 0:
                continue
            if begun and not sidecar:
                continue
            restart = _RESTARTS["Never"] if finished else _restarts_init(policy, sidecar)
            record = self._step(pod, memory, container, restart, wakes)
            if sidecar:
                if not self._up(pod, container, record) and not begun:
                    return
            elif not (record.ended and record.ended.exit_code == 0):
                return
        for container in pod["spec"]["containers"]:
            self._step(pod, memory, container, _RESTARTS[policy], wakes)
        if self._finished(pod, memory):
            self._stop_sidecars(pod, memory)

    def _step(
        self, pod: Obj, memory: PodMemory, container: Obj, restart: Restart, wakes: list[datetime | None]
    ) -> Record:
        """Bring one container a step further, and carry out what was decided."""
        name, now = container["name"], self._world.now()
        record = memory.records.get(name) or Record(name)
        record = self._revive(pod, memory, container, record)
        self._kill_late(memory, name, now, wakes)
        decided = step(record, self._view(pod, memory, container, record, restart))
        record = decided.record
        if decided.pulled:
            self._launcher.keep(pod["spec"]["nodeName"], container["image"])
        for effect in decided.effects:
            if isinstance(effect, Start):
                record = self._start(pod, memory, container, record, restart)
                wakes.append(_add(now, 1.0) if record.ended else None)
            else:
                self._emit(pod, effect, container)
        memory.records[name] = record
        wakes.append(decided.wake)
        if record.stage == "running":
            wakes.append(self._probe(pod, memory, container, record))
        return record

    def _view(self, pod: Obj, memory: PodMemory, container: Obj, record: Record, restart: Restart) -> View:
        found, invalid = self._launcher.lookup(container["image"])
        metadata = pod["metadata"]
        return View(
            now=self._world.now(),
            pod=f"{metadata['name']}_{metadata['namespace']}({metadata['uid']})",
            image=container["image"],
            found=found,
            invalid=invalid,
            present=self._launcher.has(pod["spec"]["nodeName"], container["image"]),
            pull_policy=container.get("imagePullPolicy", "IfNotPresent"),
            pull_seconds=images.pull_seconds(found) if isinstance(found, images.Image) else 1.0,
            restart=restart,
            config_error=lambda: self._launcher.config_error(_with_address(pod, memory), container),
            exited=self._end(memory, record),
        )

    def _start(self, pod: Obj, memory: PodMemory, container: Obj, record: Record, restart: Restart) -> Record:
        now, container_id = self._world.now(), self._launcher.new_id()
        reference = images.parse(container["image"])
        record = replace(
            record, image_name=reference.name, image_id=f"{reference.repository}@{images.digest(reference)}"
        )
        memory.kill_at.pop(container["name"], None)
        self._prober.reset(memory.uid, container["name"])
        try:
            self._launcher.start(_with_address(pod, memory), container, container_id, now)
        except StartError as error:
            self._emit(pod, Emit("Failed", f"Error: {error}", True), container)
            return start_failed(record, podstatus.ID_PREFIX + container_id, now, str(error), restart(128))
        self._emit(pod, Emit("Started", f"Started container {container['name']}"), container)
        return started(record, podstatus.ID_PREFIX + container_id, now)

    def _revive(self, pod: Obj, memory: PodMemory, container: Obj, record: Record) -> Record:
        """After a restart of the server: a container that was running goes on, without counting as restarted."""
        if record.stage != "running" or self._runtime.find(memory.uid, container["name"]):
            return record
        container_id = record.container_id.rpartition("/")[2]
        self._launcher.keep(pod["spec"]["nodeName"], container["image"])
        self._launcher.start(_with_address(pod, memory), container, container_id, record.started or self._world.now())
        return record

    def _end(self, memory: PodMemory, record: Record) -> Terminated | None:
        container = self._runtime.find(memory.uid, record.name)
        if record.stage != "running" or container is None or container.exit_code is None:
            return None
        code, finished = container.exit_code, container.finished or self._world.now()
        message = self._launcher.termination_message(container)
        reason = "Completed" if code == 0 else "Error"
        return Terminated(code, reason, record.started, finished, record.container_id, message)

    def _probe(self, pod: Obj, memory: PodMemory, container: Obj, record: Record) -> datetime | None:
        """Run what probes are due; a failed liveness or startup probe ends the instance."""
        looked = self._prober.look(pod, container, memory.address, record.started or self._world.now())
        for kind, message in looked.failures:
            self._emit(pod, Emit("Unhealthy", f"{kind} probe failed: {message}", True), container)
        if looked.kill and container["name"] not in memory.kill_at:
            message = f"Container {container['name']} failed {looked.kill} probe, will be restarted"
            self._emit(pod, Emit("Killing", message), container)
            self._terminate(pod, memory, container["name"], pod["spec"].get("terminationGracePeriodSeconds", 30))
        return looked.wake

    def _up(self, pod: Obj, container: Obj, record: Record) -> bool:
        return record.stage == "running" and self._prober.up(pod["metadata"]["uid"], container)

    def _ready(self, pod: Obj, container: Obj, record: Record) -> bool:
        return record.stage == "running" and self._prober.ready(pod["metadata"]["uid"], container)

    # Down

    def _stop(self, key: Key, pod: Obj, memory: PodMemory) -> datetime | None:
        """The pod is being deleted: end its containers, then let the object go."""
        grace = pod["metadata"].get("deletionGracePeriodSeconds")
        grace = 30 if grace is None else grace
        running = self._running(pod, memory)
        if not memory.stopping:
            memory.stopping = True
            for container in running:
                self._emit(pod, Emit("Killing", f"Stopping container {container['name']}"), container)
                self._terminate(pod, memory, container["name"], grace)
        wakes: list[datetime | None] = []
        for container in running:
            latest = parse_time(pod["metadata"]["deletionTimestamp"])
            memory.kill_at[container["name"]] = min(memory.kill_at.get(container["name"], latest), latest)
            self._kill_late(memory, container["name"], self._world.now(), wakes)
        self._note_ends(pod, memory)
        if running:
            self._write(pod, memory)
            return _earliest(wakes)
        final = self._status(pod, memory)
        metadata = {**pod["metadata"], "deletionGracePeriodSeconds": 0}
        self._forget(key, memory.uid)
        self._world.store.update("pods", {**pod, "metadata": metadata, "status": final})
        return None

    def _terminate(self, pod: Obj, memory: PodMemory, name: str, grace: float) -> None:
        container = self._runtime.find(memory.uid, name)
        patience = grace if container and container.program.handles("TERM") else min(grace, _MERCY_SECONDS)
        memory.kill_at[name] = _add(self._world.now(), patience) or self._world.now()
        self._runtime.signal(memory.uid, name, "TERM")

    def _kill_late(self, memory: PodMemory, name: str, now: datetime, wakes: list[datetime | None]) -> None:
        due = memory.kill_at.get(name)
        if due is None:
            return
        if now >= due:
            self._runtime.signal(memory.uid, name, "KILL")
        else:
            wakes.append(due)

    def _running(self, pod: Obj, memory: PodMemory) -> list[Obj]:
        found = []
        for container in _containers(pod):
            instance = self._runtime.find(memory.uid, container["name"])
            if instance and instance.exit_code is None:
                found.append(container)
        return found

    def _note_ends(self, pod: Obj, memory: PodMemory) -> None:
        """Instances that have ended are not restarted any more."""
        for name, record in memory.records.items():
            end = self._end(memory, record)
            if end:
                memory.records[name] = replace(record, stage="ended", ended=end, waiting=None)

    def _stop_sidecars(self, pod: Obj, memory: PodMemory) -> None:
        for container in pod["spec"].get("initContainers") or ():
            if podstatus.is_sidecar(container) and container["name"] not in memory.kill_at:
                self._terminate(pod, memory, container["name"], _MERCY_SECONDS)

    def _finished(self, pod: Obj, memory: PodMemory) -> bool:
        policy = pod["spec"].get("restartPolicy", "Always")
        records = [memory.records.get(container["name"]) for container in pod["spec"]["containers"]]
        ends = [record.ended for record in records if record]
        return len(ends) == len(records) and all(end and not _RESTARTS[policy](end.exit_code) for end in ends)

    def _deadline_in(self, pod: Obj, now: datetime) -> float | None:
        seconds, begun = pod["spec"].get("activeDeadlineSeconds"), (pod.get("status") or {}).get("startTime")
        return None if seconds is None or not begun else seconds - (now - parse_time(begun)).total_seconds()

    def _deadline_passed(self, pod: Obj, now: datetime) -> bool:
        left = self._deadline_in(pod, now)
        phase = (pod.get("status") or {}).get("phase")
        return left is not None and left <= 0 and phase not in ("Succeeded", "Failed")

    def _fail(self, pod: Obj, memory: PodMemory) -> datetime | None:
        """activeDeadlineSeconds is over."""
        message = "Pod was active on the node longer than the specified deadline"
        self._emit(pod, Emit("DeadlineExceeded", message))
        for container in self._running(pod, memory):
            self._runtime.signal(memory.uid, container["name"], "KILL")
        status = {**self._status(pod, memory), "phase": "Failed", "reason": "DeadlineExceeded", "message": message}
        self._world.store.update("pods", {**pod, "status": status})
        return None

    # Telling

    def _write(self, pod: Obj, memory: PodMemory) -> None:
        status = self._status(pod, memory)
        if status != pod.get("status"):
            self._world.store.update("pods", {**pod, "status": status})

    def _status(self, pod: Obj, memory: PodMemory) -> Obj:
        now, before = self._world.now(), pod.get("status") or {}
        init = pod["spec"].get("initContainers") or ()
        idle = Waiting("PodInitializing" if init else "ContainerCreating")
        init_statuses = self._statuses(pod, memory, init, Waiting("PodInitializing"))
        init_done = all(_init_done(*pair) for pair in zip(init, init_statuses, strict=True))
        statuses = self._statuses(pod, memory, pod["spec"]["containers"], idle)
        phase = podstatus.phase(pod, statuses, init_statuses)
        if before.get("phase") in ("Succeeded", "Failed"):
            phase = before["phase"]
        node = self._world.store.find("nodes", "", pod["spec"]["nodeName"])
        host = _host_address(node) if node else ""
        return {
            **before,
            "phase": phase,
            "conditions": podstatus.conditions(pod, phase, statuses, init_done, bool(memory.address), now),
            "hostIP": host,
            "hostIPs": [{"ip": host}],
            "startTime": before.get("startTime") or stamp(now),
            **({"podIP": memory.address, "podIPs": [{"ip": memory.address}]} if memory.address else {}),
            **({"initContainerStatuses": init_statuses} if init else {}),
            "containerStatuses": statuses,
            **({"observedGeneration": pod["metadata"]["generation"]} if pod["metadata"].get("generation") else {}),
        }

    def _statuses(self, pod: Obj, memory: PodMemory, containers: Sequence[Obj], idle: Waiting) -> list[Obj]:
        result = []
        for container in containers:
            record = memory.records.get(container["name"]) or Record(container["name"])
            up = self._up(pod, container, record)
            result.append(podstatus.container_status(container, record, idle, self._ready(pod, container, record), up))
        return result

    def _emit(self, pod: Obj, event: Emit, container: Obj | None = None) -> None:
        group = "containers"
        if container is not None and container in (pod["spec"].get("initContainers") or ()):
            group = "initContainers"
        path = f"spec.{group}{{{container['name']}}}" if container else ""
        kind: Literal["Normal", "Warning"] = "Warning" if event.warning else "Normal"
        node = pod["spec"]["nodeName"]
        self._world.events.record(pod, kind, event.reason, event.message, "kubelet", node, field_path=path)


def _restarts_init(policy: str, sidecar: bool) -> Restart:
    if sidecar:
        return _RESTARTS["Always"]
    return _RESTARTS["Never" if policy == "Never" else "OnFailure"]


def _init_done(container: Obj, status: Obj) -> bool:
    if podstatus.is_sidecar(container):
        return bool(status.get("started"))
    return (status["state"].get("terminated") or {}).get("exitCode") == 0


def _containers(pod: Obj) -> list[Obj]:
    return [*(pod["spec"].get("initContainers") or ()), *pod["spec"]["containers"]]


def _pod_key(event: Event) -> Iterable[Key]:
    metadata = event.object["metadata"]
    return ((metadata["namespace"], metadata["name"]),)


def _host_address(node: Obj) -> str:
    addresses = (node.get("status") or {}).get("addresses") or ()
    return next((one["address"] for one in addresses if one["type"] == "InternalIP"), "")


def _with_address(pod: Obj, memory: PodMemory) -> Obj:
    """The pod as its containers are made: with the address it just got."""
    return {**pod, "status": {**(pod.get("status") or {}), "podIP": memory.address, "podIPs": [{"ip": memory.address}]}}


def _add(now: datetime, seconds: float | None) -> datetime | None:
    return None if seconds is None else now + timedelta(seconds=seconds)


def _earliest(moments: Iterable[datetime | None]) -> datetime | None:
    return min((moment for moment in moments if moment), default=None)
