"""One client of a redis server: what it has said to be (AUTH, SELECT, a name), its MULTI, and its bytes.

Error texts are those of redis 6.2 (``server.c``, ``acl.c``, ``multi.c``).
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass

from kx.practice.node.programs.redis.command import MANY, Command
from kx.practice.node.programs.redis.instance import DATA, Instance, info
from kx.practice.node.programs.redis.keys import matcher
from kx.practice.node.programs.redis.keyspace import SYNTAX, Database, RedisError, integer
from kx.practice.node.resp import OK, CommandReader, Error, ProtocolError, Reply, Simple, encode

Words = tuple[bytes, ...]
_SHOWN_ARGUMENTS = 128
_ATTACK = (
    "Possible SECURITY ATTACK detected. It looks like somebody is sending POST or Host: commands to Redis. This is "
    "likely due to an attacker attempting to use Cross Protocol Scripting to compromise your Redis instance. "
    "Connection aborted."
)
# What needs the server to speak first, or a second server: said loudly instead of done badly.
_NOT_EMULATED = frozenset(
    "BLPOP BRPOP BLMOVE BRPOPLPUSH SUBSCRIBE PSUBSCRIBE UNSUBSCRIBE PUNSUBSCRIBE MONITOR SYNC PSYNC REPLICAOF SLAVEOF "
    "CLUSTER EVAL EVALSHA SCRIPT XADD XREAD XRANGE XLEN GEOADD BITCOUNT SETBIT GETBIT PFADD PFCOUNT SORT OBJECT DUMP "
    "RESTORE MIGRATE HELLO ACL MODULE DEBUG WATCH UNWATCH LMOVE COPY HSCAN SSCAN ZSCAN SHUTDOWN".split()
)


@dataclass(frozen=True)
class _Own:
    """A command on the connection or the server, not on data."""

    handle: Callable[[Connection, Words], Reply]
    least: int
    most: int


class Connection:
    """Satisfies ``process.Dialog``."""

    def __init__(self, instance: Instance, client: str) -> None:
        self.over = False
        self.instance = instance
        self.client = client
        self.name = b""
        self.database = 0
        self.authenticated = not instance.password
        self.queued: list[Words] | None = None
        self._broken_queue = False
        self._reader = CommandReader()
        self.id = instance.next_client
        instance.next_client += 1
        instance.connections += 1

    def feed(self, data: bytes) -> bytes:
        if self.over:
            return b""
        replies: list[bytes] = []
        try:
            for words in self._reader.feed(data):
                if words[0].upper() in (b"POST", b"HOST:"):
                    self.instance.log("#", _ATTACK)
                    self._end()
                    return b""
                replies.append(encode(self._answer(words)))
                if self.over:
                    break
        except ProtocolError as error:
            replies.append(encode(Error(f"ERR Protocol error: {error}")))
            self._end()
        if not data:
            self._end()
        return b"".join(replies)

    @property
    def data(self) -> Database:
        return self.instance.databases[self.database]

    def _end(self) -> None:
        if not self.over:
            self.over = True
            self.instance.connections -= 1

    def _answer(self, words: Words) -> Reply:
        name = words[0].decode("latin-1").upper()
        self.instance.commands += 1
        known = _OWN.get(name) or DATA.get(name)
        refusal = self._refusal(name, words, known)
        if refusal:
            self._broken_queue |= self.queued is not None
            return Error(refusal)
        if self.queued is not None and name not in ("EXEC", "DISCARD", "MULTI", "QUIT", "RESET"):
            self.queued.append(words)
            return Simple("QUEUED")
        return self._run(name, words[1:])

    def _refusal(self, name: str, words: Words, known: Command | _Own | None) -> str:
        """Why a command is not even tried."""
        if known is None:
            if name in _NOT_EMULATED:
                return f"ERR {name} is not emulated in the practice cluster"
            shown = "".join(f"`{word.decode('utf-8', 'replace')}`, " for word in words[1:])[:_SHOWN_ARGUMENTS]
            return f"ERR unknown command `{words[0].decode('utf-8', 'replace')}`, with args beginning with: {shown}"
        if not known.least <= len(words) - 1 <= known.most:
            return f"ERR wrong number of arguments for '{name.lower()}' command"
        if not self.authenticated and name not in ("AUTH", "QUIT", "RESET"):
            return "NOAUTH Authentication required."
        return ""

    def _run(self, name: str, words: Words) -> Reply:
        try:
            own = _OWN.get(name)
            return own.handle(self, words) if own else DATA[name].handle(self.data, words)
        except RedisError as error:
            return Error(str(error))

    # Commands of the connection

    def _auth(self, words: Words) -> Reply:
        user, password = (words[0], words[1]) if len(words) == 2 else (b"default", words[0])
        if len(words) == 1 and not self.instance.password:
            raise RedisError(
                "ERR AUTH <password> called without any password configured for the default user. "
                "Are you sure your configuration is correct?"
            )
        right = not self.instance.password or hmac.compare_digest(password, self.instance.password.encode())
        if user != b"default" or not right:
            raise RedisError("WRONGPASS invalid username-password pair or user is disabled.")
        self.authenticated = True
        return OK

    def _quit(self, words: Words) -> Reply:
        self._end()
        return OK

    def _reset(self, words: Words) -> Reply:
        self.queued, self.database, self.name = None, 0, b""
        self.authenticated = not self.instance.password
        return Simple("RESET")

    def _select(self, words: Words) -> Reply:
        number = integer(words[0])
        if not 0 <= number < len(self.instance.databases):
            raise RedisError("ERR DB index is out of range")
        self.database = number
        return OK

    def _swap(self, words: Words) -> Reply:
        one, other = (integer(word) for word in words)
        databases = self.instance.databases
        if not (0 <= one < len(databases) and 0 <= other < len(databases)):
            raise RedisError("ERR DB index is out of range")
        databases[one], databases[other] = databases[other], databases[one]
        return OK

    def _multi(self, words: Words) -> Reply:
        if self.queued is not None:
            raise RedisError("ERR MULTI calls can not be nested")
        self.queued, self._broken_queue = [], False
        return OK

    def _exec(self, words: Words) -> Reply:
        queued, self.queued = self.queued, None
        if queued is None:
            raise RedisError("ERR EXEC without MULTI")
        if self._broken_queue:
            raise RedisError("EXECABORT Transaction discarded because of previous errors.")
        return [self._run(one[0].decode("latin-1").upper(), one[1:]) for one in queued]

    def _discard(self, words: Words) -> Reply:
        if self.queued is None:
            raise RedisError("ERR DISCARD without MULTI")
        self.queued = None
        return OK

    def _client(self, words: Words) -> Reply:
        what = words[0].upper()
        if what == b"SETNAME" and len(words) == 2:
            self.name = words[1]
            return OK
        simple: dict[bytes, Callable[[], Reply]] = {
            b"GETNAME": lambda: self.name or None,
            b"ID": lambda: self.id,
            b"LIST": lambda: self._told().encode(),
            b"INFO": lambda: self._told().encode(),
        }
        if what not in simple or len(words) > 1:
            raise RedisError(
                f"ERR Unknown subcommand or wrong number of arguments for '{_text(words[0])}'. Try CLIENT HELP."
            )
        return simple[what]()

    def _told(self) -> str:
        return f"id={self.id} addr={self.client}:0 name={_text(self.name)} db={self.database} user=default cmd=client\n"

    # Commands of the server

    def _info(self, words: Words) -> Reply:
        return info(self.instance, _text(words[0]) if words else "default").encode()

    def _config(self, words: Words) -> Reply:
        what = words[0].upper()
        if what == b"GET" and len(words) == 2:
            pattern = matcher(words[1].lower())
            pairs = [pair for pair in self.instance.settings.items() if pattern.fullmatch(pair[0].encode())]
            return [part.encode() for pair in pairs for part in pair]
        if what == b"SET" and len(words) == 3:
            name = _text(words[1]).lower()
            if name not in self.instance.settings:
                raise RedisError(f"ERR Unsupported CONFIG parameter: {name}")
            self.instance.settings[name] = _text(words[2])
            return OK
        if what in (b"RESETSTAT", b"REWRITE") and len(words) == 1:
            if what == b"REWRITE":
                raise RedisError("ERR The server is running without a config file")
            return OK
        raise RedisError(
            f"ERR Unknown subcommand or wrong number of arguments for '{_text(words[0])}'. Try CONFIG HELP."
        )

    def _flush_all(self, words: Words) -> Reply:
        if words and words[0].upper() not in (b"ASYNC", b"SYNC"):
            raise RedisError(SYNTAX)
        for one in self.instance.databases:
            one.clear()
        return OK

    def _time(self, words: Words) -> Reply:
        now = self.instance.now()
        return [b"%d" % int(now.timestamp()), b"%d" % now.microsecond]

    def _save(self, words: Words) -> Reply:
        self.instance.saved = int(self.instance.now().timestamp())
        self.instance.log("*", "DB saved on disk")
        return OK

    def _background_save(self, words: Words) -> Reply:
        self._save(())
        return Simple("Background saving started")

    def _command(self, words: Words) -> Reply:
        what = words[0].upper() if words else b""
        every: dict[str, Command | _Own] = {**DATA, **_OWN}
        if what == b"COUNT":
            return len(every)
        if what == b"DOCS":
            return []
        names = [_text(word).upper() for word in words[1:]] if what == b"INFO" else list(every)
        return [_described(name, every[name]) if name in every else None for name in names]


def _described(name: str, known: Command | _Own) -> Reply:
    arity = known.least + 1 if known.most == known.least else -(known.least + 1)
    return [name.lower().encode(), arity, [], 0, 0, 0]


def _text(word: bytes) -> str:
    return word.decode("utf-8", "replace")


_OWN: dict[str, _Own] = {
    "AUTH": _Own(Connection._auth, 1, 2),
    "PING": _Own(lambda one, words: words[0] if words else Simple("PONG"), 0, 1),
    "ECHO": _Own(lambda one, words: words[0], 1, 1),
    "QUIT": _Own(Connection._quit, 0, MANY),
    "RESET": _Own(Connection._reset, 0, 0),
    "SELECT": _Own(Connection._select, 1, 1),
    "SWAPDB": _Own(Connection._swap, 2, 2),
    "MULTI": _Own(Connection._multi, 0, 0),
    "EXEC": _Own(Connection._exec, 0, 0),
    "DISCARD": _Own(Connection._discard, 0, 0),
    "CLIENT": _Own(Connection._client, 1, MANY),
    "INFO": _Own(Connection._info, 0, 1),
    "CONFIG": _Own(Connection._config, 1, MANY),
    "FLUSHALL": _Own(Connection._flush_all, 0, 1),
    "TIME": _Own(Connection._time, 0, 0),
    "SAVE": _Own(Connection._save, 0, 0),
    "BGSAVE": _Own(Connection._background_save, 0, 1),
    "LASTSAVE": _Own(lambda one, words: one.instance.saved, 0, 0),
    "COMMAND": _Own(Connection._command, 0, MANY),
    "ROLE": _Own(lambda one, words: [b"master", 0, []], 0, 0),
    "PUBLISH": _Own(lambda one, words: 0, 2, 2),
}
