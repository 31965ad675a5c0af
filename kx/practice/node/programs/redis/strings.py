"""Commands on strings, numbers among them."""

from __future__ import annotations

from kx.practice.node.programs.redis.command import MANY, Command, Words
from kx.practice.node.programs.redis.keyspace import (
    SYNTAX,
    Database,
    RedisError,
    floating,
    integer,
    shown,
)
from kx.practice.node.resp import OK, Reply

_LIMIT = 1 << 63
_UNITS = {"EX": 1.0, "PX": 0.001, "EXAT": 1.0, "PXAT": 0.001}


def _get(data: Database, words: Words) -> Reply:
    return data.typed(words[0], bytes)


def _set(data: Database, words: Words) -> Reply:
    key, value, *options = words
    names = [option.decode("latin-1").upper() for option in options]
    end, keep, old = None, False, None
    only: str = ""
    while names:
        name = names.pop(0)
        if name in ("NX", "XX") and not only:
            only = name
        elif name == "KEEPTTL" and end is None:
            keep = True
        elif name == "GET":
            old = data.typed(key, bytes)
        elif name in _UNITS and names and end is None and not keep:
            end = _end(data, "set", name, names.pop(0).encode("latin-1"))
        else:
            raise RedisError(SYNTAX)
    wants_old = any(option.upper() == b"GET" for option in options)
    if (only == "NX") > (data.find(key) is None) or (only == "XX") > (data.find(key) is not None):
        return old
    data.put(key, value, keep)
    if end is not None:
        data.expire(key, end)
    return old if wants_old else OK


def _end(data: Database, command: str, unit: str, text: bytes) -> float:
    number = integer(text)
    if number <= 0:
        raise RedisError(f"ERR invalid expire time in {command}")
    return number * _UNITS[unit] + (0.0 if unit.endswith("AT") else data.moment())


def _set_for(unit: str, name: str) -> Command:
    def handle(data: Database, words: Words) -> Reply:
        end = _end(data, name, unit, words[1])
        data.put(words[0], words[2])
        data.expire(words[0], end)
        return OK

    return Command(handle, 3, 3)


def _set_new(data: Database, words: Words) -> Reply:
    if data.find(words[0]) is not None:
        return 0
    data.put(words[0], words[1])
    return 1


def _get_set(data: Database, words: Words) -> Reply:
    old = data.typed(words[0], bytes)
    data.put(words[0], words[1])
    return old


def _get_delete(data: Database, words: Words) -> Reply:
    old = data.typed(words[0], bytes)
    data.remove(words[0])
    return old


def _get_many(data: Database, words: Words) -> Reply:
    found = [data.find(key) for key in words]
    return [one if isinstance(one, bytes) else None for one in found]


def _set_many(data: Database, words: Words) -> Reply:
    _pairs("mset", words)
    for key, value in zip(words[::2], words[1::2], strict=True):
        data.put(key, value)
    return OK


def _set_many_new(data: Database, words: Words) -> Reply:
    _pairs("msetnx", words)
    if any(data.find(key) is not None for key in words[::2]):
        return 0
    _set_many(data, words)
    return 1


def _pairs(name: str, words: Words) -> None:
    if len(words) % 2:
        raise RedisError(f"ERR wrong number of arguments for {name.upper()}")


def _add(data: Database, key: bytes, amount: int) -> int:
    number = integer(data.typed(key, bytes) or b"0") + amount
    if not -_LIMIT <= number < _LIMIT:
        raise RedisError("ERR increment or decrement would overflow")
    data.put(key, b"%d" % number, keep_end=True)
    return number


def _increase_float(data: Database, words: Words) -> Reply:
    number = floating(data.typed(words[0], bytes) or b"0") + floating(words[1])
    if number != number or number in (float("inf"), float("-inf")):
        raise RedisError("ERR increment would produce NaN or Infinity")
    data.put(words[0], shown(number), keep_end=True)
    return shown(number)


def _append(data: Database, words: Words) -> Reply:
    value = (data.typed(words[0], bytes) or b"") + words[1]
    data.put(words[0], value, keep_end=True)
    return len(value)


def _range(data: Database, words: Words) -> Reply:
    value = data.typed(words[0], bytes) or b""
    first, last = span(len(value), integer(words[1]), integer(words[2]))
    return value[first:last]


def _set_range(data: Database, words: Words) -> Reply:
    value, offset = data.typed(words[0], bytes) or b"", integer(words[1])
    if offset < 0:
        raise RedisError("ERR offset is out of range")
    if offset + len(words[2]) > 512 * 1024:
        raise RedisError("ERR string exceeds maximum allowed size (proto-max-bulk-len)")
    value = value.ljust(offset, b"\0")
    data.put(words[0], value[:offset] + words[2] + value[offset + len(words[2]) :], keep_end=True)
    return max(len(value), offset + len(words[2]))


def span(length: int, first: int, last: int) -> tuple[int, int]:
    """redis' ranges (both ends inside, negative from the end) as Python's."""
    first = max(0, first + length if first < 0 else first)
    last = last + length if last < 0 else min(last, length - 1)
    return (first, last + 1) if first <= last else (0, 0)


COMMANDS = {
    "GET": Command(_get, 1, 1),
    "SET": Command(_set, 2, MANY),
    "SETEX": _set_for("EX", "setex"),
    "PSETEX": _set_for("PX", "psetex"),
    "SETNX": Command(_set_new, 2, 2),
    "GETSET": Command(_get_set, 2, 2),
    "GETDEL": Command(_get_delete, 1, 1),
    "MGET": Command(_get_many, 1, MANY),
    "MSET": Command(_set_many, 2, MANY),
    "MSETNX": Command(_set_many_new, 2, MANY),
    "INCR": Command(lambda data, words: _add(data, words[0], 1), 1, 1),
    "DECR": Command(lambda data, words: _add(data, words[0], -1), 1, 1),
    "INCRBY": Command(lambda data, words: _add(data, words[0], integer(words[1])), 2, 2),
    "DECRBY": Command(lambda data, words: _add(data, words[0], -integer(words[1])), 2, 2),
    "INCRBYFLOAT": Command(_increase_float, 2, 2),
    "APPEND": Command(_append, 2, 2),
    "STRLEN": Command(lambda data, words: len(data.typed(words[0], bytes) or b""), 1, 1),
    "GETRANGE": Command(_range, 3, 3),
    "SUBSTR": Command(_range, 3, 3),
    "SETRANGE": Command(_set_range, 3, 3),
}
