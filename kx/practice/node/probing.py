"""What a probe asks of a container, and what the answer is. It counts nothing and waits for nothing.

httpGet, tcpSocket and grpc ask the programs that listen in the simulated network; their words are those of Go's
net/http, and of pkg/probe.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass

from kx.practice.node.container import Container
from kx.practice.node.process import HttpCall, Listener
from kx.practice.node.programs import stand_in
from kx.practice.served import RELEASE
from kx.practice.status import Obj

_AGENT = f"kube-probe/{RELEASE[1:].rpartition('.')[0]}"

Listening = Callable[[str, int], Listener | None]


@dataclass(frozen=True)
class Answer:
    """Good or not; None when the question could not be asked."""

    good: bool | None
    message: str = ""


def ask(probe: Obj, container: Obj, address: str, instance: Container, listening: Listening) -> Answer:
    """The answer to an httpGet, tcpSocket or grpc probe."""
    question: Obj = probe.get("httpGet") or probe.get("tcpSocket") or probe.get("grpc") or {}
    port = port_number(container, question.get("port"))
    if isinstance(port, str):
        return Answer(None, port)
    host = question.get("host") or address
    listener = instance.box.ports.get(port) if host == address else listening(host, port)
    if "grpc" in probe:
        return _grpc(instance, listener, f"{host}:{port}", probe.get("timeoutSeconds", 1))
    if "tcpSocket" in probe:
        return Answer(True) if listener else Answer(False, _refused(host, port))
    return _http(question, host, port, listener, address)


def port_number(container: Obj, port: int | str | None) -> int | str:
    """A port by number or by its name in the container; what Go says when it is neither."""
    if isinstance(port, int):
        return port
    named = {one.get("name"): one["containerPort"] for one in container.get("ports") or ()}
    if port in named:
        return int(named[port])
    text = str(port or "")
    return int(text) if text.isdecimal() else f'strconv.Atoi: parsing "{text}": invalid syntax'


def cannot_execute(name: str) -> str:
    """What the runtime says of a command that is not in the container."""
    why = f"stat {name}: no such file or directory" if "/" in name else "executable file not found in $PATH"
    return (
        "rpc error: code = Unknown desc = failed to exec in container: failed to start exec "
        f'"{secrets.token_hex(32)}": OCI runtime exec failed: exec failed: unable to start container process: '
        f'exec: "{name}": {why}: unknown'
    )


def _http(get: Obj, host: str, port: int, listener: Listener | None, address: str) -> Answer:
    path, scheme = get.get("path") or "/", get.get("scheme", "HTTP").lower()
    path = path if path.startswith("/") else f"/{path}"
    url = f"{scheme}://{host}:{port}{path}"
    if listener is None:
        return Answer(False, f'Get "{url}": {_refused(host, port)}')
    if listener.get is None:
        return Answer(False, f'Get "{url}": EOF')
    if scheme == "https":
        return Answer(False, f'Get "{url}": http: server gave HTTP response to HTTPS client')
    bridge = address.rpartition(".")[0] + ".1"  # the node's end of the pod network
    status = listener.get(HttpCall(path, bridge, _AGENT)).status
    return Answer(200 <= status < 400, f"HTTP probe failed with statuscode: {status}")


def _grpc(instance: Container, listener: Listener | None, place: str, seconds: int) -> Answer:
    """Only what stands in for an unknown program passes for a gRPC server; no program here speaks it."""
    if listener and stand_in(instance.launch.image, main=True):
        return Answer(True)
    return Answer(False, f'timeout: failed to connect service "{place}" within {seconds}s: context deadline exceeded')


def _refused(host: str, port: int) -> str:
    return f"dial tcp {host}:{port}: connect: connection refused"
