"""The Ingress controller as clients meet it: an HTTP server whose answers come from the pods behind the rules.

What it says itself, it says in nginx' words: 404 where no rule is met, 503 where nobody is ready, 502 where a program
does not answer.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable

import h11

from kx.practice.node.dialog import dialog
from kx.practice.node.directory import Directory, Entrance
from kx.practice.node.httpside import BODILESS, HttpSide, Reply
from kx.practice.node.ingress.exchange import Headers, Message, NoResponseError, Response, exchange, passed_on
from kx.practice.node.ingress.rules import Rules, Target
from kx.practice.node.process import Listener
from kx.practice.node.routing import OUTSIDE, Place, Router

_LONGEST_HEAD = 64 * 1024
_LONGEST_BODY = 1 << 20  # ingress-nginx' proxy-body-size
_REFUSED = (b"CONNECT", b"TRACE")
_REASONS = {
    400: "Bad Request",
    404: "Not Found",
    405: "Not Allowed",
    413: "Request Entity Too Large",
    414: "Request-URI Too Large",
    431: "Request Header Fields Too Large",
    501: "Not Implemented",
    502: "Bad Gateway",
    503: "Service Temporarily Unavailable",
}
_PAGE = (
    "<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1></center>\r\n"
    "<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
)


class Backends:
    """Finds the programs behind a target. A Service's endpoints are asked in turn."""

    def __init__(self, directory: Directory, router: Router, listener: Callable[[str, int], Listener | None]) -> None:
        self._directory = directory
        self._router = router
        self._listener = listener

    def listeners(self, target: Target) -> list[Listener | None] | None:
        """What listens at each place that may be asked, the first choice first; None when there is no such place."""
        places = self._places(target)
        return [self._listener(*place) for place in places] if places else None

    def _places(self, target: Target) -> tuple[Place, ...]:
        service = self._directory.service(target.namespace, target.service) if target.service else None
        for port in ((service or {}).get("spec") or {}).get("ports") or ():
            if service is not None and target.port in (port.get("port"), port.get("name")):
                # The controller goes to the pods itself: policies and affinity of the Service do not matter.
                plain = {**service, "spec": {**service["spec"], "sessionAffinity": "None"}}
                return self._router.enter(Entrance(plain, port, "external"), OUTSIDE)
        return ()


class IngressDialog:
    """One client's connection; satisfies ``process.Dialog``."""

    def __init__(self, rules: Callable[[], Rules], backends: Backends, client: str, port: int) -> None:
        self._rules = rules
        self._backends = backends
        self._client = client
        self._port = port
        self._side = HttpSide(self._answered, _refusal, _LONGEST_HEAD, _LONGEST_BODY)

    @property
    def over(self) -> bool:
        return self._side.over

    def feed(self, data: bytes) -> bytes:
        """Take bytes from the client; b"" is their end. What is answered."""
        return b"".join(self._side.pieces(data))

    def _answered(self, request: h11.Request, body: bytes) -> Reply:
        response = self._answer(request, body)
        kept = passed_on(response.headers)
        if response.status in BODILESS:
            kept = tuple(pair for pair in kept if pair[0].lower() != b"content-length")
        elif all(name.lower() != b"content-length" for name, _ in kept):
            kept += ((b"Content-Length", str(len(response.body)).encode()),)
        return h11.Response(status_code=response.status, headers=list(kept), reason=response.reason), response.body

    def _answer(self, request: h11.Request, body: bytes) -> Response:
        if request.method in _REFUSED:
            return _page(405)
        host, path, query = _asked(request)
        target = self._rules().choose(host, path)
        if target is None:
            return _page(404)
        listeners = self._backends.listeners(target)
        if listeners is None:
            return _page(503)
        message = Message(
            request.method,
            target.path.encode("latin-1", "replace") + query,
            self._headers(request, host),
            body,
        )
        for listener in listeners:
            if listener is None:
                continue  # nobody listens there: as nginx does, the next one is tried
            try:
                return exchange(dialog(listener, self._client), message)
            except NoResponseError:
                continue
        return _page(502)

    def _headers(self, request: h11.Request, host: str) -> Headers:
        """The client's headers, and who it is: what it says of that itself is not believed."""
        pairs = {
            "Host": _header(request, b"host") or host or "_",
            "X-Request-ID": secrets.token_hex(16),
            "X-Real-IP": self._client,
            "X-Forwarded-For": self._client,
            "X-Forwarded-Host": _header(request, b"host") or host,
            "X-Forwarded-Port": str(self._port),
            "X-Forwarded-Proto": "http",
            "X-Forwarded-Scheme": "http",
            "X-Scheme": "http",
        }
        said = {name.lower().encode() for name in pairs}
        kept = tuple(pair for pair in passed_on(tuple(request.headers.raw_items())) if pair[0].lower() not in said)
        return (*((name.encode(), value.encode("latin-1")) for name, value in pairs.items()), *kept)


def _refusal(status: int) -> Reply:
    page = _page(status)
    headers = [*page.headers, (b"Content-Length", str(len(page.body)).encode()), (b"Connection", b"close")]
    return h11.Response(status_code=status, headers=headers, reason=page.reason), page.body


def _asked(request: h11.Request) -> tuple[str, str, bytes]:
    """The host, the path and the query (with its question mark) a request is for."""
    target, host = request.target, _header(request, b"host")
    if not target.startswith(b"/") and b"://" in target:
        authority, slash, rest = target.partition(b"://")[2].partition(b"/")
        host, target = authority.decode("latin-1").rpartition("@")[2], b"/" + rest
    path, mark, query = target.partition(b"?")
    return host.rpartition(":")[0] if _has_port(host) else host, path.decode("latin-1"), mark + query


def _has_port(host: str) -> bool:
    head, colon, port = host.rpartition(":")
    return bool(colon) and port.isdecimal() and not head.endswith(":")


def _header(request: h11.Request, name: bytes) -> str:
    return next((value.decode("latin-1") for key, value in request.headers if key == name), "")


def _page(status: int) -> Response:
    reason = _REASONS.get(status, "Bad Request")
    body = _PAGE.format(title=f"{status} {reason}").encode()
    return Response(status, reason.encode(), ((b"Content-Type", b"text/html"),), body)
