"""What a redis command is: a function of a database and words, and how many words it takes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kx.practice.node.programs.redis.keyspace import Database
from kx.practice.node.resp import Reply

MANY = 1 << 30
Words = tuple[bytes, ...]


@dataclass(frozen=True)
class Command:
    """``least`` and ``most`` count the words behind the command's name. Handlers raise RedisError."""

    handle: Callable[[Database, Words], Reply]
    least: int
    most: int

    def takes(self, count: int) -> bool:
        return self.least <= count <= self.most
