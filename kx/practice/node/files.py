"""The files of one container: a small tree in memory. Knows nothing of the host's files, and never reads one.

A volume is another ``Files`` whose root, or something beneath it, is shown at a folder: containers that show the same
one share it. Modes hold for whoever the container runs as. How paths lead through links and mounts is in
``places``.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Mapping
from datetime import datetime

from kx.practice.node.filetree import SETGID, File, Folder, Link, Node, Stat, permitted, size, stat
from kx.practice.node.places import (
    IS_DIRECTORY,
    NO_ENTRY,
    NO_SPACE,
    NOT_DIRECTORY,
    NOT_PERMITTED,
    READ_ONLY,
    FileError,
    Mount,
    Place,
    walk,
)

__all__ = ["FileError", "Files"]

_READ, _WRITE, _ENTER = 4, 2, 1


class Files:
    """Absolute paths to contents; folders exist where a file lies beneath them or where they were made."""

    def __init__(self, contents: Mapping[str, bytes] | None = None, folders: tuple[str, ...] = ()) -> None:
        self.root = Folder()
        self.shown: Node | None = None  # where it is a single file
        self.read_only = False  # the root itself; mounts have a say of their own
        self.uid = 0
        self.groups: frozenset[int] = frozenset({0})
        self.gid = 0
        self.now: Callable[[], datetime | None] = lambda: None
        self.mounts: dict[str, Mount] = {}
        for folder in folders:
            self.make_folder(folder)
        for path, data in (contents or {}).items():
            self.put(path, data)

    @classmethod
    def showing(cls, node: Node) -> Files:
        """A volume that is a part of other files: a folder of theirs, or one file alone."""
        made = cls()
        made.shown = node
        if isinstance(node, Folder):
            made.root = node
        return made

    # Filling: images and mounts, whatever modes say

    def put(self, path: str, data: bytes) -> None:
        """Place a file whatever the mount says: how images and volumes fill the tree."""
        parent, name = posixpath.split(_normal(path))
        folder = self._folder(parent)
        folder.entries[name] = File(data=data, disk=folder.disk)
        _tell(folder)

    def make_folder(self, path: str, mode: int = 0o755) -> dict[str, Node]:
        """See to it that a folder is there; its entries."""
        return self._folder(path, mode).entries

    def _folder(self, path: str, mode: int = 0o755) -> Folder:
        place = self.top()
        for name in [part for part in _normal(path).split("/") if part]:
            step = place.enter(name)
            if isinstance(step.node, Link):
                step = self._walk(step.path)
            if not isinstance(step.node, Folder):
                assert isinstance(place.node, Folder)
                place.node.entries[name] = Folder(mode=mode, disk=place.node.disk)
                _tell(place.node)
                step = place.enter(name)
            place = step
        assert isinstance(place.node, Folder)
        return place.node

    def mount(self, path: str, contents: Mapping[str, bytes], read_only: bool) -> None:
        """Show a volume of its own at ``path``; what the image had there is hidden."""
        self.mount_shared(path, Files(contents), read_only)

    def mount_shared(self, path: str, volume: Files, read_only: bool, inside: str = "/") -> None:
        """Show a volume that other containers see too, or what lies ``inside`` it."""
        whole = inside.strip("/") == "" and volume.shown
        self.mount_node(path, whole or volume.node(inside), read_only)

    def mount_node(self, path: str, node: Node, read_only: bool) -> None:
        """Show a folder, or a single file, at ``path``."""
        self._make_point(path, not isinstance(node, Folder))
        self.mounts[_normal(path)] = Mount(lambda: node, read_only)

    def mount_made(self, path: str, make: Callable[[], Folder]) -> None:
        """Show a folder that is made anew at each look, such as ``/proc``; nothing can be written there."""
        self._make_point(path, False)
        self.mounts[_normal(path)] = Mount(make, True)

    def mount_file(self, path: str, data: bytes, read_only: bool) -> None:
        """Show one file at ``path``."""
        self.mount_node(path, File(data=data), read_only)

    def node(self, path: str) -> Node:
        """What lies at a path, for mounts; FileError when nothing does."""
        return self._there(path)

    # Looking

    def is_folder(self, path: str) -> bool:
        return isinstance(self._found(path), Folder)

    def is_link(self, path: str) -> bool:
        return isinstance(self._found(path, follow=False), Link)

    def exists(self, path: str) -> bool:
        return self._found(path) is not None

    def stat(self, path: str, follow: bool = False) -> Stat:
        """What ``ls -l`` tells of a path."""
        return stat(self._there(path, follow))

    def real_path(self, path: str) -> str:
        """The path with all links followed."""
        return self._walk(path).path

    def read(self, path: str) -> bytes:
        node = self._there(path)
        if not isinstance(node, File):
            raise FileError(IS_DIRECTORY, path)
        self._allow(node, _READ, path)
        return node.data

    def names(self, path: str) -> list[str]:
        """What lies directly in a folder, sorted."""
        place = self._walk(path)
        if place.node is None:
            raise FileError(NO_ENTRY, path)
        if not isinstance(place.node, Folder):
            raise FileError(NOT_DIRECTORY, path)
        self._allow(place.node, _READ, path)
        mounted = {posixpath.basename(one) for one in place.view.mounts if posixpath.dirname(one) == place.path}
        return sorted({*place.node.entries, *(mounted - {""})})

    # Changing, as programs do

    def write(self, path: str, data: bytes, append: bool = False) -> None:
        """Write as a program would: refused in read-only volumes and where no folder is."""
        place = self._walk(path)
        if isinstance(place.node, Folder):
            raise FileError(IS_DIRECTORY, path)
        if place.path == "/dev/null":
            return
        if isinstance(place.node, File):
            self._check(place, place.node, path)
            _take(place.node, len(data) - (0 if append else place.node.size), path)
            if append:
                place.node.append(data)
            else:
                place.node.data = data
            place.node.changed = self.now()
            _tell(place.node)
            return
        self._add(place, File(data=data), path)

    def remove(self, path: str, recursive: bool = False) -> None:
        place = self._walk(path, follow=False)
        if place.node is None:
            raise FileError(NO_ENTRY, path)
        if isinstance(place.node, Folder) and not recursive:
            raise FileError(IS_DIRECTORY, path)
        if place.parent is None:
            self.root.entries.clear()
            return
        self._check(place, place.parent, path)
        if place.path in place.view.mounts:
            raise FileError("Device or resource busy", path)
        del place.parent.entries[posixpath.basename(place.path)]
        _take(place.parent, -size(place.node), path)
        _tell(place.parent)

    def create_folder(self, path: str) -> None:
        """``mkdir`` of one folder."""
        place = self._walk(path)
        if place.node is not None:
            raise FileError("File exists", path)
        self._add(place, Folder(), path)

    def symlink(self, target: str, path: str) -> None:
        """``ln -s``."""
        place = self._walk(path, follow=False)
        if place.node is not None:
            raise FileError("File exists", path)
        self._add(place, Link(target=target), path)

    def change_mode(self, path: str, mode: int) -> None:
        """``chmod``; only the owner and root may."""
        place = self._walk(path)
        if place.node is None:
            raise FileError(NO_ENTRY, path)
        if place.read_only:
            raise FileError(READ_ONLY, path)
        if self.uid not in (0, place.node.uid):
            raise FileError("Operation not permitted", path)
        place.node.mode = mode
        _tell(place.node)

    # Ways

    def top(self) -> Place:
        """The root."""
        return Place(self, "/", self.root, None, self.read_only)

    def _walk(self, path: str, follow: bool = True) -> Place:
        """Where a path leads. Only its last part may be missing; FileError otherwise."""
        return walk(self.top(), _normal(path), follow, lambda folder: self._allow(folder, _ENTER, path))

    def _found(self, path: str, follow: bool = True) -> Node | None:
        try:
            return self._walk(path, follow).node
        except FileError:
            return None

    def _there(self, path: str, follow: bool = True) -> Node:
        node = self._walk(path, follow).node
        if node is None:
            raise FileError(NO_ENTRY, path)
        return node

    def _make_point(self, path: str, is_file: bool) -> None:
        """What a mount is laid over: it is made, as runtimes do, but not where nobody may write."""
        folder, name = posixpath.split(_normal(path))
        if self.exists(folder) and self._walk(folder).read_only:
            return
        entries = self.make_folder(folder)
        if name and name not in entries:
            entries[name] = File() if is_file else Folder()

    # Rights

    def _allow(self, node: Node, wanted: int, path: str) -> None:
        if not permitted(node, wanted, self.uid, self.groups):
            raise FileError(NOT_PERMITTED, path)

    def _check(self, place: Place, node: Node, path: str) -> None:
        if place.read_only:
            raise FileError(READ_ONLY, path)
        self._allow(node, _WRITE, path)

    def _add(self, place: Place, node: Node, path: str) -> None:
        """Make something new where nothing is."""
        folder = place.parent
        if folder is None:
            raise FileError("File exists", path)
        self._check(place, folder, path)
        node.uid, node.gid, node.changed = self.uid, self.gid, self.now()
        if folder.mode & SETGID:
            node.gid = folder.gid
            if isinstance(node, Folder):
                node.mode |= SETGID
        node.disk = folder.disk
        _take(folder, node.size if isinstance(node, File) else 0, path)
        folder.entries[posixpath.basename(place.path)] = node
        _tell(folder)


def _take(node: Node, more: int, path: str) -> None:
    if node.disk is not None and not node.disk.take(more):
        raise FileError(NO_SPACE, path)


def _tell(node: Node) -> None:
    if node.disk is not None:
        node.disk.changed()


def _normal(path: str) -> str:
    """An absolute path without detours; a volume's paths may be written without the first slash."""
    return "/" + posixpath.normpath("/" + path).lstrip("/")
