"""Watches: the changes of a resource as they happen, one JSON value per line.

A watch remembers only how far it has told; the store's history has the rest, so a slow client costs no memory.
"""

from __future__ import annotations

import random
import time
from collections.abc import AsyncGenerator, Iterator
from dataclasses import dataclass

from kx.practice import convert
from kx.practice.handlers import present
from kx.practice.handlers.api import Call
from kx.practice.handlers.selection import Selection, revision_param, selection
from kx.practice.history import Event
from kx.practice.http import Answer, Stream, encode
from kx.practice.status import ApiError, Obj

_BOOKMARK_SECONDS = 60.0
_LONGEST = (1800, 3600)  # how long a watch lasts when the client names no limit
_INITIAL_END = {"k8s.io/initial-events-end": "true"}


@dataclass
class _Teller:
    """Puts one watch's events into the client's form."""

    call: Call
    chosen: Selection
    wanted: present.Presentation
    told: bool = False  # whether a Table with its columns has been sent

    def line(self, kind: str, obj: Obj) -> bytes:
        """One event as the client gets it."""
        resource = self.call.target.resource
        shown = present.shown(resource, obj, self.wanted, self.call.api.now(), not self.told)
        self.told = True
        return encode({"type": kind, "object": shown}) + b"\n"

    def change(self, event: Event) -> tuple[str, Obj] | None:
        """What a change means to this selection: an object may come into it or leave it. None: nothing."""
        resource, namespace = self.call.target.resource, self.call.target.namespace
        if namespace and event.object["metadata"].get("namespace") != namespace:
            return None
        new = convert.from_stored(resource, event.object)
        old = convert.from_stored(resource, event.old) if event.old else None
        before = old is not None and self.chosen.matches(old)
        after = event.type != "DELETED" and self.chosen.matches(new)
        if not before and not after:
            return None
        kind = _TRANSITION[before, after]
        # An object that left the selection is shown as it was, at the revision of its leaving.
        if kind == "DELETED" and old is not None and event.type != "DELETED":
            version = event.object["metadata"]["resourceVersion"]
            new = {**old, "metadata": {**old["metadata"], "resourceVersion": version}}
        return kind, new

    def bookmark(self, revision: int, annotations: Obj | None = None) -> bytes:
        """How far the client has seen everything."""
        resource = self.call.target.resource
        metadata: Obj = {"resourceVersion": str(revision), "creationTimestamp": None}
        if annotations:
            metadata["annotations"] = annotations
        obj: Obj = {"kind": resource.kind, "apiVersion": resource.api_version, "metadata": metadata}
        if self.wanted.form == "table":
            obj = {**present.table_of(resource, [], metadata, self.call.api.now(), "None"), "columnDefinitions": None}
        elif self.wanted.form == "partial":
            obj = present.partial(obj)
        return encode({"type": "BOOKMARK", "object": obj}) + b"\n"


_TRANSITION = {(False, True): "ADDED", (True, True): "MODIFIED", (True, False): "DELETED"}


async def watch(call: Call) -> Answer:
    """GET with ``watch=true``."""
    teller = _Teller(call, selection(call), present.presentation(call.request))
    revision_param(call.request.param("resourceVersion"))
    headers = (("content-type", "application/json"), *present.warnings(call.target.resource))
    return Stream(_lines(call, teller), headers=headers)


async def _lines(call: Call, teller: _Teller) -> AsyncGenerator[bytes, None]:
    store, request = call.api.store, call.request
    key = convert.storage_key(call.target.resource)
    ends = time.monotonic() + _seconds(request.param("timeoutSeconds"))
    bookmarks = request.flag("allowWatchBookmarks")
    position = revision_param(request.param("resourceVersion"))
    from_list = position == 0 or request.flag("sendInitialEvents")
    if request.params("sendInitialEvents") and not request.flag("sendInitialEvents") and position == 0:
        position, from_list = store.revision, False
    if from_list:
        position = store.revision
        yield b"".join(_initial(call, teller, key))
        if request.flag("sendInitialEvents") and bookmarks:
            yield teller.bookmark(position, _INITIAL_END)
    marked = time.monotonic()
    while (left := ends - time.monotonic()) > 0:
        current = store.revision
        try:
            changes = [teller.change(event) for event in store.since(key, position)]
        except ApiError as error:
            yield encode({"type": "ERROR", "object": error.body()}) + b"\n"
            return
        position = max(position, current)
        lines = [teller.line(*change) for change in changes if change]
        if lines:
            yield b"".join(lines)
        elif bookmarks and time.monotonic() - marked >= _BOOKMARK_SECONDS:
            marked = time.monotonic()
            yield teller.bookmark(position)
        if store.revision == current:
            await call.api.bell.wait(key, min(left, _BOOKMARK_SECONDS))
    if bookmarks:
        yield teller.bookmark(position)


def _initial(call: Call, teller: _Teller, key: str) -> Iterator[bytes]:
    for obj in call.api.store.list(key, call.target.namespace):
        served = convert.from_stored(call.target.resource, obj)
        if teller.chosen.matches(served):
            yield teller.line("ADDED", served)


def _seconds(text: str) -> float:
    return float(text) if text.isdecimal() and int(text) > 0 else random.uniform(*_LONGEST)
