"""The keys of one redis server: numbered databases of typed values that may expire. Knows no protocol."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import TypeVar

DATABASES = 16


class RedisError(Exception):
    """A command that fails; the message is the error reply without its sign."""


WRONG_TYPE = "WRONGTYPE Operation against a key holding the wrong kind of value"
SYNTAX = "ERR syntax error"
NO_INTEGER = "ERR value is not an integer or out of range"
NO_FLOAT = "ERR value is not a valid float"


class Hash(dict[bytes, bytes]):
    """Field to value."""


class SortedSet(dict[bytes, float]):
    """Member to score."""

    def ordered(self) -> list[tuple[bytes, float]]:
        return sorted(self.items(), key=lambda pair: (pair[1], pair[0]))


Stored = bytes | list[bytes] | set[bytes] | Hash | SortedSet
TYPES: dict[type, str] = {bytes: "string", list: "list", set: "set", Hash: "hash", SortedSet: "zset"}
Typed = TypeVar("Typed", bytes, list[bytes], set[bytes], Hash, SortedSet)


class Database:
    """One numbered database."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._values: dict[bytes, Stored] = {}
        self._ends: dict[bytes, float] = {}  # seconds since 1970

    def moment(self) -> float:
        """Seconds since 1970."""
        return self._now().timestamp()

    def find(self, key: bytes) -> Stored | None:
        if key in self._ends and self._ends[key] <= self.moment():
            self.remove(key)
        return self._values.get(key)

    def typed(self, key: bytes, kind: type[Typed]) -> Typed | None:
        """The value of a key that must be of this kind, or not be; RedisError when it is another."""
        found = self.find(key)
        if found is None or isinstance(found, kind):
            return found
        raise RedisError(WRONG_TYPE)

    def put(self, key: bytes, value: Stored, keep_end: bool = False) -> None:
        self._values[key] = value
        if not keep_end:
            self._ends.pop(key, None)

    def remove(self, key: bytes) -> bool:
        self._ends.pop(key, None)
        return self._values.pop(key, None) is not None

    def tidy(self, key: bytes) -> None:
        """A collection without members is no key."""
        found = self._values.get(key)
        if not found and not isinstance(found, bytes):
            self.remove(key)

    def expire(self, key: bytes, moment: float | None) -> None:
        if moment is None:
            self._ends.pop(key, None)
        elif moment <= self.moment():
            self.remove(key)
        else:
            self._ends[key] = moment

    def end_of(self, key: bytes) -> float | None:
        return self._ends.get(key)

    def keys(self) -> Iterator[bytes]:
        return (key for key in tuple(self._values) if self.find(key) is not None)

    def clear(self) -> None:
        self._values.clear()
        self._ends.clear()

    def __len__(self) -> int:
        return sum(1 for _ in self.keys())


def integer(text: bytes) -> int:
    """A whole number as redis reads it."""
    word = text.decode("latin-1")
    if not word.removeprefix("-").isascii() or not word.removeprefix("-").isdigit() or len(word) > 20:
        raise RedisError(NO_INTEGER)
    number = int(word)
    if not -(1 << 63) <= number < 1 << 63:
        raise RedisError(NO_INTEGER)
    return number


def floating(text: bytes) -> float:
    word = text.decode("latin-1").lower()
    try:
        number = float(word)
    except ValueError as error:
        raise RedisError(NO_FLOAT) from error
    if number != number or "_" in word or word.strip() != word:
        raise RedisError(NO_FLOAT)
    return number


def shown(number: float) -> bytes:
    """A number as redis writes it: whole ones without a point."""
    if number in (float("inf"), float("-inf")):
        return b"inf" if number > 0 else b"-inf"
    return (b"%d" % number) if number == int(number) and abs(number) < 1e17 else repr(number).encode()
