"""A connection's bytes at the side of a listening program that answers HTTP/1.1. No socket, no waiting.

Bytes in, bytes out: what a client sends is fed in, and what the program answers comes back at once. Other protocols
bring their own ``Dialog``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Protocol

import h11

from kx.practice.node.httpside import BODILESS, HttpSide, Reply
from kx.practice.node.process import Headers, HttpAnswer, HttpCall, Listener

_LONGEST = 1 << 20  # bytes of one unfinished request, or of its body: more than a simulated program ever needs
_FIRST = ("Server", "Date")  # of the headers, as most servers send them
PHRASES = {
    200: "OK",
    201: "Created",
    204: "No Content",
    301: "Moved Permanently",
    302: "Found",
    303: "See Other",
    304: "Not Modified",
    307: "Temporary Redirect",
    308: "Permanent Redirect",
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    409: "Conflict",
    411: "Length Required",
    413: "Request Entity Too Large",
    422: "Unprocessable Entity",
    429: "Too Many Requests",
    500: "Internal Server Error",
    501: "Not Implemented",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Timeout",
}


class Dialog(Protocol):
    """One connection to a program: bytes in, bytes out, no waiting."""

    @property
    def over(self) -> bool:
        """Whether the program has closed its side."""

    def feed(self, data: bytes) -> bytes:
        """Take bytes from the client; b"" is their end. What the program answers."""


def dialog(listener: Listener, client: str) -> Dialog:
    """A new connection to ``listener`` from the address ``client``."""
    return listener.accept(client) if listener.accept else HttpDialog(listener, client)


def answers(dialog: Dialog, data: bytes) -> Iterable[bytes]:
    """What the program answers to ``data``, in pieces where that saves copying a long body."""
    return dialog.pieces(data) if isinstance(dialog, HttpDialog) else (dialog.feed(data),)


class HttpDialog:
    """HTTP/1.1 with kept connections."""

    def __init__(self, listener: Listener, client: str) -> None:
        self._listener = listener
        self._client = client
        self._side = HttpSide(self._answered, _refusal, _LONGEST, _LONGEST)

    @property
    def over(self) -> bool:
        return self._side.over

    def feed(self, data: bytes) -> bytes:
        return b"".join(self.pieces(data))

    def pieces(self, data: bytes) -> list[bytes]:
        """As ``feed``; a body is a piece of its own, and never copied."""
        return self._side.pieces(data)

    def _answered(self, request: h11.Request, body: bytes) -> Reply:
        answer = self._answer(request, body)
        reason = PHRASES.get(answer.status, "").encode()
        return h11.Response(
            status_code=answer.status, headers=list(response_headers(answer)), reason=reason
        ), answer.body

    def _answer(self, request: h11.Request, body: bytes) -> HttpAnswer:
        if self._listener.get is None:
            # What a server with TLS tells those who come without.
            return HttpAnswer(400, b"Client sent an HTTP request to an HTTPS server.\n")
        headers = tuple(
            (name.decode("latin-1"), value.decode("latin-1")) for name, value in request.headers.raw_items()
        )
        call = HttpCall(
            path=request.target.decode("latin-1"),
            client=self._client,
            agent="",
            method=request.method.decode("latin-1"),
            headers=headers,
            body=body,
        )
        return self._listener.get(replace(call, agent=call.header("user-agent", "-")))


def _refusal(status: int) -> Reply:
    text = f"{status} {PHRASES.get(status, 'Bad Request')}\n".encode()
    headers = [("Content-Length", str(len(text))), ("Connection", "close")]
    return h11.Response(status_code=status, headers=headers, reason=PHRASES.get(status, "").encode()), text


def response_headers(answer: HttpAnswer) -> Headers:
    """All headers of an answer: the program's own, the type and the length of its body."""
    if answer.status in BODILESS:
        return answer.headers
    first = tuple(pair for pair in answer.headers if pair[0] in _FIRST)
    rest = tuple(pair for pair in answer.headers if pair[0] not in _FIRST)
    kind = (("Content-Type", answer.content_type),) if answer.content_type else ()
    return (*first, *kind, ("Content-Length", str(len(answer.body))), *rest)
