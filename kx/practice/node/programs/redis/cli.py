"""redis-cli: one command from its words, commands from stdin, or a prompt. Words and layouts are those of 6.2."""

from __future__ import annotations

from dataclasses import dataclass, replace

from kx.practice.node.process import Process
from kx.practice.node.programs.dial import Link, NoConnectionError, UnknownHostError, connect
from kx.practice.node.programs.lineedit import InterruptedLineError, LineEditor
from kx.practice.node.programs.redis.server import version
from kx.practice.node.resp import Error, ProtocolError, Reply, Simple, command, decode, split_words

_VALUED = {"-h": "host", "-p": "port", "-a": "password", "--pass": "password", "--user": "user", "-n": "database"}
_WARNING = "Warning: Using a password with '-a' or '-u' option on the command line interface may not be safe."


@dataclass(frozen=True)
class _Call:
    host: str = "127.0.0.1"
    port: str = "6379"
    password: str = ""
    user: str = ""
    database: str = "0"
    raw: bool | None = None  # None: by whether there is a terminal
    warned: bool = True
    repeat: int = 1
    interval: float = 0.0
    words: tuple[str, ...] = ()


class _ClosedError(Exception):
    """The server closed the connection."""


async def main(process: Process) -> int:
    call = _read_call(process)
    if isinstance(call, int):
        return call
    if call.password and call.warned and "REDISCLI_AUTH" not in process.env:
        process.complain(_WARNING)
    client = _Client(process, replace(call, password=call.password or process.env.get("REDISCLI_AUTH", "")))
    if call.words:
        return await client.once()
    if process.terminal:
        return await client.interact()
    return await client.piped()


def _read_call(process: Process) -> _Call | int:
    words = list(process.argv[1:])
    values: dict[str, str] = {}
    raw: bool | None = None
    warned, repeat, interval = True, 1, 0.0
    while words and words[0].startswith("-") and len(words[0]) > 1:
        word = words.pop(0)
        if word in ("--version", "-v"):
            process.say(f"redis-cli {version(process)}")
            return 0
        if word in ("--raw", "--no-raw", "--no-auth-warning"):
            raw, warned = (raw, False) if "auth" in word else (word == "--raw", warned)
        elif word in (*_VALUED, "-r", "-i", "-u") and words:
            value = words.pop(0)
            if word in _VALUED:
                values[_VALUED[word]] = value
            elif word == "-r" and value.lstrip("-").isdigit():
                repeat = int(value) if int(value) >= 0 else 1 << 30
            elif word == "-i" and value.replace(".", "", 1).isdigit():
                interval = float(value)
            elif word == "-u":
                values |= _from_url(value)
        else:
            process.complain(f"Unrecognized option or bad number of args for: '{word}'")
            return 1
    return _Call(**values, raw=raw, warned=warned, repeat=repeat, interval=interval, words=tuple(words))


def _from_url(url: str) -> dict[str, str]:
    """``redis://user:password@host:port/database``."""
    rest = url.partition("://")[2]
    credentials, at, place = rest.rpartition("@")
    where, _, database = place.partition("/")
    host, _, port = where.partition(":")
    user, _, password = credentials.rpartition(":") if at else ("", "", "")
    given = {"host": host, "port": port, "user": user, "password": password, "database": database}
    return {name: value for name, value in given.items() if value}


class _Client:
    """A connection that is made again when it was lost."""

    def __init__(self, process: Process, call: _Call) -> None:
        self._process = process
        self._call = call
        self._link: Link | None = None
        self._database = call.database
        self._in_transaction = False

    async def once(self) -> int:
        """The command of the call, as often as asked."""
        code = 0
        for turn in range(self._call.repeat):
            if turn:
                await self._process.clock.sleep(max(self._call.interval, 0.001))
            code = await self._tell(list(self._call.words))
            if code:
                break
            await self._process.stdout.drain()
        return code

    async def piped(self) -> int:
        code = 0
        while line := await self._process.stdin.read_line():
            words = split_words(line.decode("utf-8", "replace"))
            if words is None:
                self._process.say("Invalid argument(s)")
            elif words:
                code = await self._tell(words)
        return code

    async def interact(self) -> int:
        editor = LineEditor(self._process)
        if self._process.terminal:
            self._process.terminal.interrupt = None
        await self._open()
        while True:
            try:
                line = await editor.read(self._prompt())
            except InterruptedLineError:
                return 0
            if line is None:
                return 0
            words = split_words(line)
            if words is None:
                self._process.say("Invalid argument(s)")
                continue
            if not words:
                continue
            if words[0].lower() in ("quit", "exit"):
                return 0
            if words[0].lower() == "clear":
                self._process.stdout.write(b"\x1b[H\x1b[2J")
                continue
            if words[0].lower() == "help":
                self._process.say(f'redis-cli {version(self._process)}\nTo exit: "quit"')
                continue
            await self._tell(words)

    def _prompt(self) -> str:
        if self._link is None:
            return "not connected> "
        number = f"[{self._database}]" if self._database != "0" else ""
        return f"{self._call.host}:{self._call.port}{number}{'(TX)' if self._in_transaction else ''}> "

    async def _tell(self, words: list[str]) -> int:
        """Send one command and show its reply; 1 when there is no connection."""
        if self._link is None and not await self._open():
            return 1
        try:
            reply = self._ask(*words)
        except _ClosedError:
            self._link = None
            if words[0].upper() == "QUIT":
                return 0
            self._process.complain("Error: Server closed the connection")
            return 1
        except ProtocolError as error:
            self._link = None
            self._process.complain(f"Error: Protocol error, {error}")
            return 1
        self._follow(words, reply)
        tty = self._process.terminal is not None
        is_raw = self._call.raw if self._call.raw is not None else not tty
        text = _raw(reply) if is_raw or words[0].upper() == "INFO" else _formatted(reply).encode()
        self._process.stdout.write(text + b"\n")
        return 0

    def _follow(self, words: list[str], reply: Reply) -> None:
        """What a command changes for the prompt."""
        name = words[0].upper()
        if isinstance(reply, Error):
            return
        if name == "SELECT" and len(words) == 2:
            self._database = words[1]
        elif name == "MULTI":
            self._in_transaction = True
        elif name in ("EXEC", "DISCARD"):
            self._in_transaction = False

    async def _open(self) -> bool:
        call = self._call
        where = f"Could not connect to Redis at {call.host}:{call.port}"
        try:
            self._link = await connect(self._process, call.host, int(call.port) if call.port.isdigit() else 0)
        except UnknownHostError:
            self._process.complain(f"{where}: Name or service not known")
            return False
        except NoConnectionError as error:
            self._process.complain(f"{where}: {error.reason(musl=self._process.box.family == 'alpine')}")
            return False
        try:
            self._greet()
        except (_ClosedError, ProtocolError):
            self._link = None
            self._process.complain("Error: Server closed the connection")
            return False
        return True

    def _greet(self) -> None:
        if self._call.password:
            reply = self._ask(
                *(("AUTH", self._call.user, self._call.password) if self._call.user else ("AUTH", self._call.password))
            )
            if isinstance(reply, Error):
                self._process.complain(f"AUTH failed: {reply.text}")
        if self._database != "0":
            reply = self._ask("SELECT", self._database)
            if isinstance(reply, Error):
                self._process.complain(f"SELECT {self._database} failed: {reply.text}")

    def _ask(self, *words: str) -> Reply:
        assert self._link is not None
        received = self._link.dialog.feed(command(*words))
        if not received:
            raise _ClosedError
        return decode(received)[0]


def _raw(reply: Reply) -> bytes:
    """For pipes: values as they are, one a line."""
    if isinstance(reply, Simple | Error):
        return reply.text.encode() + (b"\n" if isinstance(reply, Error) else b"")
    if isinstance(reply, bytes):
        return reply
    if reply is None:
        return b""
    if isinstance(reply, int):
        return b"%d" % reply
    return b"\n".join(_raw(one) for one in reply)


def _formatted(reply: Reply, indent: str = "") -> str:
    """For eyes: kinds are told, arrays are numbered."""
    if isinstance(reply, Simple):
        return reply.text
    if isinstance(reply, Error):
        return f"(error) {reply.text}"
    if isinstance(reply, bytes):
        return _quoted(reply)
    if reply is None:
        return "(nil)"
    if isinstance(reply, int):
        return f"(integer) {reply}"
    if not reply:
        return "(empty array)"
    width = len(str(len(reply)))
    lines: list[str] = []
    for number, one in enumerate(reply, 1):
        label = f"{number:>{width}}) "
        lines.append((indent if lines else "") + label + _formatted(one, indent + " " * len(label)))
    return "\n".join(lines)


_SHOWN = {0x22: '\\"', 0x5C: "\\\\", 0x0A: "\\n", 0x0D: "\\r", 0x09: "\\t", 0x07: "\\a", 0x08: "\\b"}


def _quoted(data: bytes) -> str:
    return '"' + "".join(_SHOWN.get(one) or (chr(one) if 32 <= one < 127 else f"\\x{one:02x}") for one in data) + '"'
