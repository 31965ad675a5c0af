"""Installing kubectl from a local server that behaves well, lies, or hangs up."""

from __future__ import annotations

import hashlib
import stat
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from kx.commands.kubectl import command
from kx.errors import KxError
from kx.kubectl.find import find
from kx.kubectl.install import Release, choose, install

BINARY = bytes(range(256)) * 2000


@dataclass
class Mirror:
    """What the server says, and what it was asked."""

    base: str = ""
    checksum: str = hashlib.sha256(BINARY).hexdigest()
    cut_after: list[int] = field(default_factory=list)  # per request for the binary: hang up after so many bytes
    ignore_ranges: bool = False
    ranges: list[str | None] = field(default_factory=list)


@pytest.fixture
def mirror() -> Iterator[Mirror]:
    state = Mirror()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:  # noqa: N802, the name is the base class's
            if self.path == "/stable.txt":
                self._send(b"v9.8.7\n")
            elif self.path.endswith("/kubectl.sha256"):
                self._send(state.checksum.encode())
            elif self.path == "/v9.8.7/bin/linux/amd64/kubectl":
                self._binary()
            else:
                self.send_error(404)

        def _binary(self) -> None:
            wanted = self.headers.get("Range")
            state.ranges.append(wanted)
            start = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted and not state.ignore_ranges else 0
            if start >= len(BINARY):
                self.send_error(416)
                return
            body = BINARY[start:]
            self.send_response(206 if start else 200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            cut = state.cut_after.pop(0) if state.cut_after else len(body)
            self.wfile.write(body[:cut])
            self.close_connection = True

        def _send(self, body: bytes) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    state.base = f"http://127.0.0.1:{server.server_address[1]}"
    yield state
    server.shutdown()
    thread.join()
    server.server_close()


def release(mirror: Mirror) -> Release:
    return choose("", {"KX_KUBECTL_MIRROR": mirror.base}, "Linux", "x86_64")


def nothing(done: int, total: int) -> None:
    pass


def test_the_newest_stable_one_is_put_in_place(mirror: Mirror, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    path = install(release(mirror), tmp_path / "bin", lambda done, total: seen.append((done, total)))
    assert path.read_bytes() == BINARY
    assert stat.S_IMODE(path.stat().st_mode) == 0o755
    assert seen[-1] == (len(BINARY), len(BINARY))
    assert [entry.name for entry in path.parent.iterdir()] == ["kubectl"]


def test_a_wrong_checksum_installs_nothing_and_keeps_the_old_one(mirror: Mirror, tmp_path: Path) -> None:
    (tmp_path / "kubectl").write_bytes(b"old")
    mirror.checksum = "0" * 64
    with pytest.raises(KxError, match="is not the published one"):
        install(release(mirror), tmp_path, nothing)
    assert {entry.name: entry.read_bytes() for entry in tmp_path.iterdir()} == {"kubectl": b"old"}


def test_a_cut_connection_goes_on_where_it_ended(mirror: Mirror, tmp_path: Path) -> None:
    mirror.cut_after = [100_000, 200_000]
    assert install(release(mirror), tmp_path, nothing).read_bytes() == BINARY
    assert mirror.ranges == [None, "bytes=100000-", "bytes=300000-"]


def test_a_server_that_keeps_hanging_up_is_resumed_by_the_next_call(mirror: Mirror, tmp_path: Path) -> None:
    mirror.cut_after = [1000, 0, 0, 0, 0]
    with pytest.raises(KxError, match="ended after 1,000 bytes"):
        install(release(mirror), tmp_path, nothing)
    mirror.cut_after, mirror.ranges = [], []
    assert install(release(mirror), tmp_path, nothing).read_bytes() == BINARY
    assert mirror.ranges == ["bytes=1000-"]


def test_a_server_without_ranges_sends_all_of_it_again(mirror: Mirror, tmp_path: Path) -> None:
    mirror.cut_after = [1000]
    mirror.ignore_ranges = True
    assert install(release(mirror), tmp_path, nothing).read_bytes() == BINARY


def test_a_download_that_was_whole_but_not_verified_is_not_fetched_again(mirror: Mirror, tmp_path: Path) -> None:
    (tmp_path / ".kubectl-v9.8.7-linux-amd64.part").write_bytes(BINARY)
    assert install(release(mirror), tmp_path, nothing).read_bytes() == BINARY


@pytest.mark.parametrize(
    ("version", "env", "system", "message"),
    [
        ("latest", {}, "Linux", "is not a kubectl version"),
        ("v1.30", {}, "Linux", "is not a kubectl version"),
        ("../../etc", {}, "Linux", "is not a kubectl version"),
        ("v1.30.0", {}, "Plan9", "no official kubectl for Plan9"),
        ("v1.30.0", {"KX_KUBECTL_MIRROR": "file:///etc"}, "Linux", "is not an http or https address"),
    ],
)
def test_what_cannot_be_fetched_is_refused(version: str, env: dict[str, str], system: str, message: str) -> None:
    with pytest.raises(KxError, match=message):
        choose(version, env, system, "x86_64")


def test_a_version_that_does_not_exist_says_so(mirror: Mirror, tmp_path: Path) -> None:
    wanted = choose("1.2.3", {"KX_KUBECTL_MIRROR": mirror.base}, "Darwin", "arm64")
    assert wanted.url.endswith("/v1.2.3/bin/darwin/arm64/kubectl")
    with pytest.raises(KxError, match="Cannot fetch") as refusal:
        install(Release(mirror.base, "v1.2.3", "linux", "386"), tmp_path, nothing)
    assert "KX_KUBECTL_MIRROR" in refusal.value.hint


def test_an_address_that_nobody_answers(tmp_path: Path) -> None:
    with pytest.raises(KxError, match="Cannot fetch"):
        choose("", {"KX_KUBECTL_MIRROR": "http://127.0.0.1:1"}, "Linux", "x86_64")


def test_a_folder_that_cannot_be_written(mirror: Mirror, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(KxError, match="Cannot write to"):
        install(release(mirror), tmp_path / "file" / "bin", nothing)


def test_the_command_prints_the_path(mirror: Mirror, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KX_KUBECTL_MIRROR", mirror.base)
    monkeypatch.setattr("platform.system", lambda: "Linux")
    monkeypatch.setattr("platform.machine", lambda: "x86_64")
    result = CliRunner().invoke(command, ["install", "--to", str(tmp_path)])
    assert result.exit_code == 0, result.output
    assert result.stdout == f"{tmp_path / 'kubectl'}\n"


def test_what_was_installed_is_found(mirror: Mirror, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    env = {"KX_KUBECTL_MIRROR": mirror.base, "XDG_DATA_HOME": str(tmp_path), "PATH": str(tmp_path)}
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("platform.system", lambda: "Linux")
    monkeypatch.setattr("platform.machine", lambda: "x86_64")
    result = CliRunner().invoke(command, ["install"])
    assert result.stdout == f"{find(env).path}\n"
    assert find(env).source == "installed"
