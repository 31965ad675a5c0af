"""The table of kinds: every kind has its reader, every row a flag, and no text at all breaks a reader."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kx.explain.values import table
from kx.explain.values.piece import Meaning
from kx.kubectl.catalog.load import known_versions, load

TEXTS = st.text(max_size=40) | st.lists(
    st.sampled_from([*"{}[]()<>.,:;=/*?@$'\"\\|-+ a\n", *("items", "range", "end", "{{", "}}", "if", "80", "1m")]),
    max_size=14,
).map("".join)  # fmt: skip


@pytest.mark.parametrize("kind", sorted(set(table.every())))
def test_every_kind_has_its_reader(kind: str) -> None:
    assert isinstance(table.read_as(kind, "x"), Meaning)


@given(TEXTS.filter(bool))
def test_no_text_breaks_a_reader(text: str) -> None:
    for kind in sorted(set(table.every())):
        told = table.read_as(kind, text)
        assert told is not None
        place = 0
        for piece in told.pieces:
            assert place <= piece.start < piece.end <= len(text) and piece.note, (kind, text, told)
            place = piece.end


def test_every_row_is_about_a_flag_that_some_kubectl_has() -> None:
    known = {
        (command.path, flag.name)
        for version in known_versions()
        for command in load(version).commands.values()
        for flag in (*command.flags, *load(version).globals)
    }
    names = {name for _, name in known}
    assert set(table._FLAGS) <= names
    for *path, name in table._OWN:
        assert any(other[: len(path)] == tuple(path) and flag == name for other, flag in known), (path, name)
