"""Tools that show and change the container: ps, env, id, uname, mkdir, rm, touch, cp, kill, which…"""

from __future__ import annotations

import posixpath
import re

from kx.practice.node.process import Process, deliver, run, run_child
from kx.practice.node.programs.options import read_options

_KERNEL = ("Linux", "6.1.0-kx", "#1 SMP kx", "x86_64")


async def true(process: Process) -> int:
    return 0


async def false(process: Process) -> int:
    return 1


def owner_name(process: Process, number: int) -> str:
    """A user's or group's name; the number where /etc/passwd does not know it."""
    for line in process.files.read("/etc/passwd").decode().splitlines():
        name, _, known, *_ = line.split(":")
        if known == str(number):
            return name
    return str(number)


async def ps(process: Process) -> int:
    """busybox' list of all processes of the container."""
    process.say("PID   USER     TIME  COMMAND")
    for pid, other in process.box.pids.all().items():
        process.say(f"{pid:>5} {other.user:<8}  0:00 {' '.join(other.argv)}")
    return 0


async def env(process: Process) -> int:
    """Without a command prints the environment; with one runs it in the changed environment."""
    words = list(process.argv[1:])
    changed = dict(process.env)
    while words and ("=" in words[0] or words[0] in ("-i", "-")):
        word = words.pop(0)
        if word.startswith("-"):
            changed.clear()
        else:
            name, _, value = word.partition("=")
            changed[name] = value
    if words:
        main = process.box.find(words[0])
        if main is None:
            process.complain(f"env: {words[0]}: No such file or directory")
            return 127
        child = process.child(words)
        child.env = changed
        return await run(main, child)
    for name, value in changed.items():
        process.say(f"{name}={value}")
    return 0


async def printenv(process: Process) -> int:
    names = process.argv[1:]
    if not names:
        return await env(process)
    for name in names:
        if name in process.env:
            process.say(process.env[name])
    return 0 if all(name in process.env for name in names) else 1


async def whoami(process: Process) -> int:
    if process.user.isdecimal():
        small = f"whoami: unknown uid {process.user}"
        process.complain(
            small
            if process.box.family in ("alpine", "busybox")
            else f"whoami: cannot find name for user ID {process.user}"
        )
        return 1
    process.say(process.user)
    return 0


async def identity(process: Process) -> int:
    options, files = read_options(process, "ugnG"), process.files

    def named(number: int) -> str:
        name = owner_name(process, number)
        return str(number) if name == str(number) else f"{number}({name})"

    def shown(number: int) -> str:
        return owner_name(process, number) if "n" in options else str(number)

    if "u" in options or "g" in options:
        process.say(shown(files.uid if "u" in options else files.gid))
    elif "G" in options:
        process.say(" ".join(shown(one) for one in sorted(files.groups)))
    else:
        groups = ",".join(named(one) for one in sorted(files.groups))
        process.say(f"uid={named(files.uid)} gid={named(files.gid)} groups={groups}")
    return 0


async def uname(process: Process) -> int:
    options = read_options(process, "asnrvmpio")
    name, release, version, machine = _KERNEL
    parts = {"s": name, "n": process.box.hostname, "r": release, "v": version, "m": machine, "o": "Linux"}
    if "a" in options:
        process.say(" ".join((name, process.box.hostname, release, version, machine, "Linux")))
    else:
        process.say(" ".join(parts[flag] for flag in "snrvmo" if flag in options) or name)
    return 0


async def pwd(process: Process) -> int:
    process.say(process.cwd)
    return 0


async def mkdir(process: Process) -> int:
    options = read_options(process, "pv", "m")
    for name in options.operands:
        path = process.path(name)
        if "p" in options:
            parts = path.strip("/").split("/")
            for count in range(1, len(parts) + 1):
                part = "/" + "/".join(parts[:count])
                if not process.files.is_folder(part):
                    process.files.create_folder(part)
        else:
            process.files.create_folder(path)
    return 0


async def rmdir(process: Process) -> int:
    status = 0
    for name in read_options(process, "p").operands:
        path = process.path(name)
        if process.files.is_folder(path) and not process.files.names(path):
            process.files.remove(path, recursive=True)
            continue
        reason = "Directory not empty" if process.files.is_folder(path) else "No such file or directory"
        small = process.box.family in ("alpine", "busybox")
        process.complain(f"rmdir: '{name}': {reason}" if small else f"rmdir: failed to remove '{name}': {reason}")
        status = 1
    return status


async def touch(process: Process) -> int:
    for name in read_options(process, "acm", "dtr").operands:
        process.files.write(process.path(name), b"", append=True)
    return 0


async def rm(process: Process) -> int:
    options = read_options(process, "rRfi")
    recursive = "r" in options or "R" in options
    for name in options.operands:
        path = process.path(name)
        if "f" in options and not process.files.exists(path):
            continue
        process.files.remove(path, recursive)
    return 0


async def cp(process: Process) -> int:
    return _transfer(process, keep=True)


async def mv(process: Process) -> int:
    return _transfer(process, keep=False)


def _transfer(process: Process, keep: bool) -> int:
    options = read_options(process, "rRapfvinu", "")
    tool = "cp" if keep else "mv"
    if len(options.operands) < 2:
        process.complain(
            f"{tool}: missing file operand" if not options.operands else f"{tool}: missing destination file"
        )
        return 1
    *sources, last = options.operands
    target = process.path(last)
    if len(sources) > 1 and not process.files.is_folder(target):
        process.complain(f"{tool}: target '{last}' is not a directory")
        return 1
    status = 0
    deep = not keep or bool({"r", "R", "a"} & options.flags.keys())
    for name in sources:
        source = process.path(name)
        place = f"{target.rstrip('/')}/{posixpath.basename(source)}" if process.files.is_folder(target) else target
        reason = _why_not(process, source, place, deep)
        if reason:
            process.complain(f"{tool}: {reason.format(name=name)}")
            status = 1
            continue
        _copy(process, source, place)
        if not keep:
            process.files.remove(source, recursive=True)
    return status


def _why_not(process: Process, source: str, place: str, deep: bool) -> str:
    small = process.box.family in ("alpine", "busybox")
    if not process.files.exists(source):
        return (
            "can't stat '{name}': No such file or directory"
            if small
            else "cannot stat '{name}': No such file or directory"
        )
    if process.files.is_folder(source) and not deep:
        return "omitting directory '{name}'" if small else "-r not specified; omitting directory '{name}'"
    if place == source or place.startswith(source.rstrip("/") + "/"):
        return f"'{{name}}' and '{place}' are the same file" if place == source else "recursion detected: '{name}'"
    return ""


def _copy(process: Process, source: str, place: str) -> None:
    if not process.files.is_folder(source):
        process.files.write(place, process.files.read(source))
        return
    if not process.files.is_folder(place):
        process.files.create_folder(place)
    for name in process.files.names(source):
        _copy(process, posixpath.join(source, name), posixpath.join(place, name))


async def kill(process: Process) -> int:
    """Signals to processes of the same container, with the kernel's rules for process 1."""
    words = list(process.argv[1:])
    name = "TERM"
    if words and words[0].startswith("-"):
        asked = words.pop(0).lstrip("-").upper().removeprefix("SIG")
        name = {"9": "KILL", "15": "TERM", "2": "INT", "1": "HUP", "3": "QUIT"}.get(asked, asked)
    status, everybody = 0, process.box.pids.all()
    for word in words:
        if not word.isdecimal() or int(word) not in everybody:
            process.complain(f"kill: can't kill pid {word}: No such process")
            status = 1
        else:
            other = everybody[int(word)]
            deliver(other, name, from_inside=other.box.pids is process.box.pids)
    return status


async def which(process: Process) -> int:
    missing = [name for name in process.argv[1:] if process.box.find(name) is None]
    for name in process.argv[1:]:
        if name not in missing:
            process.say(place_of(process, name))
    return 1 if missing else 0


def place_of(process: Process, name: str) -> str:
    """The path of a program that is there."""
    folder = "/usr/bin" if process.box.family == "debian" or name in ("curl", "dig") else "/bin"
    return name if "/" in name else f"{folder}/{name}"


async def uptime(process: Process) -> int:
    now = process.clock.now()
    minutes = int((now - process.box.started).total_seconds() // 60)
    process.say(f" {now:%H:%M:%S} up {minutes} min,  0 users,  load average: 0.00, 0.00, 0.00")
    return 0


async def tty(process: Process) -> int:
    process.say("/dev/pts/0" if process.terminal else "not a tty")
    return 0 if process.terminal else 1


async def clear(process: Process) -> int:
    process.stdout.write(b"\x1b[H\x1b[2J\x1b[3J")
    return 0


async def nproc(process: Process) -> int:
    process.say("4")
    return 0


async def basename(process: Process) -> int:
    words = process.argv[1:]
    process.say(
        (words[0].rstrip("/").rpartition("/")[2] if words else "").removesuffix(words[1] if len(words) > 1 else "")
    )
    return 0


async def timeout(process: Process) -> int:
    """``timeout N COMMAND``: 124 when the time is over."""
    words = [word for word in process.argv[1:] if not word.startswith("-")]
    if len(words) < 2 or not re.fullmatch(r"\d{1,9}(\.\d*)?s?", words[0], re.ASCII):
        process.complain("timeout: needs seconds and a command")
        return 125
    main = process.box.find(words[1])
    if main is None:
        process.complain(f"timeout: failed to run command '{words[1]}': No such file or directory")
        return 127
    return await run_child(main, process.child(words[1:]), float(words[0].rstrip("s")))
