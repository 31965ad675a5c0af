"""One redis server: its databases, its settings, who is connected, and what INFO tells. Knows no bytes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from kx.practice.node.programs.redis import hashes, keys, lists, sets, sortedsets, strings
from kx.practice.node.programs.redis.command import Command
from kx.practice.node.programs.redis.keyspace import DATABASES, Database

DATA: dict[str, Command] = {
    **keys.COMMANDS,
    **strings.COMMANDS,
    **lists.COMMANDS,
    **sets.COMMANDS,
    **hashes.COMMANDS,
    **sortedsets.COMMANDS,
}


@dataclass
class Instance:
    """What all connections of a server share. ``log`` writes a line of the server's log."""

    version: str
    port: int
    now: Callable[[], datetime]
    log: Callable[[str, str], None] = lambda mark, text: None
    settings: dict[str, str] = field(default_factory=dict)
    databases: list[Database] = field(default_factory=list)
    started: datetime | None = None
    connections: int = 0
    commands: int = 0
    next_client: int = 3  # as in a real server that has just started
    saved: int = 0

    def __post_init__(self) -> None:
        self.databases = [Database(self.now) for _ in range(DATABASES)]
        self.started = self.now()
        self.settings = {**_SETTINGS, "port": str(self.port), **self.settings}

    @property
    def password(self) -> str:
        return self.settings["requirepass"]


_SETTINGS = {
    "appendonly": "no",
    "bind": "* -::*",
    "databases": str(DATABASES),
    "dir": "/data",
    "maxclients": "10000",
    "maxmemory": "0",
    "maxmemory-policy": "noeviction",
    "requirepass": "",
    "save": "3600 1 300 100 60 10000",
    "timeout": "0",
}


def info(instance: Instance, section: str) -> str:
    """``INFO`` of one section, or of all of them."""
    wanted = section.lower()
    found = [
        f"# {name}\r\n" + "".join(f"{key}:{value}\r\n" for key, value in make(instance))
        for name, make in _SECTIONS.items()
        if wanted in ("all", "default", "everything", name.lower())
    ]
    return "\r\n".join(found)


_Pairs = list[tuple[str, object]]


def _server(instance: Instance) -> _Pairs:
    up = (instance.now() - (instance.started or instance.now())).total_seconds()
    return [
        ("redis_version", instance.version),
        ("redis_mode", "standalone"),
        ("os", "kx practice cluster (simulated)"),
        ("arch_bits", 64),
        ("process_id", 1),
        ("tcp_port", instance.port),
        ("uptime_in_seconds", int(up)),
        ("uptime_in_days", int(up // 86400)),
    ]


def _keyspace(instance: Instance) -> _Pairs:
    return [
        (f"db{number}", f"keys={len(one)},expires={sum(one.end_of(key) is not None for key in one.keys())},avg_ttl=0")  # noqa: SIM118
        for number, one in enumerate(instance.databases)
        if len(one)
    ]


_SECTIONS: dict[str, Callable[[Instance], _Pairs]] = {
    "Server": _server,
    "Clients": lambda instance: [("connected_clients", max(1, instance.connections)), ("blocked_clients", 0)],
    "Memory": lambda instance: [("maxmemory", 0), ("maxmemory_human", "0B"), ("maxmemory_policy", "noeviction")],
    "Persistence": lambda instance: [
        ("loading", 0),
        ("rdb_bgsave_in_progress", 0),
        ("rdb_last_save_time", instance.saved or int((instance.started or instance.now()).timestamp())),
        ("aof_enabled", 0),
    ],
    "Stats": lambda instance: [
        ("total_connections_received", instance.next_client - 3),
        ("total_commands_processed", instance.commands),
    ],
    "Replication": lambda instance: [("role", "master"), ("connected_slaves", 0)],
    "Cluster": lambda instance: [("cluster_enabled", 0)],
    "Keyspace": _keyspace,
}
