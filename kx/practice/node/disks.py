"""Disks: files that outlive pods, containers and the process, kept in the store beside the objects.

A disk is a PersistentVolume's own, or a node's (for ``hostPath``). It is a tree in memory; what changes in it is saved
when the event loop comes round, so that a program that writes much does not wait. Nothing of the host is on any disk.
"""

from __future__ import annotations

import asyncio
import base64
import posixpath
from collections.abc import Iterator

from kx.practice.claims import VOLUMES, capacity
from kx.practice.node.filetree import File, Folder, Link, Node
from kx.practice.status import Obj
from kx.practice.store import Store

RESOURCE = "files.kx"
MOST_BYTES = 256 * 1024 * 1024  # a disk is in memory, whatever size a claim was promised
_VOLUME, _NODE = "volume/", "node/"  # no namespace has a slash in its name
_ROOT = Folder(mode=0o777)  # only its mode counts

_Saved = tuple[str, int, int, int, bytes | str]  # kind, mode, owner, group, contents or target


class Disk:
    """One disk: its root, and how much fits on it."""

    def __init__(self, store: Store, name: str, room: int) -> None:
        self.name = name
        self.root = Folder(mode=_ROOT.mode, disk=self)
        self._store = store
        self._room = room
        self._saved: dict[str, _Saved] = {}
        self._flushing = False
        for row in store.list(RESOURCE, name):
            self._load(row)
        self._used = sum(len(saved[4]) for saved in self._saved.values())

    def take(self, more: int) -> bool:
        """Whether there is room for so many bytes more (or fewer), which are then taken."""
        if more > 0 and self._used + more > self._room:
            return False
        self._used += more
        return True

    def changed(self) -> None:
        """Something on it is no more what it was: save it as soon as nobody has to wait for that."""
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            self.flush()
            return
        if not self._flushing:
            self._flushing = True
            loop.call_soon(self.flush)

    def flush(self) -> None:
        """Save what has changed."""
        self._flushing = False
        now = dict(_rows("/", self.root))
        for path in self._saved.keys() - now.keys():
            self._store.discard(RESOURCE, self.name, path)
        for path, saved in now.items():
            if self._saved.get(path) != saved:
                self._store.keep(RESOURCE, _written(self.name, path, saved))
        self._saved = now
        self._used = sum(len(saved[4]) for saved in now.values())

    def folder(self, path: str) -> Folder:
        """A folder of the disk, made where it is missing."""
        here = self.root
        for name in [part for part in path.split("/") if part]:
            step = here.entries.get(name)
            if not isinstance(step, Folder):
                step = here.entries[name] = Folder(disk=self)
                self.changed()
            here = step
        return here

    def _load(self, row: Obj) -> None:
        path, kind = row["metadata"]["name"], row["kind"]
        data = base64.b64decode(row.get("data", ""))
        parent = self.folder(posixpath.dirname(path)) if path != "/" else None
        common = {"mode": row["mode"], "uid": row["uid"], "gid": row["gid"]}
        node: Node
        if kind == "folder":
            node = self.folder(path)
            node.mode, node.uid, node.gid = common["mode"], common["uid"], common["gid"]
        else:
            node = File(data=data, disk=self, **common) if kind == "file" else Link(target=row["target"], **common)
            assert parent is not None
            parent.entries[posixpath.basename(path)] = node
        self._saved[path] = _saved(node)


class Disks:
    """All disks of a cluster."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._disks: dict[str, Disk] = {}

    def of_volume(self, volume: Obj) -> Folder:
        """What is on a PersistentVolume that is no folder of a node."""
        room = min(int(capacity(volume)), MOST_BYTES)
        return self._disk(f"{_VOLUME}{volume['metadata']['uid']}", room).root

    def of_node(self, node: str) -> Disk:
        """The disk of a node itself."""
        return self._disk(f"{_NODE}{node}", MOST_BYTES)

    def wipe(self, volume: Obj) -> None:
        """Remove all that is on a volume, on every node that has a folder for it."""
        host = volume["spec"].get("hostPath")
        nodes = [one["metadata"]["name"] for one in self._store.list("nodes")]
        for folder in [self.of_node(name).folder(host["path"]) for name in nodes] if host else [self.of_volume(volume)]:
            folder.entries.clear()
            if folder.disk is not None:
                folder.disk.changed()

    def sweep(self) -> None:
        """Remove the disks of volumes that are gone."""
        alive = {f"{_VOLUME}{one['metadata']['uid']}" for one in self._store.list(VOLUMES)}
        for row in self._store.list(RESOURCE):
            disk = row["metadata"]["namespace"]
            if disk.startswith(_VOLUME) and disk not in alive:
                self._disks.pop(disk, None)
                self._store.discard(RESOURCE, disk, row["metadata"]["name"])

    def _disk(self, name: str, room: int) -> Disk:
        if name not in self._disks:
            self._disks[name] = Disk(self._store, name, room)
        return self._disks[name]


def _rows(path: str, node: Node) -> Iterator[tuple[str, _Saved]]:
    yield path, _saved(node)
    if isinstance(node, Folder):
        for name, child in node.entries.items():
            yield from _rows(posixpath.join(path, name), child)


def _saved(node: Node) -> _Saved:
    if isinstance(node, File):
        return "file", node.mode, node.uid, node.gid, node.data
    if isinstance(node, Link):
        return "link", node.mode, node.uid, node.gid, node.target
    return "folder", node.mode, node.uid, node.gid, b""


def _written(disk: str, path: str, saved: _Saved) -> Obj:
    kind, mode, uid, gid, held = saved
    row: Obj = {"kind": kind, "metadata": {"namespace": disk, "name": path}, "mode": mode, "uid": uid, "gid": gid}
    if isinstance(held, str):
        row["target"] = held
    elif kind == "file":
        row["data"] = base64.b64encode(held).decode("ascii")
    return row
