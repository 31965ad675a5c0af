"""What is deleted can be put back: byte for byte, or into a file that has changed since."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest

from kx.errors import KxError
from kx.kubeconfig import backup, change, read
from tests.kubeconfig.builders import config, entry, write

CLUSTERS = {"one": "https://one:6443", "two": "https://two:6443"}
USERS = "users:\n- name: me\n  user:\n    token: secret\n- name: you\n  user: {}\n"
TEXT = config(
    entry("a", cluster="one", user="me"), entry("b", cluster="two", user="you"), current="a", servers=CLUSTERS
)
BY_HAND = """\
contexts:
  # mine
  - {name: a, context: {cluster: one, user: me}}   # first
  - name: b
    context: &b
      cluster: two
users: [{name: me, user: {token: secret, exec: {args: [1, "2", true]}}}]
"""
JSON = json.dumps({"contexts": [{"name": "a", "context": {"user": "me"}}], "users": [{"name": "me", "user": {}}]})


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    return {"KUBECONFIG": str(tmp_path / "config"), "XDG_STATE_HOME": str(tmp_path / "state")}


def texts(file: Path) -> str:
    return file.read_text(encoding="utf-8")


@pytest.mark.parametrize("text", [TEXT + USERS, BY_HAND, JSON, BY_HAND.replace("\n", "\r\n")])
@pytest.mark.parametrize("prune", [False, True])
def test_an_unchanged_file_is_restored_byte_for_byte(env: dict[str, str], text: str, prune: bool) -> None:
    file = Path(env["KUBECONFIG"])
    file.write_bytes(text.encode())
    deleted = change.delete_contexts(env, None, ["a"], prune=prune)
    assert deleted.contexts == ("a",)
    assert deleted.users == (("me",) if prune else ())
    assert "a" not in read.load(env).contexts
    assert ("me" in read.load(env).users) != prune
    assert change.undo_delete(env).contexts == ("a",)
    assert file.read_bytes() == text.encode()
    with pytest.raises(KxError, match="no deletion"):
        change.undo_delete(env)


@pytest.mark.parametrize("text", [TEXT + USERS, BY_HAND, JSON])
def test_a_file_that_has_changed_gets_the_entries_back(env: dict[str, str], text: str) -> None:
    file = write(Path(env["KUBECONFIG"]), text)
    before = read.load(env)
    change.delete_contexts(env, None, ["a"], prune=True)
    change.use_context({**env}, None, "b") if "b" in before.contexts else change.unset_context(env, None)
    file.write_text(texts(file) + "\n", encoding="utf-8")
    change.undo_delete(env)
    after = read.load(env)
    assert (after.contexts, after.users, after.servers) == (before.contexts, before.users, before.servers)
    assert ("secret" in texts(file)) == ("secret" in text)


def test_an_entry_that_is_there_again_is_not_overwritten(env: dict[str, str]) -> None:
    file = write(Path(env["KUBECONFIG"]), TEXT)
    deleted = change.delete_contexts(env, None, ["a"])
    changed = texts(file).replace("name: b", "name: a")
    write(file, changed)
    with pytest.raises(KxError, match='"a" is in contexts again') as raised:
        change.undo_delete(env)
    assert str(deleted.backup) in raised.value.hint
    assert texts(file) == changed


def test_only_what_nobody_needs_is_pruned(env: dict[str, str], tmp_path: Path) -> None:
    first = write(tmp_path / "config", TEXT + USERS)
    second = write(tmp_path / "second", config(entry("a", cluster="one", user="other"), servers={"one": "https://x"}))
    env["KUBECONFIG"] = f"{first}:{second}"
    deleted = change.delete_contexts(env, None, ["a", "b"], prune=True)
    # The second file's `a`, which comes to light, needs `one`.
    assert (deleted.clusters, deleted.users, deleted.files) == (("two",), ("me", "you"), (first,))
    assert deleted.was_current
    assert list(read.load(env).contexts) == ["a"]


def test_backups_are_private_and_hold_no_more_than_was_deleted(env: dict[str, str]) -> None:
    write(Path(env["KUBECONFIG"]), TEXT + USERS)
    kept = change.delete_contexts(env, None, ["b"]).backup
    assert kept is not None
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert stat.S_IMODE(kept.parent.stat().st_mode) == 0o700
    assert "secret" not in texts(kept)
    assert "name: a" not in texts(kept)


def test_backups_do_not_pile_up_and_are_taken_back_newest_first(env: dict[str, str]) -> None:
    names = [f"c{number}" for number in range(backup.MOST + 5)]
    write(Path(env["KUBECONFIG"]), config(*(entry(name) for name in names)))
    for name in names:
        change.delete_contexts(env, None, [name])
    assert read.load(env).contexts == {}
    restored = [change.undo_delete(env).contexts[0] for _ in range(backup.MOST)]
    assert restored == names[: -backup.MOST - 1 : -1]
    assert list(read.load(env).contexts) == names[5:]


def test_a_failed_deletion_leaves_no_backup(env: dict[str, str]) -> None:
    file = write(Path(env["KUBECONFIG"]), "x: &c [{name: a}]\ncontexts: *c\n")
    with pytest.raises(change.KubectlNeededError) as raised:
        change.delete_contexts(env, None, ["a"])
    assert raised.value.commands == (("config", f"--kubeconfig={file}", "delete-context", "--", "a"),)
    with pytest.raises(KxError, match="no deletion"):
        change.undo_delete(env)


def test_a_damaged_backup_is_named(env: dict[str, str]) -> None:
    write(Path(env["KUBECONFIG"]), TEXT)
    kept = change.delete_contexts(env, None, ["b"]).backup
    assert kept is not None
    os.truncate(kept, 40)
    with pytest.raises(KxError, match=str(kept)):
        change.undo_delete(env)
