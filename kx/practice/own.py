"""What only kx asks of its server, under ``/kx/``: the request log, the machines, reset, snapshots.

For the owner of the cluster alone: to everybody else nothing is there. None of it is in the request log.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass

from kx.practice.controllers.world import World
from kx.practice.handlers.authorization import is_owner
from kx.practice.http import Request, Response, json_response
from kx.practice.journal import Row
from kx.practice.node import machinery
from kx.practice.requestlog import RequestLog
from kx.practice.snapshots import Snapshots
from kx.practice.status import Obj, bad_request
from kx.practice.store import Store

PREFIX = "/kx/"
_LONGEST_WAIT = 30.0

Begin = Callable[[Iterable[Row], int], None]  # rows and their revision: what the cluster is to hold from now on


@dataclass(frozen=True)
class Own:
    """The parts of a cluster that kx reaches into."""

    log: RequestLog
    store: Store
    world: Callable[[], World]  # asked each time: a cluster that begins anew has another one
    begin: Begin
    snapshots: Snapshots | None  # None: nothing is kept on disk

    async def respond(self, request: Request) -> Response | None:
        """The answer to one of kx's own requests; None for everything else."""
        if not request.path.startswith(PREFIX) or not is_owner(request.user):
            return None
        act = _ACTS.get((request.method, request.path))
        if act is not None:
            return json_response(act(self, request))
        if (request.method, request.path) == ("GET", "/kx/requests"):
            return json_response(await self._requests(request))
        return None

    async def _requests(self, request: Request) -> Obj:
        """What was asked after ``since``; with ``wait``, not before there is something or so many seconds are over."""
        number, seconds = request.param("since"), request.param("wait")
        since = int(number) if number.isdecimal() else 0
        if seconds.isdecimal():
            with suppress(TimeoutError, asyncio.TimeoutError):  # nothing was asked meanwhile
                await asyncio.wait_for(self.log.news(since), min(float(seconds), _LONGEST_WAIT))
        return self.log.since(since)


def _reset(own: Own, request: Request) -> Obj:
    own.begin((), 0)
    return {}


def _snapshot(own: Own, request: Request) -> Obj:
    own.world().disks.save()
    _snapshots(own).take(request.param("name"), own.store, request.flag("again"))
    return {}


def _restore(own: Own, request: Request) -> Obj:
    own.begin(*_snapshots(own).read(request.param("name")))
    return {}


def _snapshots(own: Own) -> Snapshots:
    if own.snapshots is None:
        raise bad_request("this cluster keeps nothing on disk")
    return own.snapshots


def _machine(own: Own, request: Request) -> Obj:
    act = machinery.ACTS.get(request.param("do"))
    if act is None:
        raise bad_request(f"machines are told to {', '.join(machinery.ACTS)}")
    return {"name": act(own.world(), request.param("name"))}


_ACTS: Mapping[tuple[str, str], Callable[[Own, Request], Obj]] = {
    ("POST", "/kx/reset"): _reset,
    ("POST", "/kx/snapshot"): _snapshot,
    ("POST", "/kx/restore"): _restore,
    ("POST", "/kx/machine"): _machine,
}
