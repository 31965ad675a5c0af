"""Pieces stand where they were typed: in plain words, in quotes of both kinds, behind escapes."""

from __future__ import annotations

import pytest

from tests.explain.tools import explained


@pytest.mark.parametrize(
    ("line", "texts"),
    [
        ("kubectl get pods -o jsonpath={.kind}{.items}", [".kind", ".items"]),
        ("kubectl get pods -o 'jsonpath={.kind}{.items}'", [".kind", ".items"]),
        ("kubectl get pods -o=jsonpath='{.kind}{.items}'", [".kind", ".items"]),
        ("kubectl get pods '-o=jsonpath={.kind}{.items}'", [".kind", ".items"]),
        ("kubectl get pods -ojsonpath='{.kind}{.items}'", [".kind", ".items"]),
        ('kubectl get pods -o "jsonpath={.kind}{\\"a\\"}"', [".kind", '\\"a\\"']),
        ("kubectl get pods -o jsonpath='{.k'\"ind}{.items}\"", [".k'\"ind", ".items"]),
        ("kubectl get pods -o jsonpath=\\{.kind\\}{.items}", [".kind", ".items"]),
        ('kubectl get pods -o "jsonpath={.items[$N].kind}"', [".items[$N]", ".kind"]),
        ("kubectl get pods -o jsonpath=$'{.kind}{.items}'", []),
        ('kubectl get pods -l "app=web,a=$(echo "x")"', []),
        ("kubectl get pods -l 'a=b, c=d'", ["a=b", "c=d"]),
        ("kubectl get pods -wl a=b,c=d", ["a=b", "c=d"]),
    ],
)
def test_parts_are_where_they_were_typed(line: str, texts: list[str]) -> None:
    word = explained(line).words[-1]
    assert [part.text for part in word.parts] == texts
    assert all(line[part.start : part.end] == part.text for part in word.parts)
