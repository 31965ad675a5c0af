"""Commands on hashes."""

from __future__ import annotations

from kx.practice.node.programs.redis.command import MANY, Command, Words
from kx.practice.node.programs.redis.keyspace import Database, Hash, RedisError, integer
from kx.practice.node.resp import OK, Reply


def _found(data: Database, key: bytes) -> Hash:
    return data.typed(key, Hash) or Hash()


def _made(data: Database, key: bytes) -> Hash:
    found = data.typed(key, Hash)
    if found is None:
        found = Hash()
        data.put(key, found)
    return found


def _set(data: Database, words: Words) -> Reply:
    return _put(data, words, "hset")


def _set_many(data: Database, words: Words) -> Reply:
    _put(data, words, "hmset")
    return OK


def _put(data: Database, words: Words, name: str) -> int:
    key, *pairs = words
    if len(pairs) % 2:
        raise RedisError(f"ERR wrong number of arguments for '{name}' command")
    found = _made(data, key)
    before = len(found)
    found.update(zip(pairs[::2], pairs[1::2], strict=True))
    return len(found) - before


def _set_new(data: Database, words: Words) -> Reply:
    found = _found(data, words[0])
    if words[1] in found:
        return 0
    _made(data, words[0])[words[1]] = words[2]
    return 1


def _delete(data: Database, words: Words) -> Reply:
    found = _found(data, words[0])
    gone = sum(found.pop(field, None) is not None for field in words[1:])
    data.tidy(words[0])
    return gone


def _increase(data: Database, words: Words) -> Reply:
    amount, held = integer(words[2]), _found(data, words[0]).get(words[1], b"0")
    if not held.removeprefix(b"-").isdigit():
        raise RedisError("ERR hash value is not an integer")
    number = int(held) + amount
    _made(data, words[0])[words[1]] = b"%d" % number
    return number


def _all(data: Database, words: Words) -> Reply:
    return [part for pair in _found(data, words[0]).items() for part in pair]


COMMANDS = {
    "HSET": Command(_set, 3, MANY),
    "HMSET": Command(_set_many, 3, MANY),
    "HSETNX": Command(_set_new, 3, 3),
    "HGET": Command(lambda data, words: _found(data, words[0]).get(words[1]), 2, 2),
    "HMGET": Command(lambda data, words: [_found(data, words[0]).get(field) for field in words[1:]], 2, MANY),
    "HGETALL": Command(_all, 1, 1),
    "HDEL": Command(_delete, 2, MANY),
    "HEXISTS": Command(lambda data, words: int(words[1] in _found(data, words[0])), 2, 2),
    "HLEN": Command(lambda data, words: len(_found(data, words[0])), 1, 1),
    "HKEYS": Command(lambda data, words: list(_found(data, words[0])), 1, 1),
    "HVALS": Command(lambda data, words: list(_found(data, words[0]).values()), 1, 1),
    "HSTRLEN": Command(lambda data, words: len(_found(data, words[0]).get(words[1], b"")), 2, 2),
    "HINCRBY": Command(_increase, 3, 3),
}
