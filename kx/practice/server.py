"""The edge of the practice cluster: TLS, sockets and HTTP/1.1, and nothing else.

It turns bytes into ``Request`` values, lets the gate decide who asks, calls one handler and sends its answer:
a whole one, a stream, or the raw connection handed over. It knows no Kubernetes object. Loopback addresses only.
"""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import ssl
from collections.abc import Callable
from contextlib import aclosing, suppress
from urllib.parse import parse_qsl, unquote

import h11

from kx.practice.http import Answer, Connection, Handler, Pairs, Request, Response, Stream, Upgrade, User, json_response
from kx.practice.status import ApiError

MAX_BODY = 3 * 1024 * 1024  # what a real API server accepts
IDLE_SECONDS = 300.0  # a connection kept open with nothing asked
READ_SECONDS = 60.0  # a request that has begun must arrive within this
_GOODBYE_SECONDS = 5.0
_CHUNK = 64 * 1024

Gate = Callable[[str, Pairs], User]  # path and headers to a user; raises ApiError for strangers
Record = Callable[[Request, int], None]

_log = logging.getLogger("kx.practice")


class Server:
    """Listens on one loopback port until closed."""

    def __init__(self, handler: Handler, gate: Gate, record: Record, tls: ssl.SSLContext) -> None:
        self._handler = handler
        self._gate = gate
        self._record = record
        self._tls = tls
        self._listener: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._ending = False

    async def start(self, port: int = 0, host: str = "127.0.0.1") -> int:
        """Begin to listen; ``port`` 0 takes a free one. Returns the port."""
        if not ipaddress.ip_address(host).is_loopback:
            raise ValueError(f"{host} is not a loopback address")
        self._listener = await asyncio.start_server(
            self._accept, host, port, ssl=self._tls, limit=_CHUNK, ssl_handshake_timeout=READ_SECONDS
        )
        return int(self._listener.sockets[0].getsockname()[1])

    async def close(self) -> None:
        """Stop listening and end every connection, open watches included."""
        self._ending = True
        if self._listener:
            self._listener.close()
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            await _Wire(reader, writer, self._handler, self._gate, self._record).serve()
        except (ConnectionError, ssl.SSLError, TimeoutError, asyncio.TimeoutError, asyncio.CancelledError):
            pass  # the other side left or idled, or the server is closing; nothing is half done
        finally:
            self._tasks.discard(task)
            await self._let_go(writer)

    async def _let_go(self, writer: asyncio.StreamWriter) -> None:
        """Close politely, or at once when the server ends: a client may never answer TLS's goodbye."""
        if self._ending:
            writer.transport.abort()
            return
        writer.close()
        with suppress(ConnectionError, ssl.SSLError, TimeoutError, asyncio.TimeoutError):
            await asyncio.wait_for(writer.wait_closed(), _GOODBYE_SECONDS)


class _Wire:
    """One client connection: requests in turn, until either side has had enough."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        handler: Handler,
        gate: Gate,
        record: Record,
    ) -> None:
        self._reader, self._writer = reader, writer
        self._handler, self._gate, self._record = handler, gate, record
        self._http = h11.Connection(h11.SERVER, max_incomplete_event_size=256 * 1024)

    async def serve(self) -> None:
        """Answer requests until the connection ends."""
        while True:
            try:
                head = await asyncio.wait_for(self._next_event(), IDLE_SECONDS)
                if not isinstance(head, h11.Request):
                    return
                upgrade = await self._exchange(head)
            except h11.RemoteProtocolError as error:
                await self._refuse_garbage(error)
                return
            if upgrade:
                leftover, _ = self._http.trailing_data
                await upgrade.run(Connection(self._reader, self._writer, leftover))
                return
            if self._http.our_state is h11.MUST_CLOSE or self._http.their_state is not h11.DONE:
                return
            self._http.start_next_cycle()

    async def _exchange(self, head: h11.Request) -> Upgrade | None:
        request = _request(head)
        try:
            request = Request(
                request.method,
                request.path,
                request.query,
                request.headers,
                user=self._gate(request.path, request.headers),
            )
            request = _with_body(request, await asyncio.wait_for(self._body(), READ_SECONDS))
            answer = await self._answer(request)
        except ApiError as error:
            answer = json_response(error.body(), error.code, error.headers)
        if isinstance(answer, Upgrade):
            self._record(request, 101)
            return answer
        self._record(request, answer.status)
        if isinstance(answer, Stream):
            await self._stream(answer)
        else:
            await self._respond(answer, request.method == "HEAD")
        return None

    async def _answer(self, request: Request) -> Answer:
        try:
            return await self._handler(request)
        except ApiError:
            raise
        except Exception as error:  # noqa: BLE001 - the edge: a bug is logged and told, and the next request is served
            _log.exception("%s %s", request.method, request.path)
            message = f"Internal error occurred: {type(error).__name__}: {error}"
            raise ApiError(500, "InternalError", message, {"causes": [{"message": str(error)}]}) from error

    async def _next_event(self) -> object:
        while True:
            event = self._http.next_event()
            if event is not h11.NEED_DATA:
                return event
            if self._http.they_are_waiting_for_100_continue:
                await self._send(h11.InformationalResponse(status_code=100, headers=[]))
            self._http.receive_data(await self._reader.read(_CHUNK))

    async def _body(self) -> bytes:
        parts: list[bytes] = []
        size = 0
        while isinstance(event := await self._next_event(), h11.Data):
            size += len(event.data)
            if size > MAX_BODY:
                message = f"Request entity too large: limit is {MAX_BODY}"
                raise ApiError(413, "RequestEntityTooLarge", message)
            parts.append(bytes(event.data))
        if not isinstance(event, h11.EndOfMessage):
            raise ConnectionResetError("the request was cut off")
        return b"".join(parts)

    async def _respond(self, answer: Response, head_only: bool) -> None:
        headers = [*answer.headers, ("content-length", str(len(answer.body))), *self._closing()]
        await self._send(h11.Response(status_code=answer.status, headers=headers))
        if answer.body and not head_only:
            await self._send(h11.Data(data=answer.body))
        await self._send(h11.EndOfMessage())

    def _closing(self) -> Pairs:
        """A request refused before its body was read leaves the connection unusable."""
        unread = self._http.their_state is h11.SEND_BODY
        return (("connection", "close"),) if unread else ()

    async def _stream(self, answer: Stream) -> None:
        headers = [*answer.headers, ("transfer-encoding", "chunked"), *self._closing()]
        await self._send(h11.Response(status_code=answer.status, headers=headers))
        pump = asyncio.ensure_future(self._pump(answer))
        gone = asyncio.ensure_future(self._gone())
        try:
            await asyncio.wait((pump, gone), return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (pump, gone):
                task.cancel()
            results = await asyncio.gather(pump, gone, return_exceptions=True)
        failure = results[0]
        if isinstance(failure, Exception) and not isinstance(failure, ConnectionError):
            _log.error("a stream broke off", exc_info=failure)
        if isinstance(failure, BaseException):
            raise ConnectionResetError("the stream was cut off") from failure
        await self._send(h11.EndOfMessage())

    async def _pump(self, answer: Stream) -> None:
        async with aclosing(answer.chunks) as chunks:
            async for chunk in chunks:
                await self._send(h11.Data(data=chunk))

    async def _gone(self) -> None:
        """Return when the client has closed its side; what it sends meanwhile is kept for the next request."""
        while data := await self._reader.read(_CHUNK):
            self._http.receive_data(data)

    async def _send(self, event: h11.Event) -> None:
        data = self._http.send(event)
        if data:
            self._writer.write(data)
            await self._writer.drain()

    async def _refuse_garbage(self, error: h11.RemoteProtocolError) -> None:
        if self._http.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            text = f"400 Bad Request: {error}".encode()
            headers = [("content-length", str(len(text))), ("connection", "close")]
            await self._send(h11.Response(status_code=error.error_status_hint or 400, headers=headers))
            await self._send(h11.Data(data=text))
            await self._send(h11.EndOfMessage())


def _request(head: h11.Request) -> Request:
    target = head.target.decode("ascii", "replace")
    path, _, query = target.partition("?")
    return Request(
        method=head.method.decode("ascii"),
        path=unquote(path),
        query=tuple(parse_qsl(query, keep_blank_values=True)),
        headers=tuple((name.decode("ascii"), value.decode("latin-1")) for name, value in head.headers),
    )


def _with_body(request: Request, body: bytes) -> Request:
    return Request(request.method, request.path, request.query, request.headers, body, request.user)
