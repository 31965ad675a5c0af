"""Tools that show the machine and its disks: df, du, free, top, stat, find, ifconfig, netstat, chmod, ln, watch."""

from __future__ import annotations

import asyncio
import fnmatch
import posixpath
import re
from collections.abc import Iterator

from kx.practice.node.filetree import mode_text
from kx.practice.node.process import Process, ProgramError, run_child
from kx.practice.node.programs.options import read_options
from kx.practice.node.programs.walking import descends

_DISK = 61_255_492  # blocks of 1 KiB, of which a simulated node has so many
_MEMORY = 8_152_452
_DEEPEST = 50


async def df(process: Process) -> int:
    options = read_options(process, "hkTPa", "")
    used = sum(_size(process, path) for path in _walk(process, "/", 0)) // 1024 + 8_192_000
    show = _human if "h" in options else str
    process.say(
        "Filesystem           1K-blocks      Used Available Use% Mounted on"
        if "h" not in options
        else "Filesystem                Size      Used Available Use% Mounted on"
    )
    share = used * 100 // _DISK
    process.say(f"{'overlay':<20} {show(_DISK):>9} {show(used):>9} {show(_DISK - used):>9} {share:>3}% /")
    process.say(f"{'tmpfs':<20} {show(65_536):>9} {show(0):>9} {show(65_536):>9}   0% /dev")
    return 0


def _human(blocks: int) -> str:
    size = float(blocks)
    for unit in "KMG":
        if size < 1024:
            return f"{size:.1f}{unit}" if blocks else "0"
        size /= 1024
    return f"{size:.1f}T"


async def du(process: Process) -> int:
    options = read_options(process, "shakc", "d")
    status = 0
    for name in options.operands or (".",):
        path = process.path(name)
        if not process.files.exists(path):
            process.complain(f"du: {name}: No such file or directory")
            status = 1
            continue
        blocks = max(4, sum(_size(process, one) for one in _walk(process, path, 0)) // 1024)
        process.say(f"{_human(blocks) if 'h' in options else blocks}\t{name}")
    return status


def _size(process: Process, path: str) -> int:
    return process.files.stat(path).size


def _walk(process: Process, path: str, depth: int) -> Iterator[str]:
    """This path and all below it."""
    yield path
    if descends(process, path) and depth < _DEEPEST:
        for name in process.files.names(path):
            yield from _walk(process, posixpath.join(path, name), depth + 1)


async def free(process: Process) -> int:
    options = read_options(process, "mhkgb", "")
    divide = {"m": 1024, "g": 1024 * 1024}
    by = next((divide[flag] for flag in divide if flag in options), 1)
    show = _human if "h" in options else lambda blocks: str(blocks // by)
    used = _MEMORY // 4
    process.say("              total        used        free      shared  buff/cache   available")
    numbers = (_MEMORY, used, _MEMORY // 2, 0, _MEMORY - used - _MEMORY // 2, _MEMORY - used)
    process.say("Mem:    " + "".join(show(number).rjust(12) for number in numbers))
    process.say("Swap:   " + "".join(show(0).rjust(12) for _ in range(3)))
    return 0


async def top(process: Process) -> int:
    """One look where there is no terminal or with ``-n``; else until Ctrl-C."""
    count = next((int(one) for one in process.argv[1:] if one.isdecimal()), 0)
    once = not process.terminal or "-n" in process.argv or "-b" in process.argv
    for turn in range(count or (1 if once else 1 << 30)):
        if turn:
            await process.clock.sleep(5)
        if process.terminal:
            process.stdout.write(b"\x1b[H\x1b[2J")
        process.say(f"Mem: {_MEMORY // 4}K used, {_MEMORY * 3 // 4}K free, 0K shrd, 0K buff, {_MEMORY // 4}K cached")
        process.say("CPU:   0% usr   0% sys   0% nic 100% idle   0% io   0% irq   0% sirq")
        process.say("Load average: 0.00 0.00 0.00 1/1 1")
        process.say("  PID  PPID USER     STAT   VSZ %VSZ CPU %CPU COMMAND")
        for pid, other in sorted(process.box.processes.items()):
            process.say(f"{pid:>5} {0:>5} {other.user:<8} S     1624   0%   0   0% {' '.join(other.argv)}")
        await process.stdout.drain()
    return 0


async def stat(process: Process) -> int:
    options = read_options(process, "Lft", "c")
    status = 0
    for name in options.operands:
        path = process.path(name)
        if not process.files.exists(path):
            opening = "can't stat" if process.box.family in ("alpine", "busybox") else "cannot statx"
            process.complain(f"stat: {opening} '{name}': No such file or directory")
            status = 1
            continue
        one = process.files.stat(path)
        kind = {"folder": "directory", "file": "regular file", "link": "symbolic link"}[one.kind]
        mode, bits, size = f"{one.mode:04o}", mode_text(one), one.size
        if "c" in options:
            facts = {"s": str(size), "n": name, "F": kind, "a": mode.lstrip("0"), "A": bits, "U": "root", "G": "root"}
            process.say(_filled(options.text("c", ""), facts))
            continue
        process.say(f"  File: {name}\n  Size: {size:<15} Blocks: {-(-size // 512):<10} IO Block: 4096   {kind}")
        process.say(f"Access: ({mode}/{bits})  Uid: (    0/    root)   Gid: (    0/    root)")
    return status


def _filled(form: str, facts: dict[str, str]) -> str:
    return re.sub(r"%(.)", lambda match: facts.get(match.group(1), "?"), form)


_KINDS = {"f": "file", "d": "folder", "l": "link"}


async def find(process: Process) -> int:
    """``find [FOLDER…] [-name PATTERN] [-iname …] [-path …] [-type f|d] [-maxdepth N] [-print]``."""
    words = list(process.argv[1:])
    folders: list[str] = []
    while words and not words[0].startswith(("-", "!", "(")):
        folders.append(words.pop(0))
    names, types, most = [], "", _DEEPEST
    while words:
        word = words.pop(0)
        if word in ("-print", "-a"):
            continue
        value = words.pop(0) if words else ""
        if word in ("-name", "-iname", "-path"):
            names.append((word, value))
        elif word == "-type" and value in _KINDS:
            types = value
        elif word == "-maxdepth" and value.isdecimal():
            most = min(int(value), _DEEPEST)
        else:
            raise ProgramError(f"find: {word}: this is not emulated in the practice cluster")
    status = 0
    for folder in folders or ["."]:
        if not process.files.exists(process.path(folder)):
            process.complain(f"find: {folder}: No such file or directory")
            status = 1
            continue
        for shown in _named(process, folder, most):
            if types and process.files.stat(process.path(shown)).kind != _KINDS[types]:
                continue
            if all(_matches(shown, kind, pattern) for kind, pattern in names):
                process.say(shown)
        await process.stdout.drain()
    return status


def _named(process: Process, shown: str, depth: int) -> Iterator[str]:
    yield shown
    path = process.path(shown)
    if depth > 0 and descends(process, path):
        for name in process.files.names(path):
            yield from _named(process, posixpath.join(shown, name), depth - 1)


def _matches(shown: str, kind: str, pattern: str) -> bool:
    name = shown if kind == "-path" else posixpath.basename(shown.rstrip("/")) or shown
    if kind == "-iname":
        name, pattern = name.lower(), pattern.lower()
    return fnmatch.fnmatchcase(name, pattern)


async def netstat(process: Process) -> int:
    """The ports that programs of this pod listen on."""
    options = read_options(process, "lntupaW", "")
    process.say("Active Internet connections (only servers)")
    owner = "       PID/Program name" if "p" in options else ""
    process.say(f"Proto Recv-Q Send-Q Local Address           Foreign Address         State{owner}      ")
    for port in sorted(process.box.ports):
        process.say(f"tcp        0      0 {f'0.0.0.0:{port}':<23} {'0.0.0.0:*':<23} LISTEN      {'-' if owner else ''}")
    return 0


async def ifconfig(process: Process) -> int:
    address = process.box.address
    first = address.rpartition(".")[0]
    process.say(f"eth0      Link encap:Ethernet  HWaddr {mac(address).upper()}  ")
    process.say(f"          inet addr:{address}  Bcast:{first}.255  Mask:255.255.255.0")
    process.say("          UP BROADCAST RUNNING MULTICAST  MTU:1500  Metric:1\n")
    process.say("lo        Link encap:Local Loopback  ")
    process.say("          inet addr:127.0.0.1  Mask:255.0.0.0")
    process.say("          UP LOOPBACK RUNNING  MTU:65536  Metric:1\n")
    return 0


def mac(address: str) -> str:
    """The hardware address that the bridge plug-in gives to a pod: made of its IP."""
    return "0a:58:" + ":".join(f"{int(part):02x}" for part in address.split(".") if part.isdecimal())


async def change_mode(process: Process) -> int:
    """chmod changes modes; chown and chgrp only look whether the files are there."""
    tool = posixpath.basename(process.argv[0])
    words = [word for word in process.argv[1:] if not re.fullmatch(r"-[a-zA-Z]+", word)]
    if len(words) < 2:
        raise ProgramError(f"{tool}: missing operand")
    recursive = any(re.fullmatch(r"-\w*R\w*", word) for word in process.argv[1:])
    status = 0
    for name in words[1:]:
        path = process.path(name)
        if not process.files.exists(path):
            small = process.box.family in ("alpine", "busybox")
            process.complain(f"{tool}: {name if small else f'cannot access {name!r}'}: No such file or directory")
            status = 1
            continue
        for one in _walk(process, path, 0) if recursive else (path,):
            if tool == "chmod" and not process.files.is_link(one):
                process.files.change_mode(one, _new_mode(tool, words[0], process.files.stat(one, follow=True).mode))
    return status


_CLAUSE = re.compile(r"([ugoa]*)([-+=])([rwxXst]*)")
_BITS = {"r": 4, "w": 2, "x": 1, "X": 1}
_SHIFTS = {"u": 6, "g": 3, "o": 0}


def _new_mode(tool: str, text: str, mode: int) -> int:
    """``755``, or clauses such as ``u+x,go-w``, applied to a mode."""
    if re.fullmatch(r"[0-7]{1,4}", text):
        return int(text, 8)
    for clause in text.split(","):
        match = _CLAUSE.fullmatch(clause)
        if match is None:
            raise ProgramError(f"{tool}: invalid mode: {text}")
        who, sign, letters = match.groups()
        bits = sum({_BITS[letter] for letter in letters if letter in _BITS})
        for shift in (_SHIFTS[one] for one in ("ugo" if not who or "a" in who else who)):
            kept = mode & ~(7 << shift) if sign == "=" else mode
            mode = kept & ~(bits << shift) if sign == "-" else kept | (bits << shift)
    return mode


async def watch(process: Process) -> int:
    words = list(process.argv[1:])
    seconds = 2.0
    while words and words[0].startswith("-"):
        word = words.pop(0)
        text = words.pop(0) if word == "-n" and words else word[2:] if word.startswith("-n") else ""
        seconds = float(text) if re.fullmatch(r"\d+(\.\d+)?", text) else seconds
    shell = process.box.find("sh")
    if not words or shell is None:
        raise ProgramError("Usage: watch [-n SEC] [-t] PROG ARGS")
    while True:
        process.stdout.write(b"\x1b[H\x1b[2J" if process.terminal else b"")
        process.say(f"Every {seconds:.1f}s: {' '.join(words)}    {process.clock.now():%Y-%m-%d %H:%M:%S}\n")
        await run_child(shell, process.child(("sh", "-c", " ".join(words))))
        await process.stdout.drain()
        await process.clock.sleep(max(0.1, seconds))
        await asyncio.sleep(0)


async def no_packages(process: Process) -> int:
    """apk and apt-get: nothing can be fetched."""
    tool = posixpath.basename(process.argv[0])
    process.complain(f"{tool}: no network leaves the practice cluster: packages cannot be fetched")
    return {"apk": 1, "apt": 100, "apt-get": 100}.get(tool, 1)


async def no_editor(process: Process) -> int:
    """vi: a screen editor is not simulated."""
    tool = posixpath.basename(process.argv[0])
    process.complain(
        f"{tool}: screen editors are not emulated in the practice cluster; "
        "write files with echo … > FILE or cat > FILE, or bring them with kubectl cp"
    )
    return 1
