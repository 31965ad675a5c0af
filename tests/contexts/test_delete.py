"""``-d``, ``--prune`` and ``--undo``."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.contexts.callers import Caller

USERS = "users:\n- name: prod-eu\n  user:\n    token: secret\n- name: dev\n  user: {}\n"


@pytest.fixture
def caller(tmp_path: Path) -> Caller:
    made = Caller(tmp_path)
    made.file.write_text(made.file.read_text(encoding="utf-8") + USERS, encoding="utf-8")
    return made


def test_undo_puts_back_byte_for_byte(caller: Caller) -> None:
    before = caller.file.read_bytes()
    assert caller.script("ctx -d prod-eu dev").err == "✔ Deleted context prod-eu.\n✔ Deleted context dev.\n"
    assert caller.script("ctx --undo").err == "✔ Context dev is back.\n"
    assert caller.script("ctx --undo").err == "✔ Context prod-eu is back.\n"
    assert caller.file.read_bytes() == before
    said = caller.script("ctx --undo")
    assert (said.status, said.err) == (1, "error: there is no deletion to take back\n")


def test_prune_takes_along_what_nobody_else_needs(caller: Caller) -> None:
    before = caller.file.read_bytes()
    said = caller.script("ctx -d prod-eu --prune")  # its cluster serves another context too
    assert said.err == "✔ Deleted context prod-eu.\n✔ User prod-eu went with it.\n"
    assert "secret" not in caller.file.read_text(encoding="utf-8")
    said = caller.script("ctx --prune -d prod-us")
    assert said.err == "✔ Deleted context prod-us.\n✔ Cluster us went with it.\n"
    caller.script("ctx --undo")
    assert caller.script("ctx --undo").err == "✔ Context prod-eu is back.\n✔ User prod-eu is back.\n"
    assert caller.file.read_bytes() == before


def test_a_person_is_told_the_way_back_and_of_the_current_one(caller: Caller) -> None:
    err = caller.person("ctx -d dev").err
    assert "It was the current context. `kx ctx NAME` chooses another." in err
    assert "`kx ctx --undo` puts back what was deleted last." in err
