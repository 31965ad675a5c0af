"""RESP 2, the protocol of redis, at both ends: commands and replies as bytes, pieced together however they arrive.

Source: the RESP specification and the limits of redis' ``networking.c``. Knows no command.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_NUMBER = re.compile(rb"[+-]?\d{1,19}")
_LONGEST_INLINE = 64 * 1024
_LONGEST_BULK = 1 << 20  # real: 512 MB; more than a practice ever needs
_MOST_WORDS = 1 << 20
_DEEPEST = 8


class ProtocolError(Exception):
    """The bytes are no RESP; the message is redis'."""


@dataclass(frozen=True)
class Simple:
    """A status reply: ``+OK``."""

    text: str


@dataclass(frozen=True)
class Error:
    """An error reply, without its sign: ``ERR unknown command…``."""

    text: str


Reply = Simple | Error | int | bytes | None | Sequence["Reply"]
OK = Simple("OK")


def encode(reply: Reply) -> bytes:
    """A reply as the server sends it."""
    if isinstance(reply, Simple):
        return b"+" + reply.text.encode() + b"\r\n"
    if isinstance(reply, Error):
        return b"-" + " ".join(reply.text.splitlines()).encode() + b"\r\n"
    if isinstance(reply, int):
        return b":%d\r\n" % reply
    if isinstance(reply, bytes):
        return b"$%d\r\n%b\r\n" % (len(reply), reply)
    if reply is None:
        return b"$-1\r\n"
    return b"*%d\r\n" % len(reply) + b"".join(encode(one) for one in reply)


def command(*words: str | bytes) -> bytes:
    """A command as a client sends it."""
    return encode([word.encode() if isinstance(word, str) else word for word in words])


class CommandReader:
    """What a client sends, as commands: arrays of bulk strings, or plain lines."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> Iterator[tuple[bytes, ...]]:
        """The commands that are complete now. Raises ProtocolError after those before it."""
        self._buffer += data
        while (found := self._next()) is not None:
            words, used = found
            del self._buffer[:used]
            if words:
                yield words

    def _next(self) -> tuple[tuple[bytes, ...], int] | None:
        line, at = self._line(0)
        if line is None:
            if len(self._buffer) > _LONGEST_INLINE:
                raise ProtocolError("too big inline request")
            return None
        if not line.startswith(b"*"):
            return _inline_words(line), at
        words: list[bytes] = []
        for _ in range(_count(line[1:], "invalid multibulk length", _MOST_WORDS)):
            line, at = self._line(at)
            if line is None:
                return None
            if not line.startswith(b"$"):
                raise ProtocolError(f"expected '$', got '{line[:1].decode('latin-1')}'")
            end = at + _count(line[1:], "invalid bulk length", _LONGEST_BULK)
            if len(self._buffer) < end + 2:
                return None
            words.append(bytes(self._buffer[at:end]))
            at = end + 2
        return tuple(words), at

    def _line(self, at: int) -> tuple[bytes | None, int]:
        end = self._buffer.find(b"\n", at)
        return (None, at) if end < 0 else (bytes(self._buffer[at:end]).rstrip(b"\r"), end + 1)


def _count(text: bytes, refusal: str, most: int) -> int:
    if not _NUMBER.fullmatch(text) or int(text) > most:
        raise ProtocolError(refusal)
    return max(0, int(text))


def _inline_words(line: bytes) -> tuple[bytes, ...]:
    words = split_words(line.decode("latin-1"))
    if words is None:
        raise ProtocolError("unbalanced quotes in request")
    return tuple(word.encode("latin-1") for word in words)


_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "a": "\a"}


def split_words(line: str) -> list[str] | None:
    """A line's words as redis and redis-cli split them; None when quotes are not closed, or closed inside a word."""
    words: list[str] = []
    at = 0
    while True:
        while at < len(line) and line[at].isspace():
            at += 1
        if at >= len(line):
            return words
        word: list[str] = []
        while at < len(line) and not line[at].isspace():
            if line[at] not in "\"'":
                word.append(line[at])
                at += 1
                continue
            found = _quoted(line, at)
            if found is None:
                return None
            text, at = found
            word.append(text)
        words.append("".join(word))


def _quoted(line: str, at: int) -> tuple[str, int] | None:
    mark, at = line[at], at + 1
    text: list[str] = []
    while at < len(line) and line[at] != mark:
        if line[at] == "\\" and at + 1 < len(line):
            follow = line[at + 1]
            hexadecimal = re.match(r"x([0-9a-fA-F]{2})", line[at + 1 :]) if mark == '"' else None
            if hexadecimal:
                text.append(chr(int(hexadecimal.group(1), 16)))
                at += 4
                continue
            if mark == '"' or follow == mark:
                text.append(_ESCAPES.get(follow, follow) if mark == '"' else follow)
                at += 2
                continue
        text.append(line[at])
        at += 1
    if at >= len(line) or (at + 1 < len(line) and not line[at + 1].isspace()):
        return None
    return "".join(text), at + 1


def decode(data: bytes) -> list[Reply]:
    """All replies in bytes that are complete; raises ProtocolError for what is none."""
    replies: list[Reply] = []
    at = 0
    while at < len(data):
        reply, at = _reply(data, at, 0)
        replies.append(reply)
    return replies


def _reply(data: bytes, at: int, depth: int) -> tuple[Reply, int]:
    end = data.find(b"\r\n", at)
    if end < 0 or depth > _DEEPEST:
        raise ProtocolError("unexpected end of reply")
    kind, text, at = data[at : at + 1], data[at + 1 : end], end + 2
    if kind == b"+":
        return Simple(text.decode("utf-8", "replace")), at
    if kind == b"-":
        return Error(text.decode("utf-8", "replace")), at
    if kind not in (b":", b"$", b"*") or not _NUMBER.fullmatch(text):
        raise ProtocolError(f'got "{kind.decode("latin-1")}" as reply type byte')
    number = int(text)
    if kind == b":":
        return number, at
    if number < 0:
        return None, at
    if kind == b"$":
        return data[at : at + number], at + number + 2
    parts: list[Reply] = []
    for _ in range(number):
        part, at = _reply(data, at, depth + 1)
        parts.append(part)
    return parts, at
