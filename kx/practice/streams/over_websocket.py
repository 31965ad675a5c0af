"""Remote commands over WebSocket (kubectl from 1.30): the first byte of each binary message names its channel."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence

from wsproto.connection import Connection as Framing
from wsproto.connection import ConnectionType
from wsproto.events import BytesMessage, CloseConnection, Event, Ping, Pong, TextMessage
from wsproto.utilities import LocalProtocolError, RemoteProtocolError

from kx.practice.http import Request, encode
from kx.practice.status import Obj
from kx.practice.streams.remote import Channel, FromClient, Input, InputEnded, resized

PROTOCOLS = ("v5.channel.k8s.io", "v4.channel.k8s.io")
_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455, 1.3
_SHORT = 1024  # bytes of a message about the conversation itself
_NORMAL = 1000


def wanted(request: Request) -> bool:
    """Whether the client asks for a WebSocket."""
    return request.header("upgrade").lower() == "websocket"


def chosen_protocol(request: Request) -> str | None:
    """The first remote command protocol of ours that the client offers."""
    return chosen(request, PROTOCOLS)


def chosen(request: Request, spoken: Sequence[str]) -> str | None:
    """The first of the protocols ``spoken`` here that the client offers."""
    offered = {part.strip() for part in request.header("sec-websocket-protocol").split(",")}
    return next((protocol for protocol in spoken if protocol in offered), None)


def handshake(request: Request, protocol: str) -> bytes:
    """The answer that turns the connection into a WebSocket."""
    key = request.header("sec-websocket-key").encode("ascii", "replace")
    # SHA-1 is what RFC 6455 prescribes here; it guards nothing.
    answer = base64.b64encode(hashlib.sha1(key + _GUID, usedforsecurity=False).digest())
    return (
        b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: "
        + answer
        + f"\r\nSec-WebSocket-Protocol: {protocol}\r\n\r\n".encode("ascii")
    )


class WebSocketFraming:
    """A ``remote.Framing``: each message is for the channel that its first byte names.

    ``closes``: the client may end its stdin with a message (version 5 of the protocol). What breaks the protocol is
    answered with the close code that RFC 6455 gives it. Messages are taken piece by piece and never held whole.
    """

    def __init__(self, closes: bool = True) -> None:
        self.ready = True
        self.over = False
        self._closes = closes
        self._framing = Framing(ConnectionType.SERVER)
        self._answers: list[bytes] = []
        self._arrived: list[FromClient] = []
        self._channel: int | None = None  # of the message that is arriving
        self._payload = bytearray()  # of a short message that is arriving

    def receive(self, data: bytes) -> list[FromClient]:
        """What these bytes complete; nothing after the end."""
        if not self.over:
            try:
                self._framing.receive_data(data)
                for event in self._framing.events():
                    self._handle(event)
            except RemoteProtocolError as error:
                self.over = True
                if isinstance(error.event_hint, CloseConnection):
                    self._answer(error.event_hint)
        arrived, self._arrived = self._arrived, []
        return arrived

    def answers(self) -> bytes:
        """Pongs and goodbyes."""
        answers, self._answers = b"".join(self._answers), []
        return answers

    def send(self, channel: Channel, data: bytes) -> bytes:
        """Output for the client as one message."""
        return self._sent(BytesMessage(bytes([channel]) + data))

    def finish(self, status: Obj) -> bytes:
        """The status, then the closing handshake's first half."""
        return self.send(Channel.ERROR, encode(status)) + self._sent(CloseConnection(_NORMAL))

    def ping(self) -> bytes:
        """A ping without a word."""
        return self._sent(Ping())

    def _handle(self, event: Event) -> None:
        if isinstance(event, BytesMessage):
            self._message(bytes(event.data), event.message_finished)
        elif isinstance(event, TextMessage):
            # The API server does not look at the kind of a message.
            self._message(event.data.encode(), event.message_finished)
        elif isinstance(event, Ping):
            self._answer(event.response())
        elif isinstance(event, CloseConnection):
            self.over = True
            self._answer(event.response())

    def _message(self, data: bytes, finished: bool) -> None:
        # A message arrives in pieces; only its first byte names the channel.
        if self._channel is None and data:
            self._channel, data = data[0], data[1:]
        if self._channel == Channel.STDIN and data:
            self._arrived.append(Input(data))
        elif self._channel in (Channel.RESIZE, Channel.CLOSE) and len(self._payload) <= _SHORT:
            self._payload += data[: _SHORT + 1]
        if finished:
            self._complete()

    def _complete(self) -> None:
        payload, size = bytes(self._payload), None
        if self._channel == Channel.RESIZE and len(payload) <= _SHORT:
            size = resized(payload)
        if size:
            self._arrived.append(size)
        elif self._channel == Channel.CLOSE and self._closes and payload[:1] == bytes([Channel.STDIN]):
            self._arrived.append(InputEnded())
        self._channel = None
        self._payload.clear()

    def _answer(self, event: CloseConnection | Pong) -> None:
        self._answers.append(self._sent(event))

    def _sent(self, event: BytesMessage | CloseConnection | Ping | Pong) -> bytes:
        try:
            return self._framing.send(event)
        except LocalProtocolError:
            # The close handshake is under way already: there is nobody left to tell.
            return b""
