"""What the kubelet tells the API server of its pods: their status, and events in its name."""

from __future__ import annotations

from typing import Literal

from kx.practice.controllers.world import World
from kx.practice.node import podstatus
from kx.practice.node.clock import stamp
from kx.practice.node.lifecycle import Emit, Record, Waiting
from kx.practice.node.memory import PodMemory
from kx.practice.node.prober import Prober
from kx.practice.node.restarts import is_sidecar
from kx.practice.status import Obj

_OVER = ("Succeeded", "Failed")


class Reporter:
    """Writes pods' status and events."""

    def __init__(self, world: World, prober: Prober) -> None:
        self._world = world
        self._prober = prober

    def write(self, pod: Obj, memory: PodMemory) -> None:
        """Bring the stored status up to date."""
        status = self.status(pod, memory)
        if status != pod.get("status"):
            self._world.store.update("pods", {**pod, "status": status})

    def status(self, pod: Obj, memory: PodMemory) -> Obj:
        """The whole status as it is now."""
        now, before = self._world.now(), pod.get("status") or {}
        init = pod["spec"].get("initContainers") or ()
        idle = Waiting("PodInitializing" if init else "ContainerCreating")
        init_statuses = self._containers(pod, memory, "initContainer", Waiting("PodInitializing"))
        pairs = tuple(zip(init, init_statuses, strict=True))
        incomplete = [one["name"] for one, status in pairs if not _init_done(one, status)]
        beside = [status for one, status in pairs if is_sidecar(one)]
        statuses = self._containers(pod, memory, "container", idle)
        # They count for nothing in a pod's readiness, and so are never ready themselves.
        added = [one | {"ready": False} for one in self._containers(pod, memory, "ephemeralContainer", idle)]
        phase = before["phase"] if before.get("phase") in _OVER else podstatus.phase(pod, statuses, init_statuses)
        node = self._world.store.find("nodes", "", pod["spec"]["nodeName"])
        host = host_address(node) if node else ""
        return {
            **before,
            "phase": phase,
            "conditions": podstatus.conditions(pod, phase, [*beside, *statuses], incomplete, bool(memory.address), now),
            "hostIP": host,
            "hostIPs": [{"ip": host}],
            "startTime": before.get("startTime") or stamp(now),
            **({"podIP": memory.address, "podIPs": [{"ip": memory.address}]} if memory.address else {}),
            **({"initContainerStatuses": init_statuses} if init else {}),
            "containerStatuses": statuses,
            **({"ephemeralContainerStatuses": added} if added else {}),
            **({"observedGeneration": pod["metadata"]["generation"]} if pod["metadata"].get("generation") else {}),
        }

    def up(self, pod: Obj, container: Obj, record: Record) -> bool:
        """The container runs, and its startup probe, if any, is satisfied."""
        return record.stage == "running" and self._prober.up(pod["metadata"]["uid"], container)

    def emit(self, pod: Obj, event: Emit, container: Obj | None = None) -> None:
        """Record an event about a pod, or about one of its containers."""
        groups = ("initContainers", "ephemeralContainers")
        found = (each for each in groups if container is not None and container in (pod["spec"].get(each) or ()))
        group = next(found, "containers")
        path = f"spec.{group}{{{container['name']}}}" if container else ""
        kind: Literal["Normal", "Warning"] = "Warning" if event.warning else "Normal"
        node = pod["spec"]["nodeName"]
        self._world.events.record(pod, kind, event.reason, event.message, "kubelet", node, field_path=path)

    def _containers(self, pod: Obj, memory: PodMemory, group: str, idle: Waiting) -> list[Obj]:
        told = {one["name"]: one for one in (pod.get("status") or {}).get(f"{group}Statuses") or ()}
        result = []
        for container in pod["spec"].get(f"{group}s") or ():
            record = memory.records.get(container["name"]) or Record(container["name"])
            if record.stage == "running" and (not record.noticed or record.name in memory.starting):
                # What was told last still holds; nothing new is told before a postStart hook has ended.
                before = told.get(container["name"])
                result.append(before or podstatus.container_status(container, Record(record.name), idle, False, False))
                continue
            ready = record.stage == "running" and self._prober.ready(memory.uid, container)
            up = self.up(pod, container, record)
            done = group == "initContainer" and not is_sidecar(container) and _has_succeeded(record)
            result.append(podstatus.container_status(container, record, idle, ready or done, up))
        return result


def host_address(node: Obj) -> str:
    """A node's own address."""
    addresses = (node.get("status") or {}).get("addresses") or ()
    return next((one["address"] for one in addresses if one["type"] == "InternalIP"), "")


def _init_done(container: Obj, status: Obj) -> bool:
    if is_sidecar(container):
        return bool(status.get("started"))
    return bool((status["state"].get("terminated") or {}).get("exitCode") == 0)


def _has_succeeded(record: Record) -> bool:
    """An init container is ready when it has done its work."""
    return record.stage == "ended" and record.ended is not None and record.ended.exit_code == 0
