"""The Ingress controller's place in the cluster: its rules kept fresh, its port on every node.

What an Ingress' status and events say is ``controllers.ingress``'s business; sockets are not here either.
"""

from __future__ import annotations

from kx.practice.controllers.ingress import CLASSES, RESOURCE, is_served
from kx.practice.history import Event
from kx.practice.node.dialog import Dialog
from kx.practice.node.ingress.proxy import Backends, IngressDialog
from kx.practice.node.ingress.rules import Rules
from kx.practice.node.network import ClusterNetwork
from kx.practice.node.process import Listener
from kx.practice.store import Store

PORT = 80


class Gateway:
    """Takes connections from inside and from outside of the cluster."""

    def __init__(self, store: Store, network: ClusterNetwork) -> None:
        self._store = store
        self._backends = Backends(network.directory, network.router, network.listener)
        self._rules: Rules | None = None
        store.subscribe(self._follow)
        network.open_on_nodes(PORT, Listener(accept=self.dialog))

    def dialog(self, client: str, port: int = PORT) -> Dialog:
        """A new connection from the address ``client`` to the port it knows the controller by."""
        return IngressDialog(self._known, self._backends, client, port)

    def _known(self) -> Rules:
        if self._rules is None:
            classes = self._store.list(CLASSES)
            self._rules = Rules(each for each in self._store.list(RESOURCE) if is_served(each, classes))
        return self._rules

    def _follow(self, event: Event) -> None:
        if event.resource in (RESOURCE, CLASSES):
            self._rules = None
