"""How a path leads to a file: through folders, links and mounts, also of other containers. It changes nothing."""

from __future__ import annotations

import posixpath
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from kx.practice.node.filetree import Folder, Link, Node


class FileError(Exception):
    """What a program would get as errno, in the words of strerror."""

    def __init__(self, reason: str, path: str = "") -> None:
        super().__init__(f"{path}: {reason}" if path else reason)
        self.reason = reason


NO_ENTRY = "No such file or directory"
IS_DIRECTORY = "Is a directory"
NOT_DIRECTORY = "Not a directory"
READ_ONLY = "Read-only file system"
NOT_PERMITTED = "Permission denied"
NO_SPACE = "No space left on device"
_TOO_MANY_LINKS = "Too many levels of symbolic links"
_MOST_LINKS = 40


@dataclass(kw_only=True, eq=False)
class Portal(Node):
    """A way into another container's files, with its mounts (``/proc/1/root``)."""

    files: View
    mode: int = 0o777


@dataclass(frozen=True)
class Mount:
    """What is shown at a folder or file."""

    node: Callable[[], Node]
    read_only: bool


@dataclass(frozen=True)
class Place:
    """Where a path leads to."""

    view: View  # whose mounts hold there
    path: str  # in that view
    node: Node | None  # None: nothing is there
    parent: Folder | None
    read_only: bool

    def enter(self, name: str) -> Place:
        """One step down."""
        if not isinstance(self.node, Folder):
            raise FileError(NO_ENTRY if self.node is None else NOT_DIRECTORY)
        path = posixpath.join(self.path, name)
        mount = self.view.mounts.get(path)
        if mount:
            return Place(self.view, path, mount.node(), self.node, mount.read_only)
        found = self.node.entries.get(name)
        if isinstance(found, Portal):
            return found.files.top()
        return Place(self.view, path, found, self.node, self.read_only)


class View(Protocol):
    """A tree with mounts in it."""

    @property
    def mounts(self) -> Mapping[str, Mount]:
        """By path."""

    def top(self) -> Place:
        """The root."""


def walk(top: Place, path: str, follow: bool, may_enter: Callable[[Folder], None]) -> Place:
    """Where an absolute path leads from ``top``; with ``follow`` also its last part may be a link.

    Only the last part may be missing. Raises FileError, as ``may_enter`` does where a folder is closed.
    """
    todo, trail, links = deque(path.split("/")), [top], 0
    while todo:
        name = todo.popleft()
        if name in ("", "."):
            continue
        if name == "..":
            del trail[max(1, len(trail) - 1) :]
            continue
        here = trail[-1]
        if isinstance(here.node, Folder):
            may_enter(here.node)
        try:
            step = here.enter(name)
        except FileError as error:
            raise FileError(error.reason, path) from None
        if not isinstance(step.node, Link) or not (follow or todo):
            trail.append(step)
            continue
        links += 1
        if links > _MOST_LINKS:
            raise FileError(_TOO_MANY_LINKS, path)
        if step.node.target.startswith("/"):
            del trail[1:]
        todo.extendleft(reversed(step.node.target.split("/")))
    return trail[-1]
