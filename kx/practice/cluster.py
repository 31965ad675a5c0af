"""One practice cluster put together: store, API, controllers and nodes. It knows no socket and no process."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

from kx.practice import auth, schema
from kx.practice.admission import Admission
from kx.practice.bootstrap import API_SERVER_PORT, bootstrap, publish_api_server
from kx.practice.controllers.manager import Manager
from kx.practice.controllers.setup import controllers
from kx.practice.controllers.world import World
from kx.practice.deletion import Deleter
from kx.practice.handlers.api import Api
from kx.practice.handlers.bell import Bell
from kx.practice.handlers.router import router
from kx.practice.http import Answer, Pairs, Request, User
from kx.practice.inside import api_listener
from kx.practice.local import LocalApi
from kx.practice.node.clock import WallClock
from kx.practice.node.logs import reader as log_reader
from kx.practice.node.runtime import Runtime
from kx.practice.node.setup import controllers as node_controllers
from kx.practice.openapi import OpenApi
from kx.practice.pipeline import Pipeline
from kx.practice.requestlog import RequestLog
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
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self.store = Store(database, now)
        self.log = RequestLog()
        pipeline = Pipeline(self.store, Admission(self.store), now)
        deleter = Deleter(self.store, now)
        self.local = LocalApi(pipeline, deleter)
        self.keeper = auth.Keeper(secrets.token, secrets.signing_key, now, self._account_alive)
        self.world = World(self.store, now, self.local, secrets.certificate)
        bootstrap(self.store, self.local.named("kube-apiserver"))
        self.runtime = Runtime(self.store, WallClock(now))
        every = (*controllers(self.world), *node_controllers(self.world, self.runtime))
        publish_api_server(self.store, self.local.named("kube-apiserver"))
        self.manager = Manager(self.world, every)
        api = Api(
            store=self.store,
            pipeline=pipeline,
            deleter=deleter,
            keeper=self.keeper,
            bell=Bell(self.store),
            log=self.log,
            now=now,
            logs=log_reader(self.runtime),
            streams=self._connect,
        )
        known = schema.current()
        self._handle = router(api, OpenApi(known.folder), f"{known.git_version}+kx")
        inside = api_listener(self.handle, self.gate, self.log.record, secrets.certificate)
        self.runtime.network.open_on_nodes(API_SERVER_PORT, inside)

    async def handle(self, request: Request) -> Answer:
        """Answer one request."""
        return await self._handle(request)

    def gate(self, path: str, headers: Pairs) -> User:
        """Who asks; 401 for strangers."""
        return self.keeper.gate(path, headers)

    def start(self) -> None:
        """Set controllers and nodes going on the running loop."""
        self.manager.start(asyncio.get_running_loop())

    def close(self) -> None:
        """Stop everything and let go of the database."""
        self.manager.stop()
        self.runtime.stop()
        self.store.close()

    async def _connect(self, request: Request, pod: Obj, subresource: str) -> Answer:
        return await connect(request, pod, subresource, self.runtime)

    def _account_alive(self, namespace: str, name: str, uid: str) -> bool:
        found = self.store.find("serviceaccounts", namespace, name)
        return found is not None and found["metadata"]["uid"] == uid
