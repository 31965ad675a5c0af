"""tar, as far as `kubectl cp` and a person need it: archives to and from pipes or files of the container."""

from __future__ import annotations

import contextlib
import io
import posixpath
import tarfile
from collections.abc import AsyncIterator, Iterator

from kx.practice.node.files import FileError
from kx.practice.node.process import Process, ProgramError
from kx.practice.node.programs import archive

# What may stand beside the verb; none of it means anything where files have neither owners nor modes.
_IGNORED = frozenset({"--no-same-permissions", "--no-same-owner", "--overwrite", "--no-overwrite-dir"})
_FLAGS = frozenset("cxtvfmpoz")
_PIECE = 64 * 1024


class _Call:
    """The words of a tar line."""

    def __init__(self, process: Process) -> None:
        words = [word for word in process.argv[1:] if word not in _IGNORED]
        self.verb, self.archive, self.folder, self.verbose = "", "-", process.cwd, False
        self.names: list[str] = []
        first = True
        while words:
            word = words.pop(0)
            if word == "-C" and words:
                self.folder = process.path(words.pop(0))
            elif word.startswith("-") and word != "-" or first:
                self._letters(word.lstrip("-"), words)
            else:
                self.names.append(word)
            first = False
        if not self.verb:
            raise ProgramError("tar: You must specify one of the '-ctx' options", 2)

    def _letters(self, letters: str, words: list[str]) -> None:
        for letter in letters:
            if letter not in _FLAGS:
                raise ProgramError(f"tar: invalid option -- '{letter}'", 2)
            if letter == "z":
                raise ProgramError("tar: compression is not emulated in the practice cluster", 2)
            if letter in "ctx":
                self.verb = letter
            elif letter == "v":
                self.verbose = True
            elif letter == "f" and words:
                self.archive = words.pop(0)


async def main(process: Process) -> int:
    """``tar c|x|t [f FILE|-] [-C FOLDER] [NAME…]``."""
    call = _Call(process)
    if not process.files.is_folder(call.folder):
        raise ProgramError(f"tar: {call.folder}: Cannot open: No such file or directory", 2)
    return await {"c": _create, "x": _extract, "t": _list}[call.verb](process, call)


async def _create(process: Process, call: _Call) -> int:
    target = process.stdout if call.archive == "-" else _Archive(process, process.path(call.archive))
    status, stripped = 0, False
    for name in call.names:
        path = posixpath.normpath(posixpath.join(call.folder, name))
        if name.startswith("/") and not stripped:
            stripped = True
            process.complain("tar: Removing leading `/' from member names")
        if not process.files.exists(path):
            process.complain(f"tar: {name}: Cannot stat: No such file or directory")
            status = 2
            continue
        for inner, member in _members(process, path, name.lstrip("/") or "."):
            if call.verbose:
                process.complain(member)
            for piece in _packed(process, inner, member):
                target.write(piece)
                await target.drain()
    target.write(bytes(2 * tarfile.BLOCKSIZE))
    if isinstance(target, _Archive):
        target.close()
    if status:
        process.complain("tar: Exiting with failure status due to previous errors")
    return status


class _Archive:
    """An archive on its way into a file of the container."""

    def __init__(self, process: Process, path: str) -> None:
        process.files.write(path, b"")
        self._files, self._path, self._made = process.files, path, io.BytesIO()

    def write(self, data: bytes) -> None:
        self._made.write(data)

    async def drain(self) -> None:
        pass

    def close(self) -> None:
        self._files.write(self._path, self._made.getvalue())


def _members(process: Process, path: str, name: str) -> Iterator[tuple[str, str]]:
    """A path of the container and its name in the archive, then everything below it."""
    yield path, name
    if process.files.is_folder(path):
        for inner in process.files.names(path):
            yield from _members(process, posixpath.join(path, inner), posixpath.join(name, inner))


def _packed(process: Process, path: str, name: str) -> Iterator[bytes]:
    info = tarfile.TarInfo(name)
    info.mtime = int(process.clock.now().timestamp())
    if process.files.is_folder(path):
        info.type, info.mode = tarfile.DIRTYPE, 0o755
        yield info.tobuf(tarfile.GNU_FORMAT)
        return
    data = process.files.read(path)
    info.size = len(data)
    yield info.tobuf(tarfile.GNU_FORMAT)
    for at in range(0, len(data), _PIECE):
        yield data[at : at + _PIECE]
    yield bytes(-len(data) % tarfile.BLOCKSIZE)


async def _extract(process: Process, call: _Call) -> int:
    arriving: _Arriving | None = None
    async for event in _entries(process, call):
        if isinstance(event, archive.Member):
            arriving = _Arriving(process, call, event) if _is_wanted(call, event.name) else None
        elif arriving:
            arriving.take(event)
    return 0


def _is_wanted(call: _Call, name: str) -> bool:
    return not call.names or any(name == one or name.startswith(f"{one}/") for one in call.names)


class _Arriving:
    """A member on its way into the container."""

    def __init__(self, process: Process, call: _Call, member: archive.Member) -> None:
        # As tar does it: no member may climb out of the folder.
        inner = posixpath.normpath(posixpath.join("/", member.name)).lstrip("/")
        self._process, self._member = process, member
        self._target = posixpath.join(call.folder, inner)
        self._data = io.BytesIO()
        if call.verbose:
            process.say(member.name)
        with _told(member):
            _make_folders(process, self._target if member.is_folder else posixpath.dirname(self._target))
            if member.is_file:
                process.files.write(self._target, b"")

    def take(self, event: archive.Event) -> None:
        """Bytes, or the end of them."""
        if isinstance(event, bytes):
            self._data.write(event)
        elif self._member.is_file:
            with _told(self._member):
                self._process.files.write(self._target, self._data.getvalue())


@contextlib.contextmanager
def _told(member: archive.Member) -> Iterator[None]:
    try:
        yield
    except FileError as error:
        raise ProgramError(f"tar: {member.name}: Cannot open: {error.reason}", 2) from error


def _make_folders(process: Process, path: str) -> None:
    if path not in ("", "/") and not process.files.is_folder(path):
        _make_folders(process, posixpath.dirname(path))
        process.files.create_folder(path)


async def _list(process: Process, call: _Call) -> int:
    async for event in _entries(process, call):
        if isinstance(event, archive.Member) and _is_wanted(call, event.name):
            process.say(event.name + ("/" if event.is_folder else ""))
    return 0


async def _entries(process: Process, call: _Call) -> AsyncIterator[archive.Event]:
    reader = archive.Reader()
    try:
        async for piece in _pieces(process, call):
            for event in reader.receive(piece):
                yield event
        reader.finish()
    except archive.ArchiveError as error:
        raise ProgramError(f"tar: {error}", 2) from error


async def _pieces(process: Process, call: _Call) -> AsyncIterator[bytes]:
    if call.archive == "-":
        while piece := await process.stdin.read():
            yield piece
        return
    data = process.files.read(process.path(call.archive))
    for at in range(0, len(data), _PIECE):
        yield data[at : at + _PIECE]
