"""The quick way does what the full way does, byte for byte, and only where what was proved before still holds."""

from __future__ import annotations

import io
import os
import random
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from kx.contexts import ctx, proof, quick
from kx.contexts.desk import Desk
from tests.kubeconfig.builders import CASES, config, entry, write

NAMES = ["dev", "prod-eu", "prod-10", "prod-9", "arn:aws:eks:eu-west-1:1:cluster/a", "a_b.c", "gke_x", "long" * 40]
ODD = ["y", "1e3", "x y", "it's", "null", "a:", '"q"']
THREE = config(entry("dev", namespace="api"), entry("prod"), entry("prod-us", namespace="web"), current="dev")


def desk(folder: Path, env: Mapping[str, str] | None = None) -> Desk:
    own = {"HOME": str(folder), "KUBECONFIG": str(folder / "config"), **(env or {})}
    return Desk(env=own, out=io.StringIO(), err=io.StringIO(), program="kx ctx")


def said(desk: Desk) -> tuple[str, str]:
    assert isinstance(desk.out, io.StringIO) and isinstance(desk.err, io.StringIO)
    return desk.out.getvalue(), desk.err.getvalue()


def quickly(folder: Path, *words: str) -> int | None:
    return quick.answer(words, desk(folder))


def kubeconfig(chance: random.Random) -> str:
    """A file of kubectl's own shape, with some names that need thought."""
    names = chance.sample(NAMES, chance.randint(1, len(NAMES)))
    if chance.random() < 0.2:
        names.append(chance.choice(ODD[:3]))
    entries = [entry(_written(name), namespace=chance.choice(["", "web", "api"])) for name in names]
    current = chance.choice([*names, *names, "gone", ""])
    text = config(*entries, current=chance.choice([_written(current), f'"{current}"']) if current else "")
    return text + ("# by hand\n" if chance.random() < 0.1 else "")


def _written(name: str) -> str:
    return f'"{name}"' if name in ODD else name


def kept(folder: Path) -> str:
    return (folder / "config").read_text(encoding="utf-8")


def state(folder: Path) -> dict[str, str]:
    """All that was written outside of the cache, without times."""
    found = {}
    for file in sorted(folder.rglob("*")):
        if file.is_file() and ".cache" not in file.parts:
            text = file.read_text(encoding="utf-8")
            lines = text.splitlines() if file.name == "history" else []
            found[str(file.relative_to(folder))] = (
                "\n".join(line.partition("\t")[2] for line in lines) if lines else text
            )
    return found


@pytest.mark.parametrize("number", range(CASES // 5))
def test_both_ways_are_one(number: int, tmp_path: Path) -> None:
    chance = random.Random(number)
    text = kubeconfig(chance)
    full, fast = tmp_path / "full", tmp_path / "fast"
    for folder in (full, fast):
        write(folder / "config", text)
    for _ in range(12):
        words = chance.choice(
            [[chance.choice(NAMES)]] * 6 + [["-"], ["-c"], [], ["gone"], ["x=dev"], [chance.choice(ODD)]]
        )
        one, other = desk(full), desk(fast)
        status = ctx.run(words, one)
        quick_status = quick.answer(words, other)
        if quick_status is None:
            quick_status = ctx.run(words, other)
        assert (status, said(one)) == (quick_status, tuple(text.replace(str(fast), str(full)) for text in said(other)))
        assert state(full) == state(fast)
    if "# by hand" not in text and any(f"current-context: {name}\n" in kept(fast) for name in NAMES):
        assert quickly(fast, "-c") == 0  # so it was this way that was compared


def test_a_second_switch_proves_nothing_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "config", THREE)
    assert quickly(tmp_path, "prod") == 0
    monkeypatch.setattr(proof, "_found", lambda path, stamp, data: pytest.fail("it was proved again"))
    assert quickly(tmp_path, "prod-us") == 0
    assert quickly(tmp_path, "-") == 0
    assert kept(tmp_path) == THREE.replace("context: dev\n", "context: prod\n")


@pytest.mark.parametrize("keeps_its_time", [False, True])
def test_a_file_that_somebody_else_wrote_is_read_anew(tmp_path: Path, keeps_its_time: bool) -> None:
    file = write(tmp_path / "config", THREE)
    assert quickly(tmp_path, "prod") == 0
    before = file.stat()
    text = file.read_text(encoding="utf-8").replace("name: prod-us", "name: test-us")  # of the same length
    file.write_text(text, encoding="utf-8")
    if keeps_its_time:
        os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert quickly(tmp_path, "prod-us") is None
    assert quickly(tmp_path, "test-us") == 0
    assert file.read_text(encoding="utf-8") == text.replace("context: prod\n", "context: test-us\n")


def test_a_change_that_left_no_trace_but_its_bytes_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two writes within one tick of the clock have the same times."""
    monkeypatch.setattr(proof, "_stamp", lambda status: "always the same")
    file = write(tmp_path / "config", THREE)
    assert quickly(tmp_path, "prod") == 0
    for old, new in (("name: dev", "name: dex"), ("context: prod\n", "context: xrod\n"), ("web", "wet")):
        text = file.read_text(encoding="utf-8").replace(old, new)
        file.write_text(text, encoding="utf-8")
        for words in (["prod-us"], ["-c"], []):
            assert quickly(tmp_path, *words) is None
        assert file.read_text(encoding="utf-8") == text
        file.write_text(text.replace(new, old), encoding="utf-8")
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == ["config"]


def test_a_write_in_between_is_not_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody writes after the new file was made ready, and before the lock was taken."""
    file = write(tmp_path / "config", THREE)
    assert quickly(tmp_path, "prod") == 0
    holds, calls = proof.Proof.holds, 0

    def late(self: proof.Proof, copy: int | None = None, value: str = "") -> bool:
        nonlocal calls
        calls += 1
        if calls == 2:  # the look under the lock
            file.write_text(THREE.replace("namespace: api", "namespace: new"), encoding="utf-8")
        return holds(self, copy, value)

    monkeypatch.setattr(proof.Proof, "holds", late)
    assert quickly(tmp_path, "prod-us") is None
    assert "namespace: new" in file.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("env", "why"),
    [
        ({"KUBECTX_ISOLATED_SHELL": "1"}, "a shell that knows one context only"),
        ({"KUBECTX_CURRENT_FGCOLOR": "red"}, "a warning comes first"),
        ({"KUBECONFIG": "one:two"}, "several files"),
        ({"KUBECONFIG": "/nowhere/config"}, "no file"),
        ({"_KUBECTX_FORCE_COLOR": "1"}, "colours"),
    ],
)
def test_what_takes_more_is_left_to_the_full_way(env: dict[str, str], why: str, tmp_path: Path) -> None:
    write(tmp_path / "config", THREE)
    assert quick.answer([], desk(tmp_path)) == 0
    assert quick.answer([], desk(tmp_path, env)) is None, why


@pytest.mark.parametrize("words", [["-u"], ["-d", "dev"], ["a=dev"], ["--history"], ["dev", "prod"], ["-x"], ["de*"]])
def test_only_everyday_words_are_answered(words: list[str], tmp_path: Path) -> None:
    write(tmp_path / "config", THREE)
    assert quick.answer(words, desk(tmp_path)) is None
    assert kept(tmp_path) == THREE


def test_a_lock_of_somebody_else_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kx.kubeconfig.lock.PATIENCE", 0.05)
    write(tmp_path / "config", THREE)
    write(tmp_path / "config.lock", "")
    here = desk(tmp_path)
    assert quick.answer(["prod"], here) == 1
    assert said(here)[1].startswith(
        "error: failed to switch context: another program is writing this kubeconfig: its lock"
    )
    assert kept(tmp_path) == THREE


def test_nothing_heavy_is_imported(tmp_path: Path) -> None:
    write(tmp_path / "config", THREE)
    code = "import sys; from kx.__main__ import run; run(['ctx', sys.argv[1]]); print(*sys.modules)"
    env = {"HOME": str(tmp_path), "KUBECONFIG": str(tmp_path / "config"), "PATH": ""}
    for name in ("prod", "dev"):
        done = subprocess.run(
            [sys.executable, "-S", "-c", code, name], env=env, capture_output=True, text=True, check=True,
            cwd=Path(__file__).parent.parent.parent,
        )  # fmt: skip
    assert {"re", "enum", "pathlib", "typing", "contextlib", "collections", "importlib"}.isdisjoint(done.stdout.split())


def test_a_file_at_rest_is_known_by_its_times_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once a tick is over, a write cannot go unseen: nothing has to be read to say what is known."""
    file = write(tmp_path / "config", THREE)
    assert quickly(tmp_path, "prod") == 0
    monkeypatch.setattr(time, "time", lambda: file.stat().st_ctime + 60)
    monkeypatch.setattr(proof, "_passed", lambda *_: pytest.fail("it was read"))
    for words in ([], ["-c"]):
        assert quickly(tmp_path, *words) == 0
    monkeypatch.undo()
    monkeypatch.setattr(time, "time", lambda: file.stat().st_ctime + 60)
    assert quickly(tmp_path, "dev") == 0
    assert kept(tmp_path) == THREE


def test_the_line_that_is_changed_is_looked_at_in_any_case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = write(tmp_path / "config", THREE)
    assert quickly(tmp_path, "prod") == 0
    text = kept(tmp_path).replace("current-context: prod\n", "other-context:   prod\n")
    file.write_text(text, encoding="utf-8")
    monkeypatch.setattr(proof, "_stamp", lambda status: "always the same")
    monkeypatch.setattr(proof, "_may_be_written_unseen", lambda status: False)
    found = next((tmp_path / ".cache" / "kx" / "contexts").iterdir())
    lines = found.read_text(encoding="utf-8").split("\n")
    found.write_text("\n".join([*lines[:2], "always the same", *lines[3:]]), encoding="utf-8")
    assert quickly(tmp_path, "dev") is None
    assert kept(tmp_path) == text
