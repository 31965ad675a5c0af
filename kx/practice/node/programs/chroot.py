"""chroot: run a command with another folder as its root, as in a node's files that a debugging pod has at /host."""

from __future__ import annotations

from dataclasses import replace

from kx.practice.node.files import Files
from kx.practice.node.filetree import Folder
from kx.practice.node.process import Process, run


async def main(process: Process) -> int:
    """``chroot FOLDER [COMMAND...]``; the tools are those of the container."""
    words = list(process.argv[1:])
    if not words:
        process.complain("chroot: missing operand")
        return 125
    if process.files.uid != 0:
        process.complain(f"chroot: cannot change root directory to '{words[0]}': Operation not permitted")
        return 125
    node = process.files.node(process.path(words[0]))
    if not isinstance(node, Folder):
        process.complain(f"chroot: cannot change root directory to '{words[0]}': Not a directory")
        return 125
    command = words[1:] or ["/bin/sh", "-i"]
    program = process.box.find(command[0])
    if program is None:
        process.complain(f"chroot: can't execute '{command[0]}': No such file or directory")
        return 127
    files = Files.showing(node)
    files.now = process.files.now
    child = process.child(command)
    child.box, child.cwd = replace(process.box, files=files), "/"
    return await run(program, child)
