"""The portforward subresource: connections of the client to ports of a pod, each a pair of SPDY streams.

For each connection the client opens an error stream and a data stream with the same ``requestid``. SPDY frames come
over the connection itself (``portforward.k8s.io``), or tunnelled through a WebSocket by newer clients.
Source: kubelet's port-forward protocol, and the tunnelling of KEP-4006.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from kx.practice.http import Connection, Request, Upgrade
from kx.practice.node.dialog import Dialog
from kx.practice.status import ApiError, bad_request
from kx.practice.streams import over_spdy, over_websocket, spdy
from kx.practice.streams.carriers import Carrier, Plain, Tunnel

PROTOCOL = "portforward.k8s.io"
TUNNELLED = f"SPDY/3.1+{PROTOCOL}"
_MOST = 1024  # connections at once; a client that wants more is not kubectl

# Opens a port of the pod; raises ``RefusedError`` with the runtime's words when nobody listens.
Open = Callable[[int], Dialog]


class RefusedError(Exception):
    """Nobody listens on the port; the message is what the client is told."""


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
    try:
        while data := await carrier.read():
            answer = forwarder.receive(data)
            if answer:
                await carrier.write(answer)
    except (ConnectionError, spdy.ProtocolError):
        return  # the client went away, or does not keep to the protocol: there is nobody left to tell


@dataclass
class _Pair:
    """One forwarded connection."""

    port: int
    error: int = 0  # the number of its stream; 0 while it is not open
    data: int = 0
    dialog: Dialog | None = None


class Forwarder:
    """All connections of one client: bytes in, bytes out, no socket."""

    def __init__(self, opened: Open) -> None:
        self._opened = opened
        self._session = spdy.Session()
        self._pairs: dict[str, _Pair] = {}  # by request id
        self._by_stream: dict[int, str] = {}

    def receive(self, data: bytes) -> bytes:
        """What to send back. Raises ``spdy.ProtocolError``."""
        return b"".join(self._handle(event) for event in self._session.receive(data))

    def _handle(self, event: spdy.Event) -> bytes:
        handler = _HANDLERS.get(type(event))
        return handler(self, event) if handler else b""

    def _stream(self, event: spdy.StreamOpened) -> bytes:
        kind, port = event.headers.get("streamtype", ""), event.headers.get("port", "")
        name = event.headers.get("requestid", "") or port
        pair = self._pairs.setdefault(name, _Pair(int(port) if port.isdigit() else 0))
        if kind not in ("error", "data") or getattr(pair, kind) or not 0 < pair.port < 65536 or self._crowded:
            if not pair.error and not pair.data:
                del self._pairs[name]
            return self._session.reset(event.stream)
        setattr(pair, kind, event.stream)
        self._by_stream[event.stream] = name
        reply = self._session.reply(event.stream)
        return reply + self._connect(name, pair) if pair.error and pair.data else reply

    @property
    def _crowded(self) -> bool:
        return len(self._pairs) > _MOST

    def _connect(self, name: str, pair: _Pair) -> bytes:
        try:
            pair.dialog = self._opened(pair.port)
        except RefusedError as refusal:
            return self._ended(name, pair, str(refusal))
        return b""

    def _data(self, event: spdy.DataReceived) -> bytes:
        name = self._by_stream.get(event.stream)
        pair = self._pairs.get(name) if name is not None else None
        if name is None or pair is None or pair.dialog is None or event.stream != pair.data:
            return b""
        answer = pair.dialog.feed(event.data) if event.data else b""
        sent = self._session.data(pair.data, answer) if answer else b""
        if event.fin and not pair.dialog.over:
            rest = pair.dialog.feed(b"")
            sent += self._session.data(pair.data, rest) if rest else b""
        return sent + self._ended(name, pair) if event.fin or pair.dialog.over else sent

    def _ended(self, name: str, pair: _Pair, why: str = "") -> bytes:
        """Both streams are over; an error stream without a word says that all went well."""
        del self._pairs[name]
        for stream in (pair.error, pair.data):
            self._by_stream.pop(stream, None)
        ends = self._session.data(pair.error, why.encode(), fin=True)
        return ends + self._session.data(pair.data, b"", fin=True)

    def _gone(self, event: spdy.StreamReset) -> bytes:
        name = self._by_stream.pop(event.stream, None)
        pair = self._pairs.pop(name, None) if name is not None else None
        if pair is not None:
            self._by_stream.pop(pair.error, None)
            self._by_stream.pop(pair.data, None)
        return b""

    def _pinged(self, event: spdy.PingReceived) -> bytes:
        return self._session.ping(event.id)


_HANDLERS: dict[type, Callable[..., bytes]] = {
    spdy.StreamOpened: Forwarder._stream,
    spdy.DataReceived: Forwarder._data,
    spdy.StreamReset: Forwarder._gone,
    spdy.PingReceived: Forwarder._pinged,
}
