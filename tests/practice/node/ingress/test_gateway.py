"""Bytes of a client in, bytes of the Ingress controller out: requests, bodies, kept connections, and hostile ones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial

import h11
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kx.practice.node.ingress.gateway import Gateway
from kx.practice.node.network import ClusterNetwork
from kx.practice.node.process import Listener
from kx.practice.status import Obj
from kx.practice.store import Store
from tests.practice.node.places import end, fill, node, service, slice_of

_CLASS: Obj = {
    "apiVersion": "networking.k8s.io/v1",
    "kind": "IngressClass",
    "metadata": {"name": "nginx"},
    "spec": {"controller": "k8s.io/ingress-nginx"},
}
SEEN: list[tuple[bytes, bytes, dict[bytes, bytes], bytes]] = []


@dataclass
class Echo:
    """A program that tells which pod it is, and remembers what it was asked."""

    pod: bytes
    over: bool = False
    wire: h11.Connection = field(default_factory=lambda: h11.Connection(h11.SERVER))

    def feed(self, data: bytes) -> bytes:
        self.wire.receive_data(data)
        body, head = b"", None
        while not isinstance(event := self.wire.next_event(), h11.EndOfMessage):
            if isinstance(event, h11.Request):
                head = event
            elif isinstance(event, h11.Data):
                body += event.data
        assert head is not None
        SEEN.append((head.method, head.target, dict(head.headers), body))
        answer = self.pod + b" " + body
        headers = [(b"Content-Length", str(len(answer)).encode()), (b"Connection", b"close"), (b"X-Pod", self.pod)]
        out = self.wire.send(h11.Response(status_code=200, headers=headers, reason=b"OK")) or b""
        out += (self.wire.send(h11.Data(data=answer)) or b"") if head.method != b"HEAD" else b""
        return out + (self.wire.send(h11.EndOfMessage()) or b"")


@dataclass
class Broken:
    """A program that hangs up."""

    over: bool = False

    def feed(self, data: bytes) -> bytes:
        self.over = True
        return b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort"


def _echo(pod: str, client: str) -> Echo:
    return Echo(pod.encode())


def ingress(*paths: tuple[str, str, int | str]) -> Obj:
    ports = [(path, name, {"number": port} if isinstance(port, int) else {"name": port}) for path, name, port in paths]
    written = [
        {"path": path, "pathType": "Prefix", "backend": {"service": {"name": name, "port": port}}}
        for path, name, port in ports
    ]
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata": {"name": "shop", "namespace": "default"},
        "spec": {"ingressClassName": "nginx", "rules": [{"host": "shop.local", "http": {"paths": written}}]},
    }


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    SEEN.clear()
    store = Store()
    network = ClusterNetwork(store)
    addresses = ("10.244.1.5", "10.244.2.5", "10.244.3.5")
    for address in addresses:
        network.open(address, {8080: Listener(accept=partial(_echo, address))})
    network.open("10.244.1.9", {8080: Listener(accept=lambda _: Broken())})
    ports = [{"name": "http", "port": 80, "protocol": "TCP"}]
    fill(
        store,
        node("node-1", "10.0.0.11"),
        _CLASS,
        service("web", clusterIP="10.96.0.20", ports=ports, sessionAffinity="ClientIP"),
        slice_of("web", *map(end, addresses), ports=(("http", 8080),)),
        service("half", clusterIP="10.96.0.21", ports=ports),
        slice_of("half", end("10.244.1.7"), end("10.244.1.5"), ports=(("http", 8080),)),
        service("broken", clusterIP="10.96.0.22", ports=ports),
        slice_of("broken", end("10.244.1.9"), ports=(("http", 8080),)),
        service("empty", clusterIP="10.96.0.23", ports=ports),
        ingress(
            ("/", "web", "http"),
            ("/half", "half", 80),
            ("/broken", "broken", 80),
            ("/empty", "empty", 80),
            ("/no", "x", 1),
        ),
    )
    yield Gateway(store, network)
    store.close()


def ask(gateway: Gateway, path: str, host: str = "shop.local", method: str = "GET", rest: str = "\r\n") -> str:
    text = f"{method} {path} HTTP/1.1\r\nHost: {host}\r\n{rest}"
    return gateway.dialog("127.0.0.1", 8000).feed(text.encode()).decode()


def status(answer: str) -> int:
    return int(answer.split(" ", 2)[1])


def test_pods_answer_in_turn_whatever_the_affinity(gateway: Gateway) -> None:
    pods = [ask(gateway, "/").rpartition("\r\n\r\n")[2].strip() for _ in range(6)]
    assert pods == ["10.244.1.5", "10.244.2.5", "10.244.3.5"] * 2


STATUSES = (
    ("/", "shop.local", 200),
    ("/", "shop.local:8000", 200),
    ("/", "else.local", 404),
    ("/no", "shop.local", 503),
    ("/empty", "shop.local", 503),
    ("/broken", "shop.local", 502),
    ("http://shop.local/half?x=1", "wrong", 200),
)


@pytest.mark.parametrize(("path", "host", "code"), STATUSES)
def test_what_the_controller_says(gateway: Gateway, path: str, host: str, code: int) -> None:
    assert status(ask(gateway, path, host)) == code


def test_a_place_where_nobody_listens_is_passed_over(gateway: Gateway) -> None:
    assert {status(ask(gateway, "/half")) for _ in range(4)} == {200}


def test_a_request_arrives_whole_with_what_the_controller_adds(gateway: Gateway) -> None:
    more = "Content-Length: 5\r\nX-Own: 1\r\nX-Real-IP: 1.2.3.4\r\nConnection: X-Drop\r\nX-Drop: 1\r\n"
    assert ask(gateway, "/a/b?c=d", method="POST", rest=more + "\r\nhello").endswith("hello")
    method, target, headers, body = SEEN[-1]
    assert (method, target, body) == (b"POST", b"/a/b?c=d", b"hello")
    assert (headers[b"host"], headers[b"x-real-ip"], headers[b"x-own"]) == (b"shop.local", b"127.0.0.1", b"1")
    assert (headers[b"x-forwarded-host"], headers[b"x-forwarded-port"]) == (b"shop.local", b"8000")
    assert b"x-drop" not in headers


def test_head_has_no_body_and_the_connection_is_kept(gateway: Gateway) -> None:
    dialog = gateway.dialog("127.0.0.1")
    head = dialog.feed(b"HEAD / HTTP/1.1\r\nHost: shop.local\r\n\r\n")
    assert head.endswith(b"\r\n\r\n")
    assert b"Content-Length: 11" in head
    both = dialog.feed(b"GET / HTTP/1.1\r\nHost: shop.local\r\n\r\n" * 2)
    assert both.count(b"HTTP/1.1 200") == 2
    assert not dialog.over
    dialog.feed(b"GET / HTTP/1.1\r\nHost: shop.local\r\nConnection: close\r\n\r\n")
    assert dialog.over


def test_a_request_in_small_pieces_and_one_that_waits_for_its_turn(gateway: Gateway) -> None:
    dialog = gateway.dialog("127.0.0.1")
    text = b"POST / HTTP/1.1\r\nHost: shop.local\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n"
    asked = b"".join(dialog.feed(text[at : at + 1]) for at in range(len(text)))
    assert asked.startswith(b"HTTP/1.1 100")
    assert dialog.feed(b"3\r\nabc\r\n0\r\n\r\n").endswith(b"abc")


HOSTILE = (
    (b"nonsense\r\n\r\n", 400),
    (b"GET / HTTP/1.1\r\n\r\n", 400),
    (b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
    (b"GET / HTTP/1.1\r\nHost: shop.local\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400),
    (b"CONNECT shop.local:80 HTTP/1.1\r\nHost: shop.local\r\n\r\n", 405),
    (b"GET /" + b"a" * 100_000, 431),
    (b"POST / HTTP/1.1\r\nHost: shop.local\r\nContent-Length: 9999999\r\n\r\n" + b"x" * 2_000_000, 413),
    (b"\x16\x03\x01\x02\x00\x01", None),
)


@pytest.mark.parametrize(("data", "code"), HOSTILE)
def test_hostile_requests_are_refused(gateway: Gateway, data: bytes, code: int | None) -> None:
    dialog = gateway.dialog("127.0.0.1")
    answer = dialog.feed(data).decode() + dialog.feed(b"").decode()
    assert (status(answer) if answer else None) == code or code is None
    assert dialog.over


@settings(max_examples=60)
@given(st.lists(st.binary(max_size=60), max_size=5))
def test_any_bytes_end_in_an_answer_or_silence(pieces: list[bytes]) -> None:
    store = Store()
    try:
        dialog = Gateway(store, ClusterNetwork(store)).dialog("127.0.0.1")
        for piece in pieces:
            dialog.feed(piece or b"\r\n")
        dialog.feed(b"")
        assert dialog.over
    finally:
        store.close()
