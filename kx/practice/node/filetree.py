"""What a file system is made of: files, links and folders, their modes and owners. It knows no path and no mount."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

Kind = Literal["file", "folder", "link"]

STICKY = 0o1000
SETGID = 0o2000


class Keeper(Protocol):
    """Who keeps a tree beyond the life of a container, and knows how much fits."""

    def take(self, more: int) -> bool:
        """Whether there is room for so many bytes more (or fewer), which are then taken."""

    def changed(self) -> None:
        """Something in the tree is no more what it was."""


@dataclass(kw_only=True, eq=False)
class Node:
    """What files, links and folders have in common."""

    mode: int
    disk: Keeper | None = None  # None: it goes with the container, or the pod
    uid: int = 0
    gid: int = 0
    changed: datetime | None = None  # None: as old as the container


class File(Node):
    """A regular file. What is appended is put together only when somebody reads it: a file may grow by many pieces."""

    def __init__(
        self,
        *,
        data: bytes = b"",
        mode: int = 0o644,
        disk: Keeper | None = None,
        uid: int = 0,
        gid: int = 0,
        changed: datetime | None = None,
    ) -> None:
        super().__init__(mode=mode, disk=disk, uid=uid, gid=gid, changed=changed)
        self._pieces = [data]
        self.size = len(data)

    @property
    def data(self) -> bytes:
        """All of it."""
        if len(self._pieces) > 1:
            self._pieces = [b"".join(self._pieces)]
        return self._pieces[0]

    @data.setter
    def data(self, data: bytes) -> None:
        self._pieces, self.size = [data], len(data)

    def append(self, data: bytes) -> None:
        """Add to its end."""
        self._pieces.append(data)
        self.size += len(data)


@dataclass(kw_only=True, eq=False)
class Link(Node):
    """A symbolic link."""

    target: str
    mode: int = 0o777


@dataclass(kw_only=True, eq=False)
class Folder(Node):
    """A directory."""

    entries: dict[str, Node] = field(default_factory=dict)
    mode: int = 0o755


@dataclass(frozen=True)
class Stat:
    """What ``ls -l`` shows of one entry."""

    kind: Kind
    mode: int  # the permission bits, with sticky and set-group-id
    uid: int
    gid: int
    size: int
    changed: datetime | None
    target: str = ""  # of a link


def stat(node: Node) -> Stat:
    """Describe a node."""
    kind: Kind
    kind, size, target = "folder", 4096, ""
    if isinstance(node, Link):
        kind, size, target = "link", len(node.target), node.target
    elif isinstance(node, File):
        kind, size = "file", node.size
    return Stat(kind, node.mode, node.uid, node.gid, size, node.changed, target)


def size(node: Node) -> int:
    """How many bytes a file holds, or all files beneath a folder."""
    if isinstance(node, Folder):
        return sum(map(size, node.entries.values()))
    return node.size if isinstance(node, File) else 0


def permitted(node: Node, wanted: int, uid: int, groups: frozenset[int]) -> bool:
    """Whether a user may do what the bits of ``wanted`` (4 read, 2 write, 1 enter) say. Root may do everything."""
    if uid == 0:
        return True
    shift = 6 if node.uid == uid else 3 if node.gid in groups else 0
    return (node.mode >> shift) & wanted == wanted


_BITS = ((4, "r"), (2, "w"), (1, "x"))
_FIRST = {"file": "-", "folder": "d", "link": "l"}


def mode_text(found: Stat) -> str:
    """``drwxr-xr-x``, as ls writes it."""
    words = [letter if (found.mode >> shift) & bit else "-" for shift in (6, 3, 0) for bit, letter in _BITS]
    if found.mode & SETGID:
        words[5] = "s" if words[5] == "x" else "S"
    if found.mode & STICKY:
        words[8] = "t" if words[8] == "x" else "T"
    return _FIRST[found.kind] + "".join(words)
