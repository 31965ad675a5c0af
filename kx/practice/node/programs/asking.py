"""What nslookup, dig and host have in common: which server to ask, which names to try, and what it costs to wait."""

from __future__ import annotations

from kx.practice.node.dns import Reply
from kx.practice.node.network import is_address
from kx.practice.node.process import Process
from kx.practice.node.resolver import candidates

TYPES = frozenset("A AAAA ANY CNAME MX NS PTR SOA SRV TXT".split())
PORT = 53
UNREACHED = ";; connection timed out; no servers could be reached"
_WAIT = 5.0  # seconds that a question is given, three times


def server_of(process: Process, named: str = "") -> tuple[str, str] | None:
    """(as named, its address) of the name server to ask; None when its name means nothing."""
    if not named:
        found = process.box.network.resolving.servers[0]
        return found, found
    if is_address(named):
        return named, named
    known = process.box.network.resolve(named)
    return (named, known[1][0]) if known else None


async def ask(process: Process, server: str, name: str, kind: str, search: bool) -> tuple[str, Reply] | None:
    """The full name asked for last, and the reply; None when the server keeps silent, which takes its time.

    With ``search`` the domains of /etc/resolv.conf are tried until one of them has the name.
    """
    network = process.box.network
    names = candidates(name, network.resolving) if search else (name.rstrip(".") or ".",)
    asked, reply = name, None
    for asked in names:
        reply = network.ask(server, asked, kind)
        if reply is None:
            await process.clock.sleep(3 * _WAIT)
            return None
        if reply.status == "NOERROR":
            break
    return None if reply is None else (asked, reply)
