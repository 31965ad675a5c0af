"""The WebSocket's framing of the channels, without a socket: what a client may send, and how it is told off."""

from __future__ import annotations

import struct

import pytest

from kx.practice.http import Request
from kx.practice.streams import over_websocket
from kx.practice.streams.over_websocket import WebSocketFraming
from kx.practice.streams.remote import Channel, FromClient, Input, InputEnded, Resized

BINARY, TEXT, REST, CLOSE, PING = 0x82, 0x81, 0x80, 0x88, 0x89
MASK = b"\x01\x02\x03\x04"


def frame(first: int, payload: bytes, masked: bool = True) -> bytes:
    """One short frame as a client sends it."""
    assert len(payload) < 65536
    bit = 0x80 if masked else 0
    size = len(payload)
    head = struct.pack(">BB", first, bit | size) if size < 126 else struct.pack(">BBH", first, bit | 126, size)
    if not masked:
        return head + payload
    return head + MASK + bytes(byte ^ MASK[at % 4] for at, byte in enumerate(payload))


def close_code(answer: bytes) -> int:
    assert answer[0] == CLOSE
    return int(struct.unpack(">H", answer[2:4])[0])


@pytest.mark.parametrize(
    ("data", "events"),
    [
        (frame(BINARY, b"\0keys"), [Input(b"keys")]),
        (frame(TEXT, b"\0keys"), [Input(b"keys")]),
        (frame(0x02, b"\0ke") + frame(0x00, b"y") + frame(REST, b"s"), [Input(b"ke"), Input(b"y"), Input(b"s")]),
        (frame(0x02, b"") + frame(REST, b"\0late"), [Input(b"late")]),
        (frame(0x02, b"\0a") + frame(PING, b"") + frame(REST, b"b"), [Input(b"a"), Input(b"b")]),
        (frame(BINARY, b""), []),
        (frame(BINARY, b"\0"), []),
        (frame(BINARY, b"\x09whatever"), []),
        (frame(BINARY, b"\xff\0"), [InputEnded()]),
        (frame(BINARY, b"\xff\x01"), []),
        (frame(BINARY, b'\x04{"Width":7,"Height":5}'), [Resized(7, 5)]),
        (frame(BINARY, b'\x04{"Width":0,"Height":5}'), []),
        (frame(BINARY, b'\x04{"Width":7,"Height":5}' + b" " * 5000), []),
        (frame(BINARY, b"\x04" + b"[" * 1000), []),
    ],
)
def test_what_a_client_sends(data: bytes, events: list[FromClient]) -> None:
    for size in (len(data), 1):
        framing = WebSocketFraming()
        got = [event for at in range(0, len(data), size) for event in framing.receive(data[at : at + size])]
        keys = b"".join(event.data for event in got if isinstance(event, Input))
        assert keys == b"".join(event.data for event in events if isinstance(event, Input))
        assert [one for one in got if not isinstance(one, Input)] == [e for e in events if not isinstance(e, Input)]
        assert not framing.over


def test_version_four_has_no_word_for_the_end_of_stdin() -> None:
    assert WebSocketFraming(closes=False).receive(frame(BINARY, b"\xff\0")) == []


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (frame(BINARY, b"\0keys", masked=False), 1002),
        (frame(PING, b"x" * 126), 1002),
        (frame(0x09, b""), 1002),  # a control frame in parts
        (frame(REST, b"the rest of nothing"), 1002),
        (frame(0x02, b"\0a") + frame(BINARY, b"\0b"), 1002),
        (frame(0x83, b""), 1002),  # a kind that means nothing
        (frame(0xC2, b"\0a"), 1002),  # a reserved bit
        (frame(TEXT, b"\0\xff\xfe"), 1007),
        (frame(CLOSE, b"\x03"), 1002),
        (frame(CLOSE, struct.pack(">H", 1000) + b"bye"), 1000),
    ],
)
def test_a_breach_is_answered_with_its_code_and_ends_the_conversation(data: bytes, code: int) -> None:
    framing = WebSocketFraming()
    framing.receive(data)
    assert framing.over and close_code(framing.answers()) == code
    assert framing.receive(frame(BINARY, b"\0more")) == [] and framing.answers() == b""
    assert framing.send(Channel.STDOUT, b"late") == b""


def test_a_frame_without_end_is_passed_on_and_not_held() -> None:
    framing = WebSocketFraming()
    head = struct.pack(">BBQ", BINARY, 0x80 | 127, (1 << 63) - 1) + bytes(4) + b"\0"
    framing.receive(head)
    for _ in range(100):
        assert sum(len(event.data) for event in framing.receive(bytes(65536)) if isinstance(event, Input)) == 65536
    assert not framing.over


@pytest.mark.parametrize("offer", ["base64.channel.k8s.io", "v4.base64.channel.k8s.io", "channel.k8s.io", ""])
def test_protocols_that_are_not_spoken(offer: str) -> None:
    request = Request("GET", "/x", (), (("sec-websocket-protocol", offer),))
    assert over_websocket.chosen_protocol(request) is None


def test_the_newest_protocol_offered_is_spoken() -> None:
    request = Request("GET", "/x", (), (("sec-websocket-protocol", "v4.channel.k8s.io, v5.channel.k8s.io"),))
    assert over_websocket.chosen_protocol(request) == "v5.channel.k8s.io"
