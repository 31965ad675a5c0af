"""ls, as busybox and as coreutils show it. Files of the simulation have no owners, modes or times of their own."""

from __future__ import annotations

import posixpath

from kx.practice.node.process import Process
from kx.practice.node.programs.columns import in_columns
from kx.practice.node.programs.options import Options, read_options

_LONG = {
    "all": "a",
    "almost-all": "A",
    "recursive": "R",
    "human-readable": "h",
    "directory": "d",
    "reverse": "r",
    "color": "",
}
_DEEPEST = 50


async def ls(process: Process) -> int:
    options = read_options(process, "1lahAdRtrFhiSscpCxnGU", "", long=_LONG)
    names = options.operands or (".",)
    status = 0
    present = []
    for name in names:
        if process.files.exists(process.path(name)):
            present.append(name)
        else:
            process.complain(_not_there(process, name))
            status = 1 if _small(process) else 2
    plain = [name for name in present if "d" in options or not process.files.is_folder(process.path(name))]
    if plain:
        _show(process, options, {name: process.path(name) for name in plain}, total=False)
    folders = [name for name in present if name not in plain]
    for number, name in enumerate(folders):
        await _folder(process, options, name, titled=len(names) > 1 or "R" in options, first=not plain and number == 0)
    return status


def _small(process: Process) -> bool:
    return process.box.family in ("alpine", "busybox")


def _not_there(process: Process, name: str) -> str:
    if _small(process):
        return f"ls: {name}: No such file or directory"
    return f"ls: cannot access '{name}': No such file or directory"


async def _folder(process: Process, options: Options, name: str, titled: bool, first: bool, depth: int = 0) -> None:
    path = process.path(name)
    entries = {one: posixpath.join(path, one) for one in process.files.names(path)}
    if not {"a", "A"} & options.flags.keys():
        entries = {one: place for one, place in entries.items() if not one.startswith(".")}
    inner = [one for one, place in entries.items() if process.files.is_folder(place)]
    if "a" in options:
        entries = {".": path, "..": posixpath.dirname(path), **entries}
    if titled:
        process.say(f"{'' if first else chr(10)}{name}:")
    _show(process, options, entries, total=True)
    await process.stdout.drain()
    if "R" in options and depth < _DEEPEST:
        for one in inner:
            await _folder(process, options, posixpath.join(name, one), True, False, depth + 1)


def _show(process: Process, options: Options, entries: dict[str, str], total: bool) -> None:
    sizes = {name: _size(process, path) for name, path in entries.items()}
    names = sorted(entries, key=lambda name: (-sizes[name] if "S" in options else 0, name))
    names = names[::-1] if "r" in options else names
    if "l" not in options:
        marked = [_marked(process, options, name, entries[name]) for name in names]
        if process.terminal and process.stdout is process.stderr and "1" not in options:
            process.stdout.write(in_columns(marked, process.terminal.columns).encode() if marked else b"")
            return
        for name in marked:
            process.say(name)
        return
    if total:
        process.say(f"total {sum(-(-size // 4096) * 4 for size in sizes.values())}")
    stamp = process.box.started.strftime("%b %e %H:%M")
    shown = {name: _human(size) if "h" in options else str(size) for name, size in sizes.items()}
    width = 9 if _small(process) else max((len(one) for one in shown.values()), default=1)
    for name in names:
        folder = process.files.is_folder(entries[name])
        mode, links = ("drwxr-xr-x", 2) if folder else ("-rw-r--r--", 1)
        owner = f"{links:>5} root     root     " if _small(process) else f" {links} root root "
        process.say(f"{mode}{owner}{shown[name]:>{width}} {stamp} {_marked(process, options, name, entries[name])}")


def _size(process: Process, path: str) -> int:
    return 4096 if process.files.is_folder(path) else len(process.files.read(path))


def _human(size: int) -> str:
    amount, units = float(size), iter("KMGT")
    unit = ""
    while amount >= 1024:
        amount, unit = amount / 1024, next(units)
    return f"{amount:.1f}{unit}" if unit else str(size)


def _marked(process: Process, options: Options, name: str, path: str) -> str:
    return name + ("/" if {"F", "p"} & options.flags.keys() and process.files.is_folder(path) else "")
