"""Commands on sets. Members come sorted, which redis leaves open."""

from __future__ import annotations

import random
from collections.abc import Callable

from kx.practice.node.programs.redis.command import MANY, Command, Words
from kx.practice.node.programs.redis.keyspace import Database, RedisError, integer
from kx.practice.node.resp import Reply

_Members = set[bytes]


def _members(data: Database, key: bytes) -> _Members:
    return data.typed(key, set) or set()


def _add(data: Database, words: Words) -> Reply:
    key, *values = words
    found = data.typed(key, set)
    if found is None:
        found = set()
        data.put(key, found)
    before = len(found)
    found.update(values)
    return len(found) - before


def _remove(data: Database, words: Words) -> Reply:
    key, *values = words
    found = _members(data, key)
    before = len(found)
    found.difference_update(values)
    data.tidy(key)
    return before - len(found)


def _pop(data: Database, words: Words) -> Reply:
    found = _members(data, words[0])
    count = integer(words[1]) if len(words) > 1 else 1
    if count < 0:
        raise RedisError("ERR value is out of range, must be positive")
    taken = random.sample(sorted(found), min(count, len(found)))
    found.difference_update(taken)
    data.tidy(words[0])
    return taken if len(words) > 1 else next(iter(taken), None)


def _random(data: Database, words: Words) -> Reply:
    found = sorted(_members(data, words[0]))
    if len(words) == 1:
        return random.choice(found) if found else None
    count = integer(words[1])
    if count < 0:
        return [random.choice(found) for _ in range(min(-count, 1 << 16))] if found else []
    return random.sample(found, min(count, len(found)))


def _move(data: Database, words: Words) -> Reply:
    source = _members(data, words[0])
    _members(data, words[1])
    if words[2] not in source:
        return 0
    source.discard(words[2])
    data.tidy(words[0])
    _add(data, words[1:])
    return 1


def _reduced(combine: Callable[[_Members, _Members], _Members], groups: list[_Members]) -> _Members:
    result = groups[0]
    for group in groups[1:]:
        result = combine(result, group)
    return result


def _combined(combine: Callable[[_Members, _Members], _Members]) -> Callable[[Database, Words], list[bytes]]:
    return lambda data, words: sorted(_reduced(combine, [set(_members(data, key)) for key in words]))


def _stored(combined: Callable[[Database, Words], list[bytes]]) -> Command:
    def handle(data: Database, words: Words) -> Reply:
        found = set(combined(data, words[1:]))
        data.put(words[0], found)
        data.tidy(words[0])
        return len(found)

    return Command(handle, 2, MANY)


_UNION = _combined(lambda one, other: one | other)
_INTERSECTION = _combined(lambda one, other: one & other)
_DIFFERENCE = _combined(lambda one, other: one - other)

COMMANDS = {
    "SADD": Command(_add, 2, MANY),
    "SREM": Command(_remove, 2, MANY),
    "SMEMBERS": Command(lambda data, words: sorted(_members(data, words[0])), 1, 1),
    "SISMEMBER": Command(lambda data, words: int(words[1] in _members(data, words[0])), 2, 2),
    "SMISMEMBER": Command(lambda data, words: [int(one in _members(data, words[0])) for one in words[1:]], 2, MANY),
    "SCARD": Command(lambda data, words: len(_members(data, words[0])), 1, 1),
    "SPOP": Command(_pop, 1, 2),
    "SRANDMEMBER": Command(_random, 1, 2),
    "SMOVE": Command(_move, 3, 3),
    "SUNION": Command(_UNION, 1, MANY),
    "SINTER": Command(_INTERSECTION, 1, MANY),
    "SDIFF": Command(_DIFFERENCE, 1, MANY),
    "SUNIONSTORE": _stored(_UNION),
    "SINTERSTORE": _stored(_INTERSECTION),
    "SDIFFSTORE": _stored(_DIFFERENCE),
}
