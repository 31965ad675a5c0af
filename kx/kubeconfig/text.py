"""The characters of a kubeconfig file, exactly as they are: line ends and byte order mark stay. Reads, never writes."""

from __future__ import annotations

import codecs
import os
import stat

from kx.errors import KxError

TYPE_CHECKING = False
if TYPE_CHECKING:  # importing it would cost a tenth of a switch
    from os import PathLike

# The largest kubeconfigs that people have are 17 MB; a file of this size is something else, and not read into memory.
MOST_BYTES = 40 * 1024 * 1024


def read_text(path: str | PathLike[str]) -> str:
    """The contents. Raises ``KxError`` with one sentence for what cannot be a kubeconfig."""
    return decoded(path)[0]


def decoded(path: str | PathLike[str]) -> tuple[str, str]:
    """The contents and their encoding: UTF-8, or the UTF-16 that some programs of Windows write and kubectl reads."""
    try:
        data = contents(path)
        encoding = "utf-16" if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8"
        text = data.decode(encoding)
    except OSError as error:
        raise unreadable(path, error.strerror or str(error)) from error
    except UnicodeDecodeError as error:
        raise unreadable(path, "it is not UTF-8 text") from error
    if "\0" in text:
        raise unreadable(path, "it holds a NUL character, so it is no text")
    return text, encoding


def unreadable(path: str | PathLike[str], why: str, hint: str = "") -> KxError:
    """The error for a kubeconfig file that cannot be read."""
    return KxError(f"cannot read the kubeconfig file {path}: {why}", hint)


def contents(path: str | PathLike[str]) -> bytes:
    """The bytes. Raises ``OSError``, and ``KxError`` for what is not to be read into memory."""
    # Without O_NONBLOCK, opening a pipe that nobody writes to would wait for ever.
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    try:
        status = os.fstat(descriptor)
        if stat.S_ISFIFO(status.st_mode):
            raise unreadable(path, "it is a pipe, which can be read only once")
        data = os.read(descriptor, min(status.st_size, MOST_BYTES) + 1)
        while len(data) <= MOST_BYTES and (more := os.read(descriptor, 1 << 20)):
            data += more
    finally:
        os.close(descriptor)
    if len(data) > MOST_BYTES:
        raise unreadable(path, f"it is larger than {MOST_BYTES // 1024 // 1024} MB")
    return data


def holds(path: str, expected: bytes) -> bool:
    """Whether a file's bytes are these. Keeps no second copy of them. Raises ``OSError``."""
    at = 0
    with open(path, "rb", buffering=0) as stream:
        while piece := stream.read(1 << 20):
            if not expected.startswith(piece, at):
                return False
            at += len(piece)
    return at == len(expected)
