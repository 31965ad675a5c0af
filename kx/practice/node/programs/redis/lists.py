"""Commands on lists."""

from __future__ import annotations

from kx.practice.node.programs.redis.command import MANY, Command, Words
from kx.practice.node.programs.redis.keyspace import SYNTAX, Database, RedisError, integer
from kx.practice.node.programs.redis.strings import span
from kx.practice.node.resp import OK, Reply


def _push(left: bool, only_existing: bool = False) -> Command:
    def handle(data: Database, words: Words) -> Reply:
        key, *values = words
        found = data.typed(key, list)
        if found is None:
            if only_existing:
                return 0
            found = []
            data.put(key, found)
        if left:
            found[:0] = values[::-1]
        else:
            found += values
        return len(found)

    return Command(handle, 2, MANY)


def _pop(left: bool) -> Command:
    def handle(data: Database, words: Words) -> Reply:
        found = data.typed(words[0], list)
        count = integer(words[1]) if len(words) > 1 else 1
        if count < 0:
            raise RedisError("ERR value is out of range, must be positive")
        if found is None:
            return None
        taken = [found.pop(0 if left else -1) for _ in range(min(count, len(found)))]
        data.tidy(words[0])
        return taken if len(words) > 1 else taken[0]

    return Command(handle, 1, 2)


def _range(data: Database, words: Words) -> Reply:
    found = data.typed(words[0], list) or []
    first, last = span(len(found), integer(words[1]), integer(words[2]))
    return found[first:last]


def _index(data: Database, words: Words) -> Reply:
    found, at = data.typed(words[0], list) or [], integer(words[1])
    return found[at] if -len(found) <= at < len(found) else None


def _set(data: Database, words: Words) -> Reply:
    found, at = data.typed(words[0], list), integer(words[1])
    if found is None:
        raise RedisError("ERR no such key")
    if not -len(found) <= at < len(found):
        raise RedisError("ERR index out of range")
    found[at] = words[2]
    return OK


def _remove(data: Database, words: Words) -> Reply:
    found, count = data.typed(words[0], list) or [], integer(words[1])
    places = [at for at, value in enumerate(found) if value == words[2]]
    places = places[:count] if count > 0 else places[count:] if count < 0 else places
    for at in reversed(places):
        del found[at]
    data.tidy(words[0])
    return len(places)


def _trim(data: Database, words: Words) -> Reply:
    found = data.typed(words[0], list) or []
    first, last = span(len(found), integer(words[1]), integer(words[2]))
    found[:] = found[first:last]
    data.tidy(words[0])
    return OK


def _insert(data: Database, words: Words) -> Reply:
    place = {b"BEFORE": 0, b"AFTER": 1}.get(words[1].upper())
    if place is None:
        raise RedisError(SYNTAX)
    found = data.typed(words[0], list)
    if found is None:
        return 0
    if words[2] not in found:
        return -1
    found.insert(found.index(words[2]) + place, words[3])
    return len(found)


def _move(data: Database, words: Words) -> Reply:
    found = data.typed(words[0], list)
    target = data.typed(words[1], list)
    if not found:
        return None
    value = found.pop()
    if target is None:
        target = []
        data.put(words[1], target)
    target.insert(0, value)
    data.tidy(words[0])
    return value


COMMANDS = {
    "LPUSH": _push(left=True),
    "RPUSH": _push(left=False),
    "LPUSHX": _push(left=True, only_existing=True),
    "RPUSHX": _push(left=False, only_existing=True),
    "LPOP": _pop(left=True),
    "RPOP": _pop(left=False),
    "LRANGE": Command(_range, 3, 3),
    "LLEN": Command(lambda data, words: len(data.typed(words[0], list) or []), 1, 1),
    "LINDEX": Command(_index, 2, 2),
    "LSET": Command(_set, 3, 3),
    "LREM": Command(_remove, 3, 3),
    "LTRIM": Command(_trim, 3, 3),
    "LINSERT": Command(_insert, 4, 4),
    "RPOPLPUSH": Command(_move, 2, 2),
}
