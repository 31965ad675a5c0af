"""redis-server: how it is called, its log, and the port it listens on.

What it holds is lost when its container ends: nothing is written to a disk.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kx.practice.node.process import Listener, Process, until_signalled
from kx.practice.node.programs.redis.connection import Connection
from kx.practice.node.programs.redis.instance import Instance

_PORT = 6379


async def entrypoint(process: Process) -> int:
    """docker-entrypoint.sh: words that begin with a dash, or end in .conf, are for redis-server."""
    argv = tuple(process.argv[1:])
    if not argv or argv[0].startswith("-") or argv[0].endswith(".conf"):
        argv = ("redis-server", *argv)
    main = process.box.find(argv[0])
    if main is None:
        process.complain(f"/usr/local/bin/docker-entrypoint.sh: line 16: exec: {argv[0]}: not found")
        return 127
    process.argv = argv
    return await main(process)


async def main(process: Process) -> int:
    """Settings come from a configuration file and from ``--name value`` words, the latter last."""
    if {"--version", "-v"} & set(process.argv):
        process.say(f"Redis server v={version(process)} sha=00000000:0 malloc=jemalloc-5.1.0 bits=64 build=0")
        return 0
    settings = _settings(process)
    if settings is None:
        return 1
    port = int(settings.get("port", _PORT))
    _say_hello(process, port)
    if port in process.box.ports:
        where = f"Could not create server TCP listening socket *:{port}: bind: Address already in use"
        _line(process, "M", "#", f"Warning: {where}")
        _line(process, "M", "#", f"Failed listening on port {port} (TCP), aborting.")
        return 1
    instance = Instance(
        version=version(process),
        port=port,
        now=process.clock.now,
        log=lambda mark, text: _line(process, "M", mark, text),
        settings=settings,
    )
    process.box.ports[port] = Listener(accept=lambda client: Connection(instance, client))
    _line(process, "M", "*", "Ready to accept connections")
    try:
        code = await until_signalled(process, {"TERM": 15, "INT": 2})
        _say_goodbye(process, {15: "SIGTERM", 2: "SIGINT"}[code])
        return 0
    finally:
        process.box.ports.pop(port, None)


def version(process: Process) -> str:
    return process.env.get("REDIS_VERSION", "6.2.6")


def _settings(process: Process) -> dict[str, str] | None:
    """All settings; None after a fatal error in them, which is told."""
    words = list(process.argv[1:])
    lines: list[list[str]] = []
    if words and not words[0].startswith("-"):
        path = words.pop(0)
        if not process.files.exists(process.path(path)) or process.files.is_folder(process.path(path)):
            _line(process, "C", "#", f"Fatal error, can't open config file '{path}': No such file or directory")
            return None
        text = process.files.read(process.path(path)).decode("utf-8", "replace")
        lines += [line.split() for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    for word in words:
        if word.startswith("--") and len(word) > 2:
            lines.append([word[2:]])
        elif lines:
            lines[-1].append(word)
    settings: dict[str, str] = {}
    for number, (name, *values) in enumerate(lines, 1):
        value = " ".join(values).strip("\"'")
        problem = _problem(name.lower(), values)
        if problem:
            process.complain("\n*** FATAL CONFIG FILE ERROR (Redis " + version(process) + ") ***")
            process.complain(f"Reading the configuration file, at line {number + 1}")
            process.complain(f">>> '{name} {_quoted(values)}'")
            process.complain(problem)
            return None
        settings[name.lower()] = value
    return settings


def _quoted(values: Sequence[str]) -> str:
    return " ".join(f'"{value}"' for value in values)


def _problem(name: str, values: Sequence[str]) -> str:
    if name not in _KNOWN_SETTINGS or (not values and name != "save"):
        return "Bad directive or wrong number of arguments"
    check = _CHECKS.get(name)
    return check(values[0]) if check else ""


_CHECKS: dict[str, Callable[[str], str]] = {
    "port": lambda value: (
        ""
        if value.isascii() and value.isdigit() and 0 < int(value) < 65536
        else "argument couldn't be parsed into an integer"
    ),
    "appendonly": lambda value: "" if value in ("yes", "no") else "argument must be 'yes' or 'no'",
}
_KNOWN_SETTINGS = frozenset(
    "port bind requirepass dir dbfilename save appendonly appendfsync appendfilename maxmemory maxmemory-policy "
    "databases timeout tcp-backlog tcp-keepalive protected-mode daemonize loglevel logfile maxclients supervised "
    "pidfile rename-command masterauth masteruser replicaof user io-threads hz notify-keyspace-events "
    "stop-writes-on-bgsave-error rdbcompression rdbchecksum slowlog-log-slower-than slowlog-max-len "
    "replica-announce-ip replica-announce-port repl-diskless-sync cluster-enabled cluster-config-file "
    "cluster-node-timeout aclfile include always-show-logo set-proc-title".split()
)


def _say_hello(process: Process, port: int) -> None:
    told = (
        "Configuration loaded"
        if len(process.argv) > 1
        else "Warning: no config file specified, using the default config. In order to specify a config file use "
        "redis-server /path/to/redis.conf"
    )
    _line(process, "C", "#", "oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo")
    facts = f"Redis version={version(process)}, bits=64, commit=00000000, modified=0, pid={process.pid}, just started"
    _line(process, "C", "#", facts)
    _line(process, "C", "#", told)
    _line(process, "M", "*", "monotonic clock: POSIX clock_gettime")
    _line(process, "M", "*", f"Running mode=standalone, port={port}.")
    _line(process, "M", "#", "Server initialized")


def _say_goodbye(process: Process, signal: str) -> None:
    moment = int(process.clock.now().timestamp())
    process.say(f"{process.pid}:signal-handler ({moment}) Received {signal} scheduling shutdown...")
    _line(process, "M", "#", "User requested shutdown...")
    _line(process, "M", "*", "Saving the final RDB snapshot before exiting.")
    _line(process, "M", "*", "DB saved on disk")
    _line(process, "M", "#", "Redis is now ready to exit, bye bye...")


def _line(process: Process, role: str, mark: str, text: str) -> None:
    moment = process.clock.now()
    stamp = moment.strftime("%d %b %Y %H:%M:%S.") + f"{moment.microsecond // 1000:03d}"
    process.say(f"{process.pid}:{role} {stamp} {mark} {text}")
