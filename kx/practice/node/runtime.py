"""The simulated container runtime: starts and stops containers, and lets others exec in, attach to and read them.

A container is a coroutine of this process: no program of the host is run for it, no file of the host is read.
What runs is forgotten when the server ends; the kubelet starts it again from the pods' status.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from kx.practice.node.clock import Clock
from kx.practice.node.container import Container, Launch, Program
from kx.practice.node.live import LiveSession
from kx.practice.node.logbuffer import LogBuffer
from kx.practice.node.network import ClusterNetwork
from kx.practice.node.process import Box, Listener
from kx.practice.node.programs import finder, names, stand_in
from kx.practice.node.session import KubeletError, Session
from kx.practice.status import Obj, bad_request
from kx.practice.store import Store


class StartError(Exception):
    """The main program cannot be started; the message is containerd's."""


@dataclass
class _Pod:
    """What a pod's containers share."""

    ports: dict[int, Listener] = field(default_factory=dict)
    containers: dict[str, Container] = field(default_factory=dict)
    logs: dict[str, deque[tuple[str, LogBuffer]]] = field(default_factory=dict)  # the last two instances' by name


class Runtime:
    """All containers of all simulated nodes. ``on_exit(namespace, pod)`` tells that one has ended."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self.clock = clock
        self.on_exit: Callable[[str, str], None] = lambda namespace, pod: None
        self._store = store
        self._pods: dict[str, _Pod] = {}  # by uid
        self.network = ClusterNetwork(store)

    # For the kubelet

    def start(self, launch: Launch, started: datetime) -> None:
        """Start the next instance of a container; StartError if its program is not in the image."""
        find = finder(launch.image, launch.family, launch.files)
        main = (find(launch.argv[0]) or stand_in(launch.image, main=True)) if launch.argv else None
        pod = self._pods.setdefault(launch.uid, _Pod())
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
            network=self.network.seen_from(launch.namespace),
            find=find,
            ports=pod.ports,
            started=started,
            declared=launch.declared,
            programs=names(launch.image, launch.family),
        )
        program = Program(main, box, launch, launch.argv, launch.tty, launch.stdin, log)
        container = Container(launch, box, log, program)
        pod.containers[launch.name] = container
        program.exit_code.add_done_callback(lambda _: self._ended(container))

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
        pod = self._pods.pop(uid, None)
        for container in pod.containers.values() if pod else ():
            self.network.close(container.launch.address)
            container.program.signal("KILL")

    def stop(self) -> None:
        """Kill everything: the server ends."""
        self.on_exit = lambda namespace, pod: None
        for uid in tuple(self._pods):
            self.remove(uid)

    def _ended(self, container: Container) -> None:
        container.finished = self.clock.now()
        for process in tuple(container.box.processes.values()):
            process.stdin.close()
        launch = container.launch
        self.on_exit(launch.namespace, launch.pod)

    # For the API's streams

    async def exec(
        self, namespace: str, pod: str, container: str, argv: Sequence[str], tty: bool, stdin: bool = True
    ) -> Session:
        """See ``session.Streams``."""
        running = self._running(namespace, pod, container, 'container not found ("{container}")')
        main = running.box.find(argv[0]) or stand_in(running.launch.image, main=False)
        if main is None:
            raise _exec_refused(argv[0])
        program = Program(main, running.box, running.launch, argv, tty, stdin, None)
        _ends_with(program, running)
        return program.session(stdin, program.input.close, lambda: program.signal("HUP"))

    async def attach(self, namespace: str, pod: str, container: str) -> Session:
        """See ``session.Streams``."""
        running = self._running(namespace, pod, container, "container {container} not found in pod {pod}_{namespace}")
        launch, program = running.launch, running.program

        def close() -> None:
            if launch.stdin_once:
                program.input.close()

        def leave() -> None:
            # With stdinOnce the first client to have used stdin takes it along when it goes.
            if session.has_written:
                close()

        session: LiveSession = program.session(launch.stdin, close, leave, tells_code=False)
        return session

    def listener(self, namespace: str, pod: str, port: int) -> Listener | None:
        """See ``session.Streams``."""
        found = self._pods.get(self._store.get("pods", namespace, pod)["metadata"]["uid"])
        return found.ports.get(port) if found else None

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
