"""RESP from both ends: however the bytes are cut, the same commands and replies come out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kx.practice.node.resp import (
    OK,
    CommandReader,
    Error,
    ProtocolError,
    Reply,
    Simple,
    command,
    decode,
    encode,
    split_words,
)

Words = list[tuple[bytes, ...]]


def read(*pieces: bytes) -> Words:
    reader = CommandReader()
    return [words for piece in pieces for words in reader.feed(piece)]


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        (b"PING\r\n", [(b"PING",)]),
        (b"\r\n\nPING\n", [(b"PING",)]),
        (b"set a 'b c' \"d\\n\\x41\"\n", [(b"set", b"a", b"b c", b"d\nA")]),
        (b"*2\r\n$3\r\nGET\r\n$0\r\n\r\n*1\r\n$4\r\nPING\r\n", [(b"GET", b""), (b"PING",)]),
        (b"*0\r\n*-1\r\nPING\r\n", [(b"PING",)]),
        (b"*1\r\n$2\r\n\r\n\r\n", [(b"\r\n",)]),
    ],
)
def test_commands(sent: bytes, words: Words) -> None:
    assert read(sent) == words
    assert read(*(sent[at : at + 1] for at in range(len(sent)))) == words


@given(st.lists(st.lists(st.binary(max_size=20), min_size=1, max_size=4), max_size=4), st.integers(1, 30))
def test_commands_survive_any_cut(commands: list[list[bytes]], size: int) -> None:
    sent = b"".join(command(*words) for words in commands)
    assert read(*(sent[at : at + size] for at in range(0, len(sent), size))) == [tuple(words) for words in commands]


@pytest.mark.parametrize(
    ("sent", "why"),
    [
        (b"*x\r\n", "invalid multibulk length"),
        (b"*9999999999\r\n", "invalid multibulk length"),
        (b"*1\r\n$99999999\r\n", "invalid bulk length"),
        (b"*1\r\nGET\r\n", "expected '$', got 'G'"),
        (b"get 'a\r\n", "unbalanced quotes in request"),
        (b"x" * (1 << 17), "too big inline request"),
    ],
)
def test_what_makes_no_sense_is_refused(sent: bytes, why: str) -> None:
    with pytest.raises(ProtocolError, match=why.replace("$", "\\$")):
        read(sent)


@given(st.lists(st.binary(max_size=60), max_size=6))
def test_any_bytes_are_taken_or_refused(pieces: list[bytes]) -> None:
    try:
        assert all(words for words in read(*pieces))
    except ProtocolError:
        pass


REPLIES = st.recursive(
    st.one_of(
        st.integers(-(1 << 62), 1 << 62), st.binary(max_size=20), st.none(), st.just(OK), st.just(Error("ERR x"))
    ),
    lambda inner: st.lists(inner, max_size=4),
    max_leaves=8,
)


@given(st.lists(REPLIES, max_size=3))
def test_replies_come_back_as_they_went(replies: list[Reply]) -> None:
    assert decode(b"".join(encode(reply) for reply in replies)) == replies


@given(st.binary(max_size=60))
def test_broken_replies_are_refused(data: bytes) -> None:
    try:
        decode(data)
    except ProtocolError:
        pass


@pytest.mark.parametrize(
    ("line", "words"),
    [("", []), ("a  b", ["a", "b"]), ('"a" b', ["a", "b"]), ("'a\\'b'", ["a'b"]), ('"a"b', None), ("'a", None)],
)
def test_lines_are_split_as_redis_splits_them(line: str, words: list[str] | None) -> None:
    assert split_words(line) == words


def test_simple_replies_stay_on_their_line() -> None:
    assert encode(Error("ERR a\r\nb")) == b"-ERR a b\r\n"
    assert encode(Simple("PONG")) == b"+PONG\r\n"
