"""``/proc`` as far as it is emulated: one folder per process of the PID namespace, made anew at each look."""

from __future__ import annotations

from kx.practice.node.filetree import File, Folder, Link, Node
from kx.practice.node.places import Portal
from kx.practice.node.process import Box, Process

_SEEN = 0o444
_PRIVATE = 0o400


def proc(box: Box) -> Folder:
    """What a container sees in ``/proc``."""
    up = (box.clock.now() - box.started).total_seconds()
    entries: dict[str, Node] = {
        "uptime": _file(f"{up:.2f} {up:.2f}\n"),
        "loadavg": _file("0.00 0.00 0.00 1/100 1\n"),
        "version": _file("Linux version 6.1.0-kx (practice cluster) #1 SMP\n"),
    }
    for number, process in box.pids.all().items():
        entries[str(number)] = _process(number, process)
    return Folder(entries=entries, mode=0o555)


def _process(number: int, process: Process) -> Folder:
    name = process.argv[0].rpartition("/")[2] if process.argv else ""
    files = process.files
    status = f"Name:\t{name}\nState:\tS (sleeping)\nPid:\t{number}\nUid:\t{files.uid}\nGid:\t{files.gid}\n"
    entries: dict[str, Node] = {
        "cmdline": _file("".join(f"{word}\0" for word in process.argv)),
        "comm": _file(f"{name[:15]}\n"),
        "cwd": Link(target=process.cwd),
        "environ": _file("".join(f"{key}={value}\0" for key, value in process.env.items()), _PRIVATE),
        "root": Portal(files=files),
        "status": _file(status),
    }
    for node in entries.values():
        node.uid, node.gid = files.uid, files.gid
    return Folder(entries=entries, mode=0o555, uid=files.uid, gid=files.gid)


def _file(text: str, mode: int = _SEEN) -> File:
    return File(data=text.encode(), mode=mode)
