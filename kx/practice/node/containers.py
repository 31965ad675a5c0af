"""One container's next step, carried out: ``lifecycle`` decides, here it is done and told."""

from __future__ import annotations

from dataclasses import replace

from kx.practice.controllers.world import World
from kx.practice.node import images, podstatus
from kx.practice.node.hooks import Hooks
from kx.practice.node.launching import Launcher
from kx.practice.node.lifecycle import Emit, Record, Start, View, start_failed, started, step
from kx.practice.node.memory import PodMemory
from kx.practice.node.moments import Moment, after, earliest
from kx.practice.node.mounting import Volumes
from kx.practice.node.prober import Prober
from kx.practice.node.reporter import Reporter, host_address
from kx.practice.node.restarts import Restart, is_sidecar
from kx.practice.node.runtime import Runtime, StartError
from kx.practice.node.stopper import Stopper
from kx.practice.status import Obj

_NEXT_LOOK = 1.0
_IMAGE_WANTED = ("Pulling", "Pulled")
_NO_CREDENTIALS = "attempting to pull the image may not succeed."
_REFUSAL_SECONDS = 1.0  # until a registry says that it has no such image
_UNSEEN, _LOOK = 0.3, 0.05


class Containers:
    """Leads the containers of pods whose sandbox is there."""

    def __init__(
        self,
        world: World,
        runtime: Runtime,
        prober: Prober,
        reporter: Reporter,
        stopper: Stopper,
        hooks: Hooks,
        volumes: Volumes,
    ) -> None:
        self._world = world
        self._runtime = runtime
        self._prober = prober
        self._reporter = reporter
        self._stopper = stopper
        self._hooks = hooks
        self._launcher = Launcher(world, runtime, volumes)

    def advance(self, pod: Obj, memory: PodMemory, container: Obj, restart: Restart) -> Moment:
        """Bring one container a step further; when to look again."""
        name, now = container["name"], self._world.now()
        record = memory.records.get(name) or Record(name)
        self._revive(pod, memory, container, record)
        wakes = [self._stopper.kill_late(memory, name)]
        decided = step(record, self._view(pod, memory, container, record, restart))
        record = decided.record
        wakes.append(decided.wake)
        if decided.pulled:
            self._launcher.keep(pod["spec"]["nodeName"], container["image"])
        if any(isinstance(effect, Emit) and effect.reason in _IMAGE_WANTED for effect in decided.effects):
            self._tell_missing_pull_secrets(pod)
        for effect in decided.effects:
            if isinstance(effect, Start):
                record = self._start(pod, memory, container, record, restart)
                if record.ended:
                    wakes.append(after(now, _NEXT_LOOK))
            else:
                self._reporter.emit(pod, effect, container)
        if record.stage == "running" and not record.noticed:
            record = replace(record, noticed=self._is_seen(memory, container, record))
            wakes.append(None if record.noticed else after(now, _LOOK))
        memory.records[name] = record
        if record.stage != "running":
            memory.starting.discard(name)
        elif name not in memory.starting:
            wakes.append(self._probe(pod, memory, container, record))
        return earliest(wakes)

    def _tell_missing_pull_secrets(self, pod: Obj) -> None:
        """No registry here asks for credentials; a Secret that is not there is told of all the same."""
        namespace = pod["metadata"]["namespace"]
        names = [one["name"] for one in pod["spec"].get("imagePullSecrets") or () if one.get("name")]
        missing = [name for name in names if self._world.store.find("secrets", namespace, name) is None]
        if missing:
            message = f"Unable to retrieve some image pull secrets ({', '.join(missing)})"
            told = Emit("FailedToRetrieveImagePullSecret", f"{message}; {_NO_CREDENTIALS}", True)
            self._reporter.emit(pod, told)

    def _is_seen(self, memory: PodMemory, container: Obj, record: Record) -> bool:
        """Whether the kubelet has seen a new instance run.

        It looks at its containers once a second: programs have begun to listen by then, and those that end at once
        were never seen to run. Here it need not take a second where a port that the spec speaks of tells as much.
        """
        instance = self._runtime.find(memory.uid, container["name"])
        declared = {port["containerPort"] for port in container.get("ports") or ()}
        listens = instance is not None and not declared.isdisjoint(instance.box.ports)
        return listens or self._world.now() >= after(record.started or self._world.now(), _UNSEEN)

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
            pull_seconds=self._world.options.paced(_pull_seconds(found)),
            restart=restart,
            config_error=lambda: self._launcher.config_error(self._addressed(pod, memory), container),
            exited=self._stopper.end_of(container, memory, record),
        )

    def _start(self, pod: Obj, memory: PodMemory, container: Obj, record: Record, restart: Restart) -> Record:
        now, container_id = self._world.now(), self._launcher.new_id()
        shown_id = podstatus.ID_PREFIX + container_id
        reference = images.parse(container["image"])
        image_id = f"{reference.repository}@{images.digest(reference)}"
        record = replace(record, image_name=reference.name, image_id=image_id)
        memory.kill_at.pop(container["name"], None)
        for names in (memory.leaving, memory.overran):
            names.discard(container["name"])
        self._prober.reset(memory.uid, container["name"])
        try:
            self._launcher.start(self._addressed(pod, memory), container, container_id, now)
        except StartError as error:
            self._reporter.emit(pod, Emit("Failed", f"Error: {error}", True), container)
            return start_failed(record, shown_id, now, str(error), restart(128))
        self._reporter.emit(pod, Emit("Started", "Container started"), container)
        if self._hooks.run(
            memory.uid, container, "postStart", lambda why: self._after_start(pod, memory, container, why)
        ):
            memory.starting.add(container["name"])
        return started(record, shown_id, now)

    def _after_start(self, pod: Obj, memory: PodMemory, container: Obj, problem: str) -> None:
        """A postStart hook has ended: when it failed, the container has to go. What went wrong may be a secret."""
        memory.starting.discard(container["name"])
        if problem:
            self._reporter.emit(pod, Emit("FailedPostStartHook", "PostStartHook failed", True), container)
            self._reporter.emit(pod, Emit("Killing", "FailedPostStartHook"), container)
            grace = pod["spec"].get("terminationGracePeriodSeconds", 30)
            self._stopper.terminate(pod, memory, container, grace)
        self._runtime.on_exit(pod["metadata"]["namespace"], pod["metadata"]["name"])

    def _revive(self, pod: Obj, memory: PodMemory, container: Obj, record: Record) -> None:
        """After a restart of the server: a container that was running goes on, without counting as restarted."""
        if record.stage != "running" or self._runtime.find(memory.uid, container["name"]):
            return
        container_id = record.container_id.rpartition("/")[2]
        begun = record.started or self._world.now()
        self._launcher.keep(pod["spec"]["nodeName"], container["image"])
        # What it refers to may be gone by now: it was there when the container was made.
        self._launcher.start(self._addressed(pod, memory), container, container_id, begun, lenient=True)

    def _probe(self, pod: Obj, memory: PodMemory, container: Obj, record: Record) -> Moment:
        """Run what probes are due; a failed liveness or startup probe ends the instance."""
        name = container["name"]
        looked = self._prober.look(pod, container, memory.address, record.started or self._world.now())
        for message in looked.failures:
            self._reporter.emit(pod, Emit("Unhealthy", message, True), container)
        if not looked.kill or name in memory.kill_at:
            return looked.wake
        message = f"Container {name} failed {looked.kill} probe"
        if pod["spec"].get("restartPolicy") != "Never" or is_sidecar(container):
            message += ", will be restarted"
        self._reporter.emit(pod, Emit("Killing", message), container)
        usual = pod["spec"].get("terminationGracePeriodSeconds", 30)
        own = container[f"{looked.kill}Probe"].get("terminationGracePeriodSeconds")
        self._stopper.terminate(pod, memory, container, usual if own is None else own)
        return earliest([looked.wake, memory.kill_at[name]])

    def _addressed(self, pod: Obj, memory: PodMemory) -> Obj:
        """The pod as its containers are made: with the addresses it and its node have."""
        node = self._world.store.find("nodes", "", pod["spec"]["nodeName"])
        host = host_address(node) if node else ""
        addresses = {"hostIP": host, "hostIPs": [{"ip": host}]}
        addresses |= {"podIP": memory.address, "podIPs": [{"ip": memory.address}]}
        return {**pod, "status": {**(pod.get("status") or {}), **addresses}}


def _pull_seconds(found: images.Image | images.PullFailure | None) -> float:
    return images.pull_seconds(found) if isinstance(found, images.Image) else _REFUSAL_SECONDS
