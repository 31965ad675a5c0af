from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prompt_toolkit.document import Document

from kx.kubectl.catalog.load import load
from kx.kubectl.parse import parse
from kx.kubectl.words import split
from kx.shell.lexer import LineLexer, _by_lines, spans
from kx.shell.session import Session


def styled(text: str, session: Session) -> list[tuple[str, str]]:
    lexer = LineLexer(session, {"grep"}.__contains__)
    fragments = lexer.lex_document(Document(text))(0)
    return [(fragment[1], fragment[0].removeprefix("class:word.")) for fragment in fragments if fragment[1].strip()]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "get pods -o wide",
            [("get", "command"), ("pods", "operand"), ("-o", "flag"), ("wide", "flag-value")],
        ),
        ("kubectl get", [("kubectl", "program"), ("get", "command")]),
        (
            "scale deploy web --replicas=2",
            [
                ("scale", "command"),
                ("deploy", "operand"),
                ("web", "operand"),
                ("--replicas=", "flag"),
                ("2", "flag-value"),
            ],
        ),
        (
            "exec web -- ls",
            [("exec", "command"), ("web", "operand"), ("--", "separator"), ("ls", "container-command")],
        ),
        ("get pods | grep x", None),
        ("ctx prod", [("ctx", "builtin"), (" prod", "")]),
        ("!ls", [("!", "builtin"), ("ls", "")]),
        ("get --nope", [("get", "command"), ("--nope", "wrong")]),
    ],
)
def test_words_are_styled_by_their_role(text: str, expected: list[tuple[str, str]] | None, session: Session) -> None:
    found = styled(text, session)
    assert "".join(part for part, _ in found).replace(" ", "") == text.replace(" ", "")
    if expected is not None:
        assert found == expected


@given(st.text(alphabet="get pods-o=|&'\"\\$<>\n#!;x ", max_size=40))
def test_every_character_is_drawn_once_and_in_order(text: str) -> None:
    catalog = load()
    line = split(text)
    drawn = _by_lines(text, spans(line, parse(line, catalog, implied=True)))
    assert ["".join(fragment[1] for fragment in fragments) for fragments in drawn] == text.split("\n")
