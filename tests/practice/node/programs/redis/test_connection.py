"""Commands as typed to a redis server, and the replies of redis 6.2 to them."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kx.practice.node.programs.redis.connection import Connection
from kx.practice.node.programs.redis.instance import DATA, Instance
from kx.practice.node.resp import Error, Reply, Simple, command, decode

START = datetime(2026, 1, 1, tzinfo=timezone.utc)


class Desk:
    """A server, a clock, and a client that types."""

    def __init__(self, password: str = "") -> None:
        self.now = START
        self.logged: list[str] = []
        self.instance = Instance(
            "6.2.6", 6379, lambda: self.now, lambda _, text: self.logged.append(text), {"requirepass": password}
        )
        self.client = self.connect()

    def connect(self) -> Connection:
        return Connection(self.instance, "10.244.1.9")

    def type(self, line: str, client: Connection | None = None) -> str:
        """The reply as one short text."""
        return shown(decode((client or self.client).feed(line.encode() + b"\r\n"))[0])


def shown(reply: Reply) -> str:
    if isinstance(reply, Simple):
        return reply.text
    if isinstance(reply, bytes):
        return f"'{reply.decode('latin-1')}'"
    if reply is None or isinstance(reply, int):
        return "nil" if reply is None else str(reply)
    if isinstance(reply, Error):
        return f"-{reply.text}"
    return "[" + " ".join(shown(one) for one in reply) + "]"


TYPED = [
    "PING -> PONG; ping hello -> 'hello'; ECHO 'a b' -> 'a b'; QUIT -> OK",
    "SET a 1 -> OK; GET a -> '1'; GET none -> nil; SET a 2 NX -> nil; SET a 3 XX GET -> '1'; GET a -> '3'",
    (
        "SET b 1 XX -> nil; SET a 1 EX 10 -> OK; TTL a -> 10; +4; TTL a -> 6; PTTL a -> 6000; +6; GET a -> nil; "
        "TTL a -> -2"
    ),
    "SET a 1 PX 1500 -> OK; +1; EXISTS a -> 1; +1; EXISTS a -> 0; SET a 1 -> OK; TTL a -> -1; EXPIRE a 5 -> 1",
    (
        "SET a 1 EX 5 -> OK; SET a 2 KEEPTTL -> OK; TTL a -> 5; PERSIST a -> 1; TTL a -> -1; EXPIRE a -1 -> 1; "
        "GET a -> nil"
    ),
    "SET a 1 EX 0 -> -ERR invalid expire time in set; SET a 1 EX x -> -ERR value is not an integer or out of range",
    "SET a 1 EX -> -ERR syntax error; SET a 1 EX 1 PX 1 -> -ERR syntax error; SET a 1 FOO -> -ERR syntax error",
    "SETEX a 10 v -> OK; TTL a -> 10; SETNX a w -> 0; GETSET a x -> 'v'; GET a -> 'x'; GETDEL a -> 'x'; GET a -> nil",
    "MSET a 1 b 2 -> OK; MGET a b c -> ['1' '2' nil]; MSET a -> -ERR wrong number of arguments for 'mset' command",
    "MSET a 1 b -> -ERR wrong number of arguments for MSET",
    "INCR n -> 1; INCRBY n 10 -> 11; DECR n -> 10; DECRBY n 20 -> -10; INCRBYFLOAT n 0.5 -> '-9.5'",
    "SET a x -> OK; INCR a -> -ERR value is not an integer or out of range",
    "SET a 9223372036854775807 -> OK; INCR a -> -ERR increment or decrement would overflow",
    "APPEND a foo -> 3; APPEND a bar -> 6; STRLEN a -> 6; GETRANGE a 1 -2 -> 'ooba'; SETRANGE a 3 XY -> 6",
    "DEL a -> 0; SET a 1 -> OK; DEL a a b -> 1; SET a '' -> OK; EXISTS a -> 1",
    (
        "SET user:1 x -> OK; SET user:2 y -> OK; SET z 1 -> OK; KEYS user:* -> ['user:1' 'user:2']; "
        "KEYS user:[2-9] -> ['user:2']"
    ),
    (
        "MSET a 1 b 2 -> OK; SCAN 0 -> ['0' ['a' 'b']]; SCAN 0 MATCH a* COUNT 10 -> ['0' ['a']]; "
        "SCAN x -> -ERR invalid cursor"
    ),
    (
        "TYPE none -> none; SET a 1 -> OK; TYPE a -> string; RPUSH l 1 -> 1; TYPE l -> list; SADD s 1 -> 1; "
        "TYPE s -> set"
    ),
    "HSET h a 1 -> 1; TYPE h -> hash; ZADD z 1 a -> 1; TYPE z -> zset; DBSIZE -> 2; FLUSHDB -> OK; DBSIZE -> 0",
    (
        "LPUSH l a b c -> 3; LRANGE l 0 -1 -> ['c' 'b' 'a']; RPUSH l d -> 4; LLEN l -> 4; LPOP l -> 'c'; "
        "RPOP l 2 -> ['d' 'a']"
    ),
    "LPOP none -> nil; LINDEX none 0 -> nil; RPUSH l a b a -> 3; LREM l 1 a -> 1; LRANGE l 0 -1 -> ['b' 'a']",
    (
        "RPUSH l a b c -> 3; LSET l 1 x -> OK; LINDEX l 1 -> 'x'; LSET l 9 x -> -ERR index out of range; "
        "LTRIM l 0 0 -> OK"
    ),
    "RPUSH l a -> 1; LINSERT l AFTER a b -> 2; RPOPLPUSH l m -> 'b'; LRANGE m 0 -1 -> ['b']; LPUSHX none x -> 0",
    "SADD s a b a -> 2; SCARD s -> 2; SISMEMBER s a -> 1; SISMEMBER s z -> 0; SREM s a z -> 1; SMEMBERS s -> ['b']",
    (
        "SADD s a b -> 2; SADD t b c -> 2; SINTER s t -> ['b']; SUNION s t -> ['a' 'b' 'c']; SDIFF s t -> ['a']; "
        "SREM s a b -> 2; EXISTS s -> 0"
    ),
    (
        "HSET h a 1 b 2 -> 2; HGET h a -> '1'; HGET h z -> nil; HGETALL h -> ['a' '1' 'b' '2']; HDEL h a -> 1; "
        "HLEN h -> 1"
    ),
    "HINCRBY h n 5 -> 5; HKEYS h -> ['n']; HVALS h -> ['5']; HMGET h n z -> ['5' nil]; HEXISTS h n -> 1",
    (
        "HSET h a -> -ERR wrong number of arguments for 'hset' command; "
        "HSET h a 1 b -> -ERR wrong number of arguments for 'hset' command"
    ),
    (
        "ZADD z 2 b 1 a 3 c -> 3; ZRANGE z 0 -1 -> ['a' 'b' 'c']; ZRANGE z 0 0 WITHSCORES -> ['a' '1']; "
        "ZSCORE z b -> '2'"
    ),
    (
        "ZADD z 1 a 2 b 3 c -> 3; ZREVRANGE z 0 0 -> ['c']; ZRANK z b -> 1; "
        "ZRANGEBYSCORE z (1 +inf -> ['b' 'c']; ZCOUNT z -inf 2 -> 2"
    ),
    (
        "ZADD z x a -> -ERR value is not a valid float; "
        "ZADD z 1 -> -ERR wrong number of arguments for 'zadd' command; ZINCRBY z 1.5 a -> '1.5'"
    ),
    (
        "RPUSH l a -> 1; GET l -> -WRONGTYPE Operation against a key holding the wrong kind of value; "
        "SADD l a -> -WRONGTYPE Operation against a key holding the wrong kind of value"
    ),
    (
        "SELECT 1 -> OK; SET a 1 -> OK; SELECT 0 -> OK; GET a -> nil; "
        "SELECT 99 -> -ERR DB index is out of range; FLUSHALL -> OK"
    ),
    "NOPE a b -> -ERR unknown command `NOPE`, with args beginning with: `a`, `b`, ",
    (
        "GET -> -ERR wrong number of arguments for 'get' command; "
        "SUBSCRIBE x -> -ERR SUBSCRIBE is not emulated in the practice cluster"
    ),
    (
        "MULTI -> OK; SET a 1 -> QUEUED; INCR a -> QUEUED; EXEC -> [OK 2]; EXEC -> -ERR EXEC without MULTI; "
        "DISCARD -> -ERR DISCARD without MULTI"
    ),
    (
        "MULTI -> OK; NOPE -> -ERR unknown command `NOPE`, with args beginning with: ; "
        "EXEC -> -EXECABORT Transaction discarded because of previous errors."
    ),
    "MULTI -> OK; MULTI -> -ERR MULTI calls can not be nested; DISCARD -> OK",
    (
        "CLIENT SETNAME me -> OK; CLIENT GETNAME -> 'me'; CLIENT ID -> 3; "
        "CONFIG GET maxmem* -> ['maxmemory' '0' 'maxmemory-policy' 'noeviction']"
    ),
    (
        "RENAME a b -> -ERR no such key; SET a 1 -> OK; RENAME a b -> OK; GET b -> '1'; RANDOMKEY -> 'b'; "
        "TIME -> ['1767225600' '0']"
    ),
    (
        "AUTH x -> -ERR AUTH <password> called without any password configured for the default user. Are you "
        "sure your configuration is correct?"
    ),
    (
        "COMMAND INFO get -> [['get' 2 [] 0 0 0]]; CONFIG SET maxmemory 1mb -> OK; "
        "CONFIG GET maxmemory -> ['maxmemory' '1mb']"
    ),
]


@pytest.mark.parametrize("typed", TYPED)
def test_replies(typed: str) -> None:
    desk = Desk()
    for step in typed.split("; "):
        if step.startswith("+"):
            desk.now += timedelta(seconds=int(step))
            continue
        line, _, reply = step.partition(" -> ")
        assert (line, desk.type(line)) == (line, reply)


def test_the_password_holds_for_one_connection() -> None:
    desk = Desk("secret")
    assert desk.type("GET a") == "-NOAUTH Authentication required."
    assert desk.type("AUTH wrong") == "-WRONGPASS invalid username-password pair or user is disabled."
    assert desk.type("AUTH default secret") == "OK"
    assert desk.type("SET a 1") == "OK"
    other = desk.connect()
    assert desk.type("GET a", other) == "-NOAUTH Authentication required."
    assert desk.type("AUTH secret", other) == "OK"
    assert desk.type("GET a", other) == "'1'"


def test_a_browser_is_shown_the_door() -> None:
    desk = Desk()
    assert desk.client.feed(b"GET / HTTP/1.1\r\nHost: redis\r\n\r\n") == b""
    assert desk.client.over
    assert "SECURITY ATTACK" in desk.logged[0]


def test_pipelined_and_cut_commands() -> None:
    desk = Desk()
    sent = command("SET", "a", b"\r\n") + command("GET", "a") + b"INCR n\r\n"
    whole = desk.client.feed(sent)
    assert whole == b"+OK\r\n$2\r\n\r\n\r\n:1\r\n"
    cut = b"".join(desk.client.feed(sent[at : at + 1]) for at in range(len(sent)))
    assert cut == whole.replace(b":1", b":2")


def test_what_breaks_the_protocol_ends_the_connection() -> None:
    desk = Desk()
    assert desk.client.feed(b"*1\r\nGET\r\n") == b"-ERR Protocol error: expected '$', got 'G'\r\n"
    assert desk.client.over and desk.client.feed(b"PING\r\n") == b""


def test_info_tells_of_the_keys() -> None:
    desk = Desk()
    desk.type("MSET a 1 b 2")
    desk.type("EXPIRE a 100")
    assert "db0:keys=2,expires=1" in desk.type("INFO keyspace")
    assert "redis_version:6.2.6" in desk.type("INFO")


WORDS = st.sampled_from(
    [*DATA, "MULTI", "EXEC", "a", "b", "0", "-1", "1.5", "x*", "[", "(1", "WITHSCORES", "LIMIT", "NX"]
)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.lists(WORDS, min_size=1, max_size=6), min_size=1, max_size=12))
def test_every_command_is_answered_whatever_its_words(commands: list[list[str]]) -> None:
    desk = Desk()
    replies = desk.client.feed(b"".join(command(*words) for words in commands))
    assert len(decode(replies)) == len(commands)
