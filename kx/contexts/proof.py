"""What was proved of one kubeconfig file, kept for the next call, so that a large file need not be proved again.

``kx.kubeconfig.scan`` proves a file of kubectl's own shape by reading all of it. Most calls find the file as the call
before left it: then what that call knew still holds. A file counts as the same if its path, size, inode and times are
those that were noted. Times go in ticks, and two writes within one tick look alike; so until a tick is surely over,
checksums have to be the same as well (of what stands before and behind the name of the current context: a switch
changes none of them). The line that names the current context is looked at in any case. Only names and namespaces are
kept, never a credential. Other files, and texts that are more than ASCII, are left to those who read everything.
"""

from __future__ import annotations

import os
import time

from kx import paths
from kx.kubeconfig.plain import is_plain
from kx.kubeconfig.text import contents
from kx.records import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

_FORM = "kx contexts 1"  # another number whenever more or less counts as proved, or is noted in another way
_KEY = "current-context: "
_LONGEST_NAME = 60  # characters, of 255 bytes
_HEAD = 7  # lines before the table
_PIECE = 1 << 18  # bytes; larger ones cost more, because they do not stay in the processor's cache
_EARLY = 1 << 21  # bytes that are sent to the disk while the next ones are read
_COARSE_CLOCK = 5  # CLOCK_REALTIME_COARSE of Linux, by which file systems there stamp files
_LONGEST_TICK = 0.02  # seconds, elsewhere


@dataclass(frozen=True)
class Proof:
    """What a file says of its contexts, and where it names the current one."""

    path: str
    stamp: str  # the file's size, inode and times
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
        return Proof(self.path, self.stamp, self.start, value, self.before, self.behind, self.table)

    def holds(self, copy: int | None = None, value: str = "") -> bool:
        """Whether the file is the one that was proved. Raises ``OSError``.

        ``copy``: an open file that receives all of it, with ``value`` instead of this one's.
        """
        source = os.open(self.path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        try:
            status = os.fstat(source)
            if _stamp(status) != self.stamp or not self._names(source):
                return False
            counted = _may_be_written_unseen(status)
            if copy is None and not counted:
                return True
            before = _passed(source, self.start, copy, counted)
            os.read(source, len(self.value))
            if copy is not None:
                _write(copy, value.encode("ascii"))
            behind = _passed(source, None, copy, counted)
            return not counted or (before, behind) == (self.before, self.behind)
        finally:
            os.close(source)

    def _names(self, source: int) -> bool:
        """Whether the current context is named where it was."""
        line = f"{_KEY}{self.value}\n".encode("ascii")
        begin = self.start - len(_KEY)
        if begin and os.pread(source, 1, begin - 1) != b"\n":
            return False
        return os.pread(source, len(line), begin) == line


def of(env: Mapping[str, str], path: str) -> Proof | None:
    """What is proved of the file at ``path``: remembered (then it still has to hold), or found out now.

    Raises ``OSError`` and ``KxError`` for a file that cannot be read.
    """
    stamp = _stamp(os.stat(path))
    proof = _remembered(env, path, stamp)
    if proof is None:
        proof = _found(path, stamp, contents(path))
        if proof is not None and stamp == _stamp(os.stat(path)):
            _note(env, proof)
    return proof


def keep(env: Mapping[str, str], proof: Proof) -> None:
    """Note what is proved of a file that was just written; if it is gone again, there is nothing to note."""
    try:
        stamp = _stamp(os.stat(proof.path))
    except OSError:
        return
    _note(env, Proof(proof.path, stamp, proof.start, proof.value, proof.before, proof.behind, proof.table))


def _remembered(env: Mapping[str, str], path: str, stamp: str) -> Proof | None:
    try:
        with open(_file(env, path), encoding="utf-8", newline="\n") as stream:
            *head, table = stream.read().split("\n", _HEAD)
    except (OSError, ValueError):
        return None
    if head[:3] != [_FORM, path, stamp] or len(head) != _HEAD or not all(map(str.isdecimal, head[3:6])):
        return None
    return Proof(path, stamp, int(head[3]), head[6], int(head[4]), int(head[5]), table)


def _found(path: str, stamp: str, data: bytes) -> Proof | None:
    from zlib import crc32

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
    return Proof(path, stamp, start, value, crc32(data[:start]), crc32(data[end:]), f"\n{table}")


def _note(env: Mapping[str, str], proof: Proof) -> None:
    head = (_FORM, proof.path, proof.stamp, str(proof.start), str(proof.before), str(proof.behind), proof.value)
    paths.keep(_file(env, proof.path), "\n".join((*head, proof.table)))


def _file(env: Mapping[str, str], path: str) -> str:
    """Named after the path, as far as a name may be long: which file it is about, it says itself."""
    name = path.replace("%", "%25").replace("/", "%2F")[-_LONGEST_NAME:]
    return os.path.join(paths.base(env, "cache"), "contexts", name)


def _stamp(status: os.stat_result) -> str:
    return f"{status.st_mtime_ns}.{status.st_ctime_ns}.{status.st_size}.{status.st_ino}.{status.st_dev}"


def _may_be_written_unseen(status: os.stat_result) -> bool:
    """Whether a write could leave the file's times as they are: the last one was in this tick or the one before."""
    try:
        tick = time.clock_getres(_COARSE_CLOCK) if os.uname().sysname == "Linux" else _LONGEST_TICK
    except OSError:
        tick = _LONGEST_TICK
    return time.time() - status.st_ctime_ns / 1e9 < 2 * tick


def _passed(source: int, length: int | None, copy: int | None, counted: bool) -> int:
    """Go through the next bytes of ``source``, ``length`` or all that are left; their checksum, if ``counted``."""
    if counted:
        from zlib import crc32  # late: a file that is at rest need not be counted
    found = written = 0
    while piece := os.read(source, _PIECE if length is None else min(length, _PIECE)):
        if counted:
            found = crc32(piece, found)
        if copy is not None:
            _write(copy, piece)
            written = _sent_early(copy, written + len(piece))
        if length is not None:
            length -= len(piece)
    return found


def _sent_early(copy: int, written: int) -> int:
    """Have the system begin to write what it has got: the last word of it is waited for. What is not sent yet."""
    if written < _EARLY or not hasattr(os, "posix_fadvise"):
        return written
    end = os.lseek(copy, 0, os.SEEK_CUR)
    os.posix_fadvise(copy, end - written, written, os.POSIX_FADV_DONTNEED)
    return 0


def _write(descriptor: int, data: bytes) -> None:
    while data:
        data = data[os.write(descriptor, data) :]
