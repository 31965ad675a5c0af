"""Go templates, action by action."""

from __future__ import annotations

import pytest

from kx.explain.values import gotemplate
from tests.explain.values.tools import pieces


@pytest.mark.parametrize(
    ("action", "note"),
    [
        ("{{.metadata.name}}", "its name"),
        ('{{"\\n"}}', "a line break, printed as it stands"),
        ("{{.}}", "this one"),
        ("{{len .items}}", "how many there are in the list of objects"),
        ("{{.items | len}}", "how many there are in the list of objects"),
        ("{{.data.password | base64decode}}", "its entry password, decoded from base64"),
        ('{{index .metadata.labels "a.b/c"}}', 'the entry "a.b/c" of its labels'),
        ('{{printf "%s" .kind}}', 'its kind, formatted as "%s"'),
        ("{{/* nothing */}}", "a comment"),
        ("{{- .kind -}}", "its kind"),
        ("{{$x := .kind}}", "remember its kind as $x"),
    ],
)
def test_one_action(action: str, note: str) -> None:
    assert pieces(action, gotemplate.read(action)) == [(action, note)]


def test_blocks() -> None:
    text = '{{range $i, $p := .items}}{{if eq $p.kind "Pod"}}yes{{else}}no{{end}}{{end}}'
    assert [note for _, note in pieces(text, gotemplate.read(text))] == [
        "for every object of the list, called $p (its place or key: $i):",
        'only if its kind (of $p) is "Pod":',
        "text, printed as it stands",
        "otherwise:",
        "text, printed as it stands",
        "the end of if",
        "the end of what is repeated",
    ]


@pytest.mark.parametrize("template", ["{{.kind", "{{end}}", "{{range .items}}", "{{if .kind}}{{else}}"])
def test_what_kubectl_refuses_is_said(template: str) -> None:
    assert gotemplate.read(template).refused


def test_the_dot_is_what_the_range_goes_over() -> None:
    text = "{{range .items}}{{range .spec.containers}}{{.image}}{{end}}{{.kind}}{{end}}"
    assert [note for _, note in pieces(text, gotemplate.read(text))][1:4] == [
        "for every container:",
        "its image",
        "the end of what is repeated",
    ]


@pytest.mark.parametrize("text", ["{{" + "(" * 900 + ".a" + ")" * 900 + "}}", "{{" * 2000, '{{"}}"}}', "{{/* }} */}}"])
def test_odd_templates_are_read_to_their_end(text: str) -> None:
    told = gotemplate.read(text)
    assert told.refused or [piece.end for piece in told.pieces][-1] == len(text)
