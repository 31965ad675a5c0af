"""What a controller may see and do: the store for reading, the API for writing, the clock, events and an index.

Reading goes straight to the store (it is in memory and never stale). Writing goes through ``Api``, which is the same
pipeline as a client's request: defaults, admission, validation, generations. Only events are written directly.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Protocol

from kx.practice.controllers.index import LabelIndex
from kx.practice.controllers.recorder import EventRecorder
from kx.practice.history import Event
from kx.practice.node.disks import Disks
from kx.practice.options import Options
from kx.practice.status import Obj
from kx.practice.store import Store

Key = tuple[str, str]  # namespace ("" for cluster-scoped), name
KeysOf = Callable[[Event], Iterable[Key]]
# Signs a token for a ServiceAccount object: audiences, seconds, and the pod it is bound to; and says when it expires.
IssueToken = Callable[[Obj, list[str], int, Obj], tuple[str, datetime]]

_USUAL = Options()


class Api(Protocol):
    """The write pipeline as controllers use it. Every call may raise ``ApiError``, as a client's request would."""

    def create(self, resource: str, obj: Obj) -> Obj:
        """Create; the object's metadata says where."""

    def update(self, resource: str, obj: Obj) -> Obj:
        """Replace all but the status."""

    def update_status(self, resource: str, obj: Obj) -> Obj:
        """Replace the status only."""

    def patch(self, resource: str, namespace: str, name: str, patch: Obj) -> Obj:
        """JSON merge patch of all but the status."""

    def delete(
        self,
        resource: str,
        namespace: str,
        name: str,
        *,
        propagation: str = "Background",
        uid: str = "",
        grace_seconds: int | None = None,
    ) -> Obj | None:
        """Delete as a client would: grace period, finalizers and all. ``uid`` "" means whoever has the name."""


class World:
    """One per cluster, shared by all controllers and the nodes."""

    def __init__(
        self,
        store: Store,
        now: Callable[[], datetime],
        api: Api,
        certificate: str = "",
        options: Options = _USUAL,
    ) -> None:
        self.store = store
        self.now = now
        self.api = api
        self.certificate = certificate  # the PEM by which pods know the API server
        self.options = options
        self.issue_token: IssueToken | None = None  # signs tokens of ServiceAccounts, where somebody can
        self.events = EventRecorder(store, now)
        self.disks = Disks(store)
        self.index = LabelIndex(store, ("pods", "replicasets.apps"))


class Controller(Protocol):
    """Brings one kind of object to what its spec asks for, one key at a time."""

    @property
    def name(self) -> str:
        """As kube-controller-manager names it: "replicaset-controller"."""

    @property
    def watches(self) -> Mapping[str, KeysOf]:
        """For each resource that matters: which keys an event of it makes worth a look."""

    def reconcile(self, world: World, key: Key) -> float | None:
        """Make it so. Returns in how many seconds to look again though nothing happened, or None."""
