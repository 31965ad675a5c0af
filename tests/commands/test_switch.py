"""``kx ctx`` and ``kx ns``, with every real kubectl doing the writing."""

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

newest_kubectl = pytest.mark.parametrize("kubectl", find_kubectls()[-1:], ids=lambda kubectl: kubectl.version)


class Desk:
    """Two kubeconfig files and a way to call kx on them."""

    def __init__(self, folder: Path, kubectl: str = "") -> None:
        one = write(folder / "one", config(entry("dev"), current="dev", servers={"dev": "https://127.0.0.1:1"}))
        two = write(folder / "two", config(entry("prod", namespace="web")))
        self.env = {
            "HOME": str(folder),
            "PATH": "/usr/bin:/bin",
            "PYTHONPATH": ROOT,
            "KUBECONFIG": f"{one}:{two}",
            "KX_KUBECTL": kubectl,
        }

    def kx(self, *words: str) -> subprocess.CompletedProcess[str]:
        argv = [sys.executable, "-m", "kx", *words]
        return subprocess.run(argv, env=self.env, capture_output=True, text=True, check=False)


@each_kubectl
def test_switching_writes_as_kubectl_does(kubectl: Kubectl, tmp_path: Path) -> None:
    desk = Desk(tmp_path, str(kubectl.path))
    done = desk.kx("ctx", "prod")
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == "Now using context prod, namespace web.\n"
    assert desk.kx("ns", "other").stderr == "Context prod now uses namespace other.\n"
    assert read.current(desk.env).namespace == "other"
    assert read.load_file(tmp_path / "two").contexts["prod"].namespace == "other"
    assert read.load_file(tmp_path / "one").current_context == "prod"


def test_lists_and_the_current_one(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    assert desk.kx("ctx").stdout == "dev\nprod\n"
    assert desk.kx("ctx", "-c").stdout == "dev\n"
    assert desk.kx("ns", "-c").stdout == "default\n"
    assert desk.kx("ns", "-c", "--context", "prod").stdout == "web\n"
    assert desk.kx("ctx", "-c", "--kubeconfig", str(tmp_path / "two")).returncode == 1


@newest_kubectl
@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["ctx", "prd"], "Did you mean prod?"),
        (["ctx", "-c", "--kubeconfig", "/nowhere"], "/nowhere does not exist"),
        (["ns", "x", "--context", "nope"], 'context "nope" does not exist'),
        (["ns"], "the namespaces cannot be listed"),
    ],
)
def test_mistakes(kubectl: Kubectl, words: list[str], says: str, tmp_path: Path) -> None:
    done = Desk(tmp_path, str(kubectl.path)).kx(*words)
    assert (done.returncode, done.stdout) == (1, "")
    assert says in done.stderr


@pytest.mark.parametrize("name", ["", "../x", "A b", "-x", "x" * 64, "a\x1b[31m"])
def test_a_name_no_namespace_can_have_is_refused(name: str, tmp_path: Path) -> None:
    done = Desk(tmp_path).kx("ns", "--", name)
    assert (done.returncode, done.stdout) == (2, "")
    assert "cannot be the name of a namespace" in done.stderr
    assert "\x1b" not in done.stderr


def test_an_empty_kubeconfig_is_said(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.env["KUBECONFIG"] = str(tmp_path / "none")
    done = desk.kx("ctx")
    assert (done.returncode, done.stdout) == (0, "")
    assert "no context" in done.stderr


def test_listing_loads_nothing_heavy(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    code = "import sys; from kx.__main__ import run; run(['ctx']); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], env=desk.env, capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in done.stdout.split()}
    assert not loaded & {"kubernetes", "yaml", "tabulate", "prompt_toolkit", "cryptography", "asyncio"}
