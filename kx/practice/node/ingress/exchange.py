"""One request passed on to a program and its response taken back: bytes in, bytes out, no waiting.

Headers that are about a single connection stay on it.
"""

from __future__ import annotations

from dataclasses import dataclass

import h11

from kx.practice.node.dialog import Dialog

Headers = tuple[tuple[bytes, bytes], ...]

_HOP_BY_HOP = frozenset(
    (b"connection", b"keep-alive", b"proxy-connection", b"te", b"trailer", b"transfer-encoding", b"upgrade", b"expect")
)
_LONGEST = 1 << 26  # bytes of one response


class NoResponseError(Exception):
    """The program broke off, or what it said is no response."""


@dataclass(frozen=True)
class Message:
    """A request on its way in."""

    method: bytes
    target: bytes
    headers: Headers
    body: bytes


@dataclass(frozen=True)
class Response:
    """What a program answered."""

    status: int
    reason: bytes
    headers: Headers
    body: bytes


def passed_on(headers: Headers) -> Headers:
    """The headers that go along to the next connection."""
    named = {
        word.strip().lower() for name, value in headers if name.lower() == b"connection" for word in value.split(b",")
    }
    return tuple((name, value) for name, value in headers if name.lower() not in _HOP_BY_HOP | named)


def exchange(dialog: Dialog, message: Message) -> Response:
    """Ask a program; raises NoResponseError when there is no whole response."""
    wire = h11.Connection(h11.CLIENT, max_incomplete_event_size=_LONGEST)
    request = h11.Request(method=message.method, target=message.target, headers=list(_complete(message)))
    sent = (wire.send(request) or b"") + (wire.send(h11.Data(data=message.body)) or b"" if message.body else b"")
    answered = dialog.feed(sent + (wire.send(h11.EndOfMessage()) or b""))
    try:
        return _read(wire, answered, dialog.over)
    except h11.RemoteProtocolError as error:
        raise NoResponseError(str(error)) from error


def _complete(message: Message) -> Headers:
    headers = tuple(pair for pair in passed_on(message.headers) if pair[0].lower() != b"content-length")
    if message.body or message.method in (b"POST", b"PUT", b"PATCH"):
        headers += ((b"content-length", str(len(message.body)).encode()),)
    return headers


def _read(wire: h11.Connection, data: bytes, over: bool) -> Response:
    wire.receive_data(data)
    if over and data:
        wire.receive_data(b"")
    head: h11.Response | None = None
    body = bytearray()
    while True:
        event = wire.next_event()
        if isinstance(event, h11.Response):
            head = event
        elif isinstance(event, h11.Data):
            body += event.data
        elif isinstance(event, h11.EndOfMessage) and head is not None:
            return Response(head.status_code, bytes(head.reason), tuple(head.headers.raw_items()), bytes(body))
        elif event in (h11.NEED_DATA, h11.PAUSED) or isinstance(event, h11.ConnectionClosed):
            raise NoResponseError("the response is not whole")
