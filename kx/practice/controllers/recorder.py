"""Events: the cluster's diary, as ``kubectl describe`` and ``kubectl events`` show it.

Follows client-go's tools/record: the same event again only counts up, more than ten alike within ten minutes are
combined into one, and a source that talks too much about one object is silenced until its tokens grow back.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Literal, TypeVar

from kx.practice.status import Obj
from kx.practice.store import Store

_REMEMBERED = 4096  # keys of each kind
_ALIKE = 10  # different messages of one reason before they are combined
_ALIKE_SECONDS = 600
_BURST = 25
_SECONDS_PER_TOKEN = 300
_COMBINED = "(combined from similar events): "

Value = TypeVar("Value")


@dataclass
class _Group:
    """The messages seen for one source, object and reason."""

    messages: set[str] = field(default_factory=set)
    last: float = 0.0


@dataclass
class _Bucket:
    """How much one source may still say about one object."""

    tokens: float
    last: float


class EventRecorder:
    """Writes events straight into the store; nothing that happens here can fail the caller."""

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now
        self._written: OrderedDict[tuple[str, ...], tuple[str, str]] = OrderedDict()
        self._groups: OrderedDict[tuple[str, ...], _Group] = OrderedDict()
        self._buckets: OrderedDict[tuple[str, ...], _Bucket] = OrderedDict()
        self._last_stamp = 0

    def record(
        self,
        obj: Obj,
        type: Literal["Normal", "Warning"],
        reason: str,
        message: str,
        component: str,
        host: str = "",
        field_path: str = "",
    ) -> None:
        """Tell that something happened to ``obj``.

        ``component`` is who tells ("kubelet", "default-scheduler"), ``host`` the node it runs on; ``field_path``
        names a part of the object, such as ``spec.containers{web}``.
        """
        involved = _reference(obj, field_path)
        namespace = involved.get("namespace") or "default"
        moment = self._now().astimezone(timezone.utc)
        seconds, stamp = moment.timestamp(), moment.strftime("%Y-%m-%dT%H:%M:%SZ")
        subject = (component, host, *(involved.get(part, "") for part in ("kind", "namespace", "name", "uid")))
        group = (*subject, involved.get("fieldPath", ""), type, reason)
        combined = self._too_many_alike(group, message, seconds)
        key = (*group, "" if combined else message)
        text = _COMBINED + message if combined else message
        if not self._may_speak(subject, seconds) or self._ends(namespace) or self._count_up(key, text, stamp):
            return
        metadata = {"name": self._name(namespace, involved["name"], seconds), "namespace": namespace}
        told = {"involvedObject": involved, "reason": reason, "message": text, "type": type}
        created = self._store.create("events", {**_event(stamp, component, host), **told, "metadata": metadata})
        _remember(self._written, key, (namespace, created["metadata"]["name"]))

    def _count_up(self, key: tuple[str, ...], message: str, stamp: str) -> bool:
        """Whether the same event is there already, and has now been counted once more."""
        if key not in self._written:
            return False
        known = self._store.find("events", *self._written[key])
        if known is None:
            return False
        again = {**known, "message": message, "lastTimestamp": stamp, "count": known.get("count", 1) + 1}
        self._store.update("events", again)
        self._written.move_to_end(key)
        return True

    def _too_many_alike(self, key: tuple[str, ...], message: str, seconds: float) -> bool:
        group = self._groups.get(key)
        if group is None or seconds - group.last > _ALIKE_SECONDS:
            group = _Group()
        group.last = seconds
        _remember(self._groups, key, group)
        if len(group.messages | {message}) >= _ALIKE:
            return True
        group.messages.add(message)
        return False

    def _may_speak(self, subject: tuple[str, ...], seconds: float) -> bool:
        bucket = self._buckets.get(subject) or _Bucket(_BURST, seconds)
        bucket.tokens = min(_BURST, bucket.tokens + (seconds - bucket.last) / _SECONDS_PER_TOKEN)
        bucket.last = seconds
        _remember(self._buckets, subject, bucket)
        if bucket.tokens < 1:
            return False
        bucket.tokens -= 1
        return True

    def _ends(self, namespace: str) -> bool:
        """Whether the namespace is on its way out, where nothing new may be made."""
        found = self._store.find("namespaces", "", namespace)
        return bool(found and found["metadata"].get("deletionTimestamp"))

    def _name(self, namespace: str, name: str, seconds: float) -> str:
        """The object's name and the nanosecond; a clock that was set back must not lead to a name twice."""
        self._last_stamp = max(int(seconds * 1e9), self._last_stamp + 1)
        while self._store.find("events", namespace, f"{name}.{self._last_stamp:x}"):
            self._last_stamp += 1
        return f"{name}.{self._last_stamp:x}"


def _remember(memory: OrderedDict[tuple[str, ...], Value], key: tuple[str, ...], value: Value) -> None:
    """Put ``value`` in and forget what has not been used for longest."""
    memory[key] = value
    memory.move_to_end(key)
    if len(memory) > _REMEMBERED:
        memory.popitem(last=False)


def _event(stamp: str, component: str, host: str) -> Obj:
    """What an event says of its time and its teller."""
    return {
        "apiVersion": "v1",
        "kind": "Event",
        "source": {"component": component, **({"host": host} if host else {})},
        "firstTimestamp": stamp,
        "lastTimestamp": stamp,
        "count": 1,
        "eventTime": None,
        "reportingComponent": component,
        "reportingInstance": host,
    }


def _reference(obj: Obj, field_path: str) -> Obj:
    """An ObjectReference to ``obj`` as events carry it."""
    metadata = obj["metadata"]
    reference = {
        "kind": obj["kind"],
        "namespace": metadata.get("namespace", ""),
        "name": metadata["name"],
        "uid": metadata.get("uid", ""),
        "apiVersion": obj["apiVersion"],
        "resourceVersion": metadata.get("resourceVersion", ""),
        "fieldPath": field_path,
    }
    return {name: value for name, value in reference.items() if value}
