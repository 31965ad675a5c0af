"""Conversations with listening programs, byte by byte."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kx.practice.node.dialog import dialog
from kx.practice.node.process import HttpAnswer, HttpCall, Listener


def web() -> Listener:
    """A program that tells what it was asked."""

    def get(call: HttpCall) -> HttpAnswer:
        if call.path == "/empty":
            return HttpAnswer(204)
        return HttpAnswer(200, f"{call.path} {call.agent}{call.body.decode()}".encode())

    return Listener(get=get)


def answers(*requests: bytes) -> tuple[bytes, bool]:
    talk = dialog(web(), "127.0.0.1")
    return b"".join(talk.feed(each) for each in requests), talk.over


def test_http_answers_and_keeps_the_connection() -> None:
    told, over = answers(b"GET /a HTTP/1.1\r\nHost: x\r\nUser-Agent: me\r\n\r\n")
    assert told.startswith(b"HTTP/1.1 200 OK\r\n") and told.endswith(b"\r\n\r\n/a me") and not over
    told, over = answers(b"GET /a HTTP/1.1\r\nHost: x\r\n\r\nGET /b HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert (told.count(b"HTTP/1.1 200"), told.endswith(b"/b -"), over) == (2, True, True)


def test_http_in_single_bytes() -> None:
    request = b"GET /a HTTP/1.1\r\nHost: x\r\n\r\n"
    assert answers(*(request[at : at + 1] for at in range(len(request)))) == answers(request)


@pytest.mark.parametrize(
    ("request_", "status", "over"),
    [
        (b"GET /empty HTTP/1.1\r\nHost: x\r\n\r\n", b"204", False),
        (b"HEAD /a HTTP/1.1\r\nHost: x\r\n\r\n", b"200", False),
        (b"POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi", b"200", False),
        (b"GET /a HTTP/1.0\r\n\r\n", b"200", True),
        (b"GET /a HTTP/1.1\nHost: x\n\n", b"200", False),
        (b"PUT /a HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n", b"100", False),
        (b"POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 2000000\r\n\r\n" + b"x" * 2_000_000, b"413", True),
        (b"nonsense\r\n\r\n", b"400", True),
    ],
)
def test_http_by_request(request_: bytes, status: bytes, over: bool) -> None:
    told, ended = answers(request_)
    assert (told.split()[1], ended) == (status, over)


@settings(max_examples=300)
@given(st.lists(st.binary(max_size=40), max_size=8))
def test_any_bytes_are_taken(pieces: list[bytes]) -> None:
    talk = dialog(web(), "127.0.0.1")
    for piece in (*pieces, b""):
        assert isinstance(talk.feed(piece), bytes)
