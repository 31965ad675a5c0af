from __future__ import annotations

import pytest

from kx.explain.facade import explain_text
from kx.kubeconfig.where import Where
from kx.shell.toolbar import toolbar


def shown(text: str, cursor: int | None = None, width: int = 80) -> str:
    explanation = explain_text(text, Where("practice", "default"), implied=True)
    return toolbar(explanation, len(text) if cursor is None else cursor, width)


@pytest.mark.parametrize(
    ("text", "cursor", "begins", "ends"),
    [
        ("logs net-utils -f", None, "─ -f: keep printing", "READ"),
        ("logs net-utils -f", 10, "─ net-utils: ", "READ"),
        ("logs net-utils -f", 2, "─ logs: ", "READ"),
        ("delete pod web ", None, "─ web: ", "DELETE"),
        ("exec web -- sh", None, "─ sh: ", "RUN-CODE"),
    ],
)
def test_the_word_under_the_cursor(text: str, cursor: int | None, begins: str, ends: str) -> None:
    line = shown(text, cursor)
    assert line.startswith(begins)
    assert line.endswith(ends)
    assert len(line) == 80


def test_a_word_being_typed_is_not_called_wrong_yet() -> None:
    assert "refuse" not in shown("scale deployment web --rep")
    assert "refuse" in shown("scale deployment web --rep ")


def test_a_flag_that_waits_for_its_value_is_not_called_wrong_yet() -> None:
    assert "refuse" not in shown("get pods -o ")
    assert "refuse" not in shown("run web --image ")


@pytest.mark.parametrize("width", [20, 40, 80, 200])
def test_it_never_outgrows_the_line(width: int) -> None:
    assert len(shown("get pods --sort-by=.metadata.creationTimestamp", width=width)) <= width
