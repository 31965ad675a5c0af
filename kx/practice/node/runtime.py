"""The simulated container runtime: starts and stops containers, and lets others exec in, attach to and read them.

A container is a coroutine of this process: no program of the host is run for it, no file of the host is read.
What runs is forgotten when the server ends; the kubelet starts it again from the pods' status.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from kx.practice.node.clock import Clock
from kx.practice.node.container import Container, Launch, Program
from kx.practice.node.files import Files
from kx.practice.node.logbuffer import LogBuffer
from kx.practice.node.machine import SYSTEM, Machine
from kx.practice.node.network import ClusterNetwork
from kx.practice.node.pids import PidTable
from kx.practice.node.process import Box, Listener
from kx.practice.node.procfs import proc
from kx.practice.node.programs import finder, names, stand_in, stay
from kx.practice.node.routing import Client
from kx.practice.node.session import KubeletError, Session
from kx.practice.status import Obj, bad_request
from kx.practice.store import Store

_PAUSE = "registry.k8s.io/pause"


class StartError(Exception):
    """The main program cannot be started; the message is containerd's."""


@dataclass
class _Pod:
    """What a pod's containers share."""

    ports: dict[int, Listener] = field(default_factory=dict)
    pids: PidTable | None = None  # where its containers share one
    pause: Program | None = None  # the first process of a shared table
    containers: dict[str, Container] = field(default_factory=dict)
    logs: dict[str, deque[tuple[str, LogBuffer]]] = field(default_factory=dict)  # the last two instances' by name


class Runtime:
    """All containers of all simulated nodes. ``on_exit(namespace, pod)`` tells that one has ended."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self.clock = clock
        self.on_exit: Callable[[str, str], None] = lambda namespace, pod: None
        self._store = store
        self._pods: dict[str, _Pod] = {}  # by uid
        self._machines: dict[str, Machine] = {}
        self.network = ClusterNetwork(store, clock.now)

    # For the kubelet

    def start(self, launch: Launch, started: datetime) -> None:
        """Start the next instance of a container; StartError if its program is not in the image."""
        find = finder(launch.image, launch.family, launch.files)
        main = (find(launch.argv[0]) or stand_in(launch.image, main=True)) if launch.argv else None
        pod = self._pods.get(launch.uid) or self._pods.setdefault(launch.uid, self._new_pod(launch))
        log = LogBuffer(self.clock.now)
        pod.logs.setdefault(launch.name, deque(maxlen=2)).append((launch.id, log))
        if main is None:
            log.end()
            raise StartError(_start_message(launch.argv))
        self.network.open(launch.address, pod.ports)
        box = Box(
            image=launch.image,
            family=launch.family,
            hostname=launch.hostname,
            namespace=launch.namespace,
            address=launch.address,
            files=launch.files,
            clock=self.clock,
            network=self.network.seen_from(launch.namespace, Client(launch.address, launch.node), launch.files),
            find=find,
            ports=pod.ports,
            started=started,
            declared=launch.declared,
            tag=launch.tag,
            pids=self._pids(pod, launch),
            programs=names(launch.image, launch.family),
        )
        launch.files.mount_made("/proc", lambda: proc(box))
        program = Program(main, box, launch, launch.argv, launch.tty, launch.stdin, log)
        container = Container(launch, box, log, program)
        pod.containers[launch.name] = container
        program.exit_code.add_done_callback(lambda _: self._ended(container))
        if target := self._target(pod, launch):
            _ends_with(program, target)

    def _new_pod(self, launch: Launch) -> _Pod:
        return _Pod(ports=self._machine(launch.node).ports) if launch.host_network else _Pod()

    def _machine(self, node: str) -> Machine:
        return self._machines.setdefault(node, Machine(node))

    def _target(self, pod: _Pod, launch: Launch) -> Container | None:
        """The container whose process table this one shares."""
        target = pod.containers.get(launch.shares.removeprefix("of:")) if launch.shares.startswith("of:") else None
        return target if target and target.program.running else None

    def _pids(self, pod: _Pod, launch: Launch) -> PidTable:
        """The process table of a new instance."""
        machine = self._machine(launch.node)
        if not machine.system:
            machine.system = [self._background(machine.pids, launch, (name,)) for name in SYSTEM]
        if launch.shares == "host":
            return machine.pids
        if target := self._target(pod, launch):
            return target.box.pids
        if launch.shares == "pod":
            if pod.pids is None:
                pod.pids = PidTable()
                machine.pids.inner.append(pod.pids)
                pod.pause = self._background(pod.pids, launch, ("/pause",), 65535)
            return pod.pids
        table = PidTable()
        machine.pids.inner.append(table)
        return table

    def _background(self, pids: PidTable, launch: Launch, argv: tuple[str, ...], user: int = 0) -> Program:
        """A process that only is there: it holds a pod's namespaces, or is one of the node's own."""
        files = Files()
        files.uid = files.gid = user
        box = Box(
            image=_PAUSE,
            family="none",
            hostname=launch.hostname,
            namespace=launch.namespace,
            address=launch.address,
            files=files,
            clock=self.clock,
            network=self.network.seen_from(launch.namespace, Client(launch.address, launch.node), files),
            find=finder(_PAUSE, "none"),
            ports={},
            started=self.clock.now(),
            pids=pids,
        )
        own = replace(launch, name="", argv=argv, env={}, cwd="/", user=str(user) if user else "root", files=files)
        return Program(stay.pause, box, own, argv, False, False, None)

    def find(self, uid: str, name: str) -> Container | None:
        """The newest instance of a container."""
        pod = self._pods.get(uid)
        return pod.containers.get(name) if pod else None

    def log(self, uid: str, name: str, container_id: str) -> LogBuffer | None:
        """The log of one of the last two instances of a container."""
        pod = self._pods.get(uid)
        return dict(pod.logs.get(name, ())).get(container_id) if pod else None

    def signal(self, uid: str, name: str, signal: str) -> None:
        container = self.find(uid, name)
        if container:
            container.program.signal(signal)

    def remove(self, uid: str) -> None:
        """Kill and forget all containers of a pod."""
        pod = self._pods.pop(uid, None) or _Pod()
        for container in pod.containers.values():
            if not container.launch.host_network:
                self.network.close(container.launch.address, pod.ports)
            container.program.signal("KILL")
        if pod.pause:
            pod.pause.signal("KILL")
        for machine in self._machines.values():
            machine.pids.inner = [one for one in machine.pids.inner if one is not pod.pids]

    def stop(self) -> None:
        """Kill everything: the server ends."""
        self.on_exit = lambda namespace, pod: None
        for uid in tuple(self._pods):
            self.remove(uid)
        for machine in self._machines.values():
            for program in machine.system:
                program.signal("KILL")

    def _ended(self, container: Container) -> None:
        container.finished = self.clock.now()
        for process in tuple(container.box.processes.values()):
            if process.box is container.box:
                process.stdin.close()
        launch = container.launch
        inner = self._machine(launch.node).pids.inner
        if launch.shares == "own" and container.box.pids in inner:
            inner.remove(container.box.pids)
        self.on_exit(launch.namespace, launch.pod)

    # For the API's streams

    async def exec(
        self,
        namespace: str,
        pod: str,
        container: str,
        argv: Sequence[str],
        tty: bool,
        stdin: bool = True,
        held: bool = False,
    ) -> Session:
        """See ``session.Streams``."""
        running = self._running(namespace, pod, container, 'container not found ("{container}")')
        main = running.box.find(argv[0]) or stand_in(running.launch.image, main=False)
        if main is None:
            raise _exec_refused(argv[0])
        program = Program(main, running.box, running.launch, argv, tty, stdin, None, held)
        _ends_with(program, running)

        def close() -> None:
            if not tty:
                program.input.close()

        return program.session(stdin, close, joined=False)

    async def attach(self, namespace: str, pod: str, container: str) -> Session:
        """See ``session.Streams``."""
        running = self._running(namespace, pod, container, "container {container} not found in pod {pod}_{namespace}")
        launch, program = running.launch, running.program

        def close() -> None:
            if launch.stdin_once and not launch.tty:
                program.input.close()

        return program.session(launch.stdin, close, joined=True)

    def ports(self, uid: str) -> Mapping[int, Listener] | None:
        """See ``session.Streams``."""
        found = self._pods.get(uid)
        return found.ports if found else None

    def _running(self, namespace: str, pod: str, container: str, missing: str) -> Container:
        found = self._store.get("pods", namespace, pod)
        name = container or default_container(found)
        known = _container_names(found)
        if name not in known:
            raise bad_request(f"container {name} is not valid for pod {pod}")
        if not found["spec"].get("nodeName"):
            raise bad_request(f"pod {pod} does not have a host assigned")
        running = self.find(found["metadata"]["uid"], name)
        if running is None or not running.program.running:
            raise KubeletError(missing.format(container=name, pod=pod, namespace=namespace), upgraded=False)
        return running


def default_container(pod: Obj) -> str:
    """The container meant when none is named: the annotated one, or the first."""
    wanted = (pod["metadata"].get("annotations") or {}).get("kubectl.kubernetes.io/default-container", "")
    return wanted if wanted in _container_names(pod) else str(pod["spec"]["containers"][0]["name"])


def _container_names(pod: Obj) -> list[str]:
    groups = ("containers", "initContainers", "ephemeralContainers")
    return [container["name"] for group in groups for container in pod["spec"].get(group) or ()]


def _ends_with(program: Program, container: Container) -> None:
    """When the main program ends, the kernel kills everything else in its PID namespace."""
    container.program.exit_code.add_done_callback(lambda _: program.signal("KILL"))


def _runc(argv: Sequence[str]) -> str:
    name = argv[0] if argv else ""
    why = f"stat {name}: no such file or directory" if "/" in name else "executable file not found in $PATH"
    return f'exec: "{name}": {why}: unknown'


def _start_message(argv: Sequence[str]) -> str:
    if not argv:
        return "failed to create containerd task: no command specified"
    return (
        "failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: "
        f"unable to start container process: error during container init: {_runc(argv)}"
    )


def _exec_refused(name: str) -> KubeletError:
    words = (
        "error executing command in container: failed to exec in container: failed to start exec: "
        f"OCI runtime exec failed: exec failed: unable to start container process: {_runc((name,))}"
    )
    return KubeletError(words, upgraded=True)


async def gather_exit(session: Session) -> tuple[int, bytes]:
    """Run a session to its end: exit code and all it wrote. For exec probes and tests."""
    parts: list[bytes] = []
    while (piece := await session.read()) is not None:
        parts.append(piece[1])
    return await session.wait(), b"".join(parts)
