"""Changes to the user's files: which file is written, and that nothing but the change happens to it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from kx.errors import KxError
from kx.kubeconfig import change, lock, read
from tests.kubeconfig.builders import config, entry, write

SERVERS = {"one": "https://one:6443"}


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    first = config(entry("a", namespace="shop"), entry("b"), current="a", servers=SERVERS)
    second = config(entry("a", cluster="other"), entry("c"), current="c")
    return write(tmp_path / "first", first), write(tmp_path / "second", second)


@pytest.fixture
def env(files: tuple[Path, Path]) -> dict[str, str]:
    return {"KUBECONFIG": os.pathsep.join(map(str, files))}


def edited(path: Path, before: str) -> list[tuple[str, str]]:
    """The lines that differ, old and new, of two texts with as many lines."""
    pairs = zip(before.splitlines(), path.read_text(encoding="utf-8").splitlines(), strict=True)
    return [(old, new) for old, new in pairs if old != new]


def test_a_switch_changes_one_line_of_the_first_file(env: dict[str, str], files: tuple[Path, Path]) -> None:
    first, second = (path.read_text(encoding="utf-8") for path in files)
    assert change.use_context(env, None, "c")
    assert edited(files[0], first) == [("current-context: a", "current-context: c")]
    assert edited(files[1], second) == []
    assert not change.use_context(env, None, "c")


def test_a_switch_skips_files_that_do_not_exist(env: dict[str, str], files: tuple[Path, Path]) -> None:
    files[0].unlink()
    assert change.use_context(env, None, "a")
    assert read.load(env).current_context == "a"
    assert not files[0].exists()


def test_a_namespace_is_written_where_the_context_is(env: dict[str, str], files: tuple[Path, Path]) -> None:
    first, second = (path.read_text(encoding="utf-8") for path in files)
    assert change.set_namespace(env, None, "c", "web")
    with_namespace = second.replace("    user: c\n", "    namespace: web\n    user: c\n")
    assert files[1].read_text(encoding="utf-8") == with_namespace
    assert change.set_namespace(env, None, "a", "y")
    assert edited(files[0], first) == [("    namespace: shop", '    namespace: "y"')]
    assert change.set_namespace(env, None, "c", None)
    assert files[1].read_text(encoding="utf-8") == second
    assert not change.set_namespace(env, None, "c", None)


def test_unset_clears_the_first_file_that_says_something(env: dict[str, str], files: tuple[Path, Path]) -> None:
    assert change.unset_context(env, None)
    assert read.load(env).current_context == "c"
    assert change.unset_context(env, None)
    assert read.load(env).current_context == ""
    assert not change.unset_context(env, None)


def test_a_new_name_goes_into_the_current_context_too(env: dict[str, str], files: tuple[Path, Path]) -> None:
    first = files[0].read_text(encoding="utf-8")
    assert change.rename_context(env, None, "a", "1e3")
    assert edited(files[0], first) == [("  name: a", '  name: "1e3"'), ("current-context: a", 'current-context: "1e3"')]
    # The other file has an `a` as well, which comes to light.
    assert sorted(read.load(env).contexts) == ["1e3", "a", "b", "c"]


def test_a_current_context_in_another_file_follows_a_new_name(tmp_path: Path) -> None:
    holder, owner = write(tmp_path / "holder", config(current="a")), write(tmp_path / "owner", config(entry("a")))
    env = {"KUBECONFIG": f"{holder}:{owner}"}
    assert change.rename_context(env, None, "a", "z")
    assert (read.load_file(holder).current_context, list(read.load_file(owner).contexts)) == ("z", ["z"])


def test_contexts_are_deleted_where_they_are(env: dict[str, str], files: tuple[Path, Path]) -> None:
    deleted = change.delete_contexts(env, None, ["b", "c"])
    assert (deleted.contexts, deleted.files, deleted.was_current) == (("b", "c"), files, False)
    assert list(read.load(env).contexts) == ["a"]
    assert change.delete_contexts(env, None, ["a"]).was_current
    assert read.load(env).contexts["a"].cluster == "other"


@pytest.mark.parametrize("names", [["nope"], ["a", "nope"]])
def test_nothing_is_deleted_where_one_name_is_wrong(
    env: dict[str, str], files: tuple[Path, Path], names: list[str]
) -> None:
    before = [path.read_bytes() for path in files]
    with pytest.raises(KxError, match='"nope" does not exist'):
        change.delete_contexts(env, None, names)
    assert [path.read_bytes() for path in files] == before


def test_what_does_not_exist_is_refused(env: dict[str, str]) -> None:
    with pytest.raises(KxError, match='"nope" does not exist'):
        change.use_context(env, None, "nope")
    with pytest.raises(KxError, match='"nope" does not exist'):
        change.set_namespace(env, None, "nope", "x")
    with pytest.raises(KxError, match='"nope" does not exist'):
        change.rename_context(env, None, "nope", "x")
    with pytest.raises(KxError, match='"b" already'):
        change.rename_context(env, None, "a", "b")


def test_a_lock_that_a_killed_kx_left_stops_nobody(env: dict[str, str], files: tuple[Path, Path]) -> None:
    for path in files:
        held = path.with_name(f"{path.name}.lock")
        with lock.locked(path, ".x"):
            os.link(held, held.with_name("kept"))
        os.rename(held.with_name("kept"), held)
    files[1].with_name("third.lock").touch()
    change.recover({"KUBECONFIG": f"{env['KUBECONFIG']}:{files[1].with_name('third')}"})
    assert sorted(path.name for path in files[0].parent.iterdir()) == ["first", "second", "third.lock"]
