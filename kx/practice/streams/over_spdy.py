"""Remote commands over SPDY/3.1 (kubectl up to 1.29, and later ones that are told to): one SPDY stream per channel."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kx.practice.http import Request, encode
from kx.practice.status import Obj
from kx.practice.streams import spdy
from kx.practice.streams.remote import Channel, FromClient, Input, InputEnded, resized

# Newest first. Older ones tell the exit code only in words and are not spoken.
PROTOCOLS = ("v4.channel.k8s.io",)
_CHANNELS = {
    "stdin": Channel.STDIN,
    "stdout": Channel.STDOUT,
    "stderr": Channel.STDERR,
    "error": Channel.ERROR,
    "resize": Channel.RESIZE,
}
_LONGEST_SIZE = 1024  # bytes of a message about the window


def wanted(request: Request) -> bool:
    """Whether the client asks for SPDY."""
    return request.header("upgrade").lower().startswith("spdy/")


def chosen_protocol(request: Request) -> str | None:
    """The first remote command protocol of ours that the client offers."""
    return chosen(request, PROTOCOLS)


def chosen(request: Request, spoken: Sequence[str]) -> str | None:
    """The first of the protocols ``spoken`` here that the client offers."""
    offered = {
        part.strip()
        for key, value in request.headers
        if key == "x-stream-protocol-version"
        for part in value.split(",")
    }
    return next((protocol for protocol in spoken if protocol in offered), None)


def handshake(protocol: str) -> bytes:
    """The answer that turns the connection into a SPDY session."""
    return (
        b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n"
        + f"X-Stream-Protocol-Version: {protocol}\r\n\r\n".encode("ascii")
    )


class SpdyFraming:
    """A ``remote.Framing``: one stream per channel. ``expected``: the channels that the client announced in its query.

    A stream that is no channel, or comes a second time, is reset, as the kubelet does.
    """

    def __init__(self, expected: frozenset[Channel]) -> None:
        self.over = False
        self._expected = expected
        self._session = spdy.Session()
        self._streams: dict[Channel, int] = {}
        self._channels: dict[int, Channel] = {}
        self._arrived: list[FromClient] = []
        self._answers: list[bytes] = []
        self._pings = 0

    @property
    def ready(self) -> bool:
        """Whether every expected stream is open."""
        return self._expected <= self._streams.keys()

    def receive(self, data: bytes) -> list[FromClient]:
        """What these bytes complete; raises ``spdy.ProtocolError``."""
        for event in self._session.receive(data):
            handler = _HANDLERS.get(type(event))
            if handler is not None:
                handler(self, event)
        arrived, self._arrived = self._arrived, []
        return arrived

    def answers(self) -> bytes:
        """Replies to streams and pings."""
        answers, self._answers = b"".join(self._answers), []
        return answers

    def send(self, channel: Channel, data: bytes) -> bytes:
        """Output for the client; nothing for a channel it did not open."""
        stream = self._streams.get(channel)
        return b"" if stream is None else self._session.data(stream, data)

    def finish(self, status: Obj) -> bytes:
        """The ends of the outputs, then the status on the error stream."""
        outputs = (Channel.STDOUT, Channel.STDERR)
        ends = [self._session.data(self._streams[each], b"", fin=True) for each in outputs if each in self._streams]
        error = self._streams.get(Channel.ERROR)
        if error is not None:
            ends.append(self._session.data(error, encode(status), fin=True))
        return b"".join(ends)

    def ping(self) -> bytes:
        """A ping of the server's own; its numbers are even."""
        self._pings += 2
        return self._session.ping(self._pings)

    def _opened(self, event: spdy.StreamOpened) -> None:
        channel = _CHANNELS.get(event.headers.get("streamtype", ""))
        if channel is None or channel in self._streams:
            self._answers.append(self._session.reset(event.stream))
            return
        self._streams[channel] = event.stream
        self._channels[event.stream] = channel
        self._answers.append(self._session.reply(event.stream))
        if event.fin:
            self._ended(channel)

    def _data(self, event: spdy.DataReceived) -> None:
        channel = self._channels.get(event.stream)
        if channel is Channel.STDIN and event.data:
            self._arrived.append(Input(event.data))
        elif channel is Channel.RESIZE and len(event.data) <= _LONGEST_SIZE and (size := resized(event.data)):
            self._arrived.append(size)
        if event.fin:
            self._ended(channel)

    def _reset(self, event: spdy.StreamReset) -> None:
        self._ended(self._channels.get(event.stream))

    def _ended(self, channel: Channel | None) -> None:
        if channel is Channel.STDIN:
            self._arrived.append(InputEnded())

    def _ping(self, event: spdy.PingReceived) -> None:
        if event.id % 2:  # even numbers are this end's own, coming back
            self._answers.append(self._session.ping(event.id))


_HANDLERS: dict[type, Callable[..., None]] = {
    spdy.StreamOpened: SpdyFraming._opened,
    spdy.DataReceived: SpdyFraming._data,
    spdy.StreamReset: SpdyFraming._reset,
    spdy.PingReceived: SpdyFraming._ping,
}
