"""How containers end: SIGTERM, patience, SIGKILL, and what their end was.

One mercy: a main program that ignores SIGTERM (a shell or sleep as process 1 does, as in any container) is killed two
seconds later instead of after the whole grace period. The outcome, exit code 137, is the real one.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from kx.practice.controllers.world import World
from kx.practice.node.clock import parse
from kx.practice.node.hooks import Hooks
from kx.practice.node.launching import termination_message
from kx.practice.node.lifecycle import Emit, Record, Terminated
from kx.practice.node.memory import PodMemory
from kx.practice.node.moments import Moment, after, earliest
from kx.practice.node.reporter import Reporter
from kx.practice.node.restarts import is_sidecar
from kx.practice.node.runtime import Runtime
from kx.practice.status import Obj

_MERCY_SECONDS = 2.0
_GRACE_SECONDS = 30
_LOST = "The container could not be located when the pod was terminated"
# A deletion takes its time to reach a node, and the Services hear of it meanwhile: they send nobody any more to a
# program that is told to end.
_HEARSAY_SECONDS = 0.2
_SHORTEST_SECONDS = 2.0  # what a container has in any case, even when its preStop hook took all its time


class Stopper:
    """Ends containers of the runtime."""

    def __init__(self, world: World, runtime: Runtime, reporter: Reporter, hooks: Hooks) -> None:
        self._world = world
        self._runtime = runtime
        self._reporter = reporter
        self._hooks = hooks

    def stop_all(self, pod: Obj, memory: PodMemory) -> Moment:
        """The pod is being deleted: bring all its containers to their end."""
        grace = pod["metadata"].get("deletionGracePeriodSeconds")
        latest = parse(pod["metadata"]["deletionTimestamp"])
        running = self.running(pod, memory)
        if running and not memory.stopping:
            memory.stop_at = memory.stop_at or after(self._world.now(), min(_HEARSAY_SECONDS, grace or 0))
            if self._world.now() < memory.stop_at:
                return memory.stop_at
        wake = self.stop_rest(pod, memory, _GRACE_SECONDS if grace is None else grace, latest)
        self.note_ends(pod, memory)
        return wake

    def stop_rest(self, pod: Obj, memory: PodMemory, grace: float, latest: datetime | None = None) -> Moment:
        """Whatever of a pod still runs has to end within ``grace``, and at the ``latest`` then."""
        if not memory.stopping:
            memory.stopping = True
            for container in self.running(pod, memory):
                self._reporter.emit(pod, Emit("Killing", f"Stopping container {container['name']}"), container)
                self.terminate(pod, memory, container, grace)
        wakes = []
        for container in self.running(pod, memory):
            name = container["name"]
            if latest and name not in memory.overran:
                memory.kill_at[name] = min(memory.kill_at.get(name, latest), latest)
            if name in memory.leaving and name not in memory.hooked and self._has_turn(pod, memory, name):
                self._signal(memory, name)
            wakes.append(self.kill_late(memory, name))
        return earliest(wakes)

    def terminate(self, pod: Obj, memory: PodMemory, container: Obj, grace: float) -> None:
        """Ask a container to end, after its preStop hook, and remember until when it may take."""
        name, due = container["name"], after(self._world.now(), grace)
        if name in memory.kill_at:
            memory.kill_at[name] = min(memory.kill_at[name], due)  # asked before, its hook included
            return
        memory.kill_at[name] = due
        memory.leaving.add(name)

        def hook_done(problem: str) -> None:
            memory.hooked.discard(name)
            if problem:
                self._reporter.emit(pod, Emit("FailedPreStopHook", "PreStopHook failed", True), container)
            self._may_leave(pod, memory, name)

        if grace > 0 and self._hooks.run(memory.uid, container, "preStop", hook_done):
            memory.hooked.add(name)
        else:
            self._may_leave(pod, memory, name)

    def _may_leave(self, pod: Obj, memory: PodMemory, name: str) -> None:
        if not memory.stopping or self._has_turn(pod, memory, name):
            self._signal(memory, name)

    def _has_turn(self, pod: Obj, memory: PodMemory, name: str) -> bool:
        """Sidecars leave after everything that came after them."""
        init = [one["name"] for one in pod["spec"].get("initContainers") or () if is_sidecar(one)]
        if name not in init:
            return True
        later = {*init[init.index(name) + 1 :], *(one["name"] for one in pod["spec"]["containers"])}
        return not any(one["name"] in later for one in self.running(pod, memory))

    def _signal(self, memory: PodMemory, name: str) -> None:
        instance = self._runtime.find(memory.uid, name)
        memory.leaving.discard(name)
        if instance is None or not instance.program.running:
            return
        now = self._world.now()
        least = after(now, _SHORTEST_SECONDS)
        if memory.kill_at.get(name, least) < least:
            memory.kill_at[name] = least
            memory.overran.add(name)
        if not instance.program.handles("TERM"):
            mercy = after(now, _MERCY_SECONDS)
            memory.kill_at[name] = min(memory.kill_at.get(name, mercy), mercy)
            # Nothing will happen until then: somebody has to look.
            self._runtime.on_exit(instance.launch.namespace, instance.launch.pod)
        self._runtime.signal(memory.uid, name, "TERM")

    def kill_late(self, memory: PodMemory, name: str) -> Moment:
        """Kill a container that took too long; else when that will be."""
        due = memory.kill_at.get(name)
        if due is None or self._world.now() < due:
            return due
        if name in memory.leaving:
            # Its time went by before it was even asked.
            memory.hooked.discard(name)
            self._signal(memory, name)
            return memory.kill_at[name]
        self._runtime.signal(memory.uid, name, "KILL")
        return None

    def kill_all(self, pod: Obj, memory: PodMemory) -> None:
        """No patience at all."""
        for container in self.running(pod, memory):
            self._runtime.signal(memory.uid, container["name"], "KILL")

    def running(self, pod: Obj, memory: PodMemory) -> list[Obj]:
        """The containers of a pod that run."""
        found = []
        for container in every_container(pod):
            instance = self._runtime.find(memory.uid, container["name"])
            if instance and instance.exit_code is None:
                found.append(container)
        return found

    def end_of(self, spec: Obj, memory: PodMemory, record: Record) -> Terminated | None:
        """How the instance a record speaks of has ended; None while it runs."""
        container = self._runtime.find(memory.uid, record.name)
        if record.stage != "running" or container is None or container.exit_code is None:
            return None
        code, finished = container.exit_code, container.finished or self._world.now()
        reason = "Completed" if code == 0 else "Error"
        message = termination_message(container, spec, code)
        return Terminated(code, reason, record.started, finished, record.container_id, message)

    def note_ends(self, pod: Obj, memory: PodMemory) -> None:
        """Instances that have ended are not restarted any more."""
        for container in every_container(pod):
            name = container["name"]
            record = memory.records.get(name)
            end = self.end_of(container, memory, record) if record else None
            if record and end:
                memory.records[name] = replace(record, stage="ended", ended=end, waiting=None)

    def note_lost(self, pod: Obj, memory: PodMemory) -> None:
        """The pod is over: of a container that never came to run nothing is known."""
        for container in pod["spec"]["containers"]:
            record = memory.records.get(container["name"]) or Record(container["name"])
            if record.ended is None:
                end = Terminated(137, "ContainerStatusUnknown", None, self._world.now(), "", _LOST)
                memory.records[record.name] = replace(record, stage="ended", ended=end, waiting=None)


def every_container(pod: Obj) -> list[Obj]:
    """All containers of a pod's spec."""
    groups = ("initContainers", "containers", "ephemeralContainers")
    return [container for group in groups for container in pod["spec"].get(group) or ()]
