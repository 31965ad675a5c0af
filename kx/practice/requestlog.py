"""What clients really asked: the last requests in order, so that an explanation can be compared with the truth.

Kept in memory only. Bodies, credentials and answers are never kept.
"""

from __future__ import annotations

import asyncio
import uuid
from collections import deque
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timezone
from urllib.parse import urlencode

from kx.practice.accept import media_type
from kx.practice.bodykind import body_kind
from kx.practice.http import Request
from kx.practice.status import Obj

KEPT = 5000

_VERBS = {"POST": "create", "PUT": "update", "PATCH": "patch", "DELETE": "delete", "GET": "get", "HEAD": "get"}


@dataclass(frozen=True)
class Entry:
    """One request; ``number`` counts from 1 since the server's start."""

    number: int
    time: str  # when it was answered, or began to be: UTC, with milliseconds
    verb: str  # as the audit log of a real server names it: list, watch, deletecollection, …
    method: str
    path: str
    query: str  # sorted by parameter, repeated ones in their order, percent-encoded
    media_type: str  # of the body that was sent; "" without one
    body_kind: str  # "apps/v1 Deployment", "merge patch"; "" where there is none, or it cannot be read
    status: int
    agent: str


class RequestLog:
    """The ring of the last requests."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._entries: deque[Entry] = deque(maxlen=KEPT)
        self._count = 0
        self._server = uuid.uuid4().hex  # tells one run of the server from the next, whose numbers begin anew
        self._waiting: set[asyncio.Future[None]] = set()

    def record(self, request: Request, status: int) -> None:
        """Add a request that is being answered with ``status``; kx's own questions are none of a client's."""
        if request.path.startswith("/kx/"):
            return
        self._count += 1
        self._entries.append(
            Entry(
                number=self._count,
                time=_stamp(self._now()),
                verb=audit_verb(request),
                method=request.method,
                path=request.path,
                query=urlencode(sorted(request.query, key=lambda pair: pair[0])),
                media_type=media_type(request.header("content-type")) if request.body else "",
                body_kind=body_kind(request.header("content-type"), request.body),
                status=status,
                agent=request.header("user-agent"),
            )
        )

        for future in self._waiting:
            if not future.done():
                future.set_result(None)

    def since(self, number: int) -> Obj:
        """The entries after ``number``, the number to ask with next time, and which run of the server they are of."""
        found = [asdict(entry) for entry in self._entries if entry.number > number]
        return {"server": self._server, "next": self._count, "requests": found}

    async def news(self, number: int) -> None:
        """Return as soon as there is an entry after ``number``."""
        while self._count <= number:
            future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiting.add(future)
            try:
                await future
            finally:
                self._waiting.discard(future)


def _stamp(moment: datetime) -> str:
    return moment.astimezone(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def audit_verb(request: Request) -> str:
    """The API verb of a request (apiserver ``RequestInfo``): GET on a collection is ``list``, with watch ``watch``."""
    verb = _VERBS.get(request.method, request.method.lower())
    if verb not in ("get", "delete") or _names_object(request.path):
        return verb
    if verb == "delete":
        return "deletecollection"
    if request.flag("watch"):
        return "watch"
    return "list" if _is_resource(request.path) else "get"


def _parts(path: str) -> list[str]:
    """The path below the group version, without the namespace: ["pods", "web", "log"]."""
    parts = [part for part in path.split("/") if part]
    parts = parts[2:] if parts[:1] == ["api"] else parts[3:] if parts[:1] == ["apis"] else []
    return parts[2:] if parts[:1] == ["namespaces"] and len(parts) > 2 else parts


def _is_resource(path: str) -> bool:
    return bool(_parts(path))


def _names_object(path: str) -> bool:
    return len(_parts(path)) > 1
