"""What was proved of one kubeconfig file, kept for the next call, so that a large file need not be proved again.

``kx.kubeconfig.scan`` proves a file of kubectl's own shape by reading all of it. Most calls find the file as the call
before left it: then what that call knew still holds. A file counts as the same if its path, size, inode, times and
checksums are those that were noted; a switch changes none of the checksums, which are of what stands before and behind
the name of the current context. Only names and namespaces are kept, never a credential. Other files, and texts that are
more than ASCII, are left to those who read everything.
"""

from __future__ import annotations

import os
from zlib import crc32

from kx import paths
from kx.kubeconfig.plain import is_plain
from kx.kubeconfig.text import contents
from kx.records import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

_FORM = "kx contexts 1"  # another number whenever more or less counts as proved, or is noted in another way
_KEY = "current-context: "
_HEAD = 7  # lines before the table
_PIECE = 1 << 18  # bytes; larger ones cost more, because they do not stay in the processor's cache


@dataclass(frozen=True)
class Proof:
    """What a file says of its contexts, and where it names the current one."""

    path: str
    start: int  # where the value of current-context begins
    value: str  # as it is written there
    before: int  # the checksum of all bytes before the value
    behind: int  # and of all behind it
    table: str  # for each context, in natural order: line break, name, tab, namespace; a line break at the end

    @property
    def current(self) -> str:
        """The current context; "" if none."""
        return self.value.strip('"')

    def namespace(self, name: str) -> str | None:
        """The namespace that a context names, "" if none; None if there is no such context."""
        at = self.table.find(f"\n{name}\t")
        if at < 0:
            return None
        start = at + len(name) + 2
        return self.table[start : self.table.index("\n", start)]

    def names(self) -> list[str]:
        """All contexts in natural order."""
        return [line.partition("\t")[0] for line in self.table[1:-1].split("\n")] if len(self.table) > 1 else []

    def switched(self, name: str) -> Proof | None:
        """What is proved of the file once ``name`` is current; None where writing it takes more thought."""
        if not is_plain(name):
            return None
        value = f'"{name}"' if self.value.startswith('"') else name
        return Proof(self.path, self.start, value, self.before, self.behind, self.table)

    def holds(self, copy: int | None = None, value: str = "") -> bool:
        """Whether the file is the one that was proved. Raises ``OSError``.

        ``copy``: an open file that receives what is read, with ``value`` instead of this one's.
        """
        source = os.open(self.path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        try:
            if _checksum(source, self.start, copy) != self.before:
                return False
            if os.read(source, len(self.value)) != self.value.encode("ascii"):
                return False
            if copy is not None:
                _write(copy, value.encode("ascii"))
            return _checksum(source, None, copy) == self.behind
        finally:
            os.close(source)


def of(env: Mapping[str, str], path: str) -> Proof | None:
    """What is proved of the file at ``path``: remembered (then it still has to hold), or found out now.

    Raises ``OSError`` and ``KxError`` for a file that cannot be read.
    """
    stamp = _stamp(path)
    proof = _remembered(env, path, stamp)
    if proof is None:
        proof = _found(path, contents(path))
        if proof is not None and stamp == _stamp(path):
            _note(env, proof, stamp)
    return proof


def keep(env: Mapping[str, str], proof: Proof) -> None:
    """Note what is proved of a file that was just written; if it is gone again, there is nothing to note."""
    try:
        stamp = _stamp(proof.path)
    except OSError:
        return
    _note(env, proof, stamp)


def _remembered(env: Mapping[str, str], path: str, stamp: str) -> Proof | None:
    try:
        with open(_file(env, path), encoding="utf-8", newline="\n") as stream:
            *head, table = stream.read().split("\n", _HEAD)
    except (OSError, ValueError):
        return None
    if head[:3] != [_FORM, path, stamp] or len(head) != _HEAD or not all(map(str.isdecimal, head[3:6])):
        return None
    return Proof(path, int(head[3]), head[6], int(head[4]), int(head[5]), table)


def _found(path: str, data: bytes) -> Proof | None:
    from kx.contexts.naturally import in_order  # late: the same files come again and again
    from kx.kubeconfig.scan import survey

    surveyed = survey(data.decode("ascii")) if data.isascii() else None
    if surveyed is None:
        return None
    scanned, places = surveyed
    at = places.keys.get("current-context")
    if at is None:
        return None
    start, end = at + len(_KEY), data.index(b"\n", at)
    value, current = data[start:end].decode("ascii"), scanned.current_context
    if value not in (f'"{current}"', current) or not (is_plain(current) or not current):
        return None
    entries = scanned.sections.get("contexts", {})
    table = "".join(f"{name}\t{entries[name].get('namespace', '')}\n" for name in in_order(entries))
    return Proof(path, start, value, crc32(data[:start]), crc32(data[end:]), f"\n{table}")


def _note(env: Mapping[str, str], proof: Proof, stamp: str) -> None:
    head = (_FORM, proof.path, stamp, str(proof.start), str(proof.before), str(proof.behind), proof.value)
    paths.keep(_file(env, proof.path), "\n".join((*head, proof.table)))


def _file(env: Mapping[str, str], path: str) -> str:
    return os.path.join(paths.base(env, "cache"), "contexts", f"{crc32(os.fsencode(path)):08x}")


def _stamp(path: str) -> str:
    status = os.stat(path)
    return f"{status.st_mtime_ns}.{status.st_ctime_ns}.{status.st_size}.{status.st_ino}.{status.st_dev}"


def _checksum(source: int, length: int | None, copy: int | None) -> int:
    """The checksum of the next bytes of ``source``, ``length`` or all that are left, copied on the way."""
    found = 0
    while piece := os.read(source, _PIECE if length is None else min(length, _PIECE)):
        found = crc32(piece, found)
        if copy is not None:
            _write(copy, piece)
        if length is not None:
            length -= len(piece)
    return found


def _write(descriptor: int, data: bytes) -> None:
    while data:
        data = data[os.write(descriptor, data) :]
