"""From a container's spec to its running program: image, environment, files, command line.

Also keeps what images each node has.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime

from kx.practice.controllers.world import World
from kx.practice.node import images
from kx.practice.node.container import Container, Launch
from kx.practice.node.environment import command_line, environment
from kx.practice.node.files import Files
from kx.practice.node.lookup import Lookup, MissingError
from kx.practice.node.runtime import Runtime
from kx.practice.node.volumes import container_files, shared_volumes
from kx.practice.status import Obj

_MESSAGE_FILE = "/dev/termination-log"
_LONGEST_MESSAGE = 4096


class Launcher:
    """Starts containers on the runtime."""

    def __init__(self, world: World, runtime: Runtime) -> None:
        self._world = world
        self._runtime = runtime
        self._volumes: dict[str, dict[str, Files]] = {}  # by the pod's uid
        self._present: set[tuple[str, str]] = set(_pulled(world.store.list("pods")))

    def lookup(self, image: str) -> tuple[images.Image | images.PullFailure | None, str]:
        """What a pull would give; (None, why) for an impossible name."""
        try:
            return images.lookup(images.parse(image)), ""
        except images.InvalidReferenceError as error:
            return None, str(error)

    def has(self, node: str, image: str) -> bool:
        """Whether the image is on the node."""
        return (node, _full_name(image)) in self._present

    def keep(self, node: str, image: str) -> None:
        """The image is on the node from now on."""
        self._present.add((node, _full_name(image)))

    def new_id(self) -> str:
        return secrets.token_hex(32)

    def config_error(self, pod: Obj, container: Obj) -> str:
        """Why the container cannot be configured, or ""."""
        found, _ = self.lookup(container["image"])
        if not isinstance(found, images.Image):
            return ""
        try:
            environment(pod, container, found, hostname(pod), self._references(pod))
            container_files(pod, container, found, pod["status"]["podIP"], hostname(pod), self._references(pod), {})
        except MissingError as error:
            return error.message
        return ""

    def start(self, pod: Obj, container: Obj, container_id: str, moment: datetime, lenient: bool = False) -> None:
        """Start an instance; StartError when its program is not in the image.

        ``lenient``: ConfigMaps and Secrets that are missing count as empty.
        """
        reference = images.parse(container["image"])
        found = images.lookup(reference)
        if not isinstance(found, images.Image):
            raise ValueError(f"not pulled: {container['image']}")
        name, lookup = hostname(pod), self._references(pod, lenient)
        env = environment(pod, container, found, name, lookup)
        address = pod["status"]["podIP"]
        files = container_files(pod, container, found, address, name, lookup, self._shared(pod))
        files.put(_MESSAGE_FILE, b"")
        workdir = container.get("workingDir") or found.workdir
        files.make_folder(workdir)
        launch = Launch(
            namespace=pod["metadata"]["namespace"],
            pod=pod["metadata"]["name"],
            uid=pod["metadata"]["uid"],
            name=container["name"],
            id=container_id,
            image=reference.short,
            family=found.family,
            argv=command_line(container, found, env),
            env=env,
            cwd=workdir,
            user=found.user,
            hostname=name,
            address=address,
            stdin=bool(container.get("stdin")),
            stdin_once=bool(container.get("stdinOnce")),
            tty=bool(container.get("tty")),
            files=files,
            declared=_declared_ports(container),
            node=pod["spec"].get("nodeName", ""),
            tag=reference.tag,
        )
        self._runtime.start(launch, moment)

    def forget(self, uid: str) -> None:
        """The pod is gone, and what its containers shared with it."""
        self._volumes.pop(uid, None)

    def _shared(self, pod: Obj) -> dict[str, Files]:
        uid = pod["metadata"]["uid"]
        if uid not in self._volumes:
            self._volumes[uid] = shared_volumes(pod)
        return self._volumes[uid]

    def _references(self, pod: Obj, lenient: bool = False) -> Lookup:
        return Lookup(self._world.store, pod["metadata"]["namespace"], lenient)


def termination_message(container: Container) -> str:
    """What a program left in /dev/termination-log."""
    files = container.launch.files
    data = files.read(_MESSAGE_FILE) if files.exists(_MESSAGE_FILE) else b""
    return data[:_LONGEST_MESSAGE].decode("utf-8", "replace")


def hostname(pod: Obj) -> str:
    """What ``hostname`` prints in the pod."""
    return str(pod["spec"].get("hostname") or pod["metadata"]["name"])[:63]


def _full_name(image: str) -> str:
    try:
        return images.parse(image).name
    except images.InvalidReferenceError:
        return image


def _pulled(pods: Iterable[Obj]) -> Iterable[tuple[str, str]]:
    """(node, image) of every container that was started before."""
    for pod in pods:
        for group in ("initContainerStatuses", "containerStatuses", "ephemeralContainerStatuses"):
            for one in (pod.get("status") or {}).get(group) or ():
                if one.get("imageID"):
                    yield pod["spec"].get("nodeName", ""), one["image"]


def _declared_ports(container: Obj) -> frozenset[int]:
    """Ports the spec speaks of: those it lists, and those it probes."""
    ports = {int(one["containerPort"]) for one in container.get("ports") or ()}
    for kind in ("livenessProbe", "readinessProbe", "startupProbe"):
        for handler in ("httpGet", "tcpSocket"):
            port = ((container.get(kind) or {}).get(handler) or {}).get("port")
            if isinstance(port, int):
                ports.add(port)
    return frozenset(ports)
