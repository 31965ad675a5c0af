"""HTTP as a client in a pod speaks it: URLs, and one request over one connection. Knows no tool's flags or words."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, replace

import h11

from kx.practice.node.dialog import PHRASES, response_headers
from kx.practice.node.process import Headers, HttpCall, Secure
from kx.practice.node.programs.dial import Link

_URL = re.compile(
    r"(?:(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://)?(?:(?P<user>[^/?#@]*)@)?(?P<host>[A-Za-z0-9._-]+)(?::(?P<port>\d{0,5}))?"
    r"(?P<path>[/?][^#]*)?(?:#.*)?"
)
_PORTS = {"http": 80, "https": 443}


class EmptyReplyError(Exception):
    """The server closed the connection without a word."""


class NoHttpError(Exception):
    """What came back is no HTTP."""


class NoTlsError(Exception):
    """The server speaks no TLS."""


@dataclass(frozen=True)
class Url:
    """Where to ask for what."""

    scheme: str
    host: str
    port: int
    path: str  # with the query
    user: str = ""

    def __str__(self) -> str:
        return f"{self.scheme}://{self.authority}{self.path}"

    @property
    def authority(self) -> str:
        """Host and port, as the Host header names them."""
        return self.host if self.port == _PORTS.get(self.scheme) else f"{self.host}:{self.port}"


def parse_url(text: str) -> Url | None:
    """A URL as curl guesses it: http where no scheme is given. None when it makes no sense."""
    match = _URL.fullmatch(text.strip())
    if match is None:
        return None
    scheme = (match["scheme"] or "http").lower()
    port = int(match["port"] or _PORTS.get(scheme, 0))
    path = match["path"] or "/"
    path = path if path.startswith("/") else "/" + path
    if port > 65535:
        return None
    return Url(scheme, match["host"], port, path.replace(" ", "%20"), match["user"] or "")


def follow(url: Url, location: str) -> Url | None:
    """Where a redirection leads."""
    if "://" in location:
        return parse_url(location)
    if location.startswith("/"):
        return replace(url, path=location.partition("#")[0])
    folder = posixpath.dirname(url.path.partition("?")[0])
    return replace(url, path=posixpath.normpath(posixpath.join(folder, location)))


@dataclass(frozen=True)
class Answered:
    """A whole response."""

    status: int
    reason: str
    headers: Headers
    body: bytes
    version: str = "1.1"

    def header(self, name: str) -> str:
        return next((value for key, value in self.headers if key.lower() == name), "")


async def ask(link: Link, url: Url, method: str, headers: Headers, body: bytes = b"") -> Answered:
    """One request and its response; raises EmptyReplyError, NoHttpError, NoTlsError."""
    if url.scheme == "https":
        if link.listener.secure is None:
            raise NoTlsError
        return await _ask_securely(link, link.listener.secure, url, method, headers, body)
    return ask_plainly(link, url, method, headers, body)


def ask_plainly(link: Link, url: Url, method: str, headers: Headers, body: bytes = b"") -> Answered:
    """As ``ask``, without TLS, and answered at once."""
    client = h11.Connection(h11.CLIENT)
    try:
        sent = client.send(h11.Request(method=method, target=url.path, headers=list(headers))) or b""
        sent += client.send(h11.Data(data=body)) or b"" if body else b""
        sent += client.send(h11.EndOfMessage()) or b""
    except h11.LocalProtocolError as error:
        raise NoHttpError from error
    received = link.dialog.feed(sent)
    if not received:
        raise EmptyReplyError
    return _read(client, received)


async def _ask_securely(link: Link, secure: Secure, url: Url, method: str, headers: Headers, body: bytes) -> Answered:
    agent = next((value for name, value in headers if name.lower() == "user-agent"), "-")
    call = HttpCall(url.path, link.source, agent, method, headers, body)
    answer = await secure.answer(call)
    body = b"" if method == "HEAD" else answer.body
    return Answered(answer.status, PHRASES.get(answer.status, ""), response_headers(answer), body)


def _read(client: h11.Connection, received: bytes) -> Answered:
    client.receive_data(received)
    client.receive_data(b"")
    response: h11.Response | None = None
    body = bytearray()
    try:
        while not isinstance(event := client.next_event(), h11.EndOfMessage):
            if isinstance(event, h11.Response):
                response = event
            elif isinstance(event, h11.Data):
                body += event.data
            elif isinstance(event, h11.ConnectionClosed) or event in (h11.NEED_DATA, h11.PAUSED):
                break
    except h11.RemoteProtocolError as error:
        if response is None:
            raise NoHttpError from error
    if response is None:
        raise NoHttpError
    headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in response.headers.raw_items())
    return Answered(
        response.status_code, response.reason.decode("latin-1"), headers, bytes(body), response.http_version.decode()
    )
