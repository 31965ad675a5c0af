"""How a program reaches another one: names as the resolver reads them, connections as the kernel makes them.

A connection that nobody takes fails as it would in a pod, after the time that takes. Nothing leaves the process.
"""

from __future__ import annotations

from dataclasses import dataclass

from kx.practice.node.dialog import Dialog, dialog
from kx.practice.node.process import Fate, Listener, Process

_HOSTS = "/etc/hosts"
_ARP_SECONDS = 3.05  # until the kernel gives up on an address of its own link
_SYN_SECONDS = 131.0  # until it gives up on one that never answers


class UnknownHostError(Exception):
    """The name means nothing."""


class NoConnectionError(Exception):
    """Nobody took the connection."""

    def __init__(self, address: str, port: int, fate: Fate) -> None:
        super().__init__(fate)
        self.address = address
        self.port = port
        self.fate: Fate = fate

    def reason(self, musl: bool) -> str:
        """As strerror of the image's C library says it."""
        return _REASONS[self.fate][int(musl)]


_REASONS: dict[Fate, tuple[str, str]] = {
    "refused": ("Connection refused", "Connection refused"),
    "no-route": ("No route to host", "Host is unreachable"),
    "lost": ("Connection timed out", "Operation timed out"),
    "outside": ("Network is unreachable", "Network unreachable"),
}


@dataclass(frozen=True)
class Link:
    """A connection that was taken."""

    address: str  # as the client sees it: a service's own
    port: int
    source: str  # the client's own address
    listener: Listener
    dialog: Dialog


def lookup(process: Process, host: str) -> tuple[str, ...]:
    """The addresses of a host: given ones, those of /etc/hosts, those of DNS. Raises UnknownHostError."""
    if is_address(host):
        return (host,)
    known = _from_hosts(process, host)
    if known:
        return known
    found = process.box.network.resolve(host)
    if found is None or not found[1]:
        raise UnknownHostError(host)
    return found[1]


def _from_hosts(process: Process, host: str) -> tuple[str, ...]:
    if not process.files.exists(_HOSTS) or process.files.is_folder(_HOSTS):
        return ()
    found = []
    for line in process.files.read(_HOSTS).decode("utf-8", "replace").splitlines():
        words = line.partition("#")[0].split()
        if host in words[1:] and is_address(words[0]):
            found.append(words[0])
    return tuple(found)


def is_address(text: str) -> bool:
    """Whether this is an IPv4 address."""
    parts = text.split(".")
    return len(parts) == 4 and all(part.isascii() and part.isdecimal() and int(part) < 256 for part in parts)


async def connect(process: Process, host: str, port: int, seconds: float | None = None) -> Link:
    """A connection to a host by name or address; raises UnknownHostError, NoConnectionError, and TimeoutError.

    ``seconds``: how long to wait for one that never answers.
    """
    last: NoConnectionError | None = None
    for address in lookup(process, host):
        try:
            return open_link(process, address, port)
        except NoConnectionError as error:
            last = error
            await _wait(process, error.fate, seconds)
    assert last is not None
    raise last


def open_link(process: Process, address: str, port: int) -> Link:
    """A connection to an address, at once; raises NoConnectionError."""
    box = process.box
    if address.startswith("127.") or address == "0.0.0.0":
        source = "127.0.0.1"
        places: tuple[tuple[str, int], ...] = ((box.address, port),)
    else:
        source = box.address
        places = box.network.addresses(address, port) or ()
    for place in places:
        listener = box.ports.get(place[1]) if place[0] == box.address else box.network.listener(*place)
        if listener is not None:
            return Link(address, port, source, listener, dialog(listener, source))
    fate = _first_fate(process, places, address, port)
    raise NoConnectionError(address, port, fate)


def _first_fate(process: Process, places: tuple[tuple[str, int], ...], address: str, port: int) -> Fate:
    if address.startswith("127.") or address == "0.0.0.0":
        return "refused"
    target = places[0] if places else (address, port)
    return process.box.network.fate(*target)


async def _wait(process: Process, fate: Fate, seconds: float | None) -> None:
    needed = {"no-route": _ARP_SECONDS, "lost": _SYN_SECONDS}.get(fate, 0.0)
    if seconds is not None and needed > seconds:
        await process.clock.sleep(seconds)
        raise TimeoutError
    await process.clock.sleep(needed)
