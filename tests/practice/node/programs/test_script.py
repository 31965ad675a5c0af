"""The shell's grammar: no text breaks it, and what it cannot read it says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kx.practice.node.programs.script import parse
from kx.practice.node.programs.tokens import IncompleteError, ScriptError
from kx.practice.node.programs.tree import For, Group, If, Link, Pipeline, Redirect, Simple, While

_ALPHABET = st.sampled_from(
    [*"abc $'\"\\`(){}<>|&;\n#=!*", "if ", "then ", "fi ", "do ", "done ", "for ", "while ", "$("]
)


@given(st.lists(_ALPHABET, max_size=30).map("".join))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        parse(text)
    except ScriptError:
        pass


@pytest.mark.parametrize(
    "text", ["if true", "echo 'a", 'echo "$(b', "a &&", "a |", "for x in 1; do", "{ a;", "echo ${x"]
)
def test_beginnings_are_told_from_mistakes(text: str) -> None:
    with pytest.raises(IncompleteError):
        parse(text)


@pytest.mark.parametrize(
    "text", ["fi", "a ;; b", "&& a", ") a", "if; then x; fi", "case x on esac", "f() echo", "select x"]
)
def test_mistakes(text: str) -> None:
    with pytest.raises(ScriptError) as mistake:
        parse(text)
    assert not isinstance(mistake.value, IncompleteError)


def simple(*words: str) -> Link:
    return Link(Pipeline((Simple(words=words),)))


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("", ()),
        ("a b # c", (simple("a", "b"),)),
        ("a; b\nc", (simple("a"), simple("b"), simple("c"))),
        (
            "A=1 b >x 2>&1",
            (Link(Pipeline((Simple((("A", "1"),), ("b",), (Redirect(1, ">", "x"), Redirect(2, ">&", "1"))),))),),
        ),
        ("! a | b &", (Link(Pipeline((Simple(words=("a",)), Simple(words=("b",))), True), ";", True),)),
        ("(a)", (Link(Pipeline((Group((simple("a"),), True),))),)),
        ("while a; do b; done", (Link(Pipeline((While((simple("a"),), (simple("b"),), False),))),)),
        ("for x in 1 2; do b; done", (Link(Pipeline((For("x", ("1", "2"), (simple("b"),)),))),)),
        (
            "if a; then b; else c; fi",
            (Link(Pipeline((If((((simple("a"),), (simple("b"),)),), (simple("c"),)),))),),
        ),
    ],
)
def test_trees(text: str, tree: object) -> None:
    assert parse(text) == tree
