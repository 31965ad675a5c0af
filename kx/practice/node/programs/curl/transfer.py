"""One request of curl: the connection, what ``-v`` tells of it, and how it may fail, in curl's words and codes."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from kx.practice.node.files import FileError
from kx.practice.node.process import Headers, Process, Secure
from kx.practice.node.programs import web
from kx.practice.node.programs.curl.options import Call
from kx.practice.node.programs.dial import Link, NoConnectionError, UnknownHostError, connect, is_address, lookup
from kx.practice.node.programs.web import Answered, Url

# By image family: the release in it, and how that says that nobody answers.
_RELEASES = {"debian": ("7.88.1", "Couldn't connect to server")}
_RELEASE = ("8.12.1", "Could not connect to server")
_CERTIFICATE = re.compile(r"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----", re.DOTALL)
_LEGITIMACY = (
    "\nMore details here: https://curl.se/docs/sslcerts.html\n\n"
    "curl failed to verify the legitimacy of the server and therefore could not\n"
    "establish a secure connection to it. To learn more about this situation and\n"
    "to fix it, please visit the webpage mentioned above."
)


class CurlError(Exception):
    """A failed transfer: curl's exit code and message."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class Transfer:
    """A request that was answered."""

    link: Link
    method: str
    answered: Answered


def agent(process: Process) -> str:
    """How this image's curl names itself."""
    return f"curl/{_RELEASES.get(process.box.family, _RELEASE)[0]}"


async def transfer(
    process: Process, call: Call, url: Url, method: str, headers: Headers, body: bytes, left: float | None
) -> Transfer:
    """Ask once; raises CurlError. ``left`` are the seconds that --max-time leaves."""
    if url.scheme not in ("http", "https"):
        raise CurlError(1, f'Protocol "{url.scheme}" not supported')
    if not url.port:
        raise CurlError(7, _failed(process, url, 0.0))
    tell = _teller(process, call)
    link = await _connected(process, call, url, left, tell)
    if url.scheme == "https" and link.listener.secure:
        _verify(process, call, url, link.listener.secure)
        tell("*", "SSL connection using TLSv1.3 / TLS_AES_128_GCM_SHA256")
    modern = process.box.family not in _RELEASES
    tell("*", f"Connected to {url.host} ({link.address}) port {url.port}{'' if modern else ' (#0)'}")
    for line in ("using HTTP/1.x",) if modern else ():
        tell("*", line)
    for line in (f"{method} {url.path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers), ""):
        tell(">", line)
    answered = await _asked(link, url, method, headers, body)
    if modern:
        tell("*", "Request completely sent off" if not body else f"upload completely sent off: {len(body)} bytes")
    status = f"HTTP/{answered.version} {answered.status} {answered.reason}"
    for line in (status, *(f"{name}: {value}" for name, value in answered.headers), ""):
        tell("<", line)
    tell("*", f"Connection #0 to host {url.host} left intact")
    return Transfer(link, method, answered)


class _Teller:
    def __init__(self, process: Process, wanted: bool) -> None:
        self._process = process
        self._wanted = wanted

    def __call__(self, sign: str, text: str) -> None:
        if self._wanted:
            self._process.complain(f"{sign} {text}" + ("\r" if sign in "<>" else ""))


def _teller(process: Process, call: Call) -> _Teller:
    return _Teller(process, "verbose" in call)


async def _connected(process: Process, call: Call, url: Url, left: float | None, tell: _Teller) -> Link:
    begun = process.clock.now()
    patience = call.seconds("connect-timeout")
    limit = min((one for one in (left, patience) if one is not None), default=None)
    if limit is not None and limit <= 0:
        raise CurlError(28, "Operation timed out after 0 milliseconds with 0 bytes received")
    target = _resolved(call, url)
    try:
        addresses = lookup(process, target.host)
    except UnknownHostError as error:
        tell("*", f"Could not resolve host: {url.host}")
        raise CurlError(6, f"Could not resolve host: {url.host}") from error
    if process.box.family not in _RELEASES and not is_address(target.host):
        tell("*", f"Host {url.host}:{url.port} was resolved.")
        tell("*", "IPv6: (none)")
        tell("*", f"IPv4: {', '.join(addresses)}")
    for address in addresses:
        tell("*", f"  Trying {address}:{target.port}...")
    try:
        return await connect(process, target.host, target.port, limit)
    except TimeoutError as error:
        waited = int((process.clock.now() - begun).total_seconds() * 1000)
        words = f"Connection timed out after {waited} milliseconds"
        if process.box.family not in _RELEASES and limit == patience:
            words = f"Failed to connect to {url.host} port {url.port} after {waited} ms: Timeout was reached"
        raise CurlError(28, words) from error
    except NoConnectionError as error:
        tell("*", f"connect to {error.address} port {error.port} failed: {error.reason(musl=not _glibc(process))}")
        waited_seconds = (process.clock.now() - begun).total_seconds()
        code = 28 if error.fate == "lost" else 7
        raise CurlError(code, _failed(process, url, waited_seconds)) from error


def _resolved(call: Call, url: Url) -> Url:
    """Where ``--resolve host:port:address`` sends a host."""
    for entry in call.resolve:
        host, _, rest = entry.partition(":")
        port, _, address = rest.partition(":")
        if host in (url.host, "*") and port == str(url.port) and is_address(address):
            return replace(url, host=address)
    return url


def _glibc(process: Process) -> bool:
    return process.box.family == "debian"


def _failed(process: Process, url: Url, seconds: float) -> str:
    words = _RELEASES.get(process.box.family, _RELEASE)[1]
    return f"Failed to connect to {url.host} port {url.port} after {int(seconds * 1000)} ms: {words}"


def _verify(process: Process, call: Call, url: Url, secure: Secure) -> None:
    """Whether curl trusts the server, by --cacert and the names of its certificate."""
    if "insecure" in call:
        return
    known = ""
    if "cacert" in call.values:
        path = process.path(call.values["cacert"])
        try:
            known = process.files.read(path).decode("latin-1")
        except FileError as error:
            raise CurlError(77, f"error setting certificate verify locations:  CAfile: {path} CApath: none") from error
    wanted = "".join(secure.authority.split())
    if wanted not in ("".join(one.split()) for one in _CERTIFICATE.findall(known)):
        raise CurlError(60, "SSL certificate problem: unable to get local issuer certificate" + _LEGITIMACY)
    if url.host not in secure.names:
        words = f"SSL: no alternative certificate subject name matches target host name '{url.host}'"
        raise CurlError(60, words + _LEGITIMACY)


async def _asked(link: Link, url: Url, method: str, headers: Headers, body: bytes) -> Answered:
    try:
        return await web.ask(link, url, method, headers, body)
    except web.EmptyReplyError as error:
        raise CurlError(52, "Empty reply from server") from error
    except web.NoHttpError as error:
        raise CurlError(1, "Received HTTP/0.9 when not allowed") from error
    except web.NoTlsError as error:
        words = "OpenSSL/3.3.3: error:0A00010B:SSL routines::wrong version number"
        raise CurlError(35, words) from error
