"""A connection to a port inside a pod, as the container runtime opens it for port-forward: from the pod's own network.

Bytes in, bytes out. Words of refusals: containerd's (``pkg/cri`` sandbox_portforward and streaming/portforward).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping

from kx.practice.node.dialog import answers, dialog
from kx.practice.node.process import Listener

# The listeners of a pod by its uid; None when it is gone.
Ports = Callable[[str], Mapping[int, Listener] | None]


class RefusedError(Exception):
    """Nobody listens on the port; the message is what the client is told."""


class PodPort:
    """One connection to the program that listens on ``port``; ``RefusedError`` when there is none."""

    def __init__(self, ports: Ports, uid: str, port: int) -> None:
        self._ports, self._uid, self._port = ports, uid, port
        listeners = ports(uid)
        if listeners is None:
            raise RefusedError(_refusal(uid, port, f'failed to find sandbox "{_sandbox(uid)}" in store: not found'))
        listener = listeners.get(port)
        if listener is None:
            raise RefusedError(_refusal(uid, port, _nobody_listens(uid, port)))
        self._listener = listener
        self._dialog = dialog(listener, "127.0.0.1")

    @property
    def over(self) -> bool:
        """Whether the program has closed its side, or is gone and its side with it."""
        return self._dialog.over or (self._ports(self._uid) or {}).get(self._port) is not self._listener

    def feed(self, data: bytes) -> Iterable[bytes]:
        """What the program answers to ``data``; b"" is the client's end."""
        return () if self.over else answers(self._dialog, data)


def _refusal(uid: str, port: int, why: str) -> str:
    return f"error forwarding port {port} to pod {_sandbox(uid)}, uid : {why}"


def _nobody_listens(uid: str, port: int) -> str:
    return (
        f'failed to execute portforward in network namespace "/var/run/netns/cni-{uid}": '
        f'failed to connect to localhost:{port} inside namespace "{_sandbox(uid)}", '
        f"IPv4: dial tcp4 127.0.0.1:{port}: connect: connection refused "
        "IPv6 dial tcp6: address localhost: no suitable address found "
    )


def _sandbox(uid: str) -> str:
    """The id of a pod's sandbox: 64 hexadecimal digits, the same each time."""
    return hashlib.sha256(uid.encode()).hexdigest()
