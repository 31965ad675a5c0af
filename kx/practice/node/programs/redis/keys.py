"""Commands on keys of any kind: what is there, how long it lives, and names."""

from __future__ import annotations

import random
import re

from kx.practice.node.programs.redis.command import MANY, Command, Words
from kx.practice.node.programs.redis.keyspace import SYNTAX, TYPES, Database, RedisError, integer
from kx.practice.node.resp import OK, Reply, Simple


def matcher(pattern: bytes) -> re.Pattern[bytes]:
    """A glob of redis: ``*``, ``?``, ``[a-c]``, ``[^x]`` and backslashes."""
    parts: list[bytes] = []
    at = 0
    while at < len(pattern):
        sign = pattern[at : at + 1]
        end = pattern.find(b"]", at + 1)
        if sign == b"*":
            # Stars in a row are one, or a search could take for ever.
            if not parts or parts[-1] != b".*":
                parts.append(b".*")
        elif sign == b"?":
            parts.append(b".")
        elif sign == b"[" and end > at + 1:
            inner = pattern[at + 1 : end]
            negated, inner = inner.startswith(b"^"), inner.removeprefix(b"^")
            choice = re.sub(rb"([\\\[\]^&~|])", rb"\\\1", inner)
            parts.append(b"[" + (b"^" if negated else b"") + choice + b"]" if inner else b"(?!)")
            at = end
        else:
            if sign == b"\\" and at + 1 < len(pattern):
                at += 1
            parts.append(re.escape(pattern[at : at + 1]))
        at += 1
    try:
        return re.compile(b"".join(parts), re.DOTALL)
    except re.error:  # a range that runs backwards matches nothing
        return re.compile(b"(?!)")


def _matching(data: Database, words: Words) -> Reply:
    pattern = matcher(words[0])
    return [key for key in data.keys() if pattern.fullmatch(key)]  # noqa: SIM118 - a method of ours


def _scan(data: Database, words: Words) -> Reply:
    """All keys in one round: cursor 0 says that there are no more."""
    if not words[0].isdigit():
        raise RedisError("ERR invalid cursor")
    options = {name.upper(): value for name, value in zip(words[1::2], words[2::2], strict=False)}
    if len(words) % 2 == 0 or set(options) - {b"MATCH", b"COUNT", b"TYPE"}:
        raise RedisError(SYNTAX)
    pattern, kind = matcher(options.get(b"MATCH", b"*")), options.get(b"TYPE", b"").decode("latin-1").lower()
    found = [key for key in data.keys() if pattern.fullmatch(key) and kind in ("", _type_name(data, key))]  # noqa: SIM118
    return [b"0", found]


def _type_name(data: Database, key: bytes) -> str:
    found = data.find(key)
    return "none" if found is None else TYPES[type(found)]


def _expire(unit: float, absolute: bool) -> Command:
    def handle(data: Database, words: Words) -> Reply:
        moment = integer(words[1]) * unit + (0.0 if absolute else data.moment())
        if data.find(words[0]) is None:
            return 0
        data.expire(words[0], moment)
        return 1

    return Command(handle, 2, 2)


def _left(unit: float) -> Command:
    def handle(data: Database, words: Words) -> Reply:
        if data.find(words[0]) is None:
            return -2
        end = data.end_of(words[0])
        return -1 if end is None else round((end - data.moment()) / unit)

    return Command(handle, 1, 1)


def _persist(data: Database, words: Words) -> Reply:
    if data.find(words[0]) is None or data.end_of(words[0]) is None:
        return 0
    data.expire(words[0], None)
    return 1


def _rename(data: Database, words: Words) -> Reply:
    found = data.find(words[0])
    if found is None:
        raise RedisError("ERR no such key")
    end = data.end_of(words[0])
    data.remove(words[0])
    data.put(words[1], found)
    data.expire(words[1], end)
    return OK


def _rename_new(data: Database, words: Words) -> Reply:
    if data.find(words[0]) is not None and data.find(words[1]) is not None:
        return 0
    _rename(data, words)
    return 1


def _random(data: Database, words: Words) -> Reply:
    keys = list(data.keys())
    return random.choice(keys) if keys else None


def _flush(data: Database, words: Words) -> Reply:
    if words and words[0].upper() not in (b"ASYNC", b"SYNC"):
        raise RedisError(SYNTAX)
    data.clear()
    return OK


_DELETE = Command(lambda data, words: sum(data.find(key) is not None and data.remove(key) for key in words), 1, MANY)
_COUNT = Command(lambda data, words: sum(data.find(key) is not None for key in words), 1, MANY)

COMMANDS = {
    "DEL": _DELETE,
    "UNLINK": _DELETE,
    "EXISTS": _COUNT,
    "TOUCH": _COUNT,
    "KEYS": Command(_matching, 1, 1),
    "SCAN": Command(_scan, 1, MANY),
    "TYPE": Command(lambda data, words: Simple(_type_name(data, words[0])), 1, 1),
    "EXPIRE": _expire(1.0, absolute=False),
    "PEXPIRE": _expire(0.001, absolute=False),
    "EXPIREAT": _expire(1.0, absolute=True),
    "PEXPIREAT": _expire(0.001, absolute=True),
    "TTL": _left(1.0),
    "PTTL": _left(0.001),
    "PERSIST": Command(_persist, 1, 1),
    "RENAME": Command(_rename, 2, 2),
    "RENAMENX": Command(_rename_new, 2, 2),
    "RANDOMKEY": Command(_random, 0, 0),
    "DBSIZE": Command(lambda data, words: len(data), 0, 0),
    "FLUSHDB": Command(_flush, 0, 1),
}
