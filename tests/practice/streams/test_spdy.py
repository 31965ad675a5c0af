"""SPDY framing: two ends against each other without sockets, and hostile bytes."""

from __future__ import annotations

import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kx.practice.streams import spdy
from kx.practice.streams.spdy_words import DICTIONARY, DICTIONARY_ID


def test_the_dictionary_is_the_protocol_s_own() -> None:
    assert zlib.adler32(DICTIONARY) == DICTIONARY_ID


def test_two_ends_understand_each_other() -> None:
    client, server = spdy.Session(), spdy.Session()
    sent = (
        client.open(1, {"streamtype": "error"})
        + client.open(3, {"streamtype": "stdin"})
        + client.data(3, b"ls\n")
        + client.data(3, b"", fin=True)
        + client.ping(7)
        + client.reset(1)
        + client.go_away(3)
    )
    assert list(server.receive(sent)) == [
        spdy.StreamOpened(1, {"streamtype": "error"}),
        spdy.StreamOpened(3, {"streamtype": "stdin"}),
        spdy.DataReceived(3, b"ls\n"),
        spdy.DataReceived(3, b"", fin=True),
        spdy.PingReceived(7),
        spdy.StreamReset(1, 5),
        spdy.GoingAway(3),
    ]
    assert list(client.receive(server.reply(1) + server.reply(3, {"a": "b"}))) == [
        spdy.StreamReplied(1, {}),
        spdy.StreamReplied(3, {"a": "b"}),
    ]


@given(st.lists(st.binary(max_size=300), max_size=6), st.integers(1, 50))
def test_frames_may_arrive_in_any_pieces(payloads: list[bytes], piece: int) -> None:
    client, server = spdy.Session(), spdy.Session()
    stream = client.open(1, {"streamtype": "stdin"}) + b"".join(client.data(1, data) for data in payloads)
    events = [event for at in range(0, len(stream), piece) for event in server.receive(stream[at : at + piece])]
    assert [event.data for event in events if isinstance(event, spdy.DataReceived)] == payloads


def test_large_data_is_cut_into_frames() -> None:
    data = bytes(spdy.MAX_FRAME + 5)
    events = list(spdy.Session().receive(spdy.Session().data(1, data, fin=True)))
    assert [getattr(event, "fin", None) for event in events] == [False, True]


@given(st.binary(max_size=200))
def test_hostile_bytes_are_refused_or_waited_for_but_never_crash(data: bytes) -> None:
    try:
        list(spdy.Session().receive(data))
    except spdy.ProtocolError:
        pass


@given(st.binary(max_size=120), st.integers(0, 12))
def test_hostile_control_frames(body: bytes, kind: int) -> None:
    frame = struct.pack(">HHI", 0x8003, kind, len(body)) + body
    try:
        list(spdy.Session().receive(frame))
    except spdy.ProtocolError:
        pass


def test_headers_that_unpack_to_too_much_are_refused() -> None:
    bomb = spdy.Session().open(1, {"a": "x" * (spdy.MAX_HEADERS + 1)})
    with pytest.raises(spdy.ProtocolError, match="headers of more than"):
        list(spdy.Session().receive(bomb))


def test_a_frame_too_large_to_hold_is_refused_at_once() -> None:
    with pytest.raises(spdy.ProtocolError, match="bytes; at most"):
        list(spdy.Session().receive(struct.pack(">II", 1, spdy.MAX_FRAME + 1)))


@pytest.mark.parametrize("numbers", [(0,), (2,), (1, 1), (5, 3)])
def test_numbers_of_streams_are_odd_and_rise(numbers: tuple[int, ...]) -> None:
    client, server = spdy.Session(), spdy.Session()
    with pytest.raises(spdy.ProtocolError, match="is opened after"):
        for number in numbers:
            list(server.receive(client.open(number, {"streamtype": "data"})))


def test_frames_nobody_needs_are_passed_over() -> None:
    settings = struct.pack(">HHI", 0x8003, 4, 12) + struct.pack(">III", 1, 7, 65536)
    window = struct.pack(">HHI", 0x8003, 9, 8) + struct.pack(">II", 1, 65536)
    unknown = struct.pack(">HHI", 0x8003, 99, 3) + b"xyz"
    assert list(spdy.Session().receive(settings + window + unknown + spdy.Session().ping(1))) == [spdy.PingReceived(1)]


@pytest.mark.parametrize("kind", [1, 2, 3, 6, 7, 8])
def test_control_frames_that_are_too_short_are_refused(kind: int) -> None:
    with pytest.raises(spdy.ProtocolError, match="too short"):
        list(spdy.Session().receive(struct.pack(">HHI", 0x8003, kind, 2) + b"ab"))


def test_another_version_is_refused() -> None:
    with pytest.raises(spdy.ProtocolError, match="SPDY version 2"):
        list(spdy.Session().receive(struct.pack(">HHI", 0x8002, 6, 4) + bytes(4)))
