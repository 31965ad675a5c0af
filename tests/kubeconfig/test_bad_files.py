"""Files that are no kubeconfigs: one clear sentence each, in bounded time and memory, and never written to."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from kx.errors import KxError
from kx.kubeconfig import change, read
from kx.kubeconfig.text import MOST_BYTES

BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{new}: &{new} [*{old}, *{old}, *{old}, *{old}, *{old}, *{old}, *{old}, *{old}, *{old}]\n"
    for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)
WHOLE = "apiVersion: v1\ncontexts:\n- context:\n    cluster: one\n    user: me\n  name: dev\ncurrent-context: dev\n"
BAD: dict[str, tuple[bytes, str]] = {
    "binary": (b"\x7fELF\x02\x01\x01\x00\x00", "NUL character"),
    "invalid UTF-8": (b"current-context: \xff\xfe", "not UTF-8"),
    "half of UTF-16": ("current-context: dev\n".encode("utf-16")[:-1], "not UTF-8"),
    "NUL": (b"current-context: a\x00b\n", "NUL character"),
    "an escape sequence": (b"current-context: \x1b[31m\n", "control characters"),
    "truncated in brackets": (b'{"contexts": [{"name": "a", "cont', "line 1"),
    "truncated in quotes": (b'contexts:\n- name: "a', "line 2"),
    "truncated in a name": (WHOLE[: WHOLE.index("user") + 3].encode(), "line 6"),
    "tabs": (b"contexts:\n\t- name: a\n", "line 2"),
    "a bomb": (BOMB.encode(), "aliases"),
    "a bomb in the contexts": (BOMB.encode() + b"contexts: [*i]\n", "aliases"),
    "itself": (b"a: &a {b: *a}\n", "contains itself"),
    "an alias of nothing": (b"a: *b\n", "alias"),
    "deep brackets": (b"a: " + b"[" * 100_000, "nest"),
    "deep lists": (b"- " * 100_000, "nest"),
    "deep mappings": ("".join(f"{' ' * depth}a:\n" for depth in range(500)).encode(), "nested more than 200"),
    "more behind the end": (b'{"current-context": "a"}-\n', "line 1"),
    "a list": (b"- a\n- b\n", "not a mapping"),
    "text": (b"hello\n", "not a mapping"),
    "another version": (b"apiVersion: v2\n", "apiVersion is not v1"),
    "another kind": (b"apiVersion: v1\nkind: Pod\n", "kind is not Config"),
    "too large": (b"a: " + b"x" * MOST_BYTES, "larger than 40 MB"),
    "too large, of lines": (b"# kubeconfig\n" * (50 * 1024 * 1024 // 13), "larger than 40 MB"),
}


def refused(env: dict[str, str], says: str) -> None:
    with pytest.raises(KxError, match=says) as raised:
        read.load(env)
    assert "\n" not in raised.value.message
    assert len(raised.value.message) < 400


@pytest.mark.parametrize(("data", "says"), BAD.values(), ids=BAD.keys())
def test_one_sentence_says_what_is_wrong(tmp_path: Path, data: bytes, says: str) -> None:
    file = tmp_path / "config"
    file.write_bytes(data)
    env = {"KUBECONFIG": str(file)}
    refused(env, says)
    with pytest.raises(KxError):
        change.use_context(env, None, "dev")
    assert file.read_bytes() == data
    assert [path.name for path in tmp_path.iterdir()] == ["config"]


@pytest.mark.parametrize("data", [b"", b"\n", b"# nothing\n", b"---\n", b"null\n", "\ufeff".encode()])
def test_an_empty_file_says_nothing(tmp_path: Path, data: bytes) -> None:
    file = tmp_path / "config"
    file.write_bytes(data)
    assert read.load({"KUBECONFIG": str(file)}).contexts == {}


def test_utf_16_is_read_as_kubectl_does_but_left_for_kubectl_to_write(tmp_path: Path) -> None:
    file = tmp_path / "config"
    file.write_bytes(WHOLE.encode("utf-16"))
    env = {"KUBECONFIG": str(file)}
    assert read.load(env).current_context == "dev"
    with pytest.raises(change.KubectlNeededError, match="UTF-16"):
        change.set_namespace(env, None, "dev", "shop")


def test_what_is_no_file_is_named(tmp_path: Path) -> None:
    refused({"KUBECONFIG": str(tmp_path)}, "Is a directory")
    os.mkfifo(tmp_path / "pipe")
    refused({"KUBECONFIG": str(tmp_path / "pipe")}, "it is a pipe")
    assert read.load({"KUBECONFIG": os.devnull}).contexts == {}
    refused({"KUBECONFIG": "/dev/zero"}, "larger than 40 MB")


def test_an_unreadable_file_is_named(tmp_path: Path) -> None:
    file = tmp_path / "config"
    file.write_text(WHOLE, encoding="utf-8")
    if os.geteuid() == 0:
        pytest.skip("the superuser may read everything")
    file.chmod(0)
    refused({"KUBECONFIG": str(file)}, "Permission denied")


@pytest.mark.parametrize("name", ["a bomb", "a bomb in the contexts", "deep brackets", "too large"])
def test_a_little_memory_is_enough_to_refuse(tmp_path: Path, name: str) -> None:
    file = tmp_path / "config"
    file.write_bytes(BAD[name][0])
    code = (
        "import resource\nresource.setrlimit(resource.RLIMIT_AS, (400 * 1024 * 1024,) * 2)\n"
        "import os\nfrom kx.errors import KxError\nfrom kx.kubeconfig import read\n"
        "try:\n read.load(os.environ)\nexcept KxError as error:\n print(error.message)\n"
    )
    argv = [sys.executable, "-c", code]
    done = subprocess.run(argv, env={**os.environ, "KUBECONFIG": str(file)}, capture_output=True, text=True, check=True)
    assert "cannot read the kubeconfig file" in done.stdout
