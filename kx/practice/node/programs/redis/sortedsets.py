"""Commands on sorted sets."""

from __future__ import annotations

from kx.practice.node.programs.redis.command import MANY, Command, Words
from kx.practice.node.programs.redis.keyspace import (
    SYNTAX,
    Database,
    RedisError,
    SortedSet,
    floating,
    integer,
    shown,
)
from kx.practice.node.programs.redis.strings import span
from kx.practice.node.resp import Reply

_Pairs = list[tuple[bytes, float]]


def _found(data: Database, key: bytes) -> SortedSet:
    return data.typed(key, SortedSet) or SortedSet()


def _made(data: Database, key: bytes) -> SortedSet:
    found = data.typed(key, SortedSet)
    if found is None:
        found = SortedSet()
        data.put(key, found)
    return found


def _add(data: Database, words: Words) -> Reply:
    key, *rest = words
    flags = set()
    while rest and rest[0].upper() in (b"NX", b"XX", b"CH", b"GT", b"LT"):
        flags.add(rest.pop(0).upper())
    if not rest or len(rest) % 2 or {b"NX", b"XX"} <= flags:
        raise RedisError(SYNTAX)
    pairs = [(member, floating(score)) for score, member in zip(rest[::2], rest[1::2], strict=True)]
    found = _made(data, key)
    added = changed = 0
    for member, score in pairs:
        old = found.get(member)
        if (b"NX" in flags and old is not None) or (b"XX" in flags and old is None):
            continue
        if old is not None and ((b"GT" in flags and score <= old) or (b"LT" in flags and score >= old)):
            continue
        found[member] = score
        added += old is None
        changed += old != score
    data.tidy(key)
    return changed if b"CH" in flags else added


def _increase(data: Database, words: Words) -> Reply:
    amount, found = floating(words[1]), _made(data, words[0])
    found[words[2]] = found.get(words[2], 0.0) + amount
    return shown(found[words[2]])


def _remove(data: Database, words: Words) -> Reply:
    found = _found(data, words[0])
    gone = sum(found.pop(member, None) is not None for member in words[1:])
    data.tidy(words[0])
    return gone


def _range(reverse: bool) -> Command:
    def handle(data: Database, words: Words) -> Reply:
        with_scores = _with_scores(words[3:])
        pairs = _found(data, words[0]).ordered()
        pairs = pairs[::-1] if reverse else pairs
        first, last = span(len(pairs), integer(words[1]), integer(words[2]))
        return _told(pairs[first:last], with_scores)

    return Command(handle, 3, 4)


def _by_score(reverse: bool) -> Command:
    def handle(data: Database, words: Words) -> Reply:
        rest, limit = words[3:], (0, -1)
        if len(rest) >= 3 and rest[-3].upper() == b"LIMIT":
            limit, rest = (integer(rest[-2]), integer(rest[-1])), rest[:-3]
        with_scores = _with_scores(rest)
        low, high = (words[2], words[1]) if reverse else (words[1], words[2])
        pairs = _between(_found(data, words[0]), low, high)
        pairs = (pairs[::-1] if reverse else pairs)[max(0, limit[0]) :]
        return _told(pairs[: limit[1]] if limit[1] >= 0 else pairs, with_scores)

    return Command(handle, 3, MANY)


def _between(found: SortedSet, low: bytes, high: bytes) -> _Pairs:
    (least, above), (most, below) = _bound(low), _bound(high)
    return [
        (member, score)
        for member, score in found.ordered()
        if (score > least if above else score >= least) and (score < most if below else score <= most)
    ]


def _bound(text: bytes) -> tuple[float, bool]:
    open_ended = text.startswith(b"(")
    try:
        return floating(text[1:] if open_ended else text), open_ended
    except RedisError as error:
        raise RedisError("ERR min or max is not a float") from error


def _with_scores(rest: Words) -> bool:
    if rest and (len(rest) > 1 or rest[0].upper() != b"WITHSCORES"):
        raise RedisError(SYNTAX)
    return bool(rest)


def _told(pairs: _Pairs, with_scores: bool) -> list[Reply]:
    return [part for member, score in pairs for part in ((member, shown(score)) if with_scores else (member,))]


def _rank(reverse: bool) -> Command:
    def handle(data: Database, words: Words) -> Reply:
        members = [member for member, _ in _found(data, words[0]).ordered()]
        members = members[::-1] if reverse else members
        return members.index(words[1]) if words[1] in members else None

    return Command(handle, 2, 2)


def _score(data: Database, words: Words) -> Reply:
    score = _found(data, words[0]).get(words[1])
    return None if score is None else shown(score)


def _count(data: Database, words: Words) -> Reply:
    return len(_between(_found(data, words[0]), words[1], words[2]))


COMMANDS = {
    "ZADD": Command(_add, 3, MANY),
    "ZINCRBY": Command(_increase, 3, 3),
    "ZREM": Command(_remove, 2, MANY),
    "ZRANGE": _range(reverse=False),
    "ZREVRANGE": _range(reverse=True),
    "ZRANGEBYSCORE": _by_score(reverse=False),
    "ZREVRANGEBYSCORE": _by_score(reverse=True),
    "ZRANK": _rank(reverse=False),
    "ZREVRANK": _rank(reverse=True),
    "ZSCORE": Command(_score, 2, 2),
    "ZCARD": Command(lambda data, words: len(_found(data, words[0])), 1, 1),
    "ZCOUNT": Command(_count, 3, 3),
}
