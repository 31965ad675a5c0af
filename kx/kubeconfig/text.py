"""The characters of a kubeconfig file, exactly as they are: line ends and byte order mark stay. Reads, never writes."""

from __future__ import annotations

import codecs
import os
import stat
from pathlib import Path

from kx.errors import KxError

# The largest kubeconfigs that people have are 17 MB; a file of this size is something else, and not read into memory.
MOST_BYTES = 40 * 1024 * 1024


def read_text(path: Path) -> str:
    """The contents. Raises ``KxError`` with one sentence for what cannot be a kubeconfig."""
    return decoded(path)[0]


def decoded(path: Path) -> tuple[str, str]:
    """The contents and their encoding: UTF-8, or the UTF-16 that some programs of Windows write and kubectl reads."""
    try:
        data = _read(path)
        encoding = "utf-16" if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8"
        text = data.decode(encoding)
    except OSError as error:
        raise unreadable(path, error.strerror or str(error)) from error
    except UnicodeDecodeError as error:
        raise unreadable(path, "it is not UTF-8 text") from error
    if "\0" in text:
        raise unreadable(path, "it holds a NUL character, so it is no text")
    return text, encoding


def unreadable(path: Path, why: str, hint: str = "") -> KxError:
    """The error for a kubeconfig file that cannot be read."""
    return KxError(f"cannot read the kubeconfig file {path}: {why}", hint)


def _read(path: Path) -> bytes:
    # Without O_NONBLOCK, opening a pipe that nobody writes to would wait for ever.
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    with open(descriptor, "rb") as stream:
        if stat.S_ISFIFO(os.fstat(descriptor).st_mode):
            raise unreadable(path, "it is a pipe, which can be read only once")
        data = stream.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise unreadable(path, f"it is larger than {MOST_BYTES // 1024 // 1024} MB")
    return data
