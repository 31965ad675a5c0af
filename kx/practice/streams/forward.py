"""The portforward subresource: connections of the client to ports of a pod, each a pair of SPDY streams.

For each connection the client opens an error stream and a data stream with the same ``requestid``. SPDY frames come
over the connection itself (``portforward.k8s.io``), or tunnelled through a WebSocket by newer clients.
Source: kubelet's port-forward protocol, and the tunnelling of KEP-4006.
"""

from __future__ import annotations

import asyncio
import re
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from kx.practice.http import Connection, Request, Upgrade
from kx.practice.status import ApiError, bad_request
from kx.practice.streams import over_spdy, over_websocket, spdy
from kx.practice.streams.carriers import Carrier, Plain, Tunnel
from kx.practice.streams.podport import PodPort, RefusedError

PROTOCOL = "portforward.k8s.io"
TUNNELLED = f"SPDY/3.1+{PROTOCOL}"
_MOST = 1024  # connections at once, or answers that wait; a client that wants more is not kubectl
_PIECE = 32 * 1024  # bytes of a connection that are sent before another one's
_PORT = re.compile("[0-9]{1,5}")
_SWEEP_SECONDS = 0.5
_FIRST = asyncio.FIRST_COMPLETED

# Opens a port of the pod; raises ``RefusedError`` with the runtime's words when nobody listens.
Open = Callable[[int], PodPort]


def forward(request: Request, opened: Open) -> Upgrade:
    """Answer a request to a pod's ``portforward`` with the upgrade that carries it. Raises ``ApiError``."""
    if over_websocket.wanted(request):
        if over_websocket.chosen(request, (TUNNELLED,)) is None:
            raise _no_protocol()
        return Upgrade(partial(_tunnelled, request, opened))
    if not over_spdy.wanted(request):
        raise bad_request("Upgrade request required")
    if over_spdy.chosen(request, (PROTOCOL,)) is None:
        raise _no_protocol()
    return Upgrade(partial(_plain, opened))


def _no_protocol() -> ApiError:
    return ApiError(403, "Forbidden", "unable to upgrade: unable to negotiate protocol: no protocol in common")


async def _tunnelled(request: Request, opened: Open, connection: Connection) -> None:
    connection.writer.write(over_websocket.handshake(request, TUNNELLED))
    await _serve(Tunnel(connection), opened)


async def _plain(opened: Open, connection: Connection) -> None:
    connection.writer.write(over_spdy.handshake(PROTOCOL))
    await _serve(Plain(connection), opened)


async def _serve(carrier: Carrier, opened: Open) -> None:
    forwarder = Forwarder(opened)
    changed, sent = asyncio.Event(), asyncio.Event()
    sending = asyncio.ensure_future(_send(carrier, forwarder, changed, sent))
    sweeping = asyncio.ensure_future(_sweep(forwarder, changed))
    try:
        while data := await carrier.read():
            forwarder.receive(data)
            changed.set()
            while forwarder.is_full and not sending.done():
                sent.clear()
                await asyncio.wait({sending, waiting := asyncio.ensure_future(sent.wait())}, return_when=_FIRST)
                waiting.cancel()
    except (ConnectionError, spdy.ProtocolError):
        pass  # the client went away, or does not keep to the protocol: there is nobody left to tell
    finally:
        for task in (sending, sweeping):
            task.cancel()
        await asyncio.gather(sending, sweeping, return_exceptions=True)


async def _sweep(forwarder: Forwarder, changed: asyncio.Event) -> None:
    """A program that ends takes its connections along, idle ones too."""
    while True:
        await asyncio.sleep(_SWEEP_SECONDS)
        forwarder.sweep()
        changed.set()


async def _send(carrier: Carrier, forwarder: Forwarder, changed: asyncio.Event, sent: asyncio.Event) -> None:
    while True:
        while data := forwarder.more():
            await carrier.write(data)
            sent.set()
        changed.clear()
        await changed.wait()


@dataclass
class _Pair:
    """One forwarded connection."""

    port: int
    error: int = 0  # the number of its stream; 0 while it is not open
    data: int = 0
    place: PodPort | None = None
    waiting: deque[memoryview] = field(default_factory=deque)  # what the program has answered and nobody has sent
    ended: bool = False  # nothing comes after that
    why: str = ""  # for the error stream


class Forwarder:
    """All connections of one client: bytes in, bytes out, no socket.

    What is to be sent is taken with ``more``, a piece of each connection in turn: a long answer holds no other up.
    """

    def __init__(self, opened: Open) -> None:
        self._opened = opened
        self._session = spdy.Session()
        self._pairs: dict[str, _Pair] = {}  # by request id
        self._by_stream: dict[int, str] = {}
        self._outbox: list[bytes] = []  # frames without data
        self._turn: deque[str] = deque()  # pairs with something to send

    @property
    def is_full(self) -> bool:
        """Whether so many answers wait to be sent that no more should be asked for."""
        return len(self._outbox) > _MOST or sum(len(self._pairs[name].waiting) for name in self._turn) > _MOST

    def receive(self, data: bytes) -> None:
        """Take bytes of the client. Raises ``spdy.ProtocolError``."""
        for event in self._session.receive(data):
            handler = _HANDLERS.get(type(event))
            if handler:
                handler(self, event)

    def more(self) -> bytes:
        """What to send next; b"" when there is nothing."""
        frames, self._outbox = self._outbox, []
        for _ in range(len(self._turn)):
            name = self._turn.popleft()
            frames += self._next(name, self._pairs[name])
        return b"".join(frames)

    def _next(self, name: str, pair: _Pair) -> list[bytes]:
        """The next piece of a connection, and its end when that was the last."""
        frames = []
        if pair.waiting:
            data = pair.waiting.popleft()
            if len(data) > _PIECE:
                pair.waiting.appendleft(data[_PIECE:])
                data = data[:_PIECE]
            frames.append(self._session.data(pair.data, bytes(data)))
        if pair.waiting:
            self._turn.append(name)
        elif pair.ended:
            frames += self._end(name, pair)
        return frames

    def _end(self, name: str, pair: _Pair) -> list[bytes]:
        """Both streams are over; an error stream without a word says that all went well."""
        self._forget(name)
        ends = self._session.data(pair.error, pair.why.encode(), fin=True)
        return [ends, self._session.data(pair.data, b"", fin=True)]

    def _opened_stream(self, event: spdy.StreamOpened) -> None:
        kind, port = event.headers.get("streamtype", ""), event.headers.get("port", "")
        name = event.headers.get("requestid", "") or port
        pair = self._pairs.get(name) or _Pair(int(port) if _PORT.fullmatch(port) else 0)
        makes_sense = kind in ("error", "data") and not getattr(pair, kind) and 0 < pair.port < 65536
        if not makes_sense or (name not in self._pairs and len(self._pairs) >= _MOST):
            self._outbox.append(self._session.reset(event.stream))
            return
        setattr(pair, kind, event.stream)
        self._pairs[name] = pair
        self._by_stream[event.stream] = name
        self._outbox.append(self._session.reply(event.stream))
        if pair.error and pair.data:
            self._connect(name, pair)

    def _connect(self, name: str, pair: _Pair) -> None:
        try:
            pair.place = self._opened(pair.port)
        except RefusedError as refusal:
            pair.why, pair.ended = str(refusal), True
            self._turn.append(name)

    def _data(self, event: spdy.DataReceived) -> None:
        name = self._by_stream.get(event.stream)
        pair = self._pairs.get(name) if name is not None else None
        if name is None or pair is None or pair.place is None or event.stream != pair.data or pair.ended:
            return
        for data in (event.data, b"") if event.fin and event.data else (event.data,):
            if data or event.fin:
                pair.waiting.extend(memoryview(piece) for piece in pair.place.feed(data) if piece)
        self._look(name, pair, event.fin)

    def _look(self, name: str, pair: _Pair, over: bool = False) -> None:
        """See what there is to send, and whether the connection is at its end."""
        pair.ended = pair.ended or over or (pair.place is not None and pair.place.over)
        if (pair.waiting or pair.ended) and name not in self._turn:
            self._turn.append(name)

    def sweep(self) -> None:
        """End the connections to programs that are gone."""
        for name, pair in tuple(self._pairs.items()):
            self._look(name, pair)

    def _reset(self, event: spdy.StreamReset) -> None:
        name = self._by_stream.get(event.stream)
        if name is not None:
            self._forget(name)

    def _forget(self, name: str) -> None:
        pair = self._pairs.pop(name)
        for stream in (pair.error, pair.data):
            self._by_stream.pop(stream, None)
        if name in self._turn:
            self._turn.remove(name)

    def _pinged(self, event: spdy.PingReceived) -> None:
        self._outbox.append(self._session.ping(event.id))


_HANDLERS: dict[type, Callable[..., None]] = {
    spdy.StreamOpened: Forwarder._opened_stream,
    spdy.DataReceived: Forwarder._data,
    spdy.StreamReset: Forwarder._reset,
    spdy.PingReceived: Forwarder._pinged,
}
