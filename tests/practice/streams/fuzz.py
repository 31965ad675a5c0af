"""Hostile clients against the framings, for as long as wanted: ``python -m tests.practice.streams.fuzz N SEED``.

Each round feeds one framing a mix of well-formed, truncated, oversized and senseless frames in random pieces. What may
come of it: events, or the protocol's own error. What may not: any other exception, or memory that grows with the input.
"""

from __future__ import annotations

import random
import struct
import sys
from collections.abc import Callable
from functools import partial

from kx.practice.node.process import HttpAnswer, Listener
from kx.practice.streams import spdy
from kx.practice.streams.forward import Forwarder
from kx.practice.streams.over_spdy import SpdyFraming
from kx.practice.streams.over_websocket import WebSocketFraming
from kx.practice.streams.podport import PodPort
from kx.practice.streams.remote import Channel

MOST_HELD = 1 << 23  # bytes a framing may have to send at once, for one piece of input

Feed = Callable[[bytes], int]  # takes bytes, gives how many there are to send back


def websocket() -> Feed:
    """The server's end of exec over a WebSocket."""
    framing = WebSocketFraming()

    def feed(data: bytes) -> int:
        framing.receive(data)
        return len(framing.answers())

    return feed


def remote_command() -> Feed:
    """The server's end of exec over SPDY."""
    framing = SpdyFraming(frozenset(Channel))

    def feed(data: bytes) -> int:
        framing.receive(data)
        return len(framing.answers())

    return feed


def forwarding() -> Feed:
    """The server's end of port-forward."""
    ports = {80: Listener(get=lambda call: HttpAnswer(200, b"x" * 1000))}
    forwarder = Forwarder(partial(PodPort, lambda uid: ports, "u"))

    def feed(data: bytes) -> int:
        forwarder.receive(data)
        forwarder.sweep()
        return sum(iter(lambda: len(forwarder.more()), 0))

    return feed


def websocket_bytes(chance: random.Random) -> bytes:
    """Frames of a client, most of them wrong in some way."""
    return b"".join(_message(chance) for _ in range(chance.randrange(1, 8)))


def _message(chance: random.Random) -> bytes:
    payload = chance.randbytes(chance.choice((0, 1, 2, 30, 124, 125, 126, 2000, 70000)))
    length, masked = chance.choice((len(payload), len(payload), chance.randrange(1 << 63))), chance.random() < 0.8
    first = chance.choice((0x82, 0x82, 0x81, 0x02, 0x80, 0x00, 0x88, 0x89, 0x8A, chance.randrange(256)))
    mask = chance.randbytes(4) if masked else b""
    bit = 0x80 if masked else 0
    if length < 126:
        head = struct.pack(">BB", first, bit | length)
    elif length < 65536:
        head = struct.pack(">BBH", first, bit | 126, length)
    else:
        head = struct.pack(">BBQ", first, bit | 127, length)
    return _maybe_cut(chance, head + mask + payload)


def spdy_bytes(chance: random.Random) -> bytes:
    """Frames of a client, some right, most not."""
    client = spdy.Session()
    return b"".join(_frame(chance, client) for _ in range(chance.randrange(1, 12)))


def _frame(chance: random.Random, client: spdy.Session) -> bytes:
    stream = chance.choice((0, 1, 2, 3, 5, 7, 9, 0x7FFFFFFF))
    kinds = ("error", "data", "stdin", "stdout", "resize", "x")
    headers = {"streamType": chance.choice(kinds), "port": chance.choice(("80", "0", "٣", "9" * 50)), "requestID": "1"}
    return chance.choice(
        (
            lambda: client.open(stream, headers, fin=chance.random() < 0.3),
            lambda: client.open(stream, {"a": "x" * chance.choice((1, 60000, 70000, 900000))}),
            lambda: client.data(stream, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", fin=chance.random() < 0.3),
            lambda: client.data(stream, chance.randbytes(chance.choice((0, 1, 100, 70000)))),
            lambda: client.reset(stream, chance.randrange(1 << 32)),
            lambda: client.ping(chance.randrange(1 << 32)),
            lambda: client.go_away(stream),
            lambda: _control(chance, chance.randrange(14)),
            lambda: struct.pack(">II", stream, chance.randrange(1 << 32)),
            lambda: _maybe_cut(chance, client.open(stream, headers)),
        )
    )()


def _control(chance: random.Random, kind: int) -> bytes:
    body = chance.randbytes(chance.choice((0, 1, 3, 4, 8, 10, 40)))
    return struct.pack(">HHI", 0x8000 | chance.choice((2, 3, 3, 3)), kind, len(body)) + body


def _maybe_cut(chance: random.Random, data: bytes) -> bytes:
    return data[: chance.randrange(len(data) + 1)] if chance.random() < 0.2 else data


TARGETS: tuple[tuple[Callable[[], Feed], Callable[[random.Random], bytes]], ...] = (
    (websocket, websocket_bytes),
    (websocket, lambda chance: chance.randbytes(300)),
    (remote_command, spdy_bytes),
    (remote_command, lambda chance: chance.randbytes(300)),
    (forwarding, spdy_bytes),
)


def play(rounds: int, seed: int) -> int:
    """Play that many rounds against each framing; how many ended in the protocol's error. Raises what else comes."""
    refused = 0
    for number in range(rounds):
        for target, made in TARGETS:
            chance = random.Random(f"{seed}-{number}")
            refused += _refuses(target(), made(chance), chance)
    return refused


def _refuses(feed: Feed, data: bytes, chance: random.Random) -> bool:
    at = 0
    try:
        while at < len(data):
            size = chance.choice((1, 7, 100, 65536))
            held = feed(data[at : at + size])
            assert held <= MOST_HELD, f"{held} bytes to send for {size} received"
            at += size
    except spdy.ProtocolError:
        return True
    return False


if __name__ == "__main__":
    print(f"{play(int(sys.argv[1]), int(sys.argv[2]))} refused, nothing else went wrong")
