"""Lists and creates. A list in pages shows the objects as they were when its first page was made."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from kx.practice import convert
from kx.practice.bucket import Stored
from kx.practice.handlers import present
from kx.practice.handlers.api import Call
from kx.practice.handlers.body import conformed
from kx.practice.handlers.selection import revision_param, selection, too_large
from kx.practice.http import Answer, Request
from kx.practice.status import ApiError, Obj, bad_request, expired
from kx.practice.validation.warnings import warnings as about

_TOKEN_TOO_OLD = (
    "The provided continue parameter is too old to display a consistent list result. "
    "You must start a new list without the continue parameter."
)


@dataclass(frozen=True)
class _Page:
    """Where a list goes on."""

    revision: int
    after: tuple[str, str]  # namespace and name of the last object already sent

    def token(self) -> str:
        value = {"v": "meta.k8s.io/v1", "rv": self.revision, "start": "/".join(self.after)}
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


async def list_objects(call: Call) -> Answer:
    """GET of a collection, whole or in pages."""
    store, target, request = call.api.store, call.target, call.request
    chosen = selection(call)
    limit = _limit(request.param("limit"))
    page = _page(request, store.revision)
    entries = _entries(call, page)
    matching = (
        entry
        for entry in entries
        if chosen.everything or chosen.matches(convert.from_stored(target.resource, entry.object))
    )
    found = list(islice(matching, limit)) if limit else list(matching)
    metadata: Obj = {"resourceVersion": str(page.revision)}
    if limit and len(found) == limit and next(matching, None) is not None:
        metadata["continue"] = _Page(page.revision, _place(found[-1].object)).token()
        if chosen.everything:
            # Counted without going through them: else a list in pages would cost the square of its length.
            key, last = convert.storage_key(target.resource), _place(found[-1].object)
            is_current = page.revision == store.revision
            rest = store.count(key, target.namespace, last) if is_current else 1 + sum(1 for _ in matching)
            metadata["remainingItemCount"] = rest
    headers = present.warnings(target.resource)
    return present.many(request, target.resource, found, metadata, call.api.now(), headers)


def _entries(call: Call, page: _Page) -> Iterator[Stored]:
    store, key, namespace = call.api.store, convert.storage_key(call.target.resource), call.target.namespace
    if page.revision == store.revision:
        yield from store.entries(key, namespace, page.after)
        return
    try:
        entries = list(store.entries_at(key, namespace, page.revision))
    except ApiError as error:
        message = error.message if page.after == ("", "") else _TOKEN_TOO_OLD
        raise expired(message) from error
    yield from (entry for entry in entries if _place(entry.object) > page.after)


def _place(obj: Obj) -> tuple[str, str]:
    return obj["metadata"].get("namespace", ""), obj["metadata"]["name"]


def _limit(text: str) -> int:
    if not text:
        return 0
    try:
        return max(int(text), 0)
    except ValueError:
        raise bad_request(f'strconv.ParseInt: parsing "{text}": invalid syntax') from None


def _page(request: Request, current: int) -> _Page:
    token = request.param("continue")
    if not token:
        asked = revision_param(request.param("resourceVersion"))
        if asked > current:
            raise too_large(asked, current)
        exact = request.param("resourceVersionMatch") == "Exact" and asked
        return _Page(asked if exact else current, ("", ""))
    try:
        value = json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
        namespace, _, name = value["start"].partition("/")
        return _Page(int(value["rv"]), (namespace, name))
    except (binascii.Error, ValueError, KeyError, TypeError, AttributeError):
        raise bad_request("continue key is not valid: illegal base64 data or not a token of this server") from None


async def create(call: Call) -> Answer:
    """POST to a collection."""
    resource = call.target.resource
    obj, messages = conformed(call, resource)
    created = call.api.pipeline.create(resource, obj, call.options())
    headers = present.warnings(resource, (*messages, *about(resource, created)))
    return present.one(call.request, resource, created, call.api.now(), 201, headers)
