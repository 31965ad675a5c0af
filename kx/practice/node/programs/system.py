"""Tools that show and change the container: ls, ps, env, hostname, id, uname, ip, mkdir, rm, touch, cp, kill, which…"""

from __future__ import annotations

from kx.practice.node.filetree import mode_text
from kx.practice.node.process import Process, deliver, run, run_child
from kx.practice.node.programs.options import read_options

_KERNEL = ("Linux", "6.1.0-kx", "#1 SMP kx", "x86_64")


async def true(process: Process) -> int:
    return 0


async def false(process: Process) -> int:
    return 1


async def ls(process: Process) -> int:
    options = read_options(process, "1lahAdRtrFhiScL")
    names = options.operands or (".",)
    status = 0
    for name in names:
        path = process.path(name)
        if not process.files.exists(path):
            process.complain(f"ls: {name}: No such file or directory" if _small(process) else _coreutils_ls(name))
            status = 1 if _small(process) else 2
            continue
        linked = "l" in options and "L" not in options and process.files.is_link(path) and not name.endswith("/")
        if linked or not process.files.is_folder(path) or "d" in options:
            _list(process, path, [name], "l" in options, absolute=True, follow="L" in options)
            continue
        if len(names) > 1:
            process.say(f"{name}:")
        entries = process.files.names(path)
        if "a" in options:
            entries = [".", "..", *entries]
        elif "A" not in options:
            entries = [entry for entry in entries if not entry.startswith(".")]
        _list(process, path, entries, "l" in options)
    return status


def _small(process: Process) -> bool:
    return process.box.family in ("alpine", "busybox")


def _coreutils_ls(name: str) -> str:
    return f"ls: cannot access '{name}': No such file or directory"


def _list(
    process: Process, folder: str, names: list[str], long: bool, absolute: bool = False, follow: bool = False
) -> None:
    if not long:
        if process.terminal and len(names) > 1:
            process.say("  ".join(names))
        else:
            for name in names:
                process.say(name)
        return
    paths = {name: folder if absolute else process.path(f"{folder}/{name}") for name in names}
    found = {name: process.files.stat(path, follow) for name, path in paths.items()}
    if not absolute:
        process.say(f"total {sum(4 for one in found.values() if one.kind == 'folder' or one.size)}")
    for name, one in found.items():
        stamp = (one.changed or process.box.started).strftime("%b %e %H:%M")
        shown = f"{name} -> {one.target}" if one.kind == "link" else name
        owner, group = _owner(process, one.uid), _owner(process, one.gid)
        process.say(f"{mode_text(one)}    1 {owner:<8} {group:<8} {one.size:>9} {stamp} {shown}")


def _owner(process: Process, number: int) -> str:
    """A user's or group's name; the number where /etc/passwd does not know it."""
    for line in process.files.read("/etc/passwd").decode().splitlines():
        name, _, known, *_ = line.split(":")
        if known == str(number):
            return name
    return str(number)


async def ps(process: Process) -> int:
    full = any("a" in word or "e" in word for word in process.argv[1:]) or _small(process)
    process.say("PID   USER     TIME  COMMAND")
    for pid, other in process.box.pids.all().items():
        if full or other.terminal is process.terminal:
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


async def hostname(process: Process) -> int:
    if "-i" in process.argv or "-I" in process.argv:
        process.say(process.box.address)
    else:
        process.say(process.box.hostname)
    return 0


async def whoami(process: Process) -> int:
    if process.user.isdigit():
        small = f"whoami: unknown uid {process.user}"
        process.complain(small if _small(process) else f"whoami: cannot find name for user ID {process.user}")
        return 1
    process.say(process.user)
    return 0


async def identity(process: Process) -> int:
    options, files = read_options(process, "ugnG"), process.files

    def named(number: int) -> str:
        name = _owner(process, number)
        return str(number) if name == str(number) else f"{number}({name})"

    def shown(number: int) -> str:
        return _owner(process, number) if "n" in options else str(number)

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


async def ip(process: Process) -> int:
    """``ip addr`` and ``ip route``; everything else of it is refused."""
    words = [word for word in process.argv[1:] if not word.startswith("-")]
    kind = words[0] if words else ""
    address = process.box.address
    if kind and "address".startswith(kind):
        process.say("1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN qlen 1000")
        process.say("    inet 127.0.0.1/8 scope host lo")
        process.say("2: eth0@if2: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP")
        process.say(f"    inet {address}/24 brd {address.rpartition('.')[0]}.255 scope global eth0")
        return 0
    if kind and "route".startswith(kind):
        gateway = address.rpartition(".")[0]
        process.say(f"default via {gateway}.1 dev eth0")
        process.say(f"{gateway}.0/24 dev eth0 scope link  src {address}")
        return 0
    process.complain(
        f"ip: only `ip addr` and `ip route` are emulated in the practice cluster (asked: {kind or 'nothing'})"
    )
    return 1


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
    options = read_options(process, "rRapfv")
    if len(options.operands) != 2:
        process.complain(f"{process.argv[0]}: needs a source and a target")
        return 1
    source, target = (process.path(name) for name in options.operands)
    if process.files.is_folder(target):
        target = f"{target}/{source.rpartition('/')[2]}"
    process.files.write(target, process.files.read(source))
    if not keep:
        process.files.remove(source)
    return 0


async def kill(process: Process) -> int:
    """Signals to processes of the same container, with the kernel's rules for process 1."""
    words = list(process.argv[1:])
    name = "TERM"
    if words and words[0].startswith("-"):
        asked = words.pop(0).lstrip("-").upper().removeprefix("SIG")
        name = {"9": "KILL", "15": "TERM", "2": "INT", "1": "HUP", "3": "QUIT"}.get(asked, asked)
    status, everybody = 0, process.box.pids.all()
    for word in words:
        if not word.isdigit() or int(word) not in everybody:
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
            process.say(name if name.startswith("/") else f"/usr/bin/{name}")
    return 1 if missing else 0


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
    if len(words) < 2 or not words[0].rstrip("s").replace(".", "", 1).isdigit():
        process.complain("timeout: needs seconds and a command")
        return 125
    main = process.box.find(words[1])
    if main is None:
        process.complain(f"timeout: failed to run command '{words[1]}': No such file or directory")
        return 127
    return await run_child(main, process.child(words[1:]), float(words[0].rstrip("s")))
