"""Which pods a node's kubelet has to look at when something else changed: a node, a claim, a volume's attachment."""

from __future__ import annotations

from collections.abc import Iterable

from kx.practice.claims import uses
from kx.practice.controllers.world import Key
from kx.practice.history import Event
from kx.practice.status import Obj
from kx.practice.store import Store


def pod_key(event: Event) -> Iterable[Key]:
    """The pod itself."""
    metadata = event.object["metadata"]
    return ((metadata["namespace"], metadata["name"]),)


def pods_left_behind(store: Store, event: Event) -> Iterable[Key]:
    """A node came or went: its pods. Its heartbeats are of no interest."""
    if event.type == "MODIFIED":
        return ()
    return pods_on(store, event)


def pods_that_wait(store: Store, event: Event) -> Iterable[Key]:
    """A volume came to a node, or left it: the pods there that have not begun."""
    node = event.object["spec"]["nodeName"]
    return [_key(pod) for pod in store.list("pods") if pod["spec"].get("nodeName") == node and _has_no_address(pod)]


def pods_of_claim(store: Store, event: Event) -> Iterable[Key]:
    """A claim changed: the pods that may have waited for that."""
    metadata = event.object["metadata"]
    return [
        _key(pod)
        for pod in store.list("pods", metadata["namespace"])
        if _has_no_address(pod) and any(use.claim == metadata["name"] for use in uses(pod))
    ]


def _has_no_address(pod: Obj) -> bool:
    return not (pod.get("status") or {}).get("podIP")


def _key(pod: Obj) -> Key:
    return pod["metadata"]["namespace"], pod["metadata"]["name"]


def pods_on(store: Store, event: Event) -> Iterable[Key]:
    """The pods of the node that an event names."""
    name, pods = event.object["metadata"]["name"], store.list("pods")
    found = [one["metadata"] for one in pods if one["spec"].get("nodeName") == name]
    return tuple((metadata["namespace"], metadata["name"]) for metadata in found)
