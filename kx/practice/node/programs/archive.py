"""Reading a tar archive piece by piece, as it arrives: headers in, members and their bytes out. No file, no waiting.

Knows ustar, GNU's long names and the extended headers of pax, which is what `tar` and kubectl write. Holds no more
than one header at a time.
"""

from __future__ import annotations

import tarfile
from collections.abc import Iterator
from dataclasses import dataclass

_BLOCK = tarfile.BLOCKSIZE
_LONGEST_EXTENSION = 1 << 20  # bytes of one extended header
_NONSENSE = "This does not look like a tar archive"
_LONG_NAME, _LONG_LINK = tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK
_PAX, _PAX_GLOBAL = tarfile.XHDTYPE, tarfile.XGLTYPE
_EXTENSIONS = frozenset({_LONG_NAME, _LONG_LINK, _PAX, _PAX_GLOBAL})
_FILES = frozenset({tarfile.REGTYPE, tarfile.AREGTYPE, tarfile.CONTTYPE})


class ArchiveError(Exception):
    """What arrives is no tar archive."""


@dataclass(frozen=True)
class Member:
    """The next member begins; its bytes follow as ``bytes``, then ``MEMBER_END``."""

    name: str
    size: int
    is_file: bool
    is_folder: bool


class _End:
    """The end of a member's bytes."""


MEMBER_END = _End()
Event = Member | bytes | _End


class Reader:
    """One archive. Feed it with ``receive``."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._left = 0  # bytes of the current member that have not come
        self._padding = 0  # bytes behind it that mean nothing
        self._inside = False
        self._begun = False
        self._extension = b""  # the kind of the extended header that is arriving
        self._extended: dict[str, str] = {}  # what extended headers say of the next member
        self.over = False  # the archive's end has been seen

    def receive(self, data: bytes) -> Iterator[Event]:
        """What ``data`` completes; raises ``ArchiveError``."""
        self._buffer += data
        while not self.over:
            if self._left and not self._extension:
                piece = self._take(min(self._left, len(self._buffer)))
                if not piece:
                    return
                self._left -= len(piece)
                yield piece
            elif len(self._buffer) < self._needed():
                return
            elif self._extension:
                self._extend(self._take(self._left))
            elif self._inside:
                self._take(self._padding)
                self._inside = False
                yield MEMBER_END
            else:
                yield from self._header(self._take(_BLOCK))
        self._buffer.clear()

    def finish(self) -> None:
        """No more will come; raises ``ArchiveError`` where something is missing."""
        if not self.over and (self._inside or self._extension or self._buffer):
            raise ArchiveError("Unexpected EOF in archive" if self._begun else _NONSENSE)

    def _needed(self) -> int:
        if self._extension:
            return self._left + self._padding
        return self._padding if self._inside else _BLOCK

    def _take(self, size: int) -> bytes:
        data = bytes(self._buffer[:size])
        del self._buffer[:size]
        return data

    def _header(self, block: bytes) -> Iterator[Event]:
        if not any(block):
            self.over = True
            return
        try:
            info = tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
        except tarfile.HeaderError as error:
            raise ArchiveError(_NONSENSE) from error
        self._begun = True
        has_data = info.type in _FILES or info.type in _EXTENSIONS
        size = int(self._extended.get("size", info.size)) if info.type in _FILES else info.size
        self._left = size if has_data else 0
        self._padding = -self._left % _BLOCK
        if info.type in _EXTENSIONS:
            if not 0 <= self._left <= _LONGEST_EXTENSION:
                raise ArchiveError(_NONSENSE)
            self._extension = info.type
            return
        name = self._extended.get("path", info.name)
        self._extended.clear()
        self._inside = True
        yield Member(name.rstrip("/") or name, self._left, info.type in _FILES, info.type == tarfile.DIRTYPE)

    def _extend(self, content: bytes) -> None:
        self._take(self._padding)
        kind, self._extension, self._left, self._padding = self._extension, b"", 0, 0
        if kind == _LONG_NAME:
            self._extended["path"] = content.rstrip(b"\0").decode("utf-8", "surrogateescape")
        elif kind == _PAX:
            self._extended.update(_records(content))


def _records(content: bytes) -> Iterator[tuple[str, str]]:
    """The records of a pax header, each ``LENGTH KEY=VALUE`` and a newline (POSIX, pax Interchange Format)."""
    while content:
        digits, blank, _ = content.partition(b" ")
        length = int(digits) if digits.isdigit() and len(digits) < 8 else 0
        key, equals, value = content[len(digits) + 1 : length - 1].partition(b"=")
        if not (blank and equals and length > len(digits) + 2 and content[length - 1 : length] == b"\n"):
            raise ArchiveError("Malformed extended header")
        if key == b"size" and not (value.isdigit() and len(value) < 16):
            raise ArchiveError("Malformed extended header")
        yield key.decode("utf-8", "replace"), value.decode("utf-8", "surrogateescape")
        content = content[length:]
