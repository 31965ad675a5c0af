"""host, of bind's tools: one line for each record."""

from __future__ import annotations

from kx.practice.node.dns import Record, reverse_name
from kx.practice.node.network import is_address
from kx.practice.node.process import Process
from kx.practice.node.programs.asking import PORT, TYPES, UNREACHED, ask, server_of

_SAYS = {
    "A": "has address",
    "CNAME": "is an alias for",
    "NS": "name server",
    "PTR": "domain name pointer",
    "SOA": "has SOA record",
    "SRV": "has SRV record",
    "TXT": "descriptive text",
}


async def main(process: Process) -> int:
    """host [-t TYPE] NAME [SERVER]"""
    words = list(process.argv[1:])
    kind = ""
    if "-t" in words[:-1]:
        at = words.index("-t")
        kind = words[at + 1].upper()
        del words[at : at + 2]
    words = [word for word in words if not word.startswith("-")]
    if not words or (kind and kind not in TYPES):
        process.complain(f"host: invalid type: {kind}" if kind else "Usage: host [-t type] {hostname} [server]")
        return 1
    server = server_of(process, words[1] if len(words) > 1 else "")
    if server is None:
        process.complain(f"host: couldn't get address for '{words[1]}': not found")
        return 1
    if len(words) > 1:
        process.say(f"Using domain server:\nName: {server[0]}\nAddress: {server[1]}#{PORT}\nAliases: \n")
    return await _look_up(process, words[0], kind, server[1])


async def _look_up(process: Process, name: str, kind: str, server: str) -> int:
    pointer = is_address(name)
    asked = reverse_name(name) if pointer else name
    answer = await ask(process, server, asked, kind or ("PTR" if pointer else "A"), search=not pointer)
    if answer is None:
        process.say(UNREACHED)
        return 1
    full, reply = answer
    if reply.status != "NOERROR":
        process.say(f"Host {full}{'.' if pointer else ''} not found: 3({reply.status})")
        return 1
    for record in reply.answers:
        process.say(_line(record))
    if not reply.answers and kind:
        process.say(f"{full} has no {kind} record")
        return 1
    return 0


def _line(record: Record) -> str:
    return f"{record.name} {_SAYS.get(record.type, f'has {record.type} record')} {record.data}"
