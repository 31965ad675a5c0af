"""Says of each new NetworkPolicy that nobody here enforces it, so that silence is not taken for protection.

Real clusters differ as well: whether policies hold depends on their network plug-in.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kx.practice.controllers.objects import key_of, moment
from kx.practice.controllers.world import Key, KeysOf, World
from kx.practice.history import Event

_RESOURCE = "networkpolicies.networking.k8s.io"
_MESSAGE = "The practice cluster keeps network policies but enforces none: every pod still reaches every other one"


class NetworkPolicyController:
    """Tells once, when a policy is made."""

    name = "networkpolicy-controller"

    def __init__(self, world: World) -> None:
        self._since = world.now().replace(microsecond=0)
        self.watches: Mapping[str, KeysOf] = {_RESOURCE: _made}

    def reconcile(self, world: World, key: Key) -> float | None:
        """One policy; those that were there before a restart have been told of."""
        policy = world.store.find(_RESOURCE, *key)
        made = moment(policy["metadata"].get("creationTimestamp")) if policy else None
        if policy is not None and made is not None and made >= self._since:
            world.events.record(policy, "Warning", "NotEnforced", _MESSAGE, "kx-practice")
        return None


def _made(event: Event) -> Iterator[Key]:
    if event.type == "ADDED":
        yield key_of(event.object)
