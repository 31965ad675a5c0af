"""ls, as busybox and as coreutils show it."""

from __future__ import annotations

import posixpath

from kx.practice.node.filetree import mode_text
from kx.practice.node.process import Process
from kx.practice.node.programs.columns import in_columns
from kx.practice.node.programs.options import Options, read_options
from kx.practice.node.programs.system import owner_name
from kx.practice.node.programs.walking import descends

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
    options = read_options(process, "1lahAdRtrFhiSscpCxnGUL", "", long=_LONG)
    names = options.operands or (".",)
    status = 0
    present = []
    for name in names:
        if process.files.exists(process.path(name)):
            present.append(name)
        else:
            process.complain(_not_there(process, name))
            status = 1 if _small(process) else 2
    plain = [name for name in present if "d" in options or not _is_listed(process, options, name)]
    if plain:
        _show(process, options, {name: process.path(name) for name in plain}, total=False)
    folders = [name for name in present if name not in plain]
    for number, name in enumerate(folders):
        await _folder(process, options, name, titled=len(names) > 1 or "R" in options, first=not plain and number == 0)
    return status


def _is_listed(process: Process, options: Options, name: str) -> bool:
    """Whether what is in it is shown: a folder, or a link to one that is not looked at itself."""
    path = process.path(name)
    linked = "l" in options and "L" not in options and process.files.is_link(path) and not name.endswith("/")
    return process.files.is_folder(path) and not linked


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
    inner = [one for one, place in entries.items() if descends(process, place)]
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
    shown = {name: _human(size) if "h" in options else str(size) for name, size in sizes.items()}
    width = 9 if _small(process) else max((len(one) for one in shown.values()), default=1)
    for name in names:
        one = process.files.stat(entries[name], "L" in options)
        owner, group = owner_name(process, one.uid), owner_name(process, one.gid)
        links = 2 if one.kind == "folder" else 1
        ownership = f"{links:>5} {owner:<8} {group:<8} " if _small(process) else f" {links} {owner} {group} "
        stamp = (one.changed or process.box.started).strftime("%b %e %H:%M")
        target = f" -> {one.target}" if one.kind == "link" else ""
        label = name if target else _marked(process, options, name, entries[name])
        process.say(f"{mode_text(one)}{ownership}{shown[name]:>{width}} {stamp} {label}{target}")


def _size(process: Process, path: str) -> int:
    return process.files.stat(path).size


def _human(size: int) -> str:
    amount, units = float(size), iter("KMGT")
    unit = ""
    while amount >= 1024:
        amount, unit = amount / 1024, next(units)
    return f"{amount:.1f}{unit}" if unit else str(size)


def _marked(process: Process, options: Options, name: str, path: str) -> str:
    return name + ("/" if {"F", "p"} & options.flags.keys() and process.files.is_folder(path) else "")
