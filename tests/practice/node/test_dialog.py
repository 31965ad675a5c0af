"""Conversations with listening programs, byte by byte."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kx.practice.node.dialog import dialog
from kx.practice.node.process import HttpAnswer, HttpCall, Listener
from kx.practice.node.programs.redis import Keys


def web() -> Listener:
    """A program that tells what it was asked."""

    def get(call: HttpCall) -> HttpAnswer:
        return HttpAnswer(204) if call.path == "/empty" else HttpAnswer(200, f"{call.path} {call.agent}".encode())

    return Listener(get=get)


def answers(*requests: bytes) -> tuple[bytes, bool]:
    talk = dialog(web(), "127.0.0.1")
    return b"".join(talk.feed(each) for each in requests), talk.over


def test_http_answers_and_keeps_the_connection() -> None:
    told, over = answers(b"GET /a HTTP/1.1\r\nHost: x\r\nUser-Agent: me\r\n\r\n")
    assert told.startswith(b"HTTP/1.1 200 \r\n") and told.endswith(b"\r\n\r\n/a me") and not over
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
        (b"POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi", b"405", False),
        (b"GET /a HTTP/1.0\r\n\r\n", b"200", True),
        (b"nonsense\r\n\r\n", b"400", True),
    ],
)
def test_http_by_request(request_: bytes, status: bytes, over: bool) -> None:
    told, ended = answers(request_)
    assert (told.split()[1], ended) == (status, over)


def redis(*pieces: bytes, password: str = "") -> tuple[bytes, bool]:
    talk = dialog(Listener(talk=Keys(password).talk), "127.0.0.1")
    return b"".join(talk.feed(each) for each in pieces), talk.over


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        (b"PING\r\n", b"+PONG\r\n"),
        (b"*1\r\n$4\r\nPING\r\n", b"+PONG\r\n"),
        (b"*3\r\n$3\r\nSET\r\n$1\r\na\r\n$2\r\n\r\n\r\nget a\r\n", b"+OK\r\n$2\r\n\r\n\r\n"),
        (b"GET none\n", b"$-1\r\n"),
        (b"INCR n\r\nINCR n\r\nDEL n\r\n", b":1\r\n:2\r\n:1\r\n"),
        (b"NOPE\r\n", b"-ERR unknown command 'NOPE'\r\n"),
    ],
)
def test_redis_speaks_resp(sent: bytes, told: bytes) -> None:
    assert redis(sent) == (told, False)
    assert redis(*(sent[at : at + 1] for at in range(len(sent)))) == (told, False)


def test_redis_wants_its_password() -> None:
    assert redis(b"PING\r\n", password="s")[0].startswith(b"-NOAUTH")
    assert redis(b"AUTH wrong\r\n", password="s")[0].startswith(b"-WRONGPASS")
    assert redis(b"AUTH s\r\nPING\r\nQUIT\r\n", password="s") == (b"+OK\r\n+PONG\r\n+OK\r\n", True)


@settings(max_examples=300)
@given(st.lists(st.binary(max_size=40), max_size=8), st.booleans())
def test_any_bytes_are_taken(pieces: list[bytes], is_web: bool) -> None:
    talk = dialog(web() if is_web else Listener(talk=Keys("").talk), "127.0.0.1")
    for piece in (*pieces, b""):
        assert isinstance(talk.feed(piece), bytes)


@pytest.mark.parametrize("sent", [b"*9999999999\r\n", b"*1\r\n$99999999\r\n", b"*x\r\n", b"x" * (1 << 21)])
def test_redis_ends_what_makes_no_sense(sent: bytes) -> None:
    assert redis(sent)[1]
