"""dig, of bind's tools: whole replies as a name server sent them, or as little of them as the flags leave."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from kx.practice.node.dns import Record, Reply, reverse_name
from kx.practice.node.network import is_address
from kx.practice.node.process import Process
from kx.practice.node.programs.asking import PORT, TYPES, UNREACHED, ask, server_of

_VERSION = "9.16.44"
_COLUMNS = (24, 32, 40, 48)  # of time to live, class, type and data
_TAB = 8
_NO_REPLY, _NO_SERVER = 9, 10
# The parts of the output that +[no]NAME turns on and off.
_PARTS = frozenset("cmd comments question answer authority additional stats".split())
_SWITCHES = frozenset("short search ttlid tcp recurse rec edns cookie dnssec multiline identify vc".split())


@dataclass(frozen=True)
class _Options:
    """What stands on the command line besides names."""

    server: str = ""
    kind: str = ""
    parts: frozenset[str] = _PARTS
    short: bool = False
    search: bool = False
    ttl: bool = True
    names: tuple[tuple[str, str], ...] = field(default=())  # name, type


class _UsageError(Exception):
    """The command line makes no sense."""


async def main(process: Process) -> int:
    """One query after the other; the status is that of the last which had no reply."""
    try:
        options = _parse(process.argv[1:])
    except _UsageError as error:
        process.complain(f"{error}\nUsage:  dig [@global-server] [domain] [q-type] [q-class] {{q-opt}}")
        return 1
    server = server_of(process, options.server)
    if server is None:
        process.complain(f"dig: couldn't get address for '{options.server}': not found")
        return _NO_SERVER
    if not options.short and {"cmd", "comments"} <= options.parts:
        process.say(f"\n; <<>> DiG {_VERSION} <<>> {' '.join(process.argv[1:])}")
        process.say(";; global options: +cmd")
    code = 0
    for name, kind in options.names or ((".", "NS"),):
        answer = await ask(process, server[1], name, kind, options.search)
        if answer is None:
            process.say(UNREACHED)
            code = _NO_REPLY
            continue
        _show(process, options, server, kind, answer)
    return code


def _parse(words: Sequence[str]) -> _Options:
    options, waiting, names, kind = _Options(), list(words), list[tuple[str, str]](), ""
    while waiting:
        word = waiting.pop(0)
        if word.startswith("@"):
            options = replace(options, server=word[1:])
        elif word.startswith("+"):
            options = _switched(options, word[1:])
        elif word in ("-t", "-q", "-x", "-p", "-c", "-b"):
            if not waiting:
                raise _UsageError(f"Invalid option: {word}")
            value = waiting.pop(0)
            if word == "-t":
                kind = _typed(value)
            elif word == "-x":
                if not is_address(value):
                    raise _UsageError(f"Invalid IP address {value}")
                names.append((reverse_name(value), "PTR"))
            elif word == "-q":
                names.append((value, ""))
        elif word in ("-4", "-6", "-u", "-m", "-r") or word.upper() in ("IN", "CH"):
            continue
        elif word.startswith("-"):
            raise _UsageError(f"Invalid option: {word}")
        elif word.upper() in TYPES:
            kind = _typed(word)
            names = [*names[:-1], (names[-1][0], kind)] if names else names
        else:
            names.append((word, ""))
    return replace(options, names=tuple((name, own or kind or "A") for name, own in names))


def _typed(word: str) -> str:
    if word.upper() not in TYPES:
        raise _UsageError(f";; Warning, ignoring invalid type {word}")
    return word.upper()


def _switched(options: _Options, word: str) -> _Options:
    name, _, _ = word.partition("=")
    on = not name.startswith("no") or name in _SWITCHES
    name = name if on else name[2:]
    if name == "all":
        return replace(options, parts=_PARTS if on else frozenset())
    if name in _PARTS:
        return replace(options, parts=options.parts | {name} if on else options.parts - {name})
    if name in ("short", "search"):
        return replace(options, short=on if name == "short" else options.short, search=_search(options, name, on))
    if name == "ttlid":
        return replace(options, ttl=on)
    if name in _SWITCHES or name in ("time", "timeout", "tries", "retry", "ndots", "bufsize", "domain"):
        return options
    raise _UsageError(f"Invalid option: +{word}")


def _search(options: _Options, name: str, on: bool) -> bool:
    return on if name == "search" else options.search


def _show(process: Process, options: _Options, server: tuple[str, str], kind: str, answer: tuple[str, Reply]) -> None:
    name, reply = answer
    if options.short:
        for record in reply.answers:
            process.say(record.data)
        return
    parts = options.parts
    if "comments" in parts:
        _header(process, name, reply)
    if "question" in parts:
        _titled(process, options, "QUESTION", [_columns([f";{_dotted(name)}", "", "IN", kind])])
    for title, records in (
        ("ANSWER", reply.answers),
        ("AUTHORITY", reply.authority),
        ("ADDITIONAL", reply.additional),
    ):
        if title.lower() in parts and records:
            _titled(process, options, title, [_line(record, options.ttl) for record in records])
    if "stats" in parts:
        _stats(process, server, name, reply)


def _titled(process: Process, options: _Options, title: str, lines: list[str]) -> None:
    comments = "comments" in options.parts
    if comments:
        process.say(f";; {title} SECTION:")
    for line in lines:
        process.say(line)
    if comments:
        process.say("")


def _header(process: Process, name: str, reply: Reply) -> None:
    process.say(";; Got answer:")
    if name.rstrip(".").lower().endswith(".local"):
        process.say(";; WARNING: .local is reserved for Multicast DNS")
        process.say(";; You are currently testing what happens when an mDNS query is leaked to DNS")
    process.say(f";; ->>HEADER<<- opcode: QUERY, status: {reply.status}, id: {random.randrange(65536)}")
    flags = "qr aa rd" if reply.authoritative else "qr rd ra"
    counts = f"ANSWER: {len(reply.answers)}, AUTHORITY: {len(reply.authority)}, ADDITIONAL: {len(reply.additional) + 1}"
    process.say(f";; flags: {flags}; QUERY: 1, {counts}")
    if reply.authoritative:
        process.say(";; WARNING: recursion requested but not available")
    process.say("\n;; OPT PSEUDOSECTION:\n; EDNS: version: 0, flags:; udp: 1232")


def _stats(process: Process, server: tuple[str, str], name: str, reply: Reply) -> None:
    process.say(f";; Query time: 0 msec\n;; SERVER: {server[1]}#{PORT}({server[0]})")
    process.say(f";; WHEN: {process.clock.now():%a %b %d %H:%M:%S UTC %Y}")
    process.say(f";; MSG SIZE  rcvd: {_size(name, reply)}\n")


def _line(record: Record, ttl: bool) -> str:
    return _columns([_dotted(record.name), str(record.ttl) if ttl else "", "IN", record.type, record.data])


def _columns(cells: list[str]) -> str:
    """Cells side by side as bind's master files have them: each at its column, or one space further."""
    line, column = cells[0], len(cells[0].removeprefix(";"))
    for cell, target in zip(cells[1:], _COLUMNS, strict=False):
        if not cell:
            continue
        target = max(target, column + 1)
        tabs = target // _TAB - column // _TAB
        line += "\t" * tabs + " " * (target - (target // _TAB * _TAB if tabs else column))
        line += cell
        column = target + len(cell)
    return line


def _dotted(name: str) -> str:
    return name if name.endswith(".") else name + "."


def _size(name: str, reply: Reply) -> int:
    """The bytes of the message on a wire, without compression."""
    records = (*reply.answers, *reply.authority, *reply.additional)
    return 12 + len(name) + 6 + 11 + sum(len(record.name) + 12 + _data_size(record) for record in records)


def _data_size(record: Record) -> int:
    return 4 if record.type == "A" else len(record.data) + 1
