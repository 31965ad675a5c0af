"""The values that travel between the server edge and the handlers: a request in, one of three answers out.

Nothing here reads or writes a socket, and nothing knows what a Kubernetes object is.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any

Pairs = tuple[tuple[str, str], ...]

JSON = (("content-type", "application/json"),)


@dataclass(frozen=True)
class User:
    """Who asks, as ``kubectl auth whoami`` shows it."""

    name: str
    groups: tuple[str, ...] = ()
    uid: str = ""
    extra: tuple[tuple[str, tuple[str, ...]], ...] = ()


ANONYMOUS = User("system:anonymous", ("system:unauthenticated",))


@dataclass(frozen=True)
class Request:
    """One HTTP request, read to its end. ``path`` is decoded, without the query; header names are lower case."""

    method: str
    path: str
    query: Pairs = ()
    headers: Pairs = ()
    body: bytes = b""
    user: User = ANONYMOUS

    def param(self, name: str, default: str = "") -> str:
        """The first value of a query parameter."""
        return next((value for key, value in self.query if key == name), default)

    def params(self, name: str) -> tuple[str, ...]:
        """Every value of a query parameter, in order."""
        return tuple(value for key, value in self.query if key == name)

    def flag(self, name: str) -> bool:
        """Whether a boolean query parameter is on. As in Kubernetes, present and not ``false`` or ``0`` is on."""
        values = self.params(name)
        return bool(values) and values[0].lower() not in ("false", "0")

    def header(self, name: str, default: str = "") -> str:
        """The first value of a header; ``name`` in lower case."""
        return next((value for key, value in self.headers if key == name), default)


@dataclass(frozen=True)
class Response:
    """A whole answer."""

    status: int = 200
    headers: Pairs = JSON
    body: bytes = b""


@dataclass(frozen=True)
class Stream:
    """An answer sent piece by piece as ``chunks`` yields; the generator is closed when the client goes away."""

    chunks: AsyncGenerator[bytes, None]
    status: int = 200
    headers: Pairs = JSON


@dataclass(frozen=True)
class Connection:
    """The raw connection after an upgrade; ``leftover`` are bytes already read beyond the request."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    leftover: bytes = b""


@dataclass(frozen=True)
class Upgrade:
    """The handler takes the connection over: ``run`` writes the 101 itself; the server closes it afterwards."""

    run: Callable[[Connection], Awaitable[None]]


Answer = Response | Stream | Upgrade
Handler = Callable[[Request], Awaitable[Answer]]


_compact = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode


def encode(value: Any) -> bytes:
    """A value as compact UTF-8 JSON, as the API server sends it."""
    return _compact(value).encode("utf-8", "surrogatepass")


def json_response(value: Any, status: int = 200, headers: Pairs = ()) -> Response:
    """``value`` as an ``application/json`` answer, with further headers."""
    return Response(status, (*JSON, *headers), encode(value))
