"""JSONPath templates, sort keys and columns, in words."""

from __future__ import annotations

import pytest

from kx.explain.values import jsonpath
from tests.explain.values.tools import pieces


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("{.items[*].metadata.name}", [(".items[*]", "every object of the list"), (".metadata.name", "its name")]),
        ("{.items[0].kind}", [(".items[0]", "the first object of the list"), (".kind", "its kind")]),
        ("{.items[-1].kind}", [(".items[-1]", "the last object of the list"), (".kind", "its kind")]),
        ("{.items[0:2]}", [(".items[0:2]", "the objects of the list, from number 1 to number 2")]),
        ("{.items[-2:]}", [(".items[-2:]", "the last 2 of the objects of the list")]),
        ("{..image}", [("..image", "every field called image, at any depth")]),
        ("{$}", [("$", "the whole of it")]),
        ("{@.kind}", [("@.kind", "its kind")]),
        ("{.metadata['name']}", [(".metadata['name']", "its name")]),
        (r"{.metadata.labels.a\.b/c}", [(r".metadata.labels.a\.b/c", "its label a.b/c")]),
        (r"{.data['tls\.crt']}", [(r".data['tls\.crt']", "its entry tls.crt")]),
        ("{['kind','apiVersion']}", [("['kind','apiVersion']", "the fields kind and apiVersion")]),
        ("{.spec.odd.field}", [(".spec.odd.field", "the field spec.odd.field of that")]),
        (
            '{.status.conditions[?(@.type=="Ready")].status}',
            [
                ('.status.conditions[?(@.type=="Ready")]', 'the conditions whose type is "Ready"'),
                (".status", "whether it holds: True, False or Unknown"),
            ],
        ),
        (
            '{range .items[*]}{.metadata.name}{"\\n"}{end}',
            [
                ("range .items[*]", "for every object of the list:"),
                (".metadata.name", "its name"),
                ('"\\n"', "a line break, printed as it stands"),
                ("end", "the end of what is repeated"),
            ],
        ),
        (
            "{range .items[*]}{range .spec.containers[*]}{.image}{end}{end}",
            [
                ("range .items[*]", "for every object of the list:"),
                ("range .spec.containers[*]", "for every container:"),
                (".image", "its image"),
                ("end", "the end of what is repeated"),
                ("end", "the end of what is repeated"),
            ],
        ),
        (
            "{.spec.template.spec.containers[*].image}: x",
            [
                (".spec.template.spec.containers[*]", "every container of the pods it makes"),
                (".image", "its image"),
                (": x", "text, printed as it stands"),
            ],
        ),
    ],
)  # fmt: skip
def test_each_piece_of_a_template_is_told(template: str, expected: list[tuple[str, str]]) -> None:
    assert pieces(template, jsonpath.read(template)) == expected


@pytest.mark.parametrize("template", ["{.a", "{items[*]}", '{.items[?(@.a=="b"]'])
def test_what_kubectl_refuses_is_said(template: str) -> None:
    assert jsonpath.read(template).refused


def test_text_without_braces_is_only_printed() -> None:
    told = jsonpath.read(".items[*].metadata.name")
    assert "prints this text as it stands" in told.gist and not told.pieces and not told.refused


@pytest.mark.parametrize("typed", [".metadata.name", "{.metadata.name}", "metadata.name"])
def test_a_sort_key_needs_neither_braces_nor_a_dot(typed: str) -> None:
    assert jsonpath.sort(typed).gist == "sorted by this field of each object: its name"


def test_columns() -> None:
    text = "NAME:.metadata.name,IMAGES:.spec.containers[*].image,NODE:{.spec.nodeName}"
    assert pieces(text, jsonpath.columns(text)) == [
        ("NAME:.metadata.name", "column NAME: its name"),
        ("IMAGES:.spec.containers[*].image", "column IMAGES: every container, its image"),
        ("NODE:{.spec.nodeName}", "column NODE: the node it runs on"),
    ]
    assert jsonpath.columns("NAME").refused


@pytest.mark.parametrize(
    ("template", "asks"),
    [
        ("{.items[*].metadata.name}", True),
        ("{range .items[*]}{.metadata.name}{end}", True),
        ("{$.items[0]}", True),
        ("{.metadata.name}", False),
        ("{..name}", None),
        ("{.kind}", None),
        ("{@}", None),
        ("text", None),
    ],
)
def test_whether_a_template_looks_into_a_list(template: str, asks: bool | None) -> None:
    assert jsonpath.asks_items(template) is asks
