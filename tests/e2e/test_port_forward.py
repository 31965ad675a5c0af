"""Port-forward with every kubectl at hand, over WebSockets and over SPDY: HTTP and redis through real sockets."""

from __future__ import annotations

import contextlib
import re
import socket
import subprocess
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from tests.e2e.conftest import Desk

pytestmark = pytest.mark.e2e

CARRIERS = ("true", "false")


@contextmanager
def forwarded(desk: Desk, target: str, port: int) -> Iterator[int]:
    """A running `kubectl port-forward`; yields the port of this machine."""
    with forwarding(desk, target, port) as (local, _):
        yield local


@contextmanager
def forwarding(desk: Desk, target: str, port: int) -> Iterator[tuple[int, subprocess.Popen[str]]]:
    """As ``forwarded``, with the process."""
    command = ["/bin/sh", "-c", f"exec kubectl port-forward {target} :{port}"]
    with subprocess.Popen(
        command, env=dict(desk.env), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None and process.stderr is not None
        line = process.stdout.readline()
        found = re.search(r"Forwarding from 127\.0\.0\.1:(\d+) ->", line)
        drain = threading.Thread(target=process.stdout.read, daemon=True)
        drain.start()
        try:
            assert found, line + process.stderr.read()
            yield int(found.group(1)), process
        finally:
            process.terminate()
            process.wait(60)


def fetched(port: int, path: str = "/") -> tuple[int, bytes]:
    """Status and body of a GET through the forwarded port."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=60) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()


def asked(port: int, command: bytes) -> bytes:
    """One line of redis' protocol through the forwarded port."""
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        connection.sendall(command + b"\r\n")
        return connection.recv(4096)


@pytest.mark.parametrize("websockets", CARRIERS)
def test_ports_of_pods_and_services_are_reached(desk: Desk, websockets: str) -> None:
    desk = replace(desk, env={**desk.env, "KUBECTL_PORT_FORWARD_WEBSOCKETS": websockets})
    desk.ok("kubectl create deployment web --image=nginx:1.27 --port=80")
    desk.ok("kubectl expose deployment web --port=8080 --target-port=80")
    desk.ok("kubectl run store --image=redis:6.2.6 --port=6379")
    desk.ok("kubectl rollout status deployment web")
    desk.ok("kubectl wait --for=condition=Ready pod/store")
    with forwarded(desk, "service/web", 8080) as port:
        answers: list[tuple[int, bytes]] = []
        threads = [threading.Thread(target=lambda: answers.append(fetched(port))) for _ in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert {(status, b"nginx" in body) for status, body in answers} == {(200, True)} and len(answers) == 20
        assert fetched(port, "/none")[0] == 404
    with forwarded(desk, "pod/store", 6379) as port:
        assert asked(port, b"PING") == b"+PONG\r\n"
        assert asked(port, b"INCR visits") == b":1\r\n"
        assert asked(port, b"INCR visits") == b":2\r\n"


@pytest.mark.parametrize("websockets", CARRIERS)
def test_a_port_nobody_listens_on_is_told(desk: Desk, websockets: str) -> None:
    desk = replace(desk, env={**desk.env, "KUBECTL_PORT_FORWARD_WEBSOCKETS": websockets})
    desk.ok("kubectl run web --image=nginx:1.27")
    desk.ok("kubectl wait --for=condition=Ready pod/web")
    with (
        forwarding(desk, "pod/web", 81) as (port, process),
        socket.create_connection(("127.0.0.1", port), timeout=60) as connection,
    ):
        connection.sendall(b"GET / HTTP/1.0\r\n\r\n")
        with contextlib.suppress(ConnectionResetError):  # what was sent may still be unread when kubectl closes
            assert connection.recv(100) == b""
        assert process.stderr is not None
        assert "connect: connection refused" in process.stderr.readline()


@pytest.mark.parametrize("websockets", CARRIERS)
def test_a_pod_that_goes_takes_its_connections_along(desk: Desk, websockets: str) -> None:
    desk = replace(desk, env={**desk.env, "KUBECTL_PORT_FORWARD_WEBSOCKETS": websockets})
    desk.ok("kubectl run web --image=nginx:1.27")
    desk.ok("kubectl wait --for=condition=Ready pod/web")
    with forwarding(desk, "pod/web", 80) as (port, process):
        with socket.create_connection(("127.0.0.1", port), timeout=60) as idle:
            idle.sendall(b"GET /none HTTP/1.1\r\nHost: x\r\n\r\n")
            assert b"404" in idle.recv(100)
            desk.ok("kubectl delete pod web --now")
            while idle.recv(4096):
                pass
        with (
            socket.create_connection(("127.0.0.1", port), timeout=60) as late,
            contextlib.suppress(ConnectionResetError),
        ):
            late.sendall(b"GET / HTTP/1.0\r\n\r\n")
            assert late.recv(100) == b""
        assert process.stderr is not None
        assert "failed to find sandbox" in process.stderr.readline()


@pytest.mark.parametrize("websockets", CARRIERS)
def test_several_ports_and_names_of_ports(desk: Desk, websockets: str) -> None:
    desk = replace(desk, env={**desk.env, "KUBECTL_PORT_FORWARD_WEBSOCKETS": websockets})
    desk.ok("kubectl create deployment web --image=nginx:1.27 --port=80")
    desk.ok("kubectl expose deployment web --port=8080 --target-port=80 --name=front")
    desk.ok("kubectl rollout status deployment web")
    with forwarded(desk, "deployment/web :80", 80) as port:
        assert fetched(port)[0] == 200
    patch = '[{"op":"add","path":"/spec/ports/0/name","value":"http"}]'
    desk.ok(f"kubectl patch service front --type=json -p '{patch}'")
    command = ["/bin/sh", "-c", "exec kubectl port-forward svc/front :http"]
    with subprocess.Popen(command, env=dict(desk.env), stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        found = re.search(r"Forwarding from 127\.0\.0\.1:(\d+) -> 80", line)
        try:
            assert found and fetched(int(found.group(1)))[0] == 200
        finally:
            process.kill()
