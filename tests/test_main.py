"""The process edge: closed, full and broken streams, signals, and a home that cannot be written to."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import kx

ROOT = str(Path(kx.__file__).parent.parent)


def shell(line: str, tmp_path: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """``line`` in a shell where the word kx is this kx."""
    env = {"PATH": os.defpath, "HOME": str(tmp_path), "PYTHONPATH": ROOT, "LANG": "C.UTF-8", **more}
    script = f'kx() {{ "{sys.executable}" -m kx "$@"; }}\n{line}'
    return subprocess.run(
        ["/bin/sh", "-c", script], env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(
    "line",
    [
        "kx <&-",
        "kx explain -- get pods >&-",
        "kx explain -- get pods 2>&-",
        "kx ctx <&- >&- 2>&-",
        "yes 'get pods' | head -300 | kx explain - | head -1 >/dev/null",
    ],
)
def test_streams_may_be_closed(line: str, tmp_path: Path) -> None:
    done = shell(line, tmp_path)
    assert (done.returncode, done.stderr.replace("There is no context in the kubeconfig.\n", "")) == (0, "")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="this system has no /dev/full")
@pytest.mark.parametrize("words", ["explain -- get pods", "--help", "practice status"])
def test_a_full_disk_is_one_sentence(words: str, tmp_path: Path) -> None:
    done = shell(f"kx {words} >/dev/full", tmp_path)
    assert done.returncode == 1
    assert done.stderr == "error: cannot write to the output: No space left on device\n  Make room there.\n"


def test_a_group_without_its_command_is_one_sentence(tmp_path: Path) -> None:
    done = shell("kx practice", tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "error: A command is missing after kx practice.\n  See: kx practice --help\n"


def test_a_home_that_cannot_be_written_to_still_explains_and_runs(tmp_path: Path) -> None:
    nowhere = tmp_path / "file"
    nowhere.write_text("no folder", encoding="utf-8")
    (tmp_path / "tmp").mkdir()
    done = shell("echo help | kx", tmp_path, HOME=str(nowhere), TMPDIR=str(tmp_path / "tmp"))
    assert done.returncode == 0, done.stderr
    assert "ctx [NAME]" in done.stdout
    assert [str(path) for path in (tmp_path / "tmp").glob("*/*")] == []
    refused = shell("kx practice start", tmp_path, HOME=str(nowhere))
    assert refused.returncode == 1
    assert refused.stderr.startswith("error: cannot make the folder ")


def test_asked_to_end_it_leaves_its_folder_in_order(tmp_path: Path) -> None:
    env = {"PATH": os.defpath, "HOME": str(tmp_path), "PYTHONPATH": ROOT}
    with subprocess.Popen(
        [sys.executable, "-m", "kx"], env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write("help exit\n")
        process.stdin.flush()
        assert "exit" in process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 143
    assert list((tmp_path / ".local/state/kx/sessions").iterdir()) == []
