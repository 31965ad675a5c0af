"""Files of the container that begin with ``#!``: run by the program their first line names."""

from __future__ import annotations

import posixpath

from kx.practice.node.files import Files
from kx.practice.node.process import Process

_MARK = b"#!"
_LONGEST = 256  # bytes of the first line that the kernel reads


def is_script(files: Files, path: str) -> bool:
    """Whether the kernel would hand this file to an interpreter."""
    return files.exists(path) and not files.is_folder(path) and files.read(path).startswith(_MARK)


async def run(process: Process) -> int:
    """Become the interpreter, with the script and its words."""
    path = process.path(process.argv[0])
    if not process.files.stat(path, follow=True).mode & 0o111:
        process.complain(f"{process.argv[0]}: Permission denied")
        return 126
    line = process.files.read(path)[len(_MARK) : _LONGEST].split(b"\n")[0].decode("utf-8", "replace").split(None, 1)
    words = [word.strip() for word in line]
    if words and posixpath.basename(words[0]) == "env" and len(words) > 1:
        words = words[1].split(None, 1)
    main = process.box.find(words[0]) if words else None
    if main is None or main is run:
        process.complain(f"{process.argv[0]}: {words[0] if words else ''}: bad interpreter: No such file or directory")
        return 126
    process.argv = (*words, path, *process.argv[1:])
    return await main(process)
