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
from kx.practice.node.environment import command_line, environment, pod_environment
from kx.practice.node.filetree import File
from kx.practice.node.identity import USERS, identity, root_problem
from kx.practice.node.lookup import Lookup, MissingError
from kx.practice.node.mounting import Volumes
from kx.practice.node.resolver import DOMAIN
from kx.practice.node.runtime import Runtime
from kx.practice.node.volumes import container_files, sub_path
from kx.practice.status import Obj

_MESSAGE_FILE = "/dev/termination-log"
_LONGEST_MESSAGE = 4096
_LONGEST_LOG, _MOST_LINES = 2048, 80  # of a log that stands in for it


class Launcher:
    """Starts containers on the runtime."""

    def __init__(self, world: World, runtime: Runtime, volumes: Volumes) -> None:
        self._world = world
        self._runtime = runtime
        self._volumes = volumes
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
            added = pod_environment(pod, container, self._references(pod))
            for mount in container.get("volumeMounts") or ():
                sub_path(mount, added)
        except MissingError as error:
            return error.message
        return root_problem(pod, container, found)

    def start(self, pod: Obj, container: Obj, container_id: str, moment: datetime, lenient: bool = False) -> None:
        """Start an instance; StartError when its program is not in the image.

        ``lenient``: ConfigMaps and Secrets that are missing count as empty.
        """
        reference = images.parse(container["image"])
        found = images.lookup(reference)
        if not isinstance(found, images.Image):
            raise ValueError(f"not pulled: {container['image']}")
        name, lookup = hostname(pod), self._references(pod, lenient)
        added = pod_environment(pod, container, lookup)
        env = environment(added, found, name)
        address, user = pod["status"]["podIP"], identity(pod, container, found)
        volumes = self._volumes.of(pod["metadata"]["uid"])
        files = container_files(pod, container, found, address, name, volumes, added)
        files.mount_node(container.get("terminationMessagePath") or _MESSAGE_FILE, File(mode=0o666), read_only=False)
        workdir = container.get("workingDir") or found.workdir
        files.make_folder(workdir)
        files.uid, files.gid, files.groups = user.uid, user.gid, frozenset({user.gid, *user.groups})
        files.now = self._world.now
        files.read_only = bool((container.get("securityContext") or {}).get("readOnlyRootFilesystem"))
        launch = Launch(
            namespace=pod["metadata"]["namespace"],
            pod=pod["metadata"]["name"],
            uid=pod["metadata"]["uid"],
            name=container["name"],
            id=container_id,
            image=reference.short,
            family=found.family,
            argv=command_line(container, found, added),
            env=env,
            cwd=workdir,
            user=next((name for name, number in USERS.items() if number == user.uid), str(user.uid)),
            hostname=name,
            address=address,
            stdin=bool(container.get("stdin")),
            stdin_once=bool(container.get("stdinOnce")),
            tty=bool(container.get("tty")),
            files=files,
            declared=_declared_ports(container),
            node=pod["spec"].get("nodeName", ""),
            host_network=bool(pod["spec"].get("hostNetwork")),
            shares=_shares(pod, container),
            tag=reference.tag,
        )
        self._runtime.start(launch, moment)

    def _references(self, pod: Obj, lenient: bool = False) -> Lookup:
        return Lookup(self._world.store, pod["metadata"]["namespace"], lenient, self._world.issue_token)


def termination_message(container: Container, spec: Obj, code: int) -> str:
    """What a program left for its end: the file it was given, or with FallbackToLogsOnError what it last said."""
    files, path = container.launch.files, spec.get("terminationMessagePath") or _MESSAGE_FILE
    data = files.read(path) if files.exists(path) else b""
    if not data and code and spec.get("terminationMessagePolicy") == "FallbackToLogsOnError":
        said = b"".join(line.data for line in container.log.lines()).splitlines(keepends=True)
        return b"".join(said[-_MOST_LINES:])[-_LONGEST_LOG:].decode("utf-8", "replace")
    return data[:_LONGEST_MESSAGE].decode("utf-8", "replace")


def hostname(pod: Obj) -> str:
    """What ``hostname`` prints in the pod: its node's name where it has the node's network."""
    spec = pod["spec"]
    if spec.get("hostNetwork"):
        return str(spec.get("nodeName", ""))
    if spec.get("hostnameOverride"):
        return str(spec["hostnameOverride"])
    name = str(spec.get("hostname") or pod["metadata"]["name"])[:63].rstrip("-.")
    if spec.get("setHostnameAsFQDN") and spec.get("subdomain"):
        return f"{name}.{spec['subdomain']}.{pod['metadata']['namespace']}.svc.{DOMAIN}"
    return name


def _shares(pod: Obj, container: Obj) -> str:
    """Whose process table a container has; see ``container.Launch``."""
    if pod["spec"].get("hostPID"):
        return "host"
    if pod["spec"].get("shareProcessNamespace"):
        return "pod"
    target = container.get("targetContainerName")
    return f"of:{target}" if target else "own"


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
