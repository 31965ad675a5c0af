"""Port-forward without sockets: a SPDY client against the forwarder; then hostile bytes."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kx.practice.node.dialog import Dialog, dialog
from kx.practice.node.process import HttpAnswer, Listener
from kx.practice.streams import spdy
from kx.practice.streams.forward import Forwarder, RefusedError

GET = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"


def opened(port: int) -> Dialog:
    if port != 80:
        raise RefusedError(f"nobody on {port}")
    return dialog(Listener(get=lambda call: HttpAnswer(200, b"hello")), "127.0.0.1")


class Client:
    """kubectl's side: opens pairs of streams, and keeps what arrives on each."""

    def __init__(self) -> None:
        self.session = spdy.Session()
        self.forwarder = Forwarder(opened)
        self.received: dict[int, bytes] = {}
        self.ended: set[int] = set()
        self.reset: set[int] = set()
        self.next = 1

    def send(self, data: bytes) -> None:
        self.forwarder.receive(data)
        while sent := self.forwarder.more():
            self.take(sent)

    def take(self, sent: bytes) -> None:
        for event in self.session.receive(sent):
            if isinstance(event, spdy.DataReceived):
                self.received[event.stream] = self.received.get(event.stream, b"") + event.data
                self.ended |= {event.stream} if event.fin else set()
            elif isinstance(event, spdy.StreamReset):
                self.reset.add(event.stream)

    def open(self, kind: str, port: str, request: str) -> int:
        number, self.next = self.next, self.next + 2
        headers = {"streamType": kind, "port": port, "requestID": request}
        self.send(self.session.open(number, headers, fin=kind == "error"))
        return number

    def connect(self, port: str = "80", request: str = "0") -> tuple[int, int]:
        return self.open("error", port, request), self.open("data", port, request)

    def write(self, stream: int, data: bytes, fin: bool = False) -> None:
        self.send(self.session.data(stream, data, fin))


def test_a_request_is_answered_and_the_end_is_told_on_both_streams() -> None:
    client = Client()
    error, data = client.connect()
    client.write(data, GET)
    assert client.received[data].endswith(b"\r\n\r\nhello") and not client.ended
    client.write(data, b"", fin=True)
    assert client.ended == {error, data} and client.received[error] == b""


def test_many_connections_at_once_do_not_mix() -> None:
    client = Client()
    pairs = [client.connect(request=str(number)) for number in range(100)]
    for _, data in reversed(pairs):
        client.write(data, GET)
    assert all(client.received[data].endswith(b"hello") for _, data in pairs)
    assert not client.reset


def test_a_port_nobody_listens_on_is_told_on_the_error_stream() -> None:
    client = Client()
    error, data = client.connect("81")
    assert client.received[error] == b"nobody on 81"
    assert client.ended == {error, data}


def test_the_programs_own_end_reaches_the_client() -> None:
    client = Client()
    error, data = client.connect()
    client.write(data, b"GET / HTTP/1.0\r\n\r\n")
    assert client.ended == {error, data}


@pytest.mark.parametrize(("kind", "port"), [("resize", "80"), ("data", "x"), ("data", "0"), ("data", "70000")])
def test_streams_that_make_no_sense_are_reset(kind: str, port: str) -> None:
    client = Client()
    assert client.open(kind, port, "0") in client.reset


def test_a_stream_that_is_given_up_is_forgotten() -> None:
    client = Client()
    _, data = client.connect()
    client.send(client.session.reset(data))
    client.write(data, GET)
    assert data not in client.received
    client.connect(request="0")
    assert not client.reset


@settings(max_examples=300)
@given(st.lists(st.binary(max_size=64), max_size=8), st.integers(0, 40))
def test_hostile_bytes_end_in_one_known_error(pieces: list[bytes], cut: int) -> None:
    client = Client()
    _, data = client.connect()
    good = client.session.data(data, GET)
    with contextlib.suppress(spdy.ProtocolError):
        for piece in (good[:cut], *pieces):
            client.forwarder.receive(piece)
