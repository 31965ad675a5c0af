"""nslookup in its three flavours: bind's, busybox' of today, and busybox' up to 1.28 (which asks the C library)."""

from __future__ import annotations

import re

from kx.practice.node.dns import Record, Reply, reverse_name
from kx.practice.node.network import is_address
from kx.practice.node.process import Process
from kx.practice.node.programs.asking import PORT, TYPES, UNREACHED, ask, server_of

_TYPE = re.compile(r"-(?:type|ty|querytype|query|qu|q)=(.*)", re.IGNORECASE)
_HARMLESS = re.compile(
    r"-(?:port|po|timeout|t|retry|ret|class|cl|ndots)=\d*|-(?:no)?(?:debug|deb|search|def\w*|vc|rec\w*|sil|fail)"
)
_WORDS = {"CNAME": "canonical name", "PTR": "name", "SRV": "service", "TXT": "text", "NS": "nameserver"}
_SOA_WORDS = ("origin", "mail addr", "serial", "refresh", "retry", "expire", "minimum")
_LAST_OLD = (1, 28)  # of busybox: with it, nslookup asked the C library


# bind


async def bind(process: Process) -> int:
    """bind's nslookup, with a name on the command line."""
    kind = ""
    words: list[str] = []
    for word in process.argv[1:]:
        if match := _TYPE.fullmatch(word):
            kind = match.group(1).upper()
            if kind not in TYPES:
                process.say(f"unknown query type: {match.group(1)}")
                kind = ""
        elif word.startswith("-") and not _HARMLESS.fullmatch(word):
            process.say(f"*** Invalid option: {word[1:]}")
        elif not word.startswith("-"):
            words.append(word)
    if not words:
        process.complain("nslookup: kx emulates it with a name on its command line only: nslookup NAME [SERVER]")
        return 1
    server = server_of(process, words[1] if len(words) > 1 else "")
    if server is None:
        process.complain(f"nslookup: couldn't get address for '{words[1]}': not found")
        return 1
    return await _bind_lookup(process, words[0], kind, server)


async def _bind_lookup(process: Process, name: str, kind: str, server: tuple[str, str]) -> int:
    pointer = not kind and is_address(name)
    asked = reverse_name(name) if pointer else name
    answer = await ask(process, server[1], asked, kind or ("PTR" if pointer else "A"), search=not pointer)
    if answer is None:
        process.say(UNREACHED + "\n")
        return 1
    if not pointer:
        process.say(f"Server:\t\t{server[0]}\nAddress:\t{server[1]}#{PORT}\n")
    full, reply = answer
    if reply.status != "NOERROR":
        process.say(f"** server can't find {full}: {reply.status}\n")
        return 1
    if not reply.authoritative:
        process.say("Non-authoritative answer:")
    for record in reply.answers:
        _show(process, record)
    if not reply.answers:
        process.say(f"*** Can't find {full if kind else name}: No answer")
    process.say("")
    return 0


def _show(process: Process, record: Record, dotted: bool = True) -> None:
    """One record. bind keeps the final dot of names in it, busybox does not."""
    data = record.data if dotted else record.data.rstrip(".")
    if record.type == "A":
        process.say(f"Name:\t{record.name}\nAddress: {data}")
    elif record.type == "SOA":
        fields = [value.rstrip(".") for value in record.data.split()]
        process.say(record.name)
        for word, value in zip(_SOA_WORDS, fields, strict=True):
            process.say(f"\t{word} = {value}")
    else:
        process.say(f"{record.name}\t{_WORDS.get(record.type, record.type)} = {data}")


# busybox


async def busybox(process: Process) -> int:
    """busybox' nslookup: it appends the search domains only to names without a dot, and fails when one of them does."""
    if _is_old(process):
        return await _old_busybox(process)
    kinds: list[str] = []
    words = list(process.argv[1:])
    while words and words[0].startswith("-"):
        word = words.pop(0)
        if match := _TYPE.fullmatch(word):
            if match.group(1).upper() not in TYPES:
                process.complain(f'nslookup: invalid query type "{match.group(1)}"')
                return 1
            kinds.append(match.group(1).upper())
        elif not _HARMLESS.fullmatch(word):
            return _usage(process)
    if not 1 <= len(words) <= 2:
        return _usage(process)
    server = server_of(process, words[1] if len(words) > 1 else "")
    if server is None:
        process.complain(f"nslookup: bad address '{words[1]}'")
        return 1
    return await _busybox_lookup(process, words[0], kinds, server)


def _usage(process: Process) -> int:
    process.complain("Usage: nslookup [-type=QUERY_TYPE] [-debug] HOST [DNS_SERVER]")
    return 1


async def _busybox_lookup(process: Process, name: str, kinds: list[str], server: tuple[str, str]) -> int:
    if not kinds and is_address(name):
        questions = [(reverse_name(name), "PTR")]
    else:
        search = process.box.network.resolving.search if "." not in name else ()
        names = [f"{name}.{domain}" for domain in search] or [name.rstrip(".")]
        questions = [(each, kind) for kind in kinds or ("A", "AAAA") for each in names]
    code = 0
    for number, (each, kind) in enumerate(questions):
        answer = await ask(process, server[1], each, kind, search=False)
        if answer is None:
            process.say(UNREACHED + "\n")
            return 1
        if number == 0:
            process.say(f"Server:\t\t{server[0]}\nAddress:\t{server[1]}:{PORT}\n")
        code |= _busybox_reply(process, each, answer[1])
    return code


def _busybox_reply(process: Process, name: str, reply: Reply) -> int:
    failed = reply.status != "NOERROR"
    if failed:
        process.say(f"** server can't find {name}: {reply.status}")
    else:
        if not reply.authoritative:
            process.say("Non-authoritative answer:")
        for record in reply.answers:
            _show(process, record, dotted=False)
    process.say("")
    return int(failed)


def _is_old(process: Process) -> bool:
    version = re.match(r"(\d+)\.(\d+)", process.box.tag)
    return process.box.family == "busybox" and version is not None and _pair(version) <= _LAST_OLD


def _pair(version: re.Match[str]) -> tuple[int, int]:
    return int(version.group(1)), int(version.group(2))


async def _old_busybox(process: Process) -> int:
    words = [word for word in process.argv[1:] if not word.startswith("-")]
    if not words:
        process.complain("Usage: nslookup [HOST] [SERVER]")
        return 1
    server = server_of(process, words[1] if len(words) > 1 else "")
    if server is None:
        process.complain(f"nslookup: bad address '{words[1]}'")
        return 1
    _old_show(process, "Server:", server[0], (server[1],))
    process.say("")
    found = (words[0], (words[0],)) if is_address(words[0]) else process.box.network.resolve(words[0])
    if found is None:
        process.complain(f"nslookup: can't resolve '{words[0]}'")
        return 1
    _old_show(process, "Name:", words[0], found[1])
    return 0


def _old_show(process: Process, header: str, name: str, addresses: tuple[str, ...]) -> None:
    process.say(f"{header:<10} {name}")
    for number, address in enumerate(addresses, 1):
        process.say(f"Address {number}: {address} {_name_of(process, address)}".rstrip())


def _name_of(process: Process, address: str) -> str:
    for server in process.box.network.resolving.servers:
        reply = process.box.network.ask(server, reverse_name(address), "PTR")
        if reply is not None:
            return reply.answers[0].data.rstrip(".") if reply.answers else ""
    return ""
