from __future__ import annotations

from pathlib import Path

from kx.shell.familiar import ENOUGH, Familiar, shape


def test_a_shape_has_no_values_and_no_order_of_flags() -> None:
    assert shape(("rollout", "undo"), ("to-revision", "dry-run")) == "rollout undo --dry-run --to-revision"
    assert shape(("get",), ("o", "o")) == "get --o"


def test_familiar_after_enough_and_across_sessions(tmp_path: Path) -> None:
    file = tmp_path / "state" / "familiar.json"
    first = Familiar(file)
    for _ in range(ENOUGH):
        assert not first.knows("get")
        first.seen("get")
    assert first.knows("get")
    assert Familiar(file).knows("get")
    assert not Familiar(file).knows("delete")


def test_two_sessions_do_not_undo_each_others_counts(tmp_path: Path) -> None:
    file = tmp_path / "familiar.json"
    one, two = Familiar(file), Familiar(file)
    for _ in range(ENOUGH):
        one.seen("get")
    two.seen("delete")
    assert Familiar(file).knows("get")


def test_a_broken_file_only_means_full_explanations(tmp_path: Path) -> None:
    file = tmp_path / "familiar.json"
    file.write_text("{", encoding="utf-8")
    assert not Familiar(file).knows("get")
