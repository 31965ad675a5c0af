"""tar, as far as `kubectl cp` and a person need it: archives to and from pipes or files of the container."""

from __future__ import annotations

import io
import posixpath
import tarfile
from collections.abc import Iterator

from kx.practice.node.files import FileError
from kx.practice.node.process import Process, ProgramError

# What may stand beside the verb; none of it means anything where files have neither owners nor modes.
_IGNORED = frozenset({"--no-same-permissions", "--no-same-owner", "--overwrite", "--no-overwrite-dir"})
_FLAGS = frozenset("cxtvfmpoz")


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
    status, stripped = 0, False
    made = bytearray()
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
            made += _packed(process, inner, member)
            if call.archive == "-":
                process.stdout.write(bytes(made))
                made.clear()
                await process.stdout.drain()
    made += bytes(2 * tarfile.BLOCKSIZE)
    if call.archive == "-":
        process.stdout.write(bytes(made))
    else:
        process.files.write(process.path(call.archive), bytes(made))
    if status:
        process.complain("tar: Exiting with failure status due to previous errors")
    return status


def _members(process: Process, path: str, name: str) -> Iterator[tuple[str, str]]:
    """A path of the container and its name in the archive, then everything below it."""
    yield path, name
    if process.files.is_folder(path):
        for inner in process.files.names(path):
            yield from _members(process, posixpath.join(path, inner), posixpath.join(name, inner))


def _packed(process: Process, path: str, name: str) -> bytes:
    info = tarfile.TarInfo(name)
    info.mtime = int(process.clock.now().timestamp())
    if process.files.is_folder(path):
        info.type, info.mode = tarfile.DIRTYPE, 0o755
        return info.tobuf(tarfile.GNU_FORMAT)
    data = process.files.read(path)
    info.size = len(data)
    return info.tobuf(tarfile.GNU_FORMAT) + data + bytes(-len(data) % tarfile.BLOCKSIZE)


async def _archive(process: Process, call: _Call) -> bytes:
    return await process.stdin.read_all() if call.archive == "-" else process.files.read(process.path(call.archive))


async def _extract(process: Process, call: _Call) -> int:
    for info, data in _entries(await _archive(process, call)):
        if call.names and not any(info.name == name or info.name.startswith(f"{name}/") for name in call.names):
            continue
        # As tar does it: no member may climb out of the folder.
        inner = posixpath.normpath(posixpath.join("/", info.name)).lstrip("/")
        target = posixpath.join(call.folder, inner)
        if call.verbose:
            process.say(info.name)
        try:
            _make_folders(process, target if info.isdir() else posixpath.dirname(target))
            if info.isfile():
                process.files.write(target, data)
        except FileError as error:
            raise ProgramError(f"tar: {info.name}: Cannot open: {error.reason}", 2) from error
    return 0


def _make_folders(process: Process, path: str) -> None:
    if path not in ("", "/") and not process.files.is_folder(path):
        _make_folders(process, posixpath.dirname(path))
        process.files.create_folder(path)


async def _list(process: Process, call: _Call) -> int:
    for info, _ in _entries(await _archive(process, call)):
        process.say(info.name + ("/" if info.isdir() else ""))
    return 0


def _entries(archive: bytes) -> Iterator[tuple[tarfile.TarInfo, bytes]]:
    if not archive:
        return
    try:
        with tarfile.open(fileobj=io.BytesIO(archive), mode="r:") as opened:
            for info in opened:
                held = opened.extractfile(info) if info.isfile() else None
                yield info, held.read() if held else b""
    except tarfile.TarError as error:
        raise ProgramError("tar: This does not look like a tar archive", 2) from error
