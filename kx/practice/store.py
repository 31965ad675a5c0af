"""The objects of the practice cluster: in memory for reading, in SQLite so that they outlive the process.

One writer, one thread: every call is synchronous and returns after the change is in SQLite's write-ahead log, which
survives the death of the process. Objects are plain dicts that nobody changes once they are stored. The store knows
metadata (names, versions, deletion) and nothing about kinds but the two that hold on to life in their own way:
pods (grace period) and namespaces (spec.finalizers).
"""

from __future__ import annotations

import json
import random
import uuid
from bisect import bisect_right
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timezone
from pathlib import Path

from kx.practice.bucket import Bucket, Stored
from kx.practice.history import Event, EventType, History
from kx.practice.http import encode
from kx.practice.journal import Journal, Row
from kx.practice.status import ApiError, Obj, already_exists, conflict, not_found

_SUFFIX_LETTERS = "bcdfghjklmnpqrstvwxz2456789"  # apimachinery's alphabet: no vowels, nothing easily mistaken
_GENERATED_BASE = 58  # 63 less the five letters of the suffix
_GENERATE_ATTEMPTS = 8

Callback = Callable[[Event], None]
# Inside the class ``list`` is the method.
Objs = list[Obj]
Names = list[str]
Events = list[Event]
Owned = list[tuple[str, Obj]]


class Store:
    """All objects. ``path`` None keeps them in memory only (tests, dry thoughts)."""

    def __init__(self, path: Path | None = None, now: Callable[[], datetime] | None = None) -> None:
        self._now = now or (lambda: datetime.now(timezone.utc))
        self._random = random.Random()
        self._buckets: dict[str, dict[str, Bucket]] = {}
        self._owned: dict[str, set[tuple[str, str, str]]] = {}
        self._histories: dict[str, History] = {}
        self._callbacks: list[Callback] = []
        self._pending: deque[Event] = deque()
        self._telling = False
        self._journal = Journal(path)
        self._revision = self._first_revision = self._journal.revision()
        for resource, body in self._journal.rows():
            self._remember(resource, Stored(json.loads(body), body))

    def close(self) -> None:
        """Let go of the file."""
        self._journal.close()

    # Reading

    @property
    def revision(self) -> int:
        """The revision of the last change: the resourceVersion of a list made now."""
        return self._revision

    def find(self, resource: str, namespace: str, name: str) -> Obj | None:
        """The object, or None."""
        entry = self.entry(resource, namespace, name)
        return entry.object if entry else None

    def get(self, resource: str, namespace: str, name: str) -> Obj:
        """The object; NotFound if there is none."""
        found = self.find(resource, namespace, name)
        if found is None:
            raise not_found(resource, name)
        return found

    def entry(self, resource: str, namespace: str, name: str) -> Stored | None:
        """The object with its JSON, or None."""
        bucket = self._buckets.get(resource, {}).get(namespace)
        return bucket.entries.get(name) if bucket else None

    def list(self, resource: str, namespace: str = "") -> Objs:
        """All objects of a resource, by namespace and name; ``namespace`` "" means everywhere."""
        return [entry.object for entry in self.entries(resource, namespace)]

    def entries(self, resource: str, namespace: str = "", after: tuple[str, str] | None = None) -> Iterator[Stored]:
        """As ``list``, with the JSON; ``after`` (namespace, name) starts behind that object."""
        for bucket, start in self._stretches(resource, namespace, after):
            for name in bucket.names()[start:]:
                yield bucket.entries[name]

    def entries_at(self, resource: str, namespace: str, revision: int) -> Iterator[Stored]:
        """As ``entries``, as they were at ``revision``; Expired when that is too long ago."""
        before: dict[tuple[str, str], Obj | None] = {}
        for event in self.since(resource, revision):
            before.setdefault(_key(event.object), event.old)
        if not before:
            yield from self.entries(resource, namespace)
            return
        now = ((_key(entry.object), entry) for entry in self.entries(resource, namespace))
        same = [(key, entry) for key, entry in now if key not in before]
        then = [(key, Stored(old, encode(old))) for key, old in before.items() if old and namespace in ("", key[0])]
        for _, entry in sorted(same + then, key=lambda pair: pair[0]):
            yield entry

    def count(self, resource: str, namespace: str = "", after: tuple[str, str] | None = None) -> int:
        """How many objects ``entries`` would give, without going through them."""
        return sum(len(bucket.entries) - start for bucket, start in self._stretches(resource, namespace, after))

    def resources(self) -> Names:
        """The resources that have at least one object."""
        return sorted(name for name, buckets in self._buckets.items() if any(b.entries for b in buckets.values()))

    def dependents(self, uid: str) -> Owned:
        """(resource, object) of everything that names ``uid`` among its ownerReferences."""
        return [(key[0], self.get(*key)) for key in sorted(self._owned.get(uid, ()))]

    # Writing

    def create(self, resource: str, obj: Obj, dry_run: bool = False) -> Obj:
        """Store a new object: sets uid (unless given), creationTimestamp, resourceVersion; resolves generateName."""
        metadata = dict(obj.get("metadata") or {})
        metadata.pop("resourceVersion", None)
        namespace = metadata.get("namespace", "")
        if not metadata.get("name"):
            metadata["name"] = self.new_name(resource, namespace, metadata.get("generateName", ""))
        if self.entry(resource, namespace, metadata["name"]):
            raise already_exists(resource, metadata["name"])
        metadata.setdefault("uid", self.new_uid())
        metadata["creationTimestamp"] = self._timestamp()
        created = {**obj, "metadata": metadata}
        return created if dry_run else self._write("ADDED", resource, created, None)

    def update(self, resource: str, obj: Obj, dry_run: bool = False) -> Obj:
        """Replace an object. A resourceVersion that differs is a Conflict; an equal object is not written again.

        An object that was only waiting for its finalizers goes away when the last one is taken off.
        """
        metadata = dict(obj.get("metadata") or {})
        namespace, name = metadata.get("namespace", ""), metadata.get("name", "")
        old = self.get(resource, namespace, name)
        before = old["metadata"]
        if metadata.get("resourceVersion", before["resourceVersion"]) != before["resourceVersion"]:
            raise conflict(resource, name)
        if metadata.get("uid", before["uid"]) != before["uid"]:
            raise uid_conflict(resource, name, metadata["uid"], before["uid"])
        for key in ("resourceVersion", "uid", "creationTimestamp"):
            metadata[key] = before[key]
        updated = {**obj, "metadata": metadata}
        if dry_run:
            return updated
        if _may_go(resource, updated):
            return self._forget(resource, updated, old)
        if updated == old:
            return old
        return self._write("MODIFIED", resource, updated, old)

    def delete(self, resource: str, namespace: str, name: str) -> Obj:
        """Remove an object for good, whatever its finalizers say, and return its last state."""
        old = self.get(resource, namespace, name)
        return self._forget(resource, old, old)

    # Beside the objects

    def keep(self, resource: str, obj: Obj) -> None:
        """Store something nobody watches, such as a file on a volume: it gets no revision and no event."""
        metadata = obj["metadata"]
        entry = Stored(obj, encode(obj))
        self._journal.put((resource, metadata["namespace"], metadata["name"]), entry.body, self._revision)
        self._remember(resource, entry)

    def discard(self, resource: str, namespace: str, name: str) -> None:
        """Remove what ``keep`` stored, if it is there."""
        if self.entry(resource, namespace, name) is not None:
            self._journal.drop((resource, namespace, name), self._revision)
            self._buckets[resource][namespace].drop(name)

    # Watching

    def subscribe(self, callback: Callback) -> Callable[[], None]:
        """Call ``callback`` after each change, in order; the returned function ends that."""
        self._callbacks.append(callback)
        return lambda: self._callbacks.remove(callback)

    def since(self, resource: str, revision: int) -> Events:
        """The changes after ``revision``; Expired when they are no longer known."""
        return self._history(resource).since(revision)

    # All at once

    def copy_to(self, path: Path) -> None:
        """Write all objects, as they are now, into a file for ``journal.read_copy``."""
        self._journal.copy_to(path)

    def replace(self, rows: Iterable[Row] = (), revision: int = 0) -> None:
        """Forget every object and have ``rows`` instead, which were last changed at ``revision``.

        Revisions go on from the highest one known, so that no watch from before can go on: all are Expired. Nobody is
        told what went and what came, and whoever has subscribed is forgotten: they have to begin anew.
        """
        rows = list(rows)
        newest = max(self._revision, revision) + 1
        self._journal.replace(rows, newest)
        self._revision = self._first_revision = newest
        self._buckets, self._owned = {}, {}
        # Histories of before end here; new ones begin at the new revision.
        self._histories = {}
        self._callbacks.clear()
        self._pending.clear()
        for resource, _, _, body in rows:
            self._remember(resource, Stored(json.loads(body), body))

    # Identities

    def new_uid(self) -> str:
        """A uid for an object about to be created."""
        return str(uuid.UUID(int=self._random.getrandbits(128), version=4))

    def new_name(self, resource: str, namespace: str, base: str) -> str:
        """A free name that begins with ``base`` (generateName)."""
        for _ in range(_GENERATE_ATTEMPTS):
            name = base[:_GENERATED_BASE] + "".join(self._random.choices(_SUFFIX_LETTERS, k=5))
            if not self.entry(resource, namespace, name):
                return name
        message = "the server was not able to generate a unique name for the object"
        raise ApiError(409, "AlreadyExists", f'{resource} "{name}" already exists, {message}')

    # Inside

    def _stretches(self, resource: str, namespace: str, after: tuple[str, str] | None) -> Iterator[tuple[Bucket, int]]:
        """The buckets of a list in order, and where in each one's names it begins."""
        buckets = self._buckets.get(resource, {})
        for space in [namespace] if namespace else sorted(buckets):
            bucket = buckets.get(space)
            if bucket is None or (after and space < after[0]):
                continue
            yield bucket, bisect_right(bucket.names(), after[1]) if after and space == after[0] else 0

    def _timestamp(self) -> str:
        return self._now().astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")

    def _history(self, resource: str) -> History:
        return self._histories.setdefault(resource, History(self._first_revision))

    def _write(self, kind: EventType, resource: str, obj: Obj, old: Obj | None) -> Obj:
        revision = self._revision + 1
        obj = {**obj, "metadata": {**obj["metadata"], "resourceVersion": str(revision)}}
        entry = Stored(obj, encode(obj))
        metadata = obj["metadata"]
        self._journal.put((resource, metadata.get("namespace", ""), metadata["name"]), entry.body, revision)
        self._revision = revision
        if old:
            self._disown(resource, old)
        self._remember(resource, entry)
        self._tell(Event(kind, resource, obj, old, revision))
        return obj

    def _forget(self, resource: str, obj: Obj, old: Obj) -> Obj:
        revision = self._revision + 1
        gone = {**obj, "metadata": {**obj["metadata"], "resourceVersion": str(revision)}}
        namespace, name = old["metadata"].get("namespace", ""), old["metadata"]["name"]
        self._journal.drop((resource, namespace, name), revision)
        self._revision = revision
        self._buckets[resource][namespace].drop(name)
        self._disown(resource, old)
        self._tell(Event("DELETED", resource, gone, old, revision))
        return gone

    def _remember(self, resource: str, entry: Stored) -> None:
        metadata = entry.object["metadata"]
        key = (resource, metadata.get("namespace", ""), metadata["name"])
        self._buckets.setdefault(resource, {}).setdefault(key[1], Bucket()).put(key[2], entry)
        for owner in metadata.get("ownerReferences") or ():
            self._owned.setdefault(owner["uid"], set()).add(key)

    def _disown(self, resource: str, old: Obj) -> None:
        metadata = old["metadata"]
        key = (resource, metadata.get("namespace", ""), metadata["name"])
        for owner in metadata.get("ownerReferences") or ():
            owned = self._owned.get(owner["uid"], set())
            owned.discard(key)
            if not owned:
                self._owned.pop(owner["uid"], None)

    def _tell(self, event: Event) -> None:
        """Record and hand out an event. A callback that writes does not overtake: its event waits for its turn."""
        self._history(event.resource).append(event)
        self._pending.append(event)
        if self._telling:
            return
        self._telling = True
        try:
            while self._pending:
                following = self._pending.popleft()
                for callback in tuple(self._callbacks):
                    callback(following)
        finally:
            self._telling = False


def _key(obj: Obj) -> tuple[str, str]:
    return obj["metadata"].get("namespace", ""), obj["metadata"]["name"]


def uid_conflict(resource: str, name: str, asked: str, found: str) -> ApiError:
    """The conflict of a precondition on the uid."""
    return conflict(resource, name, f"Precondition failed: UID in precondition: {asked}, UID in object meta: {found}")


def _may_go(resource: str, obj: Obj) -> bool:
    """Whether an object marked for deletion has nothing left to wait for."""
    metadata = obj["metadata"]
    waiting = metadata.get("finalizers") or metadata.get("deletionGracePeriodSeconds")
    if resource == "namespaces":
        waiting = waiting or (obj.get("spec") or {}).get("finalizers")
    return bool(metadata.get("deletionTimestamp")) and not waiting
