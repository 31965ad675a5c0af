"""SPDY/3.1 framing without sockets: bytes in, events out; calls in, bytes out.

Just the part that Kubernetes' streams use: no flow control (spdystream has none), no settings, no pushed streams.
Refuses with ``ProtocolError`` frames larger than it will hold, streams whose numbers do not rise, and headers that
unpack to more than they should.
Source: the SPDY protocol, draft 3.1.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from kx.practice.streams.spdy_words import compressor, decompressor

MAX_FRAME = 1 << 22
MAX_HEADERS = 1 << 16

_VERSION = 3
_SYN_STREAM, _SYN_REPLY, _RST_STREAM, _PING, _GOAWAY, _HEADERS = 1, 2, 3, 6, 7, 8
_FIN = 0x01


class ProtocolError(Exception):
    """The other end does not speak SPDY/3.1 as it should; the connection cannot go on."""


@dataclass(frozen=True)
class StreamOpened:
    """The peer opened a stream; header names are lower case."""

    stream: int
    headers: Mapping[str, str]
    fin: bool = False


@dataclass(frozen=True)
class StreamReplied:
    """The peer accepted a stream that this end opened."""

    stream: int
    headers: Mapping[str, str]
    fin: bool = False


@dataclass(frozen=True)
class DataReceived:
    """Bytes on a stream; ``fin``: the peer's half of it is over."""

    stream: int
    data: bytes
    fin: bool = False


@dataclass(frozen=True)
class StreamReset:
    """The peer gave a stream up."""

    stream: int
    status: int


@dataclass(frozen=True)
class PingReceived:
    """To be answered with ``ping(id)``."""

    id: int


@dataclass(frozen=True)
class GoingAway:
    """The peer will open no more streams."""

    last_stream: int


Event = StreamOpened | StreamReplied | DataReceived | StreamReset | PingReceived | GoingAway


class Session:
    """One connection's framing state. Feed it with ``receive``; send what the other methods return."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._newest = 0  # the highest number of a stream that the peer has opened
        self._unpack = decompressor()
        self._pack = compressor()

    def receive(self, data: bytes) -> Iterator[Event]:
        """Events of the frames that ``data`` completes; raises ``ProtocolError``."""
        self._buffer += data
        while len(self._buffer) >= 8:
            head, flags_and_length = struct.unpack_from(">II", self._buffer)
            length = flags_and_length & 0xFFFFFF
            if length > MAX_FRAME:
                raise ProtocolError(f"a frame of {length} bytes; at most {MAX_FRAME} are taken")
            if len(self._buffer) < 8 + length:
                return
            body = bytes(self._buffer[8 : 8 + length])
            del self._buffer[: 8 + length]
            flags = flags_and_length >> 24
            if head & 0x80000000:
                yield from self._control(head, flags, body)
            else:
                yield DataReceived(head & 0x7FFFFFFF, body, bool(flags & _FIN))

    def _control(self, head: int, flags: int, body: bytes) -> Iterator[Event]:
        if (head >> 16) & 0x7FFF != _VERSION:
            raise ProtocolError(f"SPDY version {(head >> 16) & 0x7FFF}; only {_VERSION} is spoken")
        reader = _CONTROL.get(head & 0xFFFF)
        if reader is not None:
            try:
                yield reader(self, flags, body)
            except struct.error as error:
                raise ProtocolError("a control frame that is too short") from error

    def _syn_stream(self, flags: int, body: bytes) -> Event:
        number, *_ = struct.unpack_from(">IIBB", body)
        stream = number & 0x7FFFFFFF
        # Numbers rise (draft 3.1, 2.3.2); those of clients are odd, and only clients open streams here.
        if stream % 2 == 0 or stream <= self._newest:
            raise ProtocolError(f"stream {stream} is opened after stream {self._newest}")
        self._newest = stream
        return StreamOpened(stream, self._headers(body[10:]), bool(flags & _FIN))

    def _syn_reply(self, flags: int, body: bytes) -> Event:
        (stream,) = struct.unpack_from(">I", body)
        return StreamReplied(stream & 0x7FFFFFFF, self._headers(body[4:]), bool(flags & _FIN))

    def _more_headers(self, flags: int, body: bytes) -> Event:
        # Headers must be unpacked even where nobody wants them: the compression state runs on through them.
        (stream,) = struct.unpack_from(">I", body)
        self._headers(body[4:])
        return DataReceived(stream & 0x7FFFFFFF, b"", bool(flags & _FIN))

    def _rst_stream(self, flags: int, body: bytes) -> Event:
        stream, status = struct.unpack_from(">II", body)
        return StreamReset(stream & 0x7FFFFFFF, status)

    def _ping_frame(self, flags: int, body: bytes) -> Event:
        return PingReceived(*struct.unpack_from(">I", body))

    def _goaway(self, flags: int, body: bytes) -> Event:
        return GoingAway(struct.unpack_from(">I", body)[0] & 0x7FFFFFFF)

    def _headers(self, block: bytes) -> dict[str, str]:
        try:
            plain = self._unpack.decompress(block, MAX_HEADERS)
        except zlib.error as error:
            raise ProtocolError("headers that do not unpack") from error
        if self._unpack.unconsumed_tail:
            raise ProtocolError(f"headers of more than {MAX_HEADERS} bytes")
        return dict(_pairs(plain))

    def open(self, stream: int, headers: Mapping[str, str], fin: bool = False) -> bytes:
        """Open a stream (odd numbers belong to the client)."""
        body = struct.pack(">IIBB", stream, 0, 0, 0) + self._packed(headers)
        return _frame(_SYN_STREAM, _FIN if fin else 0, body)

    def reply(self, stream: int, headers: Mapping[str, str] | None = None) -> bytes:
        """Accept a stream that the peer opened."""
        return _frame(_SYN_REPLY, 0, struct.pack(">I", stream) + self._packed(headers or {}))

    def data(self, stream: int, data: bytes, fin: bool = False) -> bytes:
        """Bytes on a stream, cut into frames; ``fin`` ends this end's half of it."""
        pieces = [data[at : at + MAX_FRAME] for at in range(0, len(data), MAX_FRAME)] or [b""]
        last = len(pieces) - 1
        return b"".join(
            struct.pack(">II", stream, ((_FIN if fin and index == last else 0) << 24) | len(piece)) + piece
            for index, piece in enumerate(pieces)
        )

    def reset(self, stream: int, status: int = 5) -> bytes:
        """Give a stream up; status 5 is CANCEL."""
        return _frame(_RST_STREAM, 0, struct.pack(">II", stream, status))

    def ping(self, number: int) -> bytes:
        """Answer a ping with its own number."""
        return _frame(_PING, 0, struct.pack(">I", number))

    def go_away(self, last_stream: int = 0) -> bytes:
        """Say that no more streams will be taken."""
        return _frame(_GOAWAY, 0, struct.pack(">II", last_stream, 0))

    def _packed(self, headers: Mapping[str, str]) -> bytes:
        plain = struct.pack(">I", len(headers)) + b"".join(
            struct.pack(">I", len(part)) + part for pair in headers.items() for part in map(_encoded, pair)
        )
        return self._pack.compress(plain) + self._pack.flush(zlib.Z_SYNC_FLUSH)


_CONTROL: dict[int, Callable[[Session, int, bytes], Event]] = {
    _SYN_STREAM: Session._syn_stream,
    _SYN_REPLY: Session._syn_reply,
    _RST_STREAM: Session._rst_stream,
    _PING: Session._ping_frame,
    _GOAWAY: Session._goaway,
    _HEADERS: Session._more_headers,
}


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _frame(kind: int, flags: int, body: bytes) -> bytes:
    return struct.pack(">HHI", 0x8000 | _VERSION, kind, (flags << 24) | len(body)) + body


def _pairs(plain: bytes) -> Iterator[tuple[str, str]]:
    if len(plain) < 4:
        return
    (count,) = struct.unpack_from(">I", plain)
    at = 4
    for _ in range(count):
        name, at = _text(plain, at)
        value, at = _text(plain, at)
        yield name.lower(), value


def _text(plain: bytes, at: int) -> tuple[str, int]:
    if at + 4 > len(plain):
        raise ProtocolError("headers that end too early")
    (length,) = struct.unpack_from(">I", plain, at)
    if at + 4 + length > len(plain):
        raise ProtocolError("a header longer than its block")
    return plain[at + 4 : at + 4 + length].decode("utf-8", "surrogateescape"), at + 4 + length
