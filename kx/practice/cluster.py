"""One practice cluster put together: store, API, controllers and nodes. It knows no socket and no process."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

from kx.practice import auth, schema
from kx.practice.access.authorizer import Authorizer
from kx.practice.admission import Admission
from kx.practice.bootstrap import API_SERVER_PORT, bootstrap, publish_api_server
from kx.practice.controllers.manager import Manager
from kx.practice.controllers.setup import controllers
from kx.practice.controllers.world import World
from kx.practice.deletion import Deleter
from kx.practice.doors import Doors
from kx.practice.handlers.api import Api
from kx.practice.handlers.bell import Bell
from kx.practice.handlers.router import router
from kx.practice.http import Answer, Handler, Pairs, Request, User
from kx.practice.inside import api_listener
from kx.practice.journal import Row
from kx.practice.local import LocalApi
from kx.practice.node import reach
from kx.practice.node.clock import WallClock
from kx.practice.node.ingress.gateway import Gateway
from kx.practice.node.logs import reader as log_reader
from kx.practice.node.runtime import Runtime, default_container
from kx.practice.node.setup import nodes
from kx.practice.openapi import OpenApi
from kx.practice.options import Options
from kx.practice.own import Own
from kx.practice.pipeline import Pipeline
from kx.practice.requestlog import RequestLog
from kx.practice.snapshots import Snapshots
from kx.practice.status import Obj
from kx.practice.store import Store
from kx.practice.streams.connect import connect


def utc_now() -> datetime:
    """The wall clock."""
    return datetime.now(timezone.utc)


@dataclass(frozen=True)
class Secrets:
    """What lets the owner in, and what pods need to know the server by."""

    token: str
    signing_key: str
    certificate: str = ""  # the CA's, as PEM


class Cluster:
    """Everything behind the server's edge. ``database`` None: in memory only."""

    def __init__(
        self,
        database: Path | None,
        secrets: Secrets,
        options: Options | None = None,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self.store = Store(database, now)
        self.log = RequestLog(now)
        self.keeper = auth.Keeper(secrets.token, secrets.signing_key, now, self._account_alive)
        self._now = now
        self._certificate, self._options = secrets.certificate, options or Options()
        self._openapi, self._version = OpenApi(schema.current().folder), f"{schema.current().git_version}+kx"
        snapshots = Snapshots(database.parent / "snapshots") if database else None
        # Called after the cluster has begun anew, for those outside who hold on to parts of it.
        self.renewed: list[Callable[[], None]] = []
        self._own = Own(self.log, self.store, lambda: self.world, self.begin_anew, snapshots)
        self.doors = Doors(self._complain)
        self._handle = self._assemble()

    def _assemble(self) -> Handler:
        """Make all that works on the store, for what it holds now."""
        store, now = self.store, self._now
        pipeline = Pipeline(store, Admission(store), now)
        deleter = Deleter(store, now)
        authorizer = Authorizer(store)
        self.local = LocalApi(pipeline, deleter)
        self.world = World(store, now, self.local, self._certificate, self._options)
        self.world.issue_token = self.keeper.issue
        bootstrap(store, self.local.named("kube-apiserver"))
        self.runtime = Runtime(store, WallClock(now))
        self.doors.lead_to(store, self.runtime.network, Gateway(store, self.runtime.network))
        self._nodes = nodes(self.world, self.runtime)
        publish_api_server(store, self.local.named("kube-apiserver"))
        self.manager = Manager(self.world, (*controllers(self.world), *self._nodes.controllers))
        self._bell = Bell(store)
        self._logs = log_reader(self.runtime)
        api = Api(
            store=store,
            pipeline=pipeline,
            deleter=deleter,
            keeper=self.keeper,
            authorizer=authorizer,
            bell=self._bell,
            now=now,
            logs=self._read_log,
            streams=self._connect,
        )
        inside = api_listener(self.handle, self.gate, self.log.record, self._certificate)
        self.runtime.network.open_on_nodes(API_SERVER_PORT, inside)
        return router(api, self._openapi, self._version)

    def begin_anew(self, rows: Iterable[Row] = (), revision: int = 0) -> None:
        """Forget everything and go on with ``rows``, last changed at ``revision``; with none, as after a first start.

        Everything that runs ends, every watch is told that what it knows is too old.
        """
        self._stop()
        bell = self._bell
        self.store.replace(rows, revision)
        self._handle = self._assemble()
        bell.ring_all()
        self.start()
        for tell in self.renewed:
            tell()

    async def handle(self, request: Request) -> Answer:
        """Answer one request."""
        return await self._own.respond(request) or await self._handle(request)

    def gate(self, path: str, headers: Pairs) -> User:
        """Who asks; 401 for strangers."""
        return self.keeper.gate(path, headers)

    def start(self) -> None:
        """Set controllers and nodes going on the running loop."""
        self.manager.start(asyncio.get_running_loop())

    def _complain(self, service: Obj, message: str) -> None:
        self.world.events.record(service, "Warning", "NodePortNotOpened", message, "kx-practice")

    def close(self) -> None:
        """Stop everything and let go of the database."""
        self._stop()
        self.store.close()

    def _stop(self) -> None:
        self.manager.stop()
        self._nodes.close()
        self.runtime.stop()
        self.world.disks.close()

    async def _read_log(self, request: Request, pod: Obj) -> Answer:
        metadata, container = pod["metadata"], request.param("container") or default_container(pod)
        reach.check(self.store, pod, f"/containerLogs/{metadata['namespace']}/{metadata['name']}/{container}")
        return await self._logs(request, pod)

    async def _connect(self, request: Request, pod: Obj, subresource: str) -> Answer:
        reach.check(self.store, pod)
        return await connect(request, pod, subresource, self.runtime)

    def _account_alive(self, namespace: str, name: str, uid: str) -> bool:
        found = self.store.find("serviceaccounts", namespace, name)
        return found is not None and found["metadata"]["uid"] == uid
