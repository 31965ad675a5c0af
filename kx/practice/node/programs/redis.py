"""redis: its log lines, and a store of keys that other simulated programs may talk to."""

from __future__ import annotations

from collections.abc import Sequence

from kx.practice.node.process import Listener, Process, until_signalled

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


class Keys:
    """The data of one server, and the few commands others need."""

    def __init__(self, password: str) -> None:
        self._password = password
        self._values: dict[str, str] = {}

    def talk(self, words: tuple[str, ...]) -> str:
        """``(password, command, *arguments)`` to a reply as redis-cli shows it; errors begin with "-"."""
        password, command, *arguments = words
        if password != self._password:
            return (
                "-NOAUTH Authentication required."
                if not password
                else (
                    "-WRONGPASS invalid username-password pair or user is disabled."
                    if self._password
                    else "-ERR AUTH <password> called without any password configured for the default user. "
                    "Are you sure your configuration is correct?"
                )
            )
        handler = {"PING": self._ping, "SET": self._set, "GET": self._get, "INCR": self._increase, "DEL": self._delete}
        known = handler.get(command.upper())
        if known is None:
            return f"-ERR unknown command '{command}'"
        return known(*arguments)

    def _ping(self, *words: str) -> str:
        return words[0] if words else "PONG"

    def _set(self, *words: str) -> str:
        if len(words) != 2:
            return "-ERR wrong number of arguments for 'set' command"
        self._values[words[0]] = words[1]
        return "OK"

    def _get(self, *words: str) -> str:
        if len(words) != 1:
            return "-ERR wrong number of arguments for 'get' command"
        return self._values.get(words[0], "")

    def _increase(self, *words: str) -> str:
        if len(words) != 1:
            return "-ERR wrong number of arguments for 'incr' command"
        value = self._values.get(words[0], "0")
        if not value.lstrip("-").isdigit():
            return "-ERR value is not an integer or out of range"
        self._values[words[0]] = str(int(value) + 1)
        return self._values[words[0]]

    def _delete(self, *words: str) -> str:
        return str(sum(self._values.pop(word, None) is not None for word in words))


async def server(process: Process) -> int:
    """redis-server with ``--requirepass`` and ``--port``."""
    options = _options(process.argv[1:])
    if "--version" in process.argv or "-v" in process.argv:
        process.say(f"Redis server v={_version(process)}")
        return 0
    port = int(options.get("--port", str(_PORT))) if options.get("--port", "0").isdigit() else _PORT
    port = port or _PORT
    _line(process, "C", "#", "oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo")
    _line(
        process,
        "C",
        "#",
        f"Redis version={_version(process)}, bits=64, commit=00000000, modified=0, pid=1, just started",
    )
    if len(process.argv) > 1:
        _line(process, "C", "#", "Configuration loaded")
    else:
        _line(
            process,
            "C",
            "#",
            "Warning: no config file specified, using the default config. In order to specify a config file use "
            "redis-server /path/to/redis.conf",
        )
    if port in process.box.ports:
        _line(process, "M", "#", f"Could not create server TCP listening socket *:{port}: bind: Address already in use")
        return 1
    _line(process, "M", "*", f"Running mode=standalone, port={port}.")
    _line(process, "M", "#", "Server initialized")
    process.box.ports[port] = Listener(talk=Keys(options.get("--requirepass", "")).talk)
    _line(process, "M", "*", "Ready to accept connections")
    try:
        await until_signalled(process, {"TERM": 0, "INT": 0})
        _line(process, "signal-handler", "", "Received SIGTERM scheduling shutdown...")
        _line(process, "M", "#", "User requested shutdown...")
        _line(process, "M", "#", "Redis is now ready to exit, bye bye...")
        return 0
    finally:
        process.box.ports.pop(port, None)


def _options(words: Sequence[str]) -> dict[str, str]:
    return {word: value for word, value in zip(words, words[1:], strict=False) if word.startswith("--")}


def _version(process: Process) -> str:
    return process.env.get("REDIS_VERSION", "6.2.6")


def _line(process: Process, role: str, mark: str, text: str) -> None:
    moment = process.clock.now()
    if role == "signal-handler":
        process.say(f"{process.pid}:signal-handler ({int(moment.timestamp())}) {text}")
        return
    stamp = moment.strftime("%d %b %Y %H:%M:%S.") + f"{moment.microsecond // 1000:03d}"
    process.say(f"{process.pid}:{role} {stamp} {mark} {text}")
