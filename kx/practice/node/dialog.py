"""A connection's bytes at the side of a listening program: HTTP/1.1, or the protocol of redis. No socket, no waiting.

Bytes in, bytes out: what a client sends is fed in, and what the program answers comes back at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Protocol

import h11

from kx.practice.node.process import HttpAnswer, HttpCall, Listener

_LONGEST = 1 << 20  # bytes of one unfinished request: more than a simulated program ever needs
_NUMBER = re.compile(rb"[+-]?\d{1,9}")
# How replies of redis are framed, by the command they answer.
_SIMPLE = frozenset({"PING", "SET", "AUTH", "SELECT"})
_COUNTS = frozenset({"INCR", "DEL", "EXISTS"})


class Dialog(Protocol):
    """One connection to a program: bytes in, bytes out, no waiting."""

    over: bool  # the program has closed its side

    def feed(self, data: bytes) -> bytes:
        """Take bytes from the client; b"" is their end. What the program answers."""


def dialog(listener: Listener, client: str) -> Dialog:
    """A new connection to ``listener`` from the address ``client``."""
    if listener.accept is not None:
        return listener.accept(client)
    return HttpDialog(listener, client) if listener.get is not None else RedisDialog(listener)


def answers(dialog: Dialog, data: bytes) -> Iterable[bytes]:
    """What the program answers to ``data``, in pieces where that saves copying a long body."""
    return dialog.pieces(data) if isinstance(dialog, HttpDialog) else (dialog.feed(data),)


class HttpDialog:
    """HTTP/1.1 with kept connections. The programs answer GET and HEAD only."""

    def __init__(self, listener: Listener, client: str) -> None:
        self.over = False
        self._listener = listener
        self._client = client
        self._http = h11.Connection(h11.SERVER, max_incomplete_event_size=_LONGEST)
        self._request: h11.Request | None = None

    def feed(self, data: bytes) -> bytes:
        return b"".join(self.pieces(data))

    def pieces(self, data: bytes) -> list[bytes]:
        """As ``feed``; a body is a piece of its own, and never copied."""
        if self.over:
            return []
        answered: list[bytes] = []
        try:
            self._http.receive_data(data)
            while not self.over and (event := self._http.next_event()) not in (h11.NEED_DATA, h11.PAUSED):
                answered += self._handle(event)
        except h11.RemoteProtocolError as error:
            self.over = True
            answered.append(self._refusal(error))
        return answered

    def _handle(self, event: object) -> list[bytes]:
        if isinstance(event, h11.Request):
            self._request = event
        elif isinstance(event, h11.EndOfMessage):
            return self._respond()
        elif isinstance(event, h11.ConnectionClosed):
            self.over = True
        return []

    def _respond(self) -> list[bytes]:
        request = self._request
        assert request is not None
        answer = self._answer(request)
        headers = [("content-type", answer.content_type), ("content-length", str(len(answer.body)))]
        out = [self._send(h11.Response(status_code=answer.status, headers=headers if answer.status != 204 else []))]
        if answer.body and request.method != b"HEAD":
            out += self._http.send_with_data_passthrough(h11.Data(data=answer.body)) or ()
        out.append(self._send(h11.EndOfMessage()))
        if self._http.our_state is h11.MUST_CLOSE or self._http.their_state is h11.MUST_CLOSE:
            self.over = True
        else:
            self._http.start_next_cycle()
        return out

    def _answer(self, request: h11.Request) -> HttpAnswer:
        if self._listener.get is None or request.method not in (b"GET", b"HEAD"):
            return HttpAnswer(405, b"only GET is emulated in the practice cluster\n")
        agent = next((value for name, value in request.headers if name == b"user-agent"), b"-")
        path = request.target.decode("ascii", "replace")
        return self._listener.get(HttpCall(path, self._client, agent.decode("latin-1")))

    def _refusal(self, error: h11.RemoteProtocolError) -> bytes:
        if self._http.our_state not in (h11.IDLE, h11.SEND_RESPONSE):
            return b""
        text = b"400 Bad Request\n"
        headers = [("content-length", str(len(text))), ("connection", "close")]
        response = h11.Response(status_code=error.error_status_hint or 400, headers=headers)
        return self._send(response) + self._send(h11.Data(data=text)) + self._send(h11.EndOfMessage())

    def _send(self, event: h11.Event) -> bytes:
        return self._http.send(event) or b""


class RedisDialog:
    """RESP, version 2: commands as arrays or as plain lines. A password given with AUTH holds for the connection."""

    def __init__(self, listener: Listener) -> None:
        self.over = False
        self._listener = listener
        self._buffer = bytearray()
        self._password = ""

    def feed(self, data: bytes) -> bytes:
        if self.over:
            return b""
        self.over = not data
        self._buffer += data
        return b"".join(self._reply(words) for words in self._commands() if words)

    def _commands(self) -> Iterator[tuple[str, ...]]:
        while not self.over and (found := self._next()) is not None:
            words, used = found
            del self._buffer[:used]
            yield words
        if len(self._buffer) > _LONGEST:
            self.over = True

    def _next(self) -> tuple[tuple[str, ...], int] | None:
        """The next whole command and its length in bytes; None while it is not all there."""
        line, at = self._line(0)
        if line is None:
            return None
        if not line.startswith(b"*"):
            return tuple(word.decode("utf-8", "replace") for word in line.split()), at
        words: list[str] = []
        for _ in range(self._count(line)):
            line, at = self._line(at)
            if line is None:
                return None
            end = at + self._count(line)
            if len(self._buffer) < end + 2:
                return None
            words.append(self._buffer[at:end].decode("utf-8", "replace"))
            at = end + 2
        return tuple(words), at

    def _line(self, at: int) -> tuple[bytes | None, int]:
        end = self._buffer.find(b"\n", at)
        return (None, at) if end < 0 else (bytes(self._buffer[at:end]).rstrip(b"\r"), end + 1)

    def _count(self, line: bytes) -> int:
        """The number behind the first sign of a line; one that makes no sense ends the connection, as in redis."""
        number = line[1:]
        if not _NUMBER.fullmatch(number) or int(number) > _LONGEST:
            self.over = True
            return 0
        return max(0, int(number))

    def _reply(self, words: tuple[str, ...]) -> bytes:
        command = words[0].upper()
        if self.over or self._listener.talk is None:
            return b"-ERR Protocol error\r\n"
        if command == "QUIT":
            self.over = True
            return b"+OK\r\n"
        if command == "AUTH":
            told = self._listener.talk((words[-1] if len(words) > 1 else "", "PING"))
            if told.startswith("-"):
                return _framed("AUTH", told)
            self._password = words[-1]
            return b"+OK\r\n"
        return _framed(command, self._listener.talk((self._password, *words)))


def _framed(command: str, reply: str) -> bytes:
    text = reply.encode("utf-8")
    if reply.startswith("-"):
        return text + b"\r\n"
    if command in _SIMPLE:
        return b"+" + text + b"\r\n"
    if command in _COUNTS:
        return b":" + text + b"\r\n"
    return b"$%d\r\n%b\r\n" % (len(text), text) if text else b"$-1\r\n"
