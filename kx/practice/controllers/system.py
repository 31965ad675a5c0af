"""Puts back what the API server itself made, such as the ``kubernetes`` Service, when somebody deletes it.

What that is, only ``kx.practice.bootstrap`` knows; here is only when to ask it again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kx.practice.bootstrap import DNS, bootstrap, publish_api_server
from kx.practice.controllers.world import Key, KeysOf, World
from kx.practice.history import Event

_WATCHED = (
    "services",
    "endpoints",
    "endpointslices.discovery.k8s.io",
    "namespaces",
    "priorityclasses.scheduling.k8s.io",
)
_EVERYTHING: Key = ("", "system")


class SystemController:
    """One key stands for all of it."""

    name = "apiserver"

    def __init__(self, world: World) -> None:
        self.watches: Mapping[str, KeysOf] = dict.fromkeys(_WATCHED, _missing)

    def reconcile(self, world: World, key: Key) -> float | None:
        """Make what is missing."""
        bootstrap(world.store, world.api)
        publish_api_server(world.store, world.api)
        return None


def _missing(event: Event) -> Iterator[Key]:
    metadata = event.object["metadata"]
    if event.type != "DELETED":
        return
    if metadata["name"] in ("kubernetes", DNS, "kube-node-lease") or metadata["name"].startswith("system-"):
        yield _EVERYTHING
