"""How an object gets into the store: defaults, preparation, admission, validation, ownership of fields, then the write.

Clients reach it through the handlers, controllers and nodes through ``LocalApi``: both take the same way. Objects go
in and come out as their resource serves them; the store holds them as ``convert`` says.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timezone

from kx.practice import convert, defaults, validation
from kx.practice.admission import Admission
from kx.practice.http import ANONYMOUS, User
from kx.practice.patch.managed import record_update
from kx.practice.resources import Resource
from kx.practice.status import ApiError, FieldError, Obj, bad_request, conflict, invalid
from kx.practice.store import Store, uid_conflict
from kx.practice.validation import ephemeral

Change = Callable[[Obj], Obj]

# What only the server writes; a client's value is ignored.
_KEPT_METADATA = ("uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "generation")


@dataclass(frozen=True)
class Options:
    """How a write was asked for."""

    manager: str = "unknown"
    dry_run: bool = False
    # Server-side apply keeps managedFields by itself.
    keeps_managed: bool = False
    user: User = ANONYMOUS


class Pipeline:
    """Creates and updates objects the way an API server does."""

    def __init__(self, store: Store, admission: Admission, now: Callable[[], datetime]) -> None:
        self.store = store
        self.admission = admission
        self.now = now

    def get(self, resource: Resource, namespace: str, name: str) -> Obj:
        """The object as this resource serves it."""
        return convert.from_stored(resource, self.store.get(convert.storage_key(resource), namespace, name))

    def create(self, resource: Resource, obj: Obj, options: Options) -> Obj:
        """Store a new object; its metadata says where."""
        key = convert.storage_key(resource)
        obj = self._identified(resource, key, obj)
        obj = defaults.prepare_create(resource, defaults.apply(resource, obj))
        obj = self.admission.create(resource, obj, options.user)
        self._validate(resource, obj, None)
        if not options.keeps_managed:
            obj = record_update(None, obj, manager=options.manager, time=self.stamp())
        stored = self.store.create(key, convert.to_stored(resource, obj), options.dry_run)
        return convert.from_stored(resource, stored)

    def update(
        self,
        resource: Resource,
        namespace: str,
        name: str,
        change: Change,
        options: Options,
        subresource: str = "",
        owner: str = "",
    ) -> Obj:
        """Replace an object by what ``change`` makes of it, or only the part a subresource stands for.

        ``owner`` names the subresource in managedFields where the write itself goes to the whole object (scale).
        """
        key = convert.storage_key(resource)
        stored = self.store.get(key, namespace, name)
        old = convert.from_stored(resource, stored)
        new = defaults.apply(resource, change(old))
        new = _settled(resource, new, old, subresource)
        if not subresource:
            new = defaults.prepare_update(resource, new, old)
            new = self.admission.update(resource, new, old, options.user)
        if subresource == "ephemeralcontainers" and (errors := list(ephemeral.added_only(new, old))):
            raise invalid(resource.kind, resource.group, name, errors)
        self._validate(resource, new, old)
        if not options.keeps_managed:
            new = self._with_owner(new, old, options.manager, owner or subresource)
        written = self.store.update(key, convert.to_stored(resource, new), options.dry_run)
        return convert.from_stored(resource, written)

    def stamp(self) -> str:
        """The time now, as objects carry it."""
        return self.now().astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")

    def _identified(self, resource: Resource, key: str, obj: Obj) -> Obj:
        metadata = dict(obj.get("metadata") or {})
        if metadata.get("resourceVersion"):
            raise ApiError(500, "", "resourceVersion should not be set on objects to be created")
        for name in (*_KEPT_METADATA, "resourceVersion", "selfLink"):
            metadata.pop(name, None)
        if not resource.namespaced:
            metadata.pop("namespace", None)
        metadata["uid"] = self.store.new_uid()
        metadata["creationTimestamp"] = self.stamp()
        if not metadata.get("name") and metadata.get("generateName"):
            namespace = metadata.get("namespace", "")
            metadata["name"] = self.store.new_name(key, namespace, metadata["generateName"])
        return {"apiVersion": resource.api_version, "kind": resource.kind, **obj, "metadata": metadata}

    def _validate(self, resource: Resource, obj: Obj, old: Obj | None) -> None:
        errors: list[FieldError] = validation.check(resource, obj, old)
        if errors:
            raise invalid(resource.kind, resource.group, obj["metadata"].get("name", ""), errors)

    def _with_owner(self, new: Obj, old: Obj, manager: str, subresource: str) -> Obj:
        if _unowned(new) == _unowned(old) and new["metadata"].get("managedFields") != []:
            return {**new, "metadata": _kept(new["metadata"], old["metadata"], "managedFields")}
        return record_update(old, new, manager=manager, time=self.stamp(), subresource=subresource)


def _settled(resource: Resource, new: Obj, old: Obj, subresource: str) -> Obj:
    """``new`` with what the server keeps to itself taken from ``old``; one subresource changes only its part."""
    before, metadata = old["metadata"], dict(new.get("metadata") or {})
    name = before["name"]
    if metadata.get("resourceVersion", before["resourceVersion"]) not in ("", before["resourceVersion"]):
        raise conflict(resource.key, name)
    if metadata.get("uid", before["uid"]) not in ("", before["uid"]):
        raise uid_conflict(resource.key, name, metadata["uid"], before["uid"])
    for key in ("name", "namespace"):
        if metadata.get(key) not in (None, "", before.get(key)):
            raise bad_request(f"metadata.{key}: the {key} of an object cannot change")
    metadata = _kept(metadata, before, *_KEPT_METADATA, "resourceVersion", "name", "namespace")
    metadata.pop("selfLink", None)
    new = {**new, "metadata": metadata}
    if subresource == "ephemeralcontainers":
        return ephemeral.alone(new, old)
    parts = _SUBRESOURCE_PARTS.get(subresource)
    if not parts:
        return new
    return {**_without(old, parts), **{part: new[part] for part in parts if part in new}, "metadata": metadata}


# Which top-level fields an update of a subresource may change.
_SUBRESOURCE_PARTS: dict[str, tuple[str, ...]] = {
    "status": ("status",),
    "approval": ("status",),
    "finalize": ("spec",),
    "resize": ("spec",),
}


def _without(obj: Obj, parts: tuple[str, ...]) -> Obj:
    return {key: value for key, value in obj.items() if key not in parts}


def _kept(metadata: Obj, before: Obj, *names: str) -> Obj:
    metadata = {key: value for key, value in metadata.items() if key not in names}
    return {**metadata, **{name: before[name] for name in names if name in before}}


def _unowned(obj: Obj) -> Obj:
    metadata = {key: value for key, value in obj["metadata"].items() if key != "managedFields"}
    return {**obj, "metadata": metadata}
