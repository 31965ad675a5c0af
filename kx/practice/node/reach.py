"""Whether the kubelet of a pod's node can be reached: logs and streams come from there. Words: Go's ``net`` package."""

from __future__ import annotations

from kx.practice.node import machines
from kx.practice.status import ApiError, Obj
from kx.practice.store import Store

_PORT = 10250


def check(store: Store, pod: Obj, path: str = "") -> None:
    """Raise ``ApiError`` when the machine is switched off; ``path`` is what would be asked of the kubelet by HTTP."""
    name = pod["spec"].get("nodeName") or ""
    if not machines.is_off(store, name):
        return
    address = _address(store.find("nodes", "", name))
    dialled = f"dial tcp {address}:{_PORT}: connect: no route to host"
    message = f'Get "https://{address}:{_PORT}{path}": {dialled}' if path else f"error dialing backend: {dialled}"
    raise ApiError(500, "InternalError" if not path else "", message)


def _address(node: Obj | None) -> str:
    addresses = ((node or {}).get("status") or {}).get("addresses") or ()
    return next((str(one["address"]) for one in addresses if one["type"] == "InternalIP"), "")
