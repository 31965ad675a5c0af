"""Fetch the official kubectl: the right binary, its published SHA-256 verified, put in place in one step.

A download that was cut goes on where it ended. Nothing is run, and nothing outside the target folder is touched.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import http.client
import os
import platform
import re
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import BinaryIO, Protocol

from kx.errors import KxError
from kx.records import dataclass

OFFICIAL = "https://dl.k8s.io/release"
MIRROR_VARIABLE = "KX_KUBECTL_MIRROR"
_PIECE = 1 << 16
_TRIES = 4
_TIMEOUT = 30.0  # seconds without a byte
_VERSION = re.compile(r"v\d+\.\d+\.\d+(-[0-9A-Za-z.]+)?")

_SYSTEMS = {"Linux": "linux", "Darwin": "darwin", "Windows": "windows"}
_MACHINES = {
    "x86_64": "amd64",
    "amd64": "amd64",
    "aarch64": "arm64",
    "arm64": "arm64",
    "i386": "386",
    "i686": "386",
    "armv7l": "arm",
    "armv6l": "arm",
    "ppc64le": "ppc64le",
    "s390x": "s390x",
}


class Progress(Protocol):
    """Told how far a download is: bytes there, bytes in all (0: not known)."""

    def __call__(self, done: int, total: int) -> None: ...


@dataclass(frozen=True)
class Release:
    """One published binary."""

    base: str
    version: str  # "v1.33.1"
    system: str  # "linux"
    machine: str  # "amd64"

    @property
    def file(self) -> str:
        """The binary's own name."""
        return "kubectl.exe" if self.system == "windows" else "kubectl"

    @property
    def url(self) -> str:
        """Where the binary is; its checksum is at the same address with ``.sha256`` behind it."""
        return f"{self.base}/{self.version}/bin/{self.system}/{self.machine}/{self.file}"


def choose(version: str, env: Mapping[str, str], system: str = "", machine: str = "") -> Release:
    """The release to fetch; an empty ``version`` asks for the newest stable one. Raises ``KxError``."""
    base = (env.get(MIRROR_VARIABLE) or OFFICIAL).rstrip("/")
    if not base.startswith(("https://", "http://")):
        raise KxError(f"{MIRROR_VARIABLE} is {base!r}, which is not an http or https address.")
    kind = _SYSTEMS.get(system or platform.system())
    cpu = _MACHINES.get((machine or platform.machine()).lower())
    if kind is None or cpu is None:
        raise KxError(
            f"There is no official kubectl for {system or platform.system()} on {machine or platform.machine()}.",
            "Build or fetch one yourself and name it with KX_KUBECTL=/path/to/kubectl.",
        )
    wanted = version.strip() or _text(f"{base}/stable.txt").strip()
    wanted = wanted if wanted.startswith("v") else f"v{wanted}"
    if not _VERSION.fullmatch(wanted):
        raise KxError(f"{wanted.removeprefix('v')!r} is not a kubectl version.", "A version looks like v1.33.1.")
    return Release(base, wanted, kind, cpu)


def install(release: Release, folder: Path, progress: Progress) -> Path:
    """Fetch ``release`` into ``folder`` and return the path of the binary (mode 0755). Raises ``KxError``.

    The binary that may already be there is replaced in one step, and only by one whose checksum is right.
    """
    expected = _checksum(release)
    target = folder / release.file
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o755)
        part = folder / f".{release.file}-{release.version}-{release.system}-{release.machine}.part"
        with _locked(part) as file:
            _download(release.url, file, progress)
            _verify(file, expected, release, part)
            file.flush()
            os.fchmod(file.fileno(), 0o755)
            os.fsync(file.fileno())
            os.replace(part, target)
    except OSError as error:
        raise KxError(
            f"Cannot write to {folder}: {error.strerror or error}.", "Name another folder with --to."
        ) from error
    return target


@contextlib.contextmanager
def _locked(part: Path) -> Iterator[BinaryIO]:
    """The partial file, open for reading and writing, held by this process alone."""
    with open(os.open(part, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600), "r+b") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise KxError("Another kx is installing this kubectl right now.", "Wait for it to end.") from None
        yield file


def _checksum(release: Release) -> str:
    text = _text(f"{release.url}.sha256").split()
    if not text or not re.fullmatch(r"[0-9a-fA-F]{64}", text[0]):
        raise KxError(f"{release.url}.sha256 does not hold a SHA-256 checksum.", "Try another version or mirror.")
    return text[0].lower()


def _verify(file: BinaryIO, expected: str, release: Release, part: Path) -> None:
    file.seek(0)
    digest = hashlib.sha256()
    while piece := file.read(1 << 20):
        digest.update(piece)
    if digest.hexdigest() != expected:
        part.unlink()
        raise KxError(
            f"The kubectl from {release.url} is not the published one: its SHA-256 is {digest.hexdigest()}, "
            f"but it should be {expected}.",
            "Nothing was installed and the download was thrown away. Try again, or another mirror.",
        )


def _download(url: str, file: BinaryIO, progress: Progress) -> None:
    """Bring ``file`` to the full length of what is at ``url``, going on where it ends now."""
    for attempt in range(_TRIES):
        start = file.seek(0, os.SEEK_END)
        if _continue(url, file, start, progress):
            return
        if file.seek(0, os.SEEK_END) == start and attempt:
            break
    raise KxError(
        f"The connection ended after {file.seek(0, os.SEEK_END):,} bytes of {url}.",
        "What is there is kept: call kx kubectl install again and it goes on from there.",
    )


def _continue(url: str, file: BinaryIO, start: int, progress: Progress) -> bool:
    """One request for the rest; whether all of it has come."""
    try:
        with _open(url, {"Range": f"bytes={start}-"} if start else {}) as answer:
            if answer.status != 206:
                # The server sends everything anew.
                start = 0
                file.truncate(0)
            file.seek(start)
            length = answer.headers.get("Content-Length")
            total = start + int(length) if length else 0
            _copy(answer, file, start, total, progress)
            return not total or file.tell() == total
    except urllib.error.HTTPError as error:
        if error.code == 416 and start:
            return True  # nothing is left to send; the checksum decides whether it is right
        raise _unreachable(url, error) from error
    except (http.client.HTTPException, ConnectionError, TimeoutError):
        return False


def _copy(
    answer: http.client.HTTPResponse, file: BinaryIO, done: int, total: int, progress: Callable[[int, int], None]
) -> None:
    while piece := answer.read(_PIECE):
        file.write(piece)
        done += len(piece)
        progress(done, total)


def _text(url: str) -> str:
    try:
        with _open(url, {}) as answer:
            return answer.read(1 << 16).decode("ascii", "replace")
    except (http.client.HTTPException, OSError) as error:
        raise _unreachable(url, error) from error


def _open(url: str, headers: Mapping[str, str]) -> http.client.HTTPResponse:
    request = urllib.request.Request(url, headers={"User-Agent": "kx", **headers})
    answer: http.client.HTTPResponse = urllib.request.urlopen(request, timeout=_TIMEOUT)
    return answer


def _unreachable(url: str, error: Exception) -> KxError:
    if isinstance(error, urllib.error.HTTPError):
        why = f"the server answered {error.code} {error.reason}"
        error.close()
    else:
        why = str(getattr(error, "reason", "") or error)
    hint = f"Check the network, name a mirror with {MIRROR_VARIABLE}, or name a kubectl with KX_KUBECTL=/path."
    if os.path.exists("/etc/debian_version"):
        hint = f"On Debian-like systems the package kubernetes-client brings kubectl. {hint}"
    return KxError(f"Cannot fetch {url}: {why}.", hint)
