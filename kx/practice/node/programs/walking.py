"""Which folders are gone into by tools that look at all there is below one."""

from __future__ import annotations

from kx.practice.node.process import Process

_KERNEL = "/proc"  # shows every file system again, below each process


def descends(process: Process, path: str) -> bool:
    """A folder that is no link, and none of the kernel's."""
    inside = path == _KERNEL or path.startswith(_KERNEL + "/")
    return not inside and process.files.is_folder(path) and not process.files.is_link(path)
