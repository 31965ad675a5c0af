"""One object: get, replace, patch (four media types), and the same for the status and other plain subresources."""

from __future__ import annotations

from dataclasses import replace

from kx.practice import convert
from kx.practice.handlers import present
from kx.practice.handlers.api import Call
from kx.practice.handlers.body import applied, conformed, patched, typed
from kx.practice.handlers.patching import Patch, read_patch
from kx.practice.http import Answer, Response
from kx.practice.patch import STRATEGIC
from kx.practice.pipeline import Change, Options
from kx.practice.podsecurity import admission as podsecurity
from kx.practice.status import Obj, not_found
from kx.practice.validation.warnings import warnings as about


async def get(call: Call) -> Answer:
    """GET of an object (or of its status, which is the whole object)."""
    resource, target = call.target.resource, call.target
    entry = call.api.store.entry(convert.storage_key(resource), target.namespace, target.name)
    if entry is None:
        raise not_found(resource.key, target.name)
    headers = present.warnings(resource)
    wanted = present.presentation(call.request)
    if wanted.form == "object" and not wanted.yaml and convert.is_stored_form(resource):
        return Response(200, (("content-type", "application/json"), *headers), entry.body)
    obj = convert.from_stored(resource, entry.object)
    return present.one(call.request, resource, obj, call.api.now(), headers=headers)


async def update(call: Call) -> Answer:
    """PUT of an object or a plain subresource."""
    new, messages = conformed(call, call.target.resource)
    updated, insecure = _write(call, lambda old: new, keeps_managed=False)
    return _answer(call, updated, (*messages, *insecure))


async def patch(call: Call) -> Answer:
    """PATCH of an object or a plain subresource; server-side apply creates what is not there."""
    wanted = read_patch(call)
    if wanted.applies:
        return await _apply(call, wanted)
    messages: list[str] = []

    def change(old: Obj) -> Obj:
        strategic = wanted.body if wanted.media == STRATEGIC else None
        new, found = patched(call, call.target.resource, wanted.onto(old), strategic)
        messages.extend(found)
        return new

    updated, insecure = _write(call, change, keeps_managed=False)
    return _answer(call, updated, (*messages, *insecure))


async def _apply(call: Call, wanted: Patch) -> Answer:
    target, resource = call.target, call.target.resource
    config = applied(call, wanted.body)
    stamp = call.api.pipeline.stamp()
    live = call.api.store.find(convert.storage_key(resource), target.namespace, target.name)
    if live is None and target.subresource:
        raise not_found(resource.key, target.name)
    if live is None:
        options = call.options()
        new = typed(resource, wanted.configured(None, config, options.manager, stamp))
        created = call.api.pipeline.create(resource, new, _keeping(call))
        insecure = podsecurity.warnings(call.api.store, resource, created, None)
        headers = present.warnings(resource, (*about(resource, created), *insecure))
        return present.one(call.request, resource, created, call.api.now(), 201, headers)

    def change(old: Obj) -> Obj:
        return typed(resource, wanted.configured(old, config, call.manager, stamp))

    return _answer(call, *_write(call, change, keeps_managed=True))


def _write(call: Call, change: Change, keeps_managed: bool) -> tuple[Obj, tuple[str, ...]]:
    """The object as it is written, and what is to be said of the pods it has or makes."""
    target, store = call.target, call.api.store
    options = _keeping(call) if keeps_managed else call.options()
    old = store.find(convert.storage_key(target.resource), target.namespace, target.name)
    place = (target.resource, target.namespace, target.name)
    updated = call.api.pipeline.update(*place, change, options, target.subresource)
    return updated, tuple(podsecurity.warnings(store, target.resource, updated, old, target.subresource))


def _keeping(call: Call) -> Options:
    return replace(call.options(), keeps_managed=True)


def _answer(call: Call, obj: Obj, messages: tuple[str, ...]) -> Answer:
    headers = present.warnings(call.target.resource, dict.fromkeys(messages))
    return present.one(call.request, call.target.resource, obj, call.api.now(), headers=headers)
