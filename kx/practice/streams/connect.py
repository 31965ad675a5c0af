"""The exec, attach and portforward subresources: opens the session first, so that refusals are plain answers.

What only the kubelet refuses reaches a client as it does through a real API server: over SPDY as the kubelet's own
answer, over a WebSocket (which the API server has accepted by then) on the error channel.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from functools import partial

from kx.practice.http import Connection, Request, Response, Upgrade
from kx.practice.node.session import KubeletError, Session, Streams
from kx.practice.status import ApiError, Obj, bad_request, not_emulated
from kx.practice.streams import forward, over_spdy, over_websocket, spdy
from kx.practice.streams.podport import PodPort
from kx.practice.streams.remote import Channel, FromClient, Input, InputEnded, Resized, Transport, exit_status
from kx.practice.streams.transport import FramedTransport

Carrier = Callable[[Connection], Awaitable[Transport | None]]

# How long a SPDY client may take to open the streams it announced, as in the kubelet.
_STREAMS_DEADLINE = 30.0
# While a program does not read its stdin, nothing more is read from its client: only asking shows that it is gone.
_KNOCK_SECONDS = 5.0
_SIZE_SECONDS = 0.5  # for a client to tell the size of its window before the program starts
_SETTLED_SECONDS = 0.05  # from the handshake of a WebSocket to the first output
_SUBRESOURCES = frozenset({"exec", "attach"})


async def connect(request: Request, pod: Obj, subresource: str, streams: Streams) -> Upgrade | Response:
    """Answer a request to a pod's ``exec``, ``attach`` or ``portforward`` with the upgrade that carries it.

    Raises ``ApiError``: 400 for a request that is no upgrade or names nothing to run, 501 for other subresources, and
    what ``streams`` says of the pod and the container's name.
    """
    if subresource == "portforward":
        return forward.forward(request, partial(PodPort, streams.ports, pod["metadata"].get("uid", "")))
    if subresource not in _SUBRESOURCES:
        raise not_emulated(f"pods/{subresource}")
    carrier = _carrier(request)
    try:
        session = await _open(request, pod, subresource, streams)
    except KubeletError as error:
        return _refusal(error, carrier, over_websocket.wanted(request))

    async def talk(transport: Transport) -> None:
        await pump(session, transport, request)

    return Upgrade(partial(_carry, carrier, talk, session.detach))


async def _carry(
    carrier: Carrier, talk: Callable[[Transport], Awaitable[None]], leave: Callable[[], None], connection: Connection
) -> None:
    try:
        transport = await carrier(connection)
        if transport is not None:
            await talk(transport)
    except (ConnectionError, spdy.ProtocolError, asyncio.TimeoutError):
        # The client went away or does not keep to the protocol: there is nobody left to tell.
        pass
    finally:
        leave()


def _refusal(error: KubeletError, carrier: Carrier, translated: bool) -> Upgrade | Response:
    """How a client hears of the kubelet's error; ``translated``: the API server speaks WebSocket for the kubelet."""
    if not translated and not error.upgraded:
        return Response(error.code, (("content-type", "text/plain; charset=utf-8"),), error.words.encode())
    status = error.body()
    if translated and error.upgraded:
        # The API server reads the kubelet's words from the kubelet's error stream and reports them as its own error.
        status["message"] = f"Internal error occurred: {status['message']}"

    async def tell(transport: Transport) -> None:
        await transport.finish(status)

    return Upgrade(partial(_carry, carrier, tell, lambda: None))


def _carrier(request: Request) -> Carrier:
    """How the connection will be carried, by what the client asks for; raises ``ApiError``."""
    if over_websocket.wanted(request):
        protocol = over_websocket.chosen_protocol(request)
        if protocol is not None:
            return partial(_over_websocket, request, protocol)
    elif over_spdy.wanted(request):
        protocol = over_spdy.chosen_protocol(request)
        if protocol is not None:
            return partial(_over_spdy, request, protocol)
    else:
        raise bad_request("Upgrade request required")
    raise ApiError(403, "Forbidden", "unable to upgrade: unable to negotiate protocol: no protocol in common")


async def _over_websocket(request: Request, protocol: str, connection: Connection) -> Transport | None:
    framing = over_websocket.WebSocketFraming(closes=protocol == over_websocket.PROTOCOLS[0])
    accepted = await _accepted(FramedTransport(connection, framing), over_websocket.handshake(request, protocol))
    # kubectl 1.30 and 1.31 begin to read before they know their streams, and discard what comes for one unknown yet.
    await asyncio.sleep(_SETTLED_SECONDS)
    return accepted


async def _over_spdy(request: Request, protocol: str, connection: Connection) -> Transport | None:
    framing = over_spdy.SpdyFraming(_announced(request))
    return await _accepted(FramedTransport(connection, framing), over_spdy.handshake(protocol))


async def _accepted(transport: FramedTransport, handshake: bytes) -> Transport | None:
    accepted = await asyncio.wait_for(transport.accept(handshake), _STREAMS_DEADLINE)
    return transport if accepted else None


def _announced(request: Request) -> frozenset[Channel]:
    """The streams a SPDY client will open, by its query: with a terminal there is no stderr, but a size."""
    tty = request.flag("tty")
    asked = {
        Channel.ERROR: True,
        Channel.STDIN: request.flag("stdin"),
        Channel.STDOUT: request.flag("stdout"),
        Channel.STDERR: request.flag("stderr") and not tty,
        Channel.RESIZE: tty,
    }
    return frozenset(channel for channel, wanted in asked.items() if wanted)


async def _open(request: Request, pod: Obj, subresource: str, streams: Streams) -> Session:
    namespace, name = pod["metadata"]["namespace"], pod["metadata"]["name"]
    container = request.param("container")
    if subresource == "attach":
        return await streams.attach(namespace, name, container)
    command = request.params("command")
    if not command:
        raise bad_request("you must specify at least one command for the container")
    tty = request.flag("tty")
    return await streams.exec(namespace, name, container, command, tty, request.flag("stdin"), held=tty)


async def pump(session: Session, transport: Transport, request: Request) -> None:
    """Carry bytes both ways until the program ends (its exit code is told) or the client goes away."""
    outputs = {Channel.STDOUT: request.flag("stdout"), Channel.STDERR: request.flag("stderr")}
    # Clients tell the size of their window at once; one that does not gets a program all the same.
    beginning = asyncio.get_running_loop().call_later(_SIZE_SECONDS, session.begin)
    incoming = asyncio.ensure_future(_feed(session, transport, request.flag("stdin")))
    outgoing = asyncio.ensure_future(_drain(session, transport, outputs))
    try:
        await asyncio.wait({incoming, outgoing}, return_when=asyncio.FIRST_COMPLETED)
        if outgoing.done():
            incoming.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await incoming
            await transport.finish(exit_status(outgoing.result()))
    finally:
        beginning.cancel()
        for task in (incoming, outgoing):
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError, ConnectionError, spdy.ProtocolError):
                await task


async def _feed(session: Session, transport: Transport, stdin: bool) -> None:
    """What the client sends, at the pace of the program; returns when the client is gone."""
    try:
        while (event := await transport.receive()) is not None:
            _hand_over(session, event, stdin)
            while not await _taken(session) and transport.knock():
                pass
    finally:
        if stdin:
            session.close_stdin()


def _hand_over(session: Session, event: FromClient, stdin: bool) -> None:
    if isinstance(event, Resized):
        session.resize(event.columns, event.rows)
    elif stdin and isinstance(event, Input):
        session.begin()
        session.write_stdin(event.data)
    elif stdin and isinstance(event, InputEnded):
        session.close_stdin()


async def _taken(session: Session) -> bool:
    taking = asyncio.ensure_future(session.taken())
    try:
        # Not wait_for: before Python 3.12 that may swallow the news that the program has ended.
        done, _ = await asyncio.wait({taking}, timeout=_KNOCK_SECONDS)
        return bool(done)
    finally:
        taking.cancel()


async def _drain(session: Session, transport: Transport, outputs: dict[Channel, bool]) -> int:
    while (output := await session.read()) is not None:
        channel = Channel(output[0])
        if outputs.get(channel):
            await transport.send(channel, output[1])
    return await session.wait()
