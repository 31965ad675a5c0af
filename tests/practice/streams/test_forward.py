"""Port-forward without sockets: a SPDY client against the forwarder; then hostile bytes."""

from __future__ import annotations

import contextlib
import re
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kx.practice.node.process import HttpAnswer, Listener
from kx.practice.streams import spdy
from kx.practice.streams.forward import Forwarder
from kx.practice.streams.podport import PodPort

GET = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"


HELLO = Listener(get=lambda call: HttpAnswer(200, b"hello"))


class Client:
    """kubectl's side: opens pairs of streams, and keeps what arrives on each."""

    def __init__(self, listener: Listener = HELLO) -> None:
        self.session = spdy.Session()
        self.pods: dict[str, dict[int, Listener]] = {"u": {80: listener}}
        self.forwarder = Forwarder(partial(PodPort, self.pods.get, "u"))
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
    said = client.received[error].decode()
    assert re.match(r"error forwarding port 81 to pod [0-9a-f]{64}, uid : failed to execute portforward in ", said)
    assert "IPv4: dial tcp4 127.0.0.1:81: connect: connection refused" in said
    assert client.ended == {error, data}


def test_a_pod_that_is_gone_takes_its_connections_along() -> None:
    client = Client()
    error, data = client.connect()
    client.write(data, GET)
    assert not client.ended
    client.pods.clear()
    client.forwarder.sweep()
    client.send(b"")
    assert client.ended == {error, data} and client.received[error] == b""
    error, data = client.connect(request="1")
    assert (
        client.received[error].endswith(b'" in store: not found')
        and b"failed to find sandbox" in client.received[error]
    )


def test_a_program_that_starts_again_does_not_know_old_connections() -> None:
    client = Client()
    _, data = client.connect()
    client.pods["u"][80] = Listener(get=lambda call: HttpAnswer(200, b"another"))
    client.write(data, GET)
    assert data in client.ended and client.received[data] == b""


def test_a_client_that_has_said_all_still_reads_the_whole_answer() -> None:
    body = bytes(range(256)) * 2000
    client = Client(Listener(get=lambda call: HttpAnswer(200, body)))
    error, data = client.connect()
    client.write(data, GET, fin=True)
    assert client.received[data].endswith(body) and client.ended == {error, data}


def test_a_long_answer_holds_no_other_up_and_is_not_copied_ahead() -> None:
    body = bytes(5_000_000)
    client = Client(Listener(get=lambda call: HttpAnswer(200, body if call.path == "/long" else b"short")))
    _, long = client.connect(request="long")
    _, short = client.connect(request="short")
    client.forwarder.receive(client.session.data(long, GET.replace(b" / ", b" /long ")))
    first = client.forwarder.more()
    client.forwarder.receive(client.session.data(short, GET))
    second = client.forwarder.more() + client.forwarder.more()
    assert len(first) + len(second) < 200_000
    client.take(first + second)
    assert client.received[short].endswith(b"short")
    client.send(b"")
    assert client.received[long].endswith(body)


def test_answers_nobody_fetches_are_not_asked_for_without_end() -> None:
    client = Client()
    _, data = client.connect()
    for _ in range(50):
        if client.forwarder.is_full:
            break
        client.forwarder.receive(client.session.data(data, GET * 50))
    assert client.forwarder.is_full
    while client.forwarder.more():
        pass
    assert not client.forwarder.is_full


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
