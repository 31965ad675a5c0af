"""How the kubelet writes a volume that may change under its readers: a new folder, and one link moved over to it.

The layout is that of pkg/volume/util/atomic_writer.go: ``key -> ..data/key``, ``..data -> ..2026_01_01_12_00_00.123``.
A file opened through subPath stays the old one.
"""

from __future__ import annotations

import posixpath
import random
from datetime import datetime

from kx.practice.node.files import Files
from kx.practice.node.filetree import SETGID, File, Folder, Link, Node
from kx.practice.node.payload import Payload

_DATA = "..data"


def publish(volume: Files, payload: Payload, now: datetime, group: int | None = None) -> bool:
    """Bring a volume's files up to date; whether anything had to change. ``group``: the pod's fsGroup."""
    old = volume.root.entries.get(_DATA)
    if isinstance(old, Link) and _same(volume.root.entries.get(old.target), payload, group):
        return False
    name = f"..{now:%Y_%m_%d_%H_%M_%S}.{random.randrange(10**9):09d}"  # noqa: S311 - a name like mktemp's, no secret
    entries = volume.root.entries
    entries[name] = _folder(payload, now, group)
    entries[_DATA] = _link(name, now)
    if isinstance(old, Link):
        entries.pop(old.target, None)
    shown = {path.split("/")[0] for path in payload}
    for one in shown - entries.keys():
        entries[one] = _link(posixpath.join(_DATA, one), now)
    for one in [each for each in entries if not each.startswith("..") and each not in shown]:
        del entries[one]
    return True


def _folder(payload: Payload, now: datetime, group: int | None) -> Folder:
    grouped = group is not None
    made = Files()
    made.root = Folder(changed=now)
    for path, shown in payload.items():
        folder, name = posixpath.split(path)
        mode = shown.mode | 0o440 if grouped else shown.mode
        made.make_folder(folder)[name] = File(data=shown.data, mode=mode, uid=shown.uid, gid=group or 0, changed=now)
    if grouped:
        _hand_over(made.root, group or 0)
    return made.root


def _hand_over(folder: Folder, group: int) -> None:
    """What fsGroup does to folders."""
    folder.gid, folder.mode = group, folder.mode | SETGID | 0o550
    for one in folder.entries.values():
        if isinstance(one, Folder):
            _hand_over(one, group)


def _link(target: str, now: datetime) -> Link:
    return Link(target=target, changed=now)


def _same(folder: Node | None, payload: Payload, group: int | None) -> bool:
    return folder is not None and _flat(folder) == _flat(_folder(payload, datetime.min, group))


def _flat(node: Node, path: str = "") -> dict[str, tuple[bytes, int, int]]:
    if isinstance(node, File):
        return {path: (node.data, node.mode, node.uid)}
    found: dict[str, tuple[bytes, int, int]] = {}
    for name, one in (node.entries if isinstance(node, Folder) else {}).items():
        found |= _flat(one, posixpath.join(path, name))
    return found
