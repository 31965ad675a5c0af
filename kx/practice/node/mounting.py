"""The volumes of all pods: set up before their containers, kept up to date while they run.

As with the kubelet, a changed ConfigMap or Secret reaches a mounted volume at the pod's next regular look, a changed
pod (its labels, say) at once, and a token is renewed when most of its life is over.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from kx.practice.controllers.world import Key, World
from kx.practice.node.atomic import publish
from kx.practice.node.claimed import volume_of
from kx.practice.node.clock import parse
from kx.practice.node.files import Files
from kx.practice.node.filetree import SETGID
from kx.practice.node.hostfiles import HostFiles
from kx.practice.node.lookup import Lookup, MissingError
from kx.practice.node.moments import Moment, after, earliest
from kx.practice.node.payload import is_published, payload, references, token_seconds
from kx.practice.status import Obj

_LOOK_SECONDS = 60.0  # the kubelet's syncFrequency
_RENEW_AT = 0.8  # of a token's life
_FIRST_DELAY, _LONGEST_DELAY = 0.5, 122.0

Reference = tuple[str, str, str]  # kind, namespace, name


@dataclass
class _Mounted:
    """The volumes of one pod."""

    key: Key
    files: dict[str, Files] = field(default_factory=dict)
    versions: dict[Reference, str] = field(default_factory=dict)  # as published
    metadata: tuple[Obj, Obj] = field(default_factory=lambda: ({}, {}))
    renew_at: datetime | None = None
    changed_at: datetime | None = None  # when a change was first seen that is not published yet
    failed_at: datetime | None = None
    delay: float = 0.0


class Volumes:
    """Sets up volumes and publishes what they are made from."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._hosts = HostFiles(world)
        self._pods: dict[str, _Mounted] = {}  # by uid
        self._users: dict[Reference, set[Key]] = {}

    def of(self, uid: str) -> dict[str, Files]:
        """A pod's volumes by name."""
        return self._pods[uid].files

    def missing(self, pod: Obj) -> list[str]:
        """The names of the volumes that are not set up yet."""
        made = self._known(pod).files
        return sorted(one["name"] for one in pod["spec"].get("volumes") or () if one["name"] not in made)

    def users(self, reference: Reference) -> tuple[Key, ...]:
        """The pods whose volumes are made from an object."""
        return tuple(self._users.get(reference, ()))

    def set_up(self, pod: Obj, lenient: bool = False) -> list[str]:
        """Make what is not there yet; one message for each volume that cannot be, as FailedMount tells it.

        ``lenient``: its containers run already, and what it is made from may have gone since.
        """
        mounted = self._known(pod)
        problems = []
        wanted = [one for one in pod["spec"].get("volumes") or () if one["name"] not in mounted.files]
        for volume in wanted:
            try:
                mounted.files[volume["name"]] = self._made(pod, volume, lenient)
            except MissingError as error:
                problems.append(_complaint(volume, error))
        if wanted and not problems:
            self._note(pod, mounted)
        return problems

    def refresh(self, pod: Obj) -> tuple[list[str], Moment]:
        """Bring published volumes up to date when that is due; what went wrong, and when to look again."""
        mounted, now = self._known(pod), self._world.now()
        due = self._due(pod, mounted)
        if due is None or now < due:
            return [], earliest([due, mounted.renew_at])
        problems = []
        for volume in pod["spec"].get("volumes") or ():
            if is_published(volume):
                try:
                    self._publish(pod, volume, mounted.files[volume["name"]], lenient=False)
                except MissingError as error:
                    problems.append(_complaint(volume, error))
        if problems:
            mounted.failed_at, mounted.delay = now, min(_LONGEST_DELAY, mounted.delay * 2 or _FIRST_DELAY)
            return problems, after(now, mounted.delay)
        self._note(pod, mounted)
        return [], mounted.renew_at

    def forget(self, uid: str) -> None:
        """The pod is gone, and its own volumes with it."""
        mounted = self._pods.pop(uid, None)
        for reference in mounted.versions if mounted else ():
            self._users.get(reference, set()).discard(mounted.key if mounted else ("", ""))

    def _known(self, pod: Obj) -> _Mounted:
        metadata = pod["metadata"]
        mounted = self._pods.get(metadata["uid"])
        if mounted is None:
            mounted = self._pods[metadata["uid"]] = _Mounted((metadata["namespace"], metadata["name"]))
        return mounted

    def _due(self, pod: Obj, mounted: _Mounted) -> Moment:
        """When published volumes have to be looked at; None while nothing has changed."""
        now = self._world.now()
        if mounted.failed_at:
            return after(mounted.failed_at, mounted.delay)
        if (mounted.renew_at and now >= mounted.renew_at) or mounted.metadata != _metadata(pod):
            return now
        lookup = self._lookup(pod)
        if all(lookup.version(kind, name) == seen for (kind, _, name), seen in mounted.versions.items()):
            return None
        mounted.changed_at = mounted.changed_at or now
        period = self._world.options.paced(_LOOK_SECONDS)
        if not period:
            return now
        begun = parse((pod.get("status") or {}).get("startTime") or pod["metadata"]["creationTimestamp"])
        looks = (mounted.changed_at - begun).total_seconds() // period
        return after(begun, (looks + 1) * period)

    def _note(self, pod: Obj, mounted: _Mounted) -> None:
        """Everything is as it should be now."""
        lookup, namespace = self._lookup(pod), pod["metadata"]["namespace"]
        mounted.failed_at, mounted.delay, mounted.changed_at = None, 0.0, None
        mounted.metadata = _metadata(pod)
        for kind, name in _references(pod):
            mounted.versions[kind, namespace, name] = lookup.version(kind, name)
            self._users.setdefault((kind, namespace, name), set()).add(mounted.key)
        lives = [token_seconds(volume) for volume in pod["spec"].get("volumes") or ()]
        shortest = min((life for life in lives if life), default=None)
        mounted.renew_at = after(self._world.now(), shortest * _RENEW_AT) if shortest else None

    def _made(self, pod: Obj, volume: Obj, lenient: bool) -> Files:
        group = _group(pod)
        if "hostPath" in volume:
            source = {**volume["hostPath"], "type": ""} if lenient else volume["hostPath"]
            return self._hosts.volume(pod["spec"]["nodeName"], source)
        made = self._claimed(pod, volume) or Files()
        made.root.mode = 0o1777 if "secret" in volume or "projected" in volume else 0o777
        if group is not None:
            made.root.mode, made.root.gid = made.root.mode | SETGID, group
        if is_published(volume):
            self._publish(pod, volume, made, lenient)
        return made

    def _claimed(self, pod: Obj, volume: Obj) -> Files | None:
        """The volume of a claim, with all that was ever written to it; None for other volumes."""
        held = volume_of(pod, volume["name"], self._world.store)
        if held is None:
            return None
        host = held["spec"].get("hostPath") or held["spec"].get("local")
        if host is not None:
            return self._hosts.volume(pod["spec"]["nodeName"], host)
        return Files.showing(self._world.disks.of_volume(held))

    def _publish(self, pod: Obj, volume: Obj, files: Files, lenient: bool) -> None:
        publish(files, payload(pod, volume, self._lookup(pod, lenient)), self._world.now(), _group(pod))

    def _lookup(self, pod: Obj, lenient: bool = False) -> Lookup:
        return Lookup(self._world.store, pod["metadata"]["namespace"], lenient, self._world.issue_token)


def _complaint(volume: Obj, error: MissingError) -> str:
    return f'MountVolume.SetUp failed for volume "{volume["name"]}" : {error.message}'


def _references(pod: Obj) -> Iterator[tuple[str, str]]:
    for volume in pod["spec"].get("volumes") or ():
        yield from references(volume)


def _metadata(pod: Obj) -> tuple[Obj, Obj]:
    metadata = pod["metadata"]
    return metadata.get("labels") or {}, metadata.get("annotations") or {}


def _group(pod: Obj) -> int | None:
    group = (pod["spec"].get("securityContext") or {}).get("fsGroup")
    return None if group is None else int(group)
