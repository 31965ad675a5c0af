"""``kx ctx`` and ``kx ns`` as whole processes. What they do is tested in tests/contexts."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import kx
from kx.kubeconfig import read
from tests.kubeconfig.builders import config, entry, write
from tests.kubectls import Kubectl, find_kubectls

ROOT = str(Path(kx.__file__).parent.parent)
each_kubectl = pytest.mark.parametrize("kubectl", find_kubectls(), ids=lambda kubectl: kubectl.version)


class Desk:
    """Two kubeconfig files and a way to call kx on them."""

    def __init__(self, folder: Path) -> None:
        self.one = write(folder / "one", config(entry("dev"), current="dev", servers={"dev": "https://127.0.0.1:1"}))
        self.two = write(folder / "two", config(entry("prod", namespace="web")))
        self.env = {
            "HOME": str(folder),
            "PATH": "/usr/bin:/bin",
            "PYTHONPATH": ROOT,
            "KUBECONFIG": f"{self.one}:{self.two}",
        }

    def kx(self, *words: str) -> subprocess.CompletedProcess[str]:
        argv = [sys.executable, "-m", "kx", *words]
        return subprocess.run(argv, env=self.env, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


@each_kubectl
def test_kubectl_sees_what_kx_wrote(kubectl: Kubectl, desk: Desk) -> None:
    assert desk.kx("ctx", "prod").stderr == '✔ Switched to context "prod".\n'
    assert desk.kx("ns", "other", "-f").stderr == '✔ Active namespace is "other"\n'
    said = subprocess.run(
        [str(kubectl.path), "config", "view", "-o", "jsonpath={..namespace} {.current-context}"],
        env=desk.env, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert said.stdout == "other prod"
    assert read.load_file(desk.two).contexts["prod"].namespace == "other"
    assert read.load_file(desk.one).current_context == "prod"


def test_only_the_file_that_changes_is_written_and_only_there(desk: Desk) -> None:
    """kubectx writes every file of the list anew, with another indentation."""
    text = desk.one.read_text(encoding="utf-8").replace("preferences: {}\n", "preferences: {}  # mine\n")
    desk.one.write_text(text, encoding="utf-8")
    before = desk.two.stat()
    desk.kx("ctx", "prod")
    assert desk.one.read_text(encoding="utf-8") == text.replace("current-context: dev", "current-context: prod")
    after = desk.two.stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


@pytest.mark.parametrize(
    ("line", "out"),
    [
        ("ctx", "dev\nprod\n"),
        ("ctx -c", "dev\n"),
        ("ns -c", "default\n"),
        ("ns -c --context prod", "web\n"),
        ("ns --context=prod -c", "web\n"),
        ("--context prod ns -c", "web\n"),
        ("ctx --kubeconfig {two}", "prod\n"),
        ("--kubeconfig {two} ctx", "prod\n"),
        ("ctx pro*", "prod\n"),
        ("ctx -V", f"{kx.__version__}\n"),
    ],
)
def test_looking(line: str, out: str, desk: Desk) -> None:
    done = desk.kx(*line.format(two=desk.two).split())
    assert (done.returncode, done.stdout, done.stderr) == (0, out, "")


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("ctx pro", 'error: failed to switch context: no context exists with the name: "pro"\n'),
        ("ctx --kubeconfig", "error: --kubeconfig needs a value\n"),
        ("ctx -c --kubeconfig {two}", "error: current-context is not set\n"),
        ("ctx x*", 'error: failed to switch context: no context exists with the name: "x*"\n'),
        ("ctx --session", "error: '--session' needs one context name\n"),
        ("ns ../x -f", 'error: "../x" cannot be the name of a namespace\n'),
        ("ns -f x --context nope", 'error: failed to get current namespace: context with name "nope" not found\n'),
    ],
)
def test_mistakes(line: str, says: str, desk: Desk) -> None:
    done = desk.kx(*line.format(two=desk.two).split())
    assert (done.returncode, done.stdout, done.stderr) == (1, "", says)


@pytest.mark.parametrize("name", ["", "A b", "x" * 64, "a\x1b[31m", "a\nb"])
def test_a_name_no_namespace_can_have_is_refused(name: str, desk: Desk) -> None:
    done = desk.kx("ns", "-f", name)
    assert (done.returncode, done.stdout) == (1, "")
    assert "cannot be the name of a namespace" in done.stderr
    assert "\x1b" not in done.stderr and done.stderr.count("\n") == 1


def test_help_goes_to_standard_output(desk: Desk) -> None:
    for command in ("ctx", "ns"):
        done = desk.kx(command, "--help")
        assert (done.returncode, done.stderr) == (0, "")
        assert f"kx {command} NAME" in done.stdout
        assert max(len(line) for line in done.stdout.splitlines()) <= 120


@pytest.mark.parametrize("line", ["ctx", "ctx -c", "ctx prod", "ctx -", "ns -c", "ns x -f", "ctx -h"])
def test_nothing_heavy_is_loaded(line: str, desk: Desk) -> None:
    desk.kx("ctx", "dev")
    code = f"import sys; from kx.__main__ import run; run({line.split()!r}); print('loaded', *sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], env=desk.env, capture_output=True, text=True, check=True)
    loaded = set(done.stdout.rpartition("loaded")[2].split())
    heavy = {"click", "kubernetes", "yaml", "tabulate", "prompt_toolkit", "cryptography", "asyncio", "dataclasses",
             "subprocess", "tempfile", "typing", "json", "hashlib", "kx.kubectl.catalog"}  # fmt: skip
    assert not loaded & heavy
