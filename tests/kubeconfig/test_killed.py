"""Killed at any moment, and with many writing at once, the file is whole and nothing is lost.

``KX_KILLS`` and ``KX_SECONDS`` ask for more than every run has time for.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from kx.kubeconfig import change, read
from tests.kubeconfig.builders import config, entry, write
from tests.kubectls import find_kubectls, run_offline

KILLS = int(os.environ.get("KX_KILLS", "100"))
SECONDS = os.environ.get("KX_SECONDS", "3")
WRITERS = 8


def python(module: str, *words: str) -> list[str]:
    return [sys.executable, "-m", f"tests.kubeconfig.{module}", *words]


@pytest.mark.parametrize(("words", "end"), [((), "# mine\n"), (("quick",), "\n")], ids=["in full", "quick"])
def test_killed_switches_leave_a_whole_file_and_nothing_that_blocks(
    tmp_path: Path, words: tuple[str, ...], end: str
) -> None:
    file = write(tmp_path / "kube" / "config", config(entry("a"), entry("b"), current="b") + end.lstrip("\n"))
    done = subprocess.run(python("killer", str(file), str(KILLS), *words), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout)
    print(seen)
    assert seen["killed"] > KILLS / 4
    env = {"KUBECONFIG": str(file)}
    for name in ("a", "b"):
        change.use_context(env, None, name)
    assert [path.name for path in file.parent.iterdir()] == ["config"]
    assert file.read_text(encoding="utf-8").endswith(end)
    for kubectl in find_kubectls()[-1:]:
        assert run_offline(kubectl, "config", "use-context", "a", f"--kubeconfig={file}").returncode == 0


def written(file: Path, kubectls: dict[int, str]) -> list[dict[str, int]]:
    """What each of the writers counted, some of which (by number) are kubectl; the file must be whole in the end."""
    names = [f"w{number}" for number in range(WRITERS)]
    write(file, config(*(entry(name, namespace="n0") for name in names), current="w0") + "# mine\n")
    started = []
    for number, name in enumerate(names):
        argv = python("writer", str(file), name, SECONDS, *([kubectls[number]] if number in kubectls else []))
        started.append(subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True))
    ended = [process.communicate() for process in started]
    for process, (_, said) in zip(started, ended, strict=True):
        assert process.returncode == 0, said
    counts: list[dict[str, int]] = [json.loads(out) for out, _ in ended]
    print(counts)
    assert sorted(read.load_file(file).contexts) == names
    assert [path.name for path in file.parent.iterdir()] == ["config"]
    return counts


def test_many_writers_lose_no_update(tmp_path: Path) -> None:
    file = tmp_path / "config"
    counts = written(file, {})
    contexts = read.load_file(file).contexts
    for number, count in enumerate(counts):
        assert count["written"] and not count["lost"]
        assert contexts[f"w{number}"].namespace == f"n{count['last']}"
    assert file.read_text(encoding="utf-8").endswith("# mine\n")


def test_kx_loses_no_update_of_kubectl(tmp_path: Path) -> None:
    """The other way round cannot be promised.

    kubectl reads the file before it takes the lock, and puts back what it read of everything that has changed since:
    several kubectl alone lose updates of each other.
    """
    for kubectl in find_kubectls()[-1:]:
        mine, *_ = written(tmp_path / "config", {0: str(kubectl.path)})
        assert not mine["lost"]
