from __future__ import annotations

import stat
from pathlib import Path

from kx.shell.history import PrivateHistory


def test_lines_come_back_newest_first_and_the_file_is_private(tmp_path: Path) -> None:
    file = tmp_path / "state" / "history"
    history = PrivateHistory(file)
    for line in ("get pods", "apply -f - <<EOF\na: b\nEOF", "get pods", "get pods", "  "):
        history.append_string(line)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(PrivateHistory(file).load_history_strings()) == ["get pods", "apply -f - <<EOF\na: b\nEOF", "get pods"]


def test_secrets_reach_neither_the_file_nor_memory(tmp_path: Path) -> None:
    file = tmp_path / "history"
    history = PrivateHistory(file)
    history.append_string("create secret generic s --from-literal=a=hunter2")
    assert history.get_strings() == []
    assert "hunter2" not in file.read_text(encoding="utf-8")


def test_a_file_that_others_could_read_is_closed_and_old_secrets_stay_out(tmp_path: Path) -> None:
    file = tmp_path / "history"
    file.write_text("\n# then\n+get pods --token=old\n\n# then\n+get pods\n", encoding="utf-8")
    file.chmod(0o644)
    history = PrivateHistory(file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(history.load_history_strings()) == ["get pods"]


def test_a_history_that_cannot_be_used_is_said_and_done_without(tmp_path: Path) -> None:
    (tmp_path / "history").mkdir()
    history = PrivateHistory(tmp_path / "history")
    assert "history: Is a directory" in history.problem
    history.append_string("get pods")
    assert history.get_strings() == ["get pods"]
