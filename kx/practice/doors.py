"""Doors of the practice cluster on this machine's loopback: its Ingresses' one port, and node ports, when asked for.

Plain TCP without credentials, as the real ones are: whoever may use this machine may knock. Behind them are simulated
programs only, and no door is open that was not asked for by an option. The API is not behind any of them.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from functools import partial

from kx.practice.history import Event
from kx.practice.node.dialog import Dialog, dialog
from kx.practice.node.ingress.gateway import Gateway
from kx.practice.node.network import ClusterNetwork
from kx.practice.node.routing import OUTSIDE
from kx.practice.status import Obj
from kx.practice.store import Store

HOST = "127.0.0.1"
_MOST = 512  # connections at once through all doors
_IDLE_SECONDS = 300.0
_CHUNK = 64 * 1024

Opened = Callable[[], Dialog | None]  # None: nobody is there
Complain = Callable[[Obj, str], None]  # tells of a Service whose node port cannot be opened

_log = logging.getLogger("kx.practice")


class Doors:
    """All doors of one cluster, closed at first. They know no HTTP: a dialog takes bytes, and its answer goes back.

    ``lead_to`` has to be called before any is opened, and again for a cluster that begins anew.
    """

    def __init__(self, complain: Complain) -> None:
        self._network: ClusterNetwork
        self._gateway: Gateway
        self._complain = complain
        self._ingress: asyncio.Server | None = None
        self._node_ports: dict[int, asyncio.Server] = {}
        self._refused: set[int] = set()
        self._changed = asyncio.Event()
        self._follower: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def lead_to(self, store: Store, network: ClusterNetwork, gateway: Gateway) -> None:
        """What is behind the doors from now on."""
        self._network = network
        self._gateway = gateway
        store.subscribe(self._note)
        self._changed.set()

    async def open_ingress(self, port: int) -> int:
        """Listen for requests to the Ingresses; the port, which is a free one for 0. Raises OSError."""
        own = port

        def opened() -> Dialog:
            return self._gateway.dialog(HOST, own)

        self._ingress = await asyncio.start_server(partial(self._accept, opened), HOST, port, limit=_CHUNK)
        own = int(self._ingress.sockets[0].getsockname()[1])
        return own

    def follow_node_ports(self) -> None:
        """Keep a door for every node port of the cluster from now on."""
        self._follower = asyncio.ensure_future(self._follow())

    async def close(self) -> None:
        """Close every door, and show everybody out."""
        for server in (self._ingress, *self._node_ports.values()):
            if server:
                server.close()
        tasks = [*self._tasks, *([self._follower] if self._follower else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _note(self, event: Event) -> None:
        if event.resource == "services":
            self._changed.set()

    async def _follow(self) -> None:
        while True:
            await self._changed.wait()
            self._changed.clear()
            wanted = dict(self._network.directory.node_ports())
            for number in self._node_ports.keys() - wanted.keys():
                self._node_ports.pop(number).close()
            self._refused &= wanted.keys()
            for number in wanted.keys() - self._node_ports.keys():
                await self._open_node_port(number, wanted[number].service)

    async def _open_node_port(self, number: int, service: Obj) -> None:
        opened = partial(self._behind_node_port, number)
        try:
            self._node_ports[number] = await asyncio.start_server(
                partial(self._accept, opened), HOST, number, limit=_CHUNK
            )
        except OSError as error:
            if number not in self._refused:
                self._refused.add(number)
                _log.warning("node port %d: %s", number, error)
                why = error.strerror or str(error)
                self._complain(service, f"Port {number} cannot be opened on {HOST} of this machine: {why}")

    def _behind_node_port(self, number: int) -> Dialog | None:
        entrance = self._network.directory.node_port(number)
        for place in self._network.router.enter(entrance, OUTSIDE) if entrance else ():
            listener = self._network.listener(*place)
            if listener is not None:
                return dialog(listener, HOST)
        return None

    async def _accept(self, opened: Opened, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            talk = opened() if len(self._tasks) <= _MOST else None
            if talk is None:
                writer.transport.abort()
            else:
                await _carry(talk, reader, writer)
        except (ConnectionError, TimeoutError, asyncio.TimeoutError, asyncio.CancelledError):
            writer.transport.abort()  # the client left or said nothing for long, or the cluster ends
        except Exception:  # noqa: BLE001 - the edge: a bug is logged, and the other connections go on
            _log.exception("a connection through a door of the cluster")
            writer.transport.abort()
        finally:
            self._tasks.discard(task)
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()


async def _carry(talk: Dialog, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Bytes of the client in, bytes of the program out, until one of them ends it."""
    while not talk.over:
        data = await asyncio.wait_for(reader.read(_CHUNK), _IDLE_SECONDS)
        answer = talk.feed(data)
        if answer:
            writer.write(answer)
            await writer.drain()
        if not data:
            return
